// The API's side of the audit log: a route that changes something says under which name that is written down, and cannot answer "done" without its row;
// whoever is refused for want of a right leaves a row too.
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { AuditAction } from "#cloud/audit/actions.ts";
import { appendAudit } from "#cloud/audit/chain.ts";
import { homeOf } from "#cloud/identity/scope.ts";
import type { Change } from "#cloud/store/store.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { claimKey } from "./once.ts";
import { ApiProblem } from "./problem.ts";
import type { Surroundings } from "./surroundings.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** "nothing-changes": a POST that only computes. */
    audit?: AuditAction | "nothing-changes";
  }
  interface FastifyRequest {
    audited: boolean;
  }
}

export interface About {
  readonly object: string | null;
  readonly site: string | null;
  /** Never a secret, a plate or a card. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Instead of the route's own. */
  readonly action?: AuditAction;
  /** Who it is, where the request does not say so yet: at sign-in. */
  readonly person?: FastifyRequest["person"];
}

function nameOf(request: FastifyRequest): AuditAction {
  const { audit } = request.routeOptions.config;
  return audit === undefined || audit === "nothing-changes" ? "route.call" : audit;
}

/** A program did it in his name. */
const byToken = ({ token }: FastifyRequest): { token?: string } => (token === undefined ? {} : { token: token.id });

function whoIs({ person }: { person?: FastifyRequest["person"] }) {
  return {
    person: person?.id ?? null,
    person_name: person?.name ?? "?",
    role: person?.role ?? null,
    organisation: person?.organisation ?? null,
  };
}

/** In the transaction of what it reports, as its last statement. */
export async function note(change: Change, request: FastifyRequest, about: About & { readonly at: number }): Promise<void> {
  const { object, site, detail = {}, at, action = nameOf(request), person = request.person } = about;
  const address = request.socket.remoteAddress ?? null;
  await claimKey(change, request, at);
  await appendAudit(change, {
    ...{ at, site, action, object, outcome: "done", code: null, address },
    detail: { ...detail, ...byToken(request) },
    ...whoIs({ person }),
  });
}

/** A row that says no. */
export async function noteRefusal(
  { store, now }: Pick<Surroundings, "store" | "now">,
  request: FastifyRequest,
  refused: { readonly code: string; readonly object?: string | null; readonly person?: FastifyRequest["person"] },
): Promise<void> {
  const { id = null } = (request.params ?? {}) as { id?: string };
  const { code, object = id, person = request.person } = refused;
  const detail = { method: request.method, route: request.routeOptions.url ?? "", ...byToken(request) };
  const address = request.socket.remoteAddress ?? null;
  const row = {
    at: now(),
    site: homeOf(request.scope),
    action: nameOf(request),
    object,
    outcome: "refused",
    code,
    detail,
    address,
    ...whoIs({ person }),
  };
  await store.change((change) => appendAudit(change, row));
}

const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** More often than this in a minute nobody is refused by mistake, and each refusal is a row for ever. */
export const mostRefusals = 60;

export interface Refusals {
  /** Throws when this person was refused too often. */
  check(person: string): void;
  /** The row of one more. */
  note(request: FastifyRequest, code: string): Promise<void>;
}

export function countRefusals(surroundings: Pick<Surroundings, "store" | "now">): Refusals {
  const { now } = surroundings;
  const refused = new Map<string, { since: number; times: number }>();
  return {
    check(person) {
      const known = refused.get(person);
      if (known !== undefined && known.times >= mostRefusals && now() - known.since < minuteMs)
        throw new ApiProblem(429, { code: "too-many", zh: "无权的请求过多，请稍后再试", en: "refused too often: try again later" });
    },
    async note(request, code) {
      const { person } = request;
      if (person === undefined) return;
      const known = refused.get(person.id);
      if (known === undefined || now() - known.since >= minuteMs) refused.set(person.id, { since: now(), times: 1 });
      else known.times += 1;
      await noteRefusal(surroundings, request, { code });
    },
  };
}

/** A changing route without a name is no route; what was done without a row is not answered as done. */
export function auditRoutes(server: FastifyInstance): void {
  server.decorateRequest("audited", false);
  server.addHook("onRoute", (route) => {
    const methods = [route.method].flat();
    if (methods.some((method) => changing.has(method)) && route.config?.audit === undefined)
      throw new Error(`${methods.join()} ${route.url} does not say under which name it is written down`);
  });
  server.addHook("onSend", async (request, reply) => {
    const { audit } = request.routeOptions.config;
    if (audit !== undefined && audit !== "nothing-changes" && request.method !== "HEAD" && reply.statusCode < 300 && !request.audited)
      throw new Error(`${request.method} ${request.routeOptions.url} was done and left no row`);
  });
}
