// Idempotency-Key: the same key with the same request is answered as before and does nothing again; with another request it is refused.
// The key's row is written with what was done, in one transaction: two at once are one, and a crash cannot come between.
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Change } from "#cloud/store/store.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { ApiProblem } from "./problem.ts";
import type { Surroundings } from "./surroundings.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** "own": the route keeps the key with what it makes. "secret": its answer is shown once, and kept nowhere. */
    once?: "own" | "secret";
  }
  interface FastifyRequest {
    once: { readonly person: string; readonly key: string; readonly asked: string; claimed: boolean } | undefined;
  }
}

/** What is money may be asked again a week later. */
export const keptFor_ms = 7 * dayMs;
const longestAnswer = 256 * 1024;
const header = {
  type: "string",
  ...{ minLength: 8, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" },
  description:
    "the same key with the same request within seven days is answered as before and does nothing again; with another request: 422",
} as const;

const askedHash = ({ method, url, body }: FastifyRequest): string =>
  createHash("sha256")
    .update(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
    .digest("hex");

const reused = (): ApiProblem =>
  new ApiProblem(422, {
    ...{ code: "key-reused", zh: "该幂等键已用于另一请求", en: "this Idempotency-Key was used for another request" },
    ...{ hint_zh: "每次新的操作使用新的键", hint_en: "take a new key for what is new" },
  });
const unknownAnswer = (): ApiProblem =>
  new ApiProblem(409, {
    ...{ code: "done-before", zh: "已办理或正在办理，当时的答复未能保存", en: "it was done or is being done, and its answer was not kept" },
    ...{ hint_zh: "请重新读取该记录", hint_en: "read what it was about" },
  });

export function answerOnce(server: FastifyInstance, { store, now, log }: Pick<Surroundings, "store" | "now" | "log">): void {
  server.decorateRequest("once", undefined);
  server.addHook("onRoute", (route) => {
    const { access, audit, once } = route.config ?? {};
    const makes = [route.method].flat().includes("POST") && access !== "anyone" && audit !== "nothing-changes" && once === undefined;
    if (!makes) return;
    const { headers } = (route.schema ?? {}) as { headers?: { properties?: object } };
    route.schema = {
      ...route.schema,
      headers: { ...headers, type: "object", properties: { ...headers?.properties, "idempotency-key": header } },
    };
  });
  // After the checks of form and rights: whoever may not ask learns nothing of what was answered to others.
  server.addHook("preHandler", async (request, reply) => {
    const key = request.headers["idempotency-key"];
    const { once, audit } = request.routeOptions.config;
    if (request.method !== "POST" || typeof key !== "string" || once !== undefined || audit === "nothing-changes") return;
    if (request.person === undefined) return;
    const asked = askedHash(request);
    const [person, at] = [request.person.id, now()];
    const known = await store.read.selectFrom("answer").selectAll().where("person", "=", person).where("key", "=", key).executeTakeFirst();
    if (known === undefined || at - known.at >= keptFor_ms) {
      request.once = { person, key, asked, claimed: false };
      return;
    }
    if (known.asked !== asked) throw reused();
    if (known.status === null || known.answer === null) throw unknownAnswer();
    request.audited = true;
    return replayed(reply, known.status, known.answer);
  });
  server.addHook("onSend", async (request, reply, payload) => {
    const { once } = request;
    if (once?.claimed !== true || reply.statusCode >= 300 || typeof payload !== "string" || payload.length > longestAnswer) return;
    const answer = { status: reply.statusCode, answer: payload };
    // It was done: whoever waits for the answer is not told otherwise because it could not be kept.
    await store
      .change((change) => change.updateTable("answer").set(answer).where("person", "=", once.person).where("key", "=", once.key).execute())
      .catch((error: unknown) => log.error({ err: error }, "an answer could not be kept under its key"));
  });
}

function replayed(reply: FastifyReply, status: number, answer: string): FastifyReply {
  return reply
    .code(status)
    .type("application/json; charset=utf-8")
    .header("idempotency-replayed", "true")
    .serializer((value: unknown) => String(value))
    .send(answer);
}

/** With what is done, in its transaction; a second one of the same key finds the row and undoes itself. */
export async function claimKey(change: Change, request: FastifyRequest, at: number): Promise<void> {
  const { once } = request;
  if (once === undefined || once.claimed) return;
  await change
    .deleteFrom("answer")
    .where("at", "<=", at - keptFor_ms)
    .execute();
  const { person, key, asked } = once;
  const known = await change.selectFrom("answer").select("asked").where("person", "=", person).where("key", "=", key).executeTakeFirst();
  if (known !== undefined) throw known.asked === asked ? unknownAnswer() : reused();
  await change.insertInto("answer").values({ person, key, asked, at, status: null, answer: null }).execute();
  once.claimed = true;
}
