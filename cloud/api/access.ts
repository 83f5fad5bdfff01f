// Who may call a route is said at the route, or the route does not exist: default deny. Who asks is a cookie, and that a page of ours asks is a header and the origin;
// or it is a program with a token, which no foreign page can send.
import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Acting } from "#cloud/identity/people.ts";
import { both, nowhere, type Scope, sees } from "#cloud/identity/scope.ts";
import { signedIn } from "#cloud/identity/sign-in.ts";
import { actingBy, type Carried } from "#cloud/identity/tokens.ts";
import type { Role } from "#protocols/api/views.ts";
import type { Refusals } from "./audited.ts";
import { ApiProblem, notFound } from "./problem.ts";
import { type Readable, readers } from "./rights.ts";
import type { Surroundings } from "./surroundings.ts";
import { tokenScopeOf } from "./token-scope.ts";

/** "anyone": no sign-in; "signed-in": every role; a list: these roles. */
export type Access = "anyone" | "signed-in" | readonly Role[];

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
    /** Which scope a token needs here; undefined: none opens it. */
    tokenScope?: string | undefined;
    /** Of a route for anyone: it looks at a bearer's token itself and at no cookie, so that no page can ask in anybody's name. */
    ownToken?: true;
  }
  interface FastifyInstance {
    /** Every scope that some route takes. */
    readonly tokenScopes: Set<string>;
  }
  interface FastifyRequest {
    person: Acting | undefined;
    /** By which the person acts, if a program asks in his name. */
    token: Carried | undefined;
    /** The compounds that this post reaches. */
    readonly scope: Scope;
  }
}

/** `__Host-`: a browser takes it only with Secure and Path=/, and from nobody but this very host. */
export const cookieNameOf = ({ tls }: { readonly tls: boolean }): string => (tls ? "__Host-sid" : "sid");
const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export const anyone = { config: { access: "anyone" as Access } };
export const everyRole = { config: { access: "signed-in" as Access } };
export const readersOf = (what: Readable) => ({ config: { access: readers[what] as Access } });

type Asking = Pick<Surroundings, "store" | "now" | "tls">;

/** Whoever brings a token comes without cookies: what else the browser sends along counts for nothing. */
export const bearerOf = ({ headers }: FastifyRequest): string | undefined => /^Bearer (.{0,200})$/.exec(headers.authorization ?? "")?.[1];

/** Who asks, by a token or a cookie; and again whenever somebody wants to know whether that still holds. */
export async function whoAsks(
  { store, now, tls }: Asking,
  request: FastifyRequest,
): Promise<{ person: Acting; token: Carried | undefined } | undefined> {
  const bearer = bearerOf(request);
  if (bearer !== undefined) return actingBy(store, bearer, now());
  const person = await signedIn(store, request.cookies[cookieNameOf({ tls })], now(), shownBy(request));
  return person && { person, token: undefined };
}

export function guardRoutes(
  server: FastifyInstance,
  { store, now, tree, tls }: Pick<Surroundings, "store" | "now" | "tree" | "tls">,
  refusals: Pick<Refusals, "check">,
): void {
  server.decorateRequest("person", undefined);
  server.decorateRequest("token", undefined);
  server.decorate("tokenScopes", new Set<string>());
  // A request without a person reaches nothing.
  server.decorateRequest("scope", { getter: () => nowhere });
  server.addHook("onRoute", (route) => {
    if (route.config?.access === undefined) throw new Error(`${String(route.method)} ${route.url} does not say who may call it`);
    const { access, audit } = route.config;
    const [method = "GET"] = [route.method].flat();
    const tokenScope = tokenScopeOf({ method, url: route.url, access, computes: audit === "nothing-changes" });
    route.config = { ...route.config, tokenScope };
    if (tokenScope !== undefined) server.tokenScopes.add(tokenScope);
  });
  server.addHook("onRequest", async (request) => {
    const { access, tokenScope, ownToken } = request.routeOptions.config;
    // An address that leads nowhere: the not-found answer tells nothing.
    if (request.routeOptions.url === undefined) return;
    if (changing.has(request.method) && ownToken !== true && (access === "anyone" || bearerOf(request) === undefined)) fromOurPage(request);
    if (access === "anyone") return;
    const asking = await whoAsks({ store, now, tls }, request);
    if (asking === undefined) throw nobody(request);
    const { person, token } = asking;
    shownAs(request, person);
    Object.assign(request, { person, token });
    refusals.check(person.id);
    const scope = tree.scopeOf(person.area);
    Object.defineProperty(request, "scope", { value: token === undefined ? scope : both(scope, tree.scopeOf(token.area)) });
    if (token !== undefined) withinToken(token, tokenScope);
    if (access !== "signed-in" && (access === undefined || !access.includes(person.role)))
      throw new ApiProblem(403, {
        code: "wrong-role",
        zh: "您的角色无权执行该操作",
        en: "your role may not do this",
        hint_zh: `需要：${access?.join("、") ?? ""}`,
        hint_en: `it takes: ${access?.join(", ") ?? ""}`,
      });
  });
}

