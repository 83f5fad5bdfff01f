// Who calls at the booth's API. A small site has one token, and people say their names; where people have tokens of their own, a name is whose token it is, and another person's approval is that person's token.
import { createHash, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { SiteContext } from "../site-context.ts";
import { sendProblem } from "./problem.ts";
import { type BoothRole, rights, roleNames } from "./rights.ts";
import { shortestToken, tokenCheck } from "./token.ts";

/** `person` null: the site's own token, borne by whoever says his name. */
export interface Caller {
  readonly person: string | null;
  readonly role: BoothRole | null;
}
type Known = "wrong" | "no-token-file" | Caller;

export const owner: Caller = { person: null, role: null };
/** Everybody may ask who he is. */
const aboutMe = "GET /me";
export const mayUse = ({ role }: Caller, route: string): boolean => role === null || route === aboutMe || rights[role].has(route);
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export function callersOf(context: SiteContext): (authorization: string | undefined) => Known {
  const { booth } = context.config;
  const check = tokenCheck(context);
  const known = (booth.people ?? []).flatMap(({ name, role, token_file }) => {
    const path = resolve(context.folder, token_file);
    try {
      const token = readFileSync(path, "utf8").trim();
      if (token.length >= shortestToken) return [{ token: digest(token), caller: { person: name, role } }];
      context.log.error({ path, shortestToken }, "a token of the booth's people is too short: this person is shut out");
    } catch (error) {
      context.log.error({ path, error: String(error) }, "a token of the booth's people cannot be read: this person is shut out");
    }
    return [];
  });
  // A token that two bear says nothing of who it is.
  const people = known.filter((one) => {
    const alone = known.every((other) => other === one || !other.token.equals(one.token));
    if (!alone) context.log.error({ person: one.caller.person }, "two of the booth's people bear one token: both are shut out");
    return alone;
  });
  return (authorization) => {
    const given = /^Bearer ([^\s]{1,512})$/.exec(authorization ?? "")?.[1];
    const found = given === undefined ? undefined : people.find(({ token }) => timingSafeEqual(digest(given), token));
    if (found !== undefined) return found.caller;
    const verdict = check(authorization);
    return verdict === "right" ? owner : verdict;
  };
}

declare module "fastify" {
  interface FastifyRequest {
    caller?: Caller;
  }
}

/** Before anything is read: who it is, and whether this route is his. */
export function letIn(callers: ReturnType<typeof callersOf>, prefix: string) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const caller = callers(request.headers.authorization);
    if (caller === "wrong") return sendProblem(reply, { status: 401, code: "token", zh: "岗亭口令不正确", en: "not the booth's token" });
    if (caller === "no-token-file") {
      const words = {
        zh: "网关上没有可用的岗亭口令文件：站点文件的 booth.token_file 应指向一行至少 16 个字符、网关用户可读的文件；写好后重启现场进程",
        en: "the gateway has no usable token file for the booth: booth.token_file of the site file names a file with one line of at least 16 characters that the gateway's user may read; write it, then start the site process again",
      };
      return sendProblem(reply, { status: 503, code: "no-token-file", ...words });
    }
    request.caller = caller;
    const { url = "" } = request.routeOptions;
    const route = `${request.method} ${url.slice(prefix.length)}`;
    if (caller.role === null || url === "" || mayUse(caller, route)) return undefined;
    const { zh, en } = roleNames[caller.role];
    return sendProblem(reply, { status: 403, code: "not-your-post", zh: `这项操作不归${zh}`, en: `this is not the ${en}'s to do` });
  };
}

interface Named {
  readonly person?: unknown;
  readonly collector?: unknown;
  readonly approver?: unknown;
}

/** After it was read: nobody acts under another's name, and who approves has said so himself. */
export function underOwnName(callers: ReturnType<typeof callersOf>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { caller } = request;
    if (caller === undefined || caller.person === null) return undefined;
    const { person, collector, approver } = { ...(request.query as Named), ...(request.body as Named | null) };
    for (const name of [person, collector])
      if (typeof name === "string" && name !== caller.person)
        return sendProblem(reply, {
          ...{ status: 403, code: "not-you" },
          ...{ zh: `口令是${caller.person}的，操作人写的却是${name}`, en: `the token is ${caller.person}'s, and the order says ${name}` },
        });
    if (typeof approver !== "string") return undefined;
    const header = request.headers["x-approver-authorization"];
    const second = callers(typeof header === "string" ? header : undefined);
    if (typeof second === "object" && second.role === "manager" && second.person === approver && approver !== caller.person)
      return undefined;
    const words = {
      zh: "批准人须是另一位物业经理，并输入他自己的口令",
      en: "another person, a property manager, must approve with a token of his own",
    };
    return sendProblem(reply, { status: 403, code: "no-approver", ...words });
  };
}
