// What stands behind a number of the month's bridge: GET /api/v1/income/passages. Its rows, and their sums, which are the number.
import Type from "typebox";
import { paymentsOf } from "#cloud/revenue/bridge.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import { passageClassNames, passagesOf } from "#cloud/revenue/passages.ts";
import { maskPlate, maySeePlates } from "#cloud/views/present.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { type Access, personOf, siteWithin } from "../access.ts";
import { ApiProblem } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";
import { money } from "./revenue.ts";

const text = Type.String({ maxLength: 64 });
const Asked = Type.Object(
  {
    ...{ site: Type.String({ maxLength: 40 }), month: Type.String({ pattern: "^\\d{4}-\\d{2}$" }) },
    /** One class of the bridge; with `operator`, of it only whom this person let out ("" for nobody who opened a gate). */
    class: Type.Optional(Type.Enum([...passageClassNames])),
    operator: Type.Optional(text),
    /** Instead: the payments that this operator took this way; or "none": stays whose payments have not all arrived. */
    method: Type.Optional(Type.String({ maxLength: 20 })),
    page: Type.Optional(Type.String({ pattern: "^[1-9][0-9]{0,4}$" })),
  },
  { additionalProperties: false },
);
const pageRows = 100;
const whole = Type.Integer();
const maybe = (schema: Type.TSchema) => Type.Union([schema, Type.Null()]);
const Row = Type.Object({
  ...{ kind: text, ref: text, class: maybe(text), lane: maybe(text), plate: maybe(text), entered_at: maybe(text), at: maybe(text) },
  ...{ charged_fen: whole, received_fen: whole, operator: maybe(text), reason: maybe(Type.String()) },
});
const Answer = Type.Object({ total: whole, charged_fen: whole, received_fen: whole, items: Type.Array(Row) });

export const passageRoutes: Routes = (server, surroundings) => {
  const { store } = surroundings;
  server.get(
    "/api/v1/income/passages",
    { config: { access: money as Access }, schema: { querystring: Asked, response: { 200: Answer } } },
    async (request) => {
      const { site, month, class: wanted, operator, method, page } = request.query;
      siteWithin(request, site);
      compoundOf(surroundings, site);
      const span = monthSpan(month);
      if (span === undefined) throw new ApiProblem(400, { code: "no-month", zh: "没有这个月份", en: "there is no such month" });
      const all = await passagesOf(store.read, site, span);
      const whole = maySeePlates(personOf(request).role);
      const masked = (plate: string | null): string | null => (plate === null || whole ? plate : maskPlate(plate));
      const stays = all.filter(({ kind }) => kind === "stay");
      const byRef = new Map(stays.map((one) => [one.ref, one]));
      const payments = method === undefined ? [] : await paymentsOf(store.read, site, [...byRef.keys()]);
      const taken = new Map<string, number>();
      for (const { visit, amount_fen } of payments) taken.set(visit, (taken.get(visit) ?? 0) + amount_fen);
      const rows =
        method === undefined
          ? all
              .filter(
                (one) => (wanted === undefined || one.class === wanted) && (operator === undefined || (one.operator ?? "") === operator),
              )
              .map((one) => ({ ...one, plate: masked(one.plate), entered_at: maybeTime(one.entered_at), at: maybeTime(one.at) }))
          : method === "none"
            ? stays
                .filter(({ ref, received_fen }) => (taken.get(ref) ?? 0) !== received_fen)
                .map((one) => ({
                  ...{ ...one, plate: masked(one.plate), entered_at: maybeTime(one.entered_at), at: maybeTime(one.at) },
                  received_fen: one.received_fen - (taken.get(one.ref) ?? 0),
                }))
            : payments
                .filter((one) => one.method === method && (operator === undefined || one.collector === operator))
                .map(({ payment, visit, lane, collector, amount_fen, at }) => ({
                  ...{ kind: "payment", ref: payment, class: byRef.get(visit)?.class ?? null, lane, at: time(at), charged_fen: 0 },
                  ...{ plate: masked(byRef.get(visit)?.plate ?? null), entered_at: maybeTime(byRef.get(visit)?.entered_at ?? null) },
                  ...{ received_fen: amount_fen, operator: collector, reason: null },
                }));
      const from = (Number(page ?? 1) - 1) * pageRows;
      return {
        total: rows.length,
        charged_fen: rows.reduce((sum, { charged_fen }) => sum + charged_fen, 0),
        received_fen: rows.reduce((sum, { received_fen }) => sum + received_fen, 0),
        items: rows.slice(from, from + pageRows),
      };
    },
  );
};
