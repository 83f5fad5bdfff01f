// Passes over the booth's API: prices, holders, sales, changes, refunds, reminders, residents' requests, receipts and invoice data.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type, { type TSchema } from "typebox";
import {
  InvoiceData,
  PassExtension,
  PassHolder,
  PassPlates,
  PassPrices,
  PassRefund,
  PassReplacement,
  PassSale,
  ResidentDecision,
  type Term,
} from "#protocols/api/passes.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, fromRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { PassDesk } from "../payments/passes/door.ts";
import { staticCodeFor } from "../payments/payees.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";
import { type AsForm, Formed, sendTable } from "./tables.ts";

const strict = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: "^[A-Za-z0-9._-]+$" });
const date = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const keyed = (name: string): TSchema => Type.Object({ [name]: Name }, strict);
const Quote = Type.Object(
  {
    by: Type.Enum(["date", "calendar", "day"]),
    months: Type.Optional(Type.String({ pattern: "^([1-9]|[1-5][0-9]|60)$" })),
    until: Type.Optional(date),
    from: Type.Optional(date),
  },
  strict,
);
const Days = Type.Object({ days: Type.Optional(Type.String({ pattern: "^[0-9]{1,2}$" })) }, strict);

const notFound = (reply: FastifyReply): FastifyReply =>
  sendProblem(reply, { status: 404, code: "no-such", zh: "没有这条记录", en: "no such thing" });
const answer = (reply: FastifyReply, said: object | undefined): object => {
  if (said === undefined) return notFound(reply);
  return (said as Partial<Refusal>).kind === "refusal" ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
};
type Of<P extends string> = { Params: Record<P, string> };

export function passRoutes(server: FastifyInstance, context: SiteContext, desk: PassDesk): void {
  const { orders, changes } = desk;
  const payeeOf = (pass: string): string | null => {
    const lot = desk.held(pass)?.holder.lot;
    return lot === undefined ? null : (staticCodeFor(context.config.payments, { lot, income: "pass" })?.payee ?? null);
  };

  server.post<{ Body: PassPrices }>("/pass-prices", { schema: { body: PassPrices } }, async (request, reply) =>
    answer(reply, desk.writePrices(request.body)),
  );
  server.post<{ Body: PassExtension }>("/passes/extend", { schema: { body: PassExtension } }, async (request, reply) =>
    answer(reply, changes.extend(request.body)),
  );
  server.get<{ Querystring: { days?: string } }>("/passes/ending", { schema: { querystring: Days } }, async (request) =>
    desk.reminders.due(Number(request.query.days ?? "7")),
  );
  const pass = { params: keyed("pass") };
  server.get<Of<"pass">>("/passes/:pass", { schema: pass }, async (request, reply) => answer(reply, desk.held(request.params.pass)));
  server.post<Of<"pass"> & { Body: PassHolder }>(
    "/passes/:pass/holder",
    { schema: { ...pass, body: PassHolder } },
    async (request, reply) => answer(reply, desk.adopt(request.params.pass, request.body)),
  );
  server.get<Of<"pass"> & { Querystring: { by: "date" | "calendar" | "day"; months?: string; until?: string; from?: string } }>(
    "/passes/:pass/quote",
    { schema: { ...pass, querystring: Quote } },
    async (request, reply) => {
      const { by, months = "1", until = "", from } = request.query;
      const term: Term = by === "day" ? { by, until } : { by, months: Number(months) };
      return answer(reply, orders.quote(request.params.pass, term, from));
    },
  );
  server.post<Of<"pass"> & { Body: PassSale }>("/passes/:pass/orders", { schema: { ...pass, body: PassSale } }, async (request, reply) => {
    const { params, body } = request;
    return answer(reply, orders.sell(params.pass, body, body.method === "static-code" ? payeeOf(params.pass) : null));
  });
  server.post<Of<"pass"> & { Body: PassPlates }>(
    "/passes/:pass/plates",
    { schema: { ...pass, body: PassPlates } },
    async (request, reply) => answer(reply, changes.plates(request.params.pass, request.body)),
  );
  server.post<Of<"pass"> & { Body: PassReplacement }>(
    "/passes/:pass/replacement",
    { schema: { ...pass, body: PassReplacement } },
    async (request, reply) => answer(reply, changes.replacement(request.params.pass, request.body)),
  );
  server.post<Of<"pass"> & { Body: PassRefund }>(
    "/passes/:pass/refund",
    { schema: { ...pass, body: PassRefund } },
    async (request, reply) => answer(reply, changes.refund(request.params.pass, request.body)),
  );
  residentRoutes(server, desk);
  receiptRoutes(server, desk);
}

function residentRoutes(server: FastifyInstance, { residents }: PassDesk): void {
  server.get("/residents", async () => residents.all());
  server.get<Of<"request">>("/residents/:request/photo", { schema: { params: keyed("request") } }, async (request, reply) => {
    const photo = residents.photo(request.params.request);
    return photo === undefined ? notFound(reply) : reply.type(photo.type).header("cache-control", "no-store").send(photo.bytes);
  });
  server.post<Of<"request"> & { Body: ResidentDecision }>(
    "/residents/:request/decision",
    { schema: { params: keyed("request"), body: ResidentDecision } },
    async (request, reply) => answer(reply, residents.decide(request.params.request, request.body)),
  );
}

function receiptRoutes(server: FastifyInstance, { receipts }: PassDesk): void {
  server.get<Of<"receipt">>("/receipts/:receipt", { schema: { params: keyed("receipt") } }, async (request, reply) =>
    answer(reply, receipts.receipt(request.params.receipt)),
  );
  server.post<Of<"receipt"> & { Body: InvoiceData }>(
    "/receipts/:receipt/invoice",
    { schema: { params: keyed("receipt"), body: InvoiceData } },
    async (request, reply) => answer(reply, receipts.invoice(request.params.receipt, request.body)),
  );
  server.get<AsForm & { Querystring: { from: string; until: string } }>(
    "/invoices/:form",
    { schema: { params: Formed, querystring: Type.Object({ from: date, until: date }, strict) } },
    async (request, reply) => {
      const { from: first, until: last } = request.query;
      const [from, until] = [fromRfc3339(`${first}T00:00`), fromRfc3339(`${last}T00:00`)];
      if (from === undefined || until === undefined) return notFound(reply);
      const rows = receipts.invoices({ from, until: wall(until + dayMs) });
      return sendTable(reply, `invoices-${first}-${last}`, { form: request.params.form, rows });
    },
  );
}
