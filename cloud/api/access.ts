// Who may call a route is said at the route, or the route does not exist: default deny. Who asks is a cookie; that a page of ours asks is a header and the origin.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { signedIn } from "#cloud/identity/sign-in.ts";
import type { PersonView, Role } from "#protocols/api/views.ts";
import type { Refusals } from "./audited.ts";
import { ApiProblem } from "./problem.ts";
import type { Surroundings } from "./surroundings.ts";

/** "anyone": no sign-in; "signed-in": every role; a list: these roles. */
export type Access = "anyone" | "signed-in" | readonly Role[];

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    person: PersonView | undefined;
  }
}

export const cookieName = "sid";
const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export const anyone = { config: { access: "anyone" as Access } };
export const everyRole = { config: { access: "signed-in" as Access } };

export function guardRoutes(server: FastifyInstance, { store, now }: Surroundings, refusals: Pick<Refusals, "check">): void {
  server.decorateRequest("person", undefined);
  server.addHook("onRoute", (route) => {
    if (route.config?.access === undefined) throw new Error(`${String(route.method)} ${route.url} does not say who may call it`);
  });
  server.addHook("onRequest", async (request) => {
    const access = request.routeOptions.config.access;
    // An address that leads nowhere: the not-found answer tells nothing.
    if (request.routeOptions.url === undefined) return;
    if (changing.has(request.method)) fromOurPage(request);
    if (access === "anyone") return;
    request.person = await signedIn(store, request.cookies[cookieName], now());
    if (request.person === undefined) throw new ApiProblem(401, { code: "sign-in", zh: "请先登录", en: "sign in first" });
    refusals.check(request.person.id);
    if (access !== "signed-in" && (access === undefined || !access.includes(request.person.role)))
      throw new ApiProblem(403, {
        code: "wrong-role",
        zh: "您的角色无权执行该操作",
        en: "your role may not do this",
        hint_zh: `需要：${access?.join("、") ?? ""}`,
        hint_en: `it takes: ${access?.join(", ") ?? ""}`,
      });
  });
}

/** A foreign page can send a form with our cookie, but neither this header nor our origin. */
function fromOurPage(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  const foreign = origin !== undefined && origin.replace(/^https?:\/\//, "") !== host;
  if (request.headers["x-cuobian"] !== "1" || foreign)
    throw new ApiProblem(403, {
      code: "foreign-page",
      zh: "请求不是本页面发出的",
      en: "this request does not come from a page of ours",
      hint_zh: "请求头 x-cuobian: 1",
      hint_en: "send the header x-cuobian: 1",
    });
}

/** The person of a route that needs one. */
export function personOf(request: FastifyRequest): PersonView {
  if (request.person === undefined) throw new Error("a route without a sign-in asked for its person");
  return request.person;
}
