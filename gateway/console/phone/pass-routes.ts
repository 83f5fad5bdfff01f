// Residents' pages over HTTP: renewing by the link that the holder was given, receipts by their own names, and the request for a pass with its picture.
import type { FastifyInstance } from "fastify";
import { lastDay } from "#gateway/core/parking/pass-price.ts";
import { readMultipart } from "#protocols/cameras/multipart.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Cashier } from "../../payments/door.ts";
import type { HeldPass } from "../../payments/passes/door.ts";
import { largestPhoto } from "../../payments/passes/residents.ts";
import { scanningOf } from "../../payments/scanning.ts";
import type { SiteContext } from "../../site-context.ts";
import { askedPage, joinPage, type Offer, passPage, receiptPage, type ShownPass } from "./pass-pages.ts";
import type { Asked, PhoneTools } from "./routes.ts";

const offered = [1, 3, 6, 12];
/** Requests of one address in ten minutes: each may carry a picture. */
const joins = 5;
const besidePhoto = 64 * 1024;
const smallForm = { bodyLimit: 2_048 };

const wrongInvoice = refusal(
  "invoice",
  "抬头不能为空；税号为 15 至 20 位数字或大写字母",
  "a title is needed; a tax number has 15 to 20 digits or capital letters",
);
const invoiceFits = (title: string, tax: string, email: string): boolean =>
  title.length >= 2 && (tax === "" || /^[0-9A-HJ-NPQRTUWXY]{15,20}$/.test(tax)) && (email === "" || /^[^@\s]+@[^@\s]+$/.test(email));

export function passPages(server: FastifyInstance, context: SiteContext, { passes, charges }: Cashier, tools: PhoneTools): void {
  const { send, field, peerOf, languageOf, notHere, leave, goOn } = tools;
  const { lots, payments } = context.config;
  const scanning = scanningOf({ asks: joins });

  function shown(held: HeldPass): ShownPass {
    const offers = offered.flatMap((months): Offer[] => {
      const priced = passes.orders.quote(held.holder.pass, { by: "date", months });
      return "kind" in priced ? [] : [{ months, total_fen: priced.total, last: lastDay(priced.period) }];
    });
    return { held, offers, methods: charges.methods(held.holder.lot, "pass") };
  }

  server.get("/pay/pass/:link", async (request: Asked, reply) => {
    const held = passes.byLink(request.params.link ?? "");
    if (held === undefined) return notHere(request, reply);
    return send(request, reply, passPage(languageOf(request), shown(held)), { path: `/pay/pass/${held.holder.link}` });
  });

  server.post("/pay/pass/:link", smallForm, async (request: Asked, reply) => {
    const language = languageOf(request);
    const held = passes.byLink(request.params.link ?? "");
    if (held === undefined) return notHere(request, reply);
    const path = `/pay/pass/${held.holder.link}`;
    const no = (why: Refusal) => send(request, reply.code(409), passPage(language, { ...shown(held), refusal: why }), { path });
    const months = Number(field(request, "months"));
    const order = passes.orders.ask(held.holder.pass, { by: "date", months: offered.includes(months) ? months : 1 });
    if (order.kind === "refusal") return no(order);
    const [method, lot] = [field(request, "method"), held.holder.lot];
    const left = leave(request, reply, { pay: { order: order.id, lot }, method });
    if (left !== undefined) return left;
    const asked = await charges.askPass({
      ...{ order: order.id, lot, method, peer: peerOf(request) },
      back: (charge) => `${payments?.page?.address ?? ""}/pay/charge/${charge}`,
    });
    if ("kind" in asked) return no(asked);
    return goOn(request, reply, asked);
  });

  server.get("/pay/receipt/:receipt", async (request: Asked, reply) => {
    const receipt = passes.receipts.receipt(request.params.receipt ?? "");
    if (receipt === undefined) return notHere(request, reply);
    return send(request, reply, receiptPage(languageOf(request), receipt), { path: `/pay/receipt/${receipt.receipt}` });
  });

  server.post("/pay/receipt/:receipt", smallForm, async (request: Asked, reply) => {
    const id = request.params.receipt ?? "";
    const [title, tax, email] = [field(request, "title").trim(), field(request, "tax_number").trim(), field(request, "email").trim()];
    const before = passes.receipts.receipt(id);
    if (before === undefined) return notHere(request, reply);
    const data = { invoice: context.chance.id(), title, ...(tax ? { tax_number: tax } : {}), ...(email ? { email } : {}) };
    const kept = invoiceFits(title, tax, email) ? passes.receipts.invoice(id, data) : wrongInvoice;
    const why = "kind" in kept ? kept : undefined;
    const body = receiptPage(languageOf(request), passes.receipts.receipt(id) ?? before, why);
    return send(request, why === undefined ? reply : reply.code(409), body, { path: `/pay/receipt/${id}` });
  });

  server.get("/pay/join", async (request: Asked, reply) =>
    send(request, reply, joinPage(languageOf(request), { lots }), { path: "/pay/join" }),
  );

  server.post("/pay/join", { bodyLimit: largestPhoto + besidePhoto }, async (request: Asked, reply) => {
    const language = languageOf(request);
    const wait_s = scanning.wait(peerOf(request), "join", context.clock.monotonic());
    const asked =
      wait_s > 0
        ? refusal("too-often", `提交过于频繁，请 ${wait_s} 秒后再试`, `sent too often: again in ${wait_s} s`)
        : passes.residents.ask(askingOf(request));
    if (!("kind" in asked)) return reply.redirect(`/pay/asked/${asked.request}?lang=${language}`, 303);
    const status = asked.code === "too-often" ? 429 : 409;
    return send(request, reply.code(status), joinPage(language, { lots, refusal: asked }), { path: "/pay/join" });
  });

  server.get("/pay/asked/:request", async (request: Asked, reply) => {
    const state = passes.residents.state(request.params.request ?? "");
    if (state === undefined) return notHere(request, reply);
    return send(request, reply, askedPage(languageOf(request), state), { path: `/pay/asked/${request.params.request}` });
  });
}

/** A form with a picture, as a phone sends it. */
function askingOf({ headers, body }: Asked): Parameters<Cashier["passes"]["residents"]["ask"]>[0] {
  const read = readMultipart(headers["content-type"] ?? "", body instanceof Uint8Array ? body : new Uint8Array());
  const parts = "kind" in read ? [] : read;
  const of = (name: string): Uint8Array | undefined => parts.find((part) => part.name === name)?.bytes;
  const text = (name: string, most: number): string => new TextDecoder().decode(of(name) ?? new Uint8Array()).slice(0, most);
  const photo = of("photo");
  return {
    ...{ lot: text("lot", 40), room: text("room", 64), contact: text("contact", 20), note: text("note", 200) },
    plates: text("plates", 80)
      .split(/[\s,，、;；]+/)
      .filter((plate) => plate !== ""),
    photo: photo === undefined || photo.length === 0 ? undefined : photo,
  };
}
