// Public income: GET /api/v1/income, POST /income/entries, /income/settlements, /income/quarters; GET and POST /api/v1/fund. Whole fen everywhere; totals are sums.
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { replyDue } from "#cloud/ledger/clocks.ts";
import { policyOn } from "#cloud/ledger/policy.ts";
import { deductionKinds } from "#cloud/revenue/base.ts";
import { bridgeOf } from "#cloud/revenue/bridge.ts";
import { fundKinds, fundStatement, moveFund } from "#cloud/revenue/fund.ts";
import { byArea, type Household } from "#cloud/revenue/households.ts";
import { monthSpan, quarterSpan } from "#cloud/revenue/months.ts";
import { noticeLine, quarterBody, raiseObjection, stepQuarter } from "#cloud/revenue/quarters.ts";
import { enterIncome, settleMonth } from "#cloud/revenue/settle.ts";
import { partyBalances, spendingOf } from "#cloud/revenue/spending.ts";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import { type Access, personOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { ApiProblem, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";

const strict = { additionalProperties: false } as const;
const site = Type.String({ maxLength: 40 });
const words = Type.String({ minLength: 1, maxLength: 500 });
const month = Type.String({ pattern: "^\\d{4}-\\d{2}$" });
const quarter = Type.String({ pattern: "^\\d{4}-Q[1-4]$" });
const Reading = Type.Object({ site, month: Type.Optional(month), quarter: Type.Optional(quarter) }, strict);
const Income = Type.Object(
  {
    ...{ site, kind: Type.Enum(["income", ...deductionKinds]), category: Type.String({ minLength: 1, maxLength: 60 }) },
    ...{
      amount_fen: Type.Integer({ minimum: 1 }),
      day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" }),
      voucher: Type.String({ minLength: 1, maxLength: 120 }),
      words,
    },
  },
  strict,
);
const Settling = Type.Object({ site, month }, strict);
const Fund = Type.Object(
  {
    ...{ site, kind: Type.Enum([...fundKinds]), amount_fen: Type.Integer(), words, hazard: Type.Optional(Type.String({ maxLength: 64 })) },
    ...{ vote: Type.Optional(words), notice: Type.Optional(words), approval: Type.Optional(words) },
  },
  strict,
);
const Quarter = Type.Object(
  { site, quarter, step: Type.Enum(["submit", "check", "publish", "notice"]), words: Type.Optional(words) },
  strict,
);
const FundReading = Type.Object({ site, quarter: Type.Optional(quarter), households: Type.Optional(Type.Literal("yes")) }, strict);

export const money: readonly Role[] = [
  "property-manager",
  "operating-company",
  "finance",
  "owners-committee",
  "community-committee",
  "street-officer",
  "bureau-officer",
  "auditor",
];
export const keepers: readonly Role[] = ["property-manager", "finance"];
/** Of all months that there ever were. */
const forever = { name: "", from_day: "0000-01-01", to_day: "9999-12-31", from: 0, to: Number.MAX_SAFE_INTEGER } as const;
const access = (roles: readonly Role[]) => ({ config: { access: roles as Access } });

export const revenueRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/api/v1/income", { ...access(money), schema: { querystring: Reading } }, async (request) => {
    const { site: id, month: asked, quarter: q } = request.query;
    siteWithin(request, id);
    compoundOf(surroundings, id);
    const span = asked === undefined ? undefined : monthSpan(asked);
    if (asked !== undefined && span === undefined)
      throw new ApiProblem(400, { code: "no-month", zh: "没有这个月份", en: "there is no such month" });
    const settlements = await store.read.selectFrom("settlement").selectAll().where("site", "=", id).orderBy("month").execute();
    const window = span ?? (q === undefined ? undefined : quarterSpan(q));
    let entries = store.read.selectFrom("income_entry").selectAll().where("site", "=", id);
    if (span !== undefined) entries = entries.where("day", ">=", span.from_day).where("day", "<", span.to_day);
    const stored =
      q === undefined
        ? undefined
        : await store.read.selectFrom("quarter").selectAll().where("site", "=", id).where("quarter", "=", q).executeTakeFirst();
    const objections =
      q === undefined
        ? []
        : await store.read.selectFrom("objection").selectAll().where("site", "=", id).where("quarter", "=", q).orderBy("at").execute();
    return {
      settlements: settlements.map((one) => ({ ...one, at: time(one.at), body: JSON.parse(one.body) as unknown })),
      entries: (await entries.orderBy("day").execute()).map((one) => ({ ...one, at: time(one.at) })),
      bridge: span === undefined ? null : await bridgeOf(store.read, id, span),
      quarter:
        q === undefined
          ? null
          : stored === undefined
            ? { state: "draft", body: await quarterBody(store.read, id, q), hash: null }
            : { ...stored, body: JSON.parse(stored.body) as unknown },
      objections: objections.map((one) => ({
        ...{ ...one, at: time(one.at), due_at: time(one.due_at), replied_at: one.replied_at === null ? null : time(one.replied_at) },
        overdue: one.replied_at === null && now() > one.due_at,
        late: one.replied_at !== null && one.replied_at > one.due_at,
      })),
      spending: (await spendingOf(store.read, id, window)).map((one) => ({ ...one, at: time(one.at) })),
      balances: await partyBalances(store.read, id, window ?? forever),
    };
  });

  server.post(
    "/api/v1/income/entries",
    { config: { access: keepers, audit: "income.enter" }, schema: { body: Income } },
    async (request, reply) => {
      siteWithin(request, request.body.site);
      compoundOf(surroundings, request.body.site);
      const entry = { ...request.body, person: personOf(request), at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => enterIncome(change, entry),
        about: ({ id }) => ({
          object: id,
          site: entry.site,
          detail: { kind: entry.kind, amount_fen: entry.amount_fen, voucher: entry.voucher },
        }),
      });
      return reply.code(201).send({ ...row, at: time(row.at) });
    },
  );

  server.post(
    "/api/v1/income/settlements",
    { config: { access: keepers, audit: "income.settle" }, schema: { body: Settling } },
    async (request, reply) => {
      siteWithin(request, request.body.site);
      compoundOf(surroundings, request.body.site);
      const settling = { ...request.body, person: personOf(request), now: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => settleMonth(change, settling),
        about: (done) => {
          const made = rowOf(done);
          return made && { object: made.id, site: made.site, detail: { month: made.month, base_fen: made.base_fen } };
        },
        alone: `settle ${settling.site}`,
      });
      if ("code" in row) throw refused(row);
      return reply.code(201).send({ ...row, at: time(row.at), body: JSON.parse(row.body) as unknown });
    },
  );

  const steppers: Readonly<Record<string, readonly Role[]>> = {
    submit: keepers,
    check: ["owners-committee"],
    publish: ["owners-committee"],
    notice: [...keepers, "owners-committee"],
  };
  server.post(
    "/api/v1/income/quarters",
    { config: { access: [...keepers, "owners-committee"], audit: "income.publish" }, schema: { body: Quarter } },
    async (request) => {
      const { step, words: said, ...which } = request.body;
      siteWithin(request, which.site);
      compoundOf(surroundings, which.site);
      const person = personOf(request);
      if (!(steppers[step] ?? []).includes(person.role))
        throw refused({ kind: "refusal", code: "wrong-role", zh: "您的角色不能执行该操作", en: "your role may not do this" }, 403);
      if (step === "notice") {
        if (said === undefined) throw new ApiProblem(400, { code: "no-words", zh: "请写明更正内容", en: "say what is corrected" });
        const notice = { ...which, line: noticeLine, words: said, at: now(), due_at: now(), by: person.name };
        const row = await changed(surroundings, request, {
          work: ({ change }) => raiseObjection(change, notice),
          about: ({ id }) => ({ object: id, site: which.site, detail: { step } }),
        });
        return { ...which, state: "notice", id: row.id };
      }
      const row = await changed(surroundings, request, {
        work: ({ change }) => stepQuarter(change, { ...which, step: step as "submit", person, now: now() }),
        about: (done) => rowOf(done) && { object: `${which.site}/${which.quarter}`, site: which.site, detail: { step } },
        alone: `quarter ${which.site}`,
      });
      if ("code" in row) throw refused(row, row.code === "same-person" ? 403 : 409);
      return { ...which, state: row.state, hash: row.hash };
    },
  );

  server.get("/api/v1/fund", { ...access(money), schema: { querystring: FundReading } }, async (request) => {
    const { site: id, quarter: q, households } = request.query;
    siteWithin(request, id);
    compoundOf(surroundings, id);
    const span = (q === undefined ? undefined : quarterSpan(q)) ?? { from: 0, to: Number.MAX_SAFE_INTEGER };
    const statement = await fundStatement(store.read, id, span);
    const areas =
      households === undefined
        ? undefined
        : ((await ruleOn(store.read, "households", id, dayText(dayOf(now()))))?.body as readonly Household[] | undefined);
    return {
      ...{ ...statement, rows: statement.rows.map((row) => ({ ...row, at: time(row.at) })) },
      households: areas === undefined || areas.length === 0 ? null : byArea(fen(statement.closing_fen), areas),
    };
  });

  server.post(
    "/api/v1/fund/entries",
    {
      config: { access: ["property-manager", "finance", "owners-committee", "bureau-officer"], audit: "fund.enter" },
      schema: { body: Fund },
    },
    async (request, reply) => {
      siteWithin(request, request.body.site);
      compoundOf(surroundings, request.body.site);
      const move = { ...request.body, kind: request.body.kind as (typeof fundKinds)[number], person: personOf(request), at: now() };
      const row = await changed(surroundings, request, {
        work: async ({ change, marks }) => {
          const moved = await moveFund(change, move);
          // A refusal after the line was written: nothing of it may stay.
          if ("code" in moved && ["no-hazard", "wrong-state"].includes(moved.code)) throw refused(moved);
          if (move.hazard !== undefined) marks.add({ kind: "hazard", id: move.hazard });
          return moved;
        },
        about: (done) => {
          const made = rowOf(done);
          return (
            made && { object: made.id, site: made.site, detail: { kind: made.kind, amount_fen: made.amount_fen, hazard: made.hazard } }
          );
        },
        alone: `fund ${move.site}`,
      });
      if ("code" in row) throw refused(row);
      return reply.code(201).send({ ...row, at: time(row.at) });
    },
  );
};

export const objectionDue = async (store: Parameters<typeof policyOn>[0], now: number): Promise<number> => {
  const { calendar, clocks } = await policyOn(store, now);
  return replyDue(calendar, clocks, now).at;
};
