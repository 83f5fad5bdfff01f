// A receiver of notifications for the demonstration: it takes what is signed by who knows its secret, as a real one must, and shows what it took. Nothing leaves this machine.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** So many are kept, the newest last. */
const kept = 200;
/** What is older was recorded by somebody and is sent again. */
const fresh_ms = 5 * 60_000;
const signed = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/;

export interface InboxOptions {
  readonly secret: string;
  readonly now: () => number;
  /** How far the sender's clock is known to be ahead: a demonstration's may be moved. */
  readonly ahead_ms?: () => number;
}

function genuine(body: string, header: unknown, { secret, now, ahead_ms = () => 0 }: InboxOptions): boolean {
  const [, at = "", signature = ""] = signed.exec(String(header ?? "")) ?? [];
  const [is, right] = [Buffer.from(signature), Buffer.from(createHmac("sha256", secret).update(`${at}.${body}`).digest("hex"))];
  return is.length === right.length && timingSafeEqual(is, right) && Math.abs(Number(at) - now() - ahead_ms()) <= fresh_ms;
}

/** POST /inbox takes, GET /inbox shows. A scope of its own: the signature is over the bytes, so nobody may have parsed them. */
export const inboxRoutes =
  (options: InboxOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const messages: { readonly at: string; readonly message: unknown }[] = [];
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => done(null, body));
    app.post("/inbox", { bodyLimit: 256 * 1024 }, (request, reply) => {
      const body = String(request.body);
      if (!genuine(body, request.headers["x-cuobian-signature"], options))
        return reply.code(401).send({ title: "签名不符或过期 / not signed by who knows the secret, or too old" });
      messages.push({ at: new Date(options.now()).toISOString(), message: JSON.parse(body) });
      messages.splice(0, messages.length - kept);
      return { taken: messages.length };
    });
    app.get("/inbox", () => messages);
  };
