// Money over HTTP: the booth's orders under its token, and the providers' own word at an address of its own, believed by its signature alone.
import type { FastifyInstance, FastifyReply } from "fastify";
import Type from "typebox";
import {
  Arrears,
  ArrearsPayment,
  ChargeAsked,
  ChargeOrder,
  DisputeOrder,
  DisputeVerdict,
  Entered,
  EntryOrder,
  HandOver,
  RefundOrder,
  RematchOrder,
  ShiftBegin,
  ShiftReport,
} from "#protocols/api/cashier.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import type { Cashier } from "../payments/door.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

const keyed = (name: string) =>
  Type.Object({ [name]: Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9._-]+$" }) }, { additionalProperties: false });
const longestNotice = 64 * 1024;

const answer = (reply: FastifyReply, said: object): object => ("kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said);

export function cashierRoutes(server: FastifyInstance, cashier: Cashier): void {
  const { charges, entries, shifts, report } = cashier;
  correctionRoutes(server, cashier);
  server.post<{ Params: { lane: string }; Body: ChargeOrder }>(
    "/lanes/:lane/charges",
    { schema: { params: keyed("lane"), body: ChargeOrder, response: { 200: ChargeAsked } } },
    async (request, reply) => answer(reply, await charges.ask(request.params.lane, request.body.provider)),
  );
  server.post<{ Params: { payment: string }; Body: RefundOrder }>(
    "/payments/:payment/refund",
    { schema: { params: keyed("payment"), body: RefundOrder, response: { 200: Entered } } },
    async (request, reply) => answer(reply, entries.refund(request.params.payment, request.body)),
  );
  server.post<{ Params: { payment: string }; Body: EntryOrder }>(
    "/payments/:payment/void",
    { schema: { params: keyed("payment"), body: EntryOrder, response: { 200: Entered } } },
    async (request, reply) => answer(reply, entries.void(request.params.payment, request.body)),
  );
  server.post<{ Params: { bill: string }; Body: EntryOrder }>(
    "/bills/:bill/waive",
    { schema: { params: keyed("bill"), body: EntryOrder, response: { 200: Entered } } },
    async (request, reply) => answer(reply, entries.waive(request.params.bill, request.body)),
  );
  server.get<{ Querystring: { plate: string } }>(
    "/arrears",
    {
      schema: {
        querystring: Type.Object({ plate: Type.String({ minLength: 5, maxLength: 20 }) }, { additionalProperties: false }),
        response: { 200: Arrears },
      },
    },
    async (request) => {
      const plate = canonicalPlate(request.query.plate);
      return plate === undefined ? [] : entries.arrears(plate);
    },
  );
  server.post<{ Body: ShiftBegin }>("/shifts", { schema: { body: ShiftBegin } }, async (request, reply) =>
    answer(reply, shifts.begin(request.body.person)),
  );
  server.get<{ Params: { shift: string } }>(
    "/shifts/:shift/report",
    { schema: { params: keyed("shift"), response: { 200: ShiftReport } } },
    async (request, reply) => answer(reply, report(request.params.shift)),
  );
  server.post<{ Params: { shift: string }; Body: HandOver }>(
    "/shifts/:shift/hand-over",
    { schema: { params: keyed("shift"), body: HandOver } },
    async (request, reply) => answer(reply, shifts.handOver(request.params.shift, { reason: "", ...request.body })),
  );
}

/** What a person puts right afterwards: a debt, a wrong match, a driver's dispute. */
function correctionRoutes(server: FastifyInstance, { collect, rematch, disputes }: Cashier): void {
  server.post<{ Params: { visit: string }; Body: ArrearsPayment }>(
    "/arrears/:visit",
    { schema: { params: keyed("visit"), body: ArrearsPayment } },
    async (request, reply) => answer(reply, collect(request.params.visit, request.body)),
  );
  server.post<{ Params: { visit: string }; Body: RematchOrder }>(
    "/visits/:visit/rematch",
    { schema: { params: keyed("visit"), body: RematchOrder } },
    async (request, reply) => answer(reply, rematch(request.params.visit, request.body)),
  );
  server.get("/disputes", async () => disputes.all());
  server.post<{ Body: DisputeOrder }>("/disputes", { schema: { body: DisputeOrder } }, async (request, reply) => {
    const { person, payment = null, contact = "", ...dispute } = request.body;
    return answer(reply, disputes.open({ ...dispute, payment, contact, by: person }));
  });
  server.post<{ Params: { dispute: string }; Body: DisputeVerdict }>(
    "/disputes/:dispute/end",
    { schema: { params: keyed("dispute"), body: DisputeVerdict } },
    async (request, reply) => answer(reply, disputes.end(request.params.dispute, request.body)),
  );
}

/** Bytes as they came: a signature is over them and nothing else. */
export const noticeRoutes =
  ({ charges }: Cashier) =>
  async (server: FastifyInstance): Promise<void> => {
    server.removeAllContentTypeParsers();
    server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    server.post<{ Params: { provider: string } }>("/pay/notify/:provider", { bodyLimit: longestNotice }, async (request, reply) => {
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      const said = await charges.told(request.params.provider, { headers, body });
      if (said === undefined)
        return sendProblem(reply, { status: 404, code: "no-provider", zh: "没有开通这种支付方式", en: "no such provider here" });
      return reply.code(said.status).type(said.type).send(said.body);
    });
  };
