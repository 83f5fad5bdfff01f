// A payment provider that moves no money: a page where the driver presses "pay", a signed notification until it is taken, an answer to whoever asks, refunds that are kept by name.
import { createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import Type, { type Static } from "typebox";
import Value from "typebox/value";
import { exchange } from "../cameras/http.ts";

const Order = Type.Object({
  charge: Type.String({ minLength: 8, maxLength: 64 }),
  amount_fen: Type.Integer({ minimum: 1 }),
  words: Type.String({ maxLength: 200 }),
  notify_url: Type.String({ pattern: "^https?://" }),
  back: Type.Optional(Type.String({ pattern: "^https?://" })),
});
const Refund = Type.Object({ charge: Type.String(), refund: Type.String(), amount_fen: Type.Integer({ minimum: 1 }) });

interface Charge extends Static<typeof Order> {
  state: "pending" | "paid" | "closed";
  told: boolean;
  refunds: Map<string, number>;
}

export interface Sandbox {
  readonly url: string;
  readonly charges: ReadonlyMap<string, Readonly<Charge>>;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  readonly secret: string;
  readonly port: number;
  /** Between two attempts to tell; real time outside of tests. */
  readonly tellAgain_ms?: number;
  /** A provider whose notifications get lost. */
  readonly mute?: boolean;
}

const mostTold = 60;

const headText =
  '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>演示支付</title>';
const button = (charge: string, act: string, words: string): string =>
  `<form method="post" action="/pay/${charge}/${act}"><button style="font:inherit;padding:14px 28px;margin:6px">${words}</button></form>`;
const shown = ({ charge, amount_fen, state }: Charge): string =>
  `${headText}<body style="font:18px system-ui;max-width:30rem;margin:2rem auto"><h1>演示支付 / sandbox</h1><p>不动真钱 / no real money</p><p>¥${(amount_fen / 100).toFixed(2)}</p>${
    state === "pending" ? button(charge, "yes", "支付 / pay") + button(charge, "no", "取消 / cancel") : `<p>${state}</p>`
  }`;

export async function startSandbox({ secret, port, tellAgain_ms = 1_000, mute = false }: SandboxOptions): Promise<Sandbox> {
  const charges = new Map<string, Charge>();
  const waits = new Set<NodeJS.Timeout>();
  const sign = (text: string): string => createHmac("sha256", secret).update(text).digest("hex");
  const genuine = (text: string, given: unknown): boolean => {
    const [is, right] = [Buffer.from(String(given ?? "")), Buffer.from(sign(text))];
    return is.length === right.length && timingSafeEqual(is, right);
  };
  const noticeOf = ({ charge, state, amount_fen }: Charge): string =>
    JSON.stringify({ charge, state, amount_fen, currency: "CNY", transaction: state === "paid" ? `sandbox-${charge.slice(0, 20)}` : "" });

  async function tell(charge: Charge, attempt = 0): Promise<void> {
    const body = noticeOf(charge);
    const headers = { "content-type": "application/json", "x-sandbox-signature": sign(body) };
    const answer = await exchange({ method: "POST", url: charge.notify_url, headers, timeoutMs: 4_000, body });
    charge.told = answer.kind === "answer" && answer.status === 200;
    if (charge.told || attempt >= mostTold) return;
    const wait = setTimeout(() => {
      waits.delete(wait);
      void tell(charge, attempt + 1);
    }, tellAgain_ms);
    waits.add(wait);
  }

  const server = Fastify({ forceCloseConnections: true });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  const signed = (body: string) => ({ "x-sandbox-signature": sign(body), "content-type": "application/json" });

  server.post("/charges", async (request, reply) => {
    const text = String(request.body ?? "");
    if (!genuine(text, request.headers["x-sandbox-signature"])) return reply.code(401).send("signature");
    const order: unknown = JSON.parse(text);
    if (!Value.Check(Order, order)) return reply.code(400).send("order");
    const known = charges.get(order.charge);
    if (known !== undefined && known.amount_fen !== order.amount_fen) return reply.code(409).send("another amount");
    if (known === undefined) charges.set(order.charge, { ...order, state: "pending", told: false, refunds: new Map() });
    const body = JSON.stringify({ url: `${url}/pay/${order.charge}` });
    return reply.headers(signed(body)).send(body);
  });
  server.get<{ Params: { charge: string } }>("/charges/:charge", async (request, reply) => {
    const found = charges.get(request.params.charge);
    if (found === undefined) return reply.code(404).send("no such charge");
    const body = noticeOf(found);
    return reply.headers(signed(body)).send(body);
  });
  server.post("/refunds", async (request, reply) => {
    const text = String(request.body ?? "");
    if (!genuine(text, request.headers["x-sandbox-signature"])) return reply.code(401).send("signature");
    const order: unknown = JSON.parse(text);
    const charge = Value.Check(Refund, order) ? charges.get(order.charge) : undefined;
    if (charge === undefined || !Value.Check(Refund, order) || charge.state !== "paid") return reply.code(404).send("no such money");
    charge.refunds.set(order.refund, order.amount_fen);
    const body = JSON.stringify({ done: true });
    return reply.headers(signed(body)).send(body);
  });
  server.get<{ Params: { charge: string } }>("/pay/:charge", async (request, reply) => {
    const found = charges.get(request.params.charge);
    return found === undefined ? reply.code(404).send("no such charge") : reply.type("text/html; charset=utf-8").send(shown(found));
  });
  server.post<{ Params: { charge: string; act: string } }>("/pay/:charge/:act", async (request, reply) => {
    const found = charges.get(request.params.charge);
    if (found === undefined) return reply.code(404).send("no such charge");
    if (found.state === "pending") {
      found.state = request.params.act === "yes" ? "paid" : "closed";
      if (!mute) void tell(found);
    }
    return reply.redirect(found.back ?? `/pay/${found.charge}`, 303);
  });
  const url = await server.listen({ host: "127.0.0.1", port });
  return {
    url,
    charges,
    stop: async () => {
      for (const wait of waits) clearTimeout(wait);
      await server.close();
    },
  };
}
