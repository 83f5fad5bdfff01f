// ETag and If-Match: who changes what he has read says which version he read; if it is another by now, nothing is done and both are named (412).
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Queries } from "#cloud/store/store.ts";
import { ApiProblem } from "./problem.ts";

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
  document: async (read: Queries, id: string) =>
    (await read.selectFrom("document").select("state").where("id", "=", id).executeTakeFirst())?.state,
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

export async function tagged(reply: FastifyReply, read: Queries, [kind, id]: readonly [Versioned, string]): Promise<void> {
  const version = await versionOf[kind](read, id);
  if (version !== undefined) reply.header("etag", tag(version));
}

/** In the transaction of the change. */
export async function stillAsRead(request: FastifyRequest, read: Queries, [kind, id]: readonly [Versioned, string]): Promise<void> {
  const wanted = request.headers["if-match"];
  if (typeof wanted !== "string" || wanted.trim() === "*") return;
  const now = tag((await versionOf[kind](read, id)) ?? "");
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
