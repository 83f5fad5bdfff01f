// Who may call a route is said at the route, or the route does not exist: default deny. Who asks is a cookie; that a page of ours asks is a header and the origin.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Acting } from "#cloud/identity/people.ts";
import { nowhere, type Scope, sees } from "#cloud/identity/scope.ts";
import { signedIn } from "#cloud/identity/sign-in.ts";
import type { Role } from "#protocols/api/views.ts";
import type { Refusals } from "./audited.ts";
import { ApiProblem, notFound } from "./problem.ts";
import { type Readable, readers } from "./rights.ts";
import type { Surroundings } from "./surroundings.ts";

/** "anyone": no sign-in; "signed-in": every role; a list: these roles. */
export type Access = "anyone" | "signed-in" | readonly Role[];

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    person: Acting | undefined;
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

export function guardRoutes(
  server: FastifyInstance,
  { store, now, tree, tls }: Pick<Surroundings, "store" | "now" | "tree" | "tls">,
  refusals: Pick<Refusals, "check">,
): void {
  const cookieName = cookieNameOf({ tls });
  server.decorateRequest("person", undefined);
  // A request without a person reaches nothing.
  server.decorateRequest("scope", { getter: () => nowhere });
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
    Object.defineProperty(request, "scope", { value: tree.scopeOf(request.person.area) });
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
