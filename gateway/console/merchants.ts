// Shops and their coupons over HTTP: what the office writes, what a shop gives, what it owes.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { MerchantCoupon, MerchantEntry, MerchantSettlement } from "#protocols/api/register.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Lanes } from "../lanes/door.ts";
import { type Merchants, merchantsOf } from "../register/merchants.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";

export const merchantsHere = (context: SiteContext, { tariffs }: Lanes): Merchants =>
  merchantsOf(context, (lot) => tariffs.version({ lot, tariffHash: null }, context.clock.wall()));

const Params = Type.Object({ merchant: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false });
const Month = Type.Object({ month: Type.Optional(Type.String({ pattern: "^\\d{4}-(0[1-9]|1[0-2])$" })) }, { additionalProperties: false });

export function merchantRoutes(server: FastifyInstance, merchants: Merchants): void {
  server.post<{ Body: MerchantEntry }>("/merchants", { schema: { body: MerchantEntry } }, async (request, reply) => {
    const said: object = merchants.write(request.body);
    return "kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
  });
  server.post<{ Params: { merchant: string }; Body: MerchantCoupon }>(
    "/merchants/:merchant/coupons",
    { schema: { params: Params, body: MerchantCoupon } },
    async (request, reply) => {
      const said: object = merchants.give(request.params.merchant, request.body);
      return "kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
    },
  );
  server.post<{ Params: { merchant: string }; Body: MerchantSettlement }>(
    "/merchants/:merchant/settlements",
    { schema: { params: Params, body: MerchantSettlement } },
    async (request, reply) => {
      const said: object = merchants.settle(request.params.merchant, request.body);
      return "kind" in said ? sendProblem(reply, refusalProblem(said as Refusal)) : said;
    },
  );
  server.get<{ Params: { merchant: string }; Querystring: { month?: string } }>(
    "/merchants/:merchant/account",
    { schema: { params: Params, querystring: Month } },
    async (request, reply) =>
      merchants.account(request.params.merchant, request.query.month) ??
      sendProblem(reply, { status: 404, code: "no-merchant", zh: "没有这个商户", en: "no such merchant" }),
  );
}