/** "person/role@area" that a page says it shows; undefined: it says nothing. */
export function shownBy({ headers }: Pick<FastifyRequest, "headers">): string | undefined {
  const said = headers["x-cuobian-acting"];
  if (typeof said !== "string" || said === "") return undefined;
  try {
    return decodeURIComponent(said);
  } catch {
    return said;
  }
}

/** A link, a picture and a stream carry no header of ours: they say it in their address (?acting=), and are asked like the others. */
export function actingInLink({ method, url = "/", headers }: Pick<IncomingMessage, "method" | "url" | "headers">): string {
  const at = url.indexOf("?");
  if (at < 0 || !url.startsWith("/api/") || (method !== "GET" && method !== "HEAD")) return url;
  const all = url.slice(at + 1).split("&");
  const [said, ...more] = all.filter((one) => one.startsWith("acting="));
  if (said === undefined || more.length > 0) return url;
  headers["x-cuobian-acting"] ??= said.slice("acting=".length);
  const others = all.filter((one) => one !== said);
  return others.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${others.join("&")}`;
}

/** A page says for whom it speaks. Its browser may have signed in as somebody else since, in another tab: then nothing is done in a name that the page does not show. */
function shownAs(request: FastifyRequest, { id, post }: Acting): void {
  const said = shownBy(request);
  if (said === undefined || said === `${id}/${post}`) return;
  throw new ApiProblem(409, {
    ...{
      code: "other-acting",
      zh: "本浏览器已改以另一身份登录，本页的操作未执行",
      en: "this browser acts as somebody else by now: nothing was done",
    },
    ...{ hint_zh: "在本页选择以谁的身份继续", hint_en: "choose on the page as whom to go on" },
  });
}

function nobody(request: FastifyRequest): ApiProblem {
  if (bearerOf(request) === undefined) return new ApiProblem(401, { code: "sign-in", zh: "请先登录", en: "sign in first" });
  return new ApiProblem(401, {
    code: "no-token",
    zh: "令牌无效、已过期或已吊销",
    en: "this token is wrong, has ended, or was revoked",
    hint_zh: "Authorization: Bearer 令牌；由管理员授予、本人领取",
    hint_en: "send Authorization: Bearer TOKEN; an administrator grants one, its person takes it",
  });
}

function withinToken({ scopes }: Carried, needed: string | undefined): void {
  if (needed !== undefined && scopes.includes(needed)) return;
  throw new ApiProblem(403, {
    code: "wrong-scope",
    zh: needed === undefined ? "该操作须本人登录，不能使用令牌" : "令牌没有该权限",
    en: needed === undefined ? "this takes a person who is signed in: no token does it" : "the token has no such scope",
    ...(needed === undefined ? {} : { hint_zh: `需要：${needed}`, hint_en: `it takes: ${needed}` }),
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
export function personOf(request: FastifyRequest): Acting {
  if (request.person === undefined) throw new Error("a route without a sign-in asked for its person");
  return request.person;
}

/** What lies in another compound does not exist: the answer is that of an id that leads nowhere; the audit log knows better. */
export function withinScope<Found extends { readonly site: string }>({ scope }: FastifyRequest, found: Found | undefined): Found {
  if (found === undefined) throw notFound();
  if (!sees(scope, found.site)) throw elsewhere();
  return found;
}

/** A compound that was asked for by its name. */
export function siteWithin({ scope }: FastifyRequest, site: string | undefined): void {
  if (site !== undefined && !sees(scope, site)) throw elsewhere();
}

function elsewhere(): ApiProblem {
  const { status, words } = notFound();
  return new ApiProblem(status, words, "another-tenant");
}
