// ETag and If-Match: who changes what he has read says which version he read; if it is another by now, nothing is done and both are named (412).
// What would write over a gateway's configuration does not go without it (428).
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Queries } from "#cloud/store/store.ts";
import { ApiProblem } from "./problem.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Of what this request has changed. */
    etag: string | undefined;
  }
}

/** What changes whenever the thing does. */
export const versionOf = {
  alarm: async (read: Queries, id: string) => {
    const row = await read.selectFrom("alarm").select(["steps", "count", "last_at"]).where("id", "=", id).executeTakeFirst();
    return row && `${row.steps}.${row.count}.${row.last_at}`;
  },
  /** The number that its view carries too: a page knows it without asking. */
  hazard: async (read: Queries, id: string) => {
    const row = await read.selectFrom("hazard").select("version").where("id", "=", id).executeTakeFirst();
    return row && String(row.version);
  },
  entry: async (read: Queries, id: string) =>
    (await read.selectFrom("entry").select("state").where("id", "=", id).executeTakeFirst())?.state,
  command: async (read: Queries, id: string) =>
    (await read.selectFrom("command").select("state").where("id", "=", id).executeTakeFirst())?.state,
  post: async (read: Queries, id: string) =>
    (await read.selectFrom("post_change").select("state").where("id", "=", id).executeTakeFirst())?.state,
  handover: async (read: Queries, id: string) =>
    (await read.selectFrom("handover").select("state").where("id", "=", id).executeTakeFirst())?.state,
  document: async (read: Queries, id: string) =>
    (await read.selectFrom("document").select("state").where("id", "=", id).executeTakeFirst())?.state,
  token: async (read: Queries, id: string) => {
    const row = await read.selectFrom("api_token").select(["taken_at", "revoked_at"]).where("id", "=", id).executeTakeFirst();
    return row && `${row.taken_at ?? 0}.${row.revoked_at ?? 0}`;
  },
  certificate: async (read: Queries, serial: string) => {
    const row = await read.selectFrom("certificate").select("revoked_at").where("serial", "=", serial).executeTakeFirst();
    return row && String(row.revoked_at ?? 0);
  },
  maintenance: async (read: Queries, id: string) => {
    const row = await read.selectFrom("maintenance").select("ended_at").where("id", "=", id).executeTakeFirst();
    return row && String(row.ended_at ?? 0);
  },
  dated: async (read: Queries, id: string) => {
    const row = await read.selectFrom("dated_item").select("done_at").where("id", "=", id).executeTakeFirst();
    return row && String(row.done_at ?? 0);
  },
  letter: async (read: Queries, id: string) => {
    const row = await read.selectFrom("dead_letter").select(["state", "times"]).where("id", "=", Number(id)).executeTakeFirst();
    const tried = read.selectFrom("letter_try").select((eb) => eb.fn.countAll<number | string>().as("n"));
    const { n } = await tried.where("letter", "=", Number(id)).executeTakeFirstOrThrow();
    return row && `${row.state}.${row.times}.${n}`;
  },
  /** "ladder/quanzhou": the number of its newest version; 0 before the first. */
  rule: async (read: Queries, name: string) => {
    const [kind = "", ...scope] = name.split("/");
    const row = await read
      .selectFrom("rule")
      .select((eb) => eb.fn.max<number | string | null>("version").as("version"))
      .where("kind", "=", kind)
      .where("scope", "=", scope.join("/"))
      .executeTakeFirst();
    return String(row?.version ?? 0);
  },
  /** "jinxiu/building-1": of its points, whatever order they were sent in. */
  zone: async (read: Queries, name: string) => {
    const [site = "", zone = ""] = name.split("/");
    const points = await read
      .selectFrom("zone_point")
      .select(["source", "name"])
      .where("site", "=", site)
      .where("zone", "=", zone)
      .execute();
    const lines = points.map((one) => `${one.source}\n${one.name}`).sort();
    return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
  },
} satisfies Readonly<Record<string, (read: Queries, id: string) => Promise<string | undefined>>>;
export type Versioned = keyof typeof versionOf;

export const ifMatch = {
  "if-match": {
    type: "string",
    maxLength: 200,
    description: "ETag of what was read: if it has changed since, 412 with both versions, and nothing is done",
  },
} as const;
/** For a route that has no other headers of its own. */
export const IfMatch = { type: "object", properties: ifMatch } as const;

const tag = (version: string): string => `"${version}"`;

export async function tagOf(read: Queries, [kind, id]: readonly [Versioned, string]): Promise<string | undefined> {
  const version = await versionOf[kind](read, id);
  return version === undefined ? undefined : tag(version);
}

export async function tagged(reply: FastifyReply, read: Queries, of: readonly [Versioned, string]): Promise<void> {
  const etag = await tagOf(read, of);
  if (etag !== undefined) reply.header("etag", etag);
}

/** What was changed is answered with its new version: whoever goes on need not read it again. */
export function tagChanges(server: FastifyInstance): void {
  server.decorateRequest("etag", undefined);
  server.addHook("onSend", async ({ etag }, reply) => {
    if (etag !== undefined && reply.statusCode < 300) reply.header("etag", etag);
  });
}

/** Nobody writes over what he does not name; `now`: what there is, for whoever looks before he leaps. */
export function mustSayWhich(request: FastifyRequest, now: string): void {
  if (request.headers["if-match"] !== undefined) return;
  throw new ApiProblem(428, {
    ...{ code: "say-which", zh: "请以 If-Match 说明您是在哪个版本上修改", en: "say in If-Match over which version this was written" },
    ...{ hint_zh: "先读取正在使用的内容，比较后再提交", hint_en: "read what runs, compare, then send it" },
    errors: [{ pointer: "/etag", detail: tag(now) }],
  });
}

/** In the transaction of the change. */
export async function stillAsRead(request: FastifyRequest, read: Queries, of: readonly [Versioned, string]): Promise<void> {
  if (request.headers["if-match"] !== undefined) holdAgainst(request, (await tagOf(read, of)) ?? tag(""));
}

export function holdAgainst(request: FastifyRequest, now: string): void {
  const wanted = request.headers["if-match"];
  if (typeof wanted !== "string" || wanted.trim() === "*") return;
  if (wanted.split(",").some((one) => one.trim() === now)) return;
  throw new ApiProblem(412, {
    ...{ code: "changed-meanwhile", zh: "该记录在您读取之后已变化", en: "it has changed since you read it" },
    ...{ hint_zh: "重新读取后再提交", hint_en: "read it again, then send it anew" },
    errors: [
      { pointer: "/headers/if-match", detail: wanted },
      { pointer: "/etag", detail: now },
    ],
  });
}
