// A quarter made public: drafted by the property, checked by the owners' committee, published, and from then on locked. What is wrong in it is mended by a notice beside it.
import { createHash, randomUUID } from "node:crypto";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import { fundStatement } from "./fund.ts";
import { monthsOf, quarterSpan } from "./months.ts";
import { type SettlementBody, silentGateways } from "./settle.ts";
import { type PartyBalance, partyBalances, spendingOf } from "./spending.ts";
import { ballotWords, voteNamed } from "./votes.ts";

export interface QuarterLine {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly amount_fen: number;
}

export interface QuarterBody {
  readonly quarter: string;
  readonly income: readonly QuarterLine[];
  readonly costs: readonly QuarterLine[];
  readonly parts: readonly QuarterLine[];
  readonly gross_fen: number;
  readonly costs_fen: number;
  readonly base_fen: number;
  readonly carried_fen: number;
  readonly fund: { readonly opening_fen: number; readonly in_fen: number; readonly out_fen: number; readonly closing_fen: number };
  /** What the fund paid, and for which hazard. */
  readonly works: readonly {
    readonly hazard: string | null;
    readonly words: string;
    readonly amount_fen: number;
    readonly vote: string | null;
    readonly notice: string | null;
    /** Heads and areas of the vote; quarters of before votes were counted have none. */
    readonly ballot?: { readonly zh: string; readonly en: string };
  }[];
  readonly months: readonly string[];
  readonly missing_months: readonly string[];
  /** cash | accrual: how the months were counted. */
  readonly accounting: readonly string[];
  /** Whose the parking spaces are, as the compound's facts had it when the quarter ended; null: nobody wrote it. Quarters of before have none. */
  readonly spaces?: string | null;
  /** Paid for a time before its month: it came late and is counted here. */
  readonly late: { readonly payments: number; readonly fen: number };
  /** Of a party's part, with its decision and its voucher. */
  readonly spending: readonly {
    readonly party: string;
    readonly day: string;
    readonly words: string;
    readonly payee: string;
    readonly amount_fen: number;
    readonly decision: string;
    readonly voucher: string;
  }[];
  readonly balances: readonly PartyBalance[];
  /** Gateways that were silent, or owed events, when it was published. */
  readonly silent_when_published?: readonly string[];
  readonly silent: readonly string[];
}

const names: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  refunds: ["退款", "refunds"],
  "channel-fees": ["支付通道手续费", "channel fees"],
  tax: ["税费", "tax"],
  electricity: ["电费", "electricity"],
  "management-fee": ["管理费", "management fee"],
  "other-costs": ["其他支出", "other costs"],
};

/** Settlements of before this day had none of them. */
const metered: readonly (Omit<QuarterLine, "amount_fen"> & { readonly of: (body: SettlementBody) => number })[] = [
  { id: "charging", zh: "充电（系统计量）", en: "charging, as metered", of: ({ charging_fen = noMoney }) => charging_fen },
  { id: "passes", zh: "月卡（系统计量）", en: "passes, as metered", of: ({ passes_fen = noMoney }) => passes_fen },
  {
    ...{ id: "given-back", zh: "退款（系统计量）", en: "given back, as metered" },
    of: ({ refunds_placed = true, edge_refunds_fen = noMoney }) => (refunds_placed ? 0 : -edge_refunds_fen),
  },
];

export async function quarterBody(read: Queries, site: string, quarter: string): Promise<QuarterBody> {
  const span = quarterSpan(quarter);
  if (span === undefined) throw new RangeError(`no quarter: ${quarter}`);
  const months = monthsOf(quarter);
  const settled = await read
    .selectFrom("settlement")
    .selectAll()
    .where("site", "=", site)
    .where("month", "in", [...months])
    .orderBy("month")
    .execute();
  const bodies = settled.map(({ body }) => JSON.parse(body) as SettlementBody);
  const ids = settled.map(({ id }) => id);
  const others = await read
    .selectFrom("income_entry")
    .selectAll()
    .where("kind", "=", "income")
    .where("settlement", "in", ["", ...ids])
    .execute();
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const categories = [...new Set(others.map(({ category }) => category))].sort();
  const income: QuarterLine[] = [
    {
      id: "parking",
      zh: "停车（系统计量）",
      en: "parking, as metered",
      amount_fen: sum(bodies.map(({ payments_fen }) => payments_fen)),
    },
    ...metered.map(({ id, zh, en, of }) => ({ id, zh, en, amount_fen: sum(bodies.map(of)) })).filter(({ amount_fen }) => amount_fen !== 0),
    ...categories.map((category) => ({
      id: `income-${category}`,
      zh: category,
      en: category,
      amount_fen: sum(others.filter((one) => one.category === category).map(({ amount_fen }) => amount_fen)),
    })),
  ];
  const kinds = [...new Set(bodies.flatMap(({ base }) => base.steps.map(({ kind }) => kind)))].filter(
    (kind) => kind !== "gross" && kind !== "loss-carried",
  );
  const costs = kinds.map((kind): QuarterLine => {
    const [zh = kind, en = kind] = names[kind] ?? [];
    return {
      id: kind,
      zh,
      en,
      amount_fen: sum(bodies.flatMap(({ base }) => base.steps.filter((step) => step.kind === kind).map(({ amount_fen }) => amount_fen))),
    };
  });
  const parties = new Map(bodies.flatMap((body) => body.parties.map((party) => [party.id, party] as const)));
  const parts = [...parties.values()].map(
    ({ id, zh, en }): QuarterLine => ({
      ...{ id, zh, en },
      amount_fen: sum(
        bodies.flatMap(({ division }) => division.parts.filter(({ party }) => party === id).map(({ amount_fen }) => amount_fen)),
      ),
    }),
  );
  const { opening_fen, in_fen, out_fen, closing_fen, rows } = await fundStatement(read, site, span);
  return {
    ...{
      quarter,
      income,
      costs,
      parts,
      gross_fen: sum(income.map(({ amount_fen }) => amount_fen)),
      costs_fen: sum(costs.map(({ amount_fen }) => amount_fen)),
    },
    ...{ base_fen: sum(settled.map(({ base_fen }) => base_fen)), carried_fen: settled.at(-1)?.carried_fen ?? 0 },
    fund: { opening_fen, in_fen, out_fen, closing_fen },
    works: await Promise.all(
      rows
        .filter(({ kind }) => kind === "spent")
        .map(async ({ hazard, words, amount_fen, vote, notice }) => {
          const counted = vote === null ? undefined : await voteNamed(read, site, vote);
          const work = { hazard, words, amount_fen: -amount_fen, vote, notice };
          return counted === undefined ? work : { ...work, ballot: ballotWords(counted) };
        }),
    ),
    ...{ months: bodies.map(({ month }) => month), missing_months: months.filter((month) => !bodies.some((body) => body.month === month)) },
    silent: [...new Set(bodies.flatMap(({ silent }) => silent))].sort(),
    spaces: ((await ruleOn(read, "compound", site, lastDay(span)))?.body as { spaces?: string } | undefined)?.spaces ?? null,
    accounting: [...new Set(bodies.map(({ accounting }) => accounting))].sort(),
    late: { payments: sum(bodies.map(({ late }) => late)), fen: sum(bodies.map(({ late_fen }) => late_fen)) },
    spending: (await spendingOf(read, site, span)).map(({ party, day, words, payee, amount_fen, decision, voucher }) => ({
      ...{ party, day, words, payee, amount_fen, decision, voucher },
    })),
    balances: await partyBalances(read, site, span),
  };
}

const lastDay = ({ to }: { readonly to: number }): string => dayText(dayOf(to - 1));

export interface QuarterStep {
  readonly site: string;
  readonly quarter: string;
  readonly step: "submit" | "check" | "publish";
  readonly person: { readonly id: string; readonly organisation: string };
  readonly now: number;
}

export async function stepQuarter(change: Change, { site, quarter, step, person, now }: QuarterStep): Promise<Row<"quarter"> | Refusal> {
  if (quarterSpan(quarter) === undefined) return refusal("no-quarter", "季度应写作 2026-Q4", "a quarter is written 2026-Q4");
  const known = await change.selectFrom("quarter").selectAll().where("site", "=", site).where("quarter", "=", quarter).executeTakeFirst();
  if (known?.state === "published")
    return refusal("locked", "该季度已公示并锁定，只能发更正公告", "the quarter is published and locked: mend it by a notice");
  if (step === "submit") {
    const body = JSON.stringify(await quarterBody(change, site, quarter));
    const row = {
      site,
      quarter,
      state: "submitted",
      body,
      hash: hashOf(body),
      submitted_by: person.id,
      checked_by: null,
      published_at: null,
      updated_at: now,
    };
    await change
      .insertInto("quarter")
      .values(row)
      .onConflict((conflict) => conflict.columns(["site", "quarter"]).doUpdateSet(row))
      .execute();
    return row;
  }
  if (known === undefined) return refusal("not-submitted", "物业尚未提交", "the property has not submitted it yet");
  if (step === "check") {
    if (known.submitted_by === person.id) return refusal("same-person", "提交人不得核对", "who submitted it does not check it");
    return set(change, known, { state: "checked", checked_by: person.id, updated_at: now });
  }
  if (known.state !== "checked") return refusal("not-checked", "业委会尚未核对", "the owners' committee has not checked it yet");
  // Between the draft and today something may have moved: what is published is what was checked, or nothing.
  const body = JSON.stringify(await quarterBody(change, site, quarter));
  if (hashOf(body) !== known.hash)
    return refusal("moved", "提交之后数据有变动，请重新提交", "it changed since it was submitted: submit it again");
  // It is published as it was checked, and says who was silent at this moment: what these still owe counts in the next.
  const said = JSON.stringify({ ...(JSON.parse(body) as QuarterBody), silent_when_published: await silentGateways(change, site) });
  const published = await set(change, known, { state: "published", body: said, hash: hashOf(said), published_at: now, updated_at: now });
  await seal(change, "quarter", [published]);
  return published;
}

async function set(change: Change, known: Row<"quarter">, columns: Partial<Row<"quarter">>): Promise<Row<"quarter">> {
  await change.updateTable("quarter").set(columns).where("site", "=", known.site).where("quarter", "=", known.quarter).execute();
  return { ...known, ...columns };
}

const hashOf = (body: string): string => createHash("sha256").update(body).digest("hex");

export const noticeLine = "更正公告";

/** Once, by whoever answers for the quarter; late is late and stays so. */
export async function replyToObjection(
  change: Change,
  { id, reply, by, at }: { readonly id: string; readonly reply: string; readonly by: string; readonly at: number },
): Promise<Row<"objection"> | Refusal | undefined> {
  const known = await change.selectFrom("objection").selectAll().where("id", "=", id).executeTakeFirst();
  if (known === undefined) return undefined;
  if (known.replied_at !== null) return refusal("replied", "该异议已答复", "it was answered already");
  const set = { reply: reply.trim(), replied_by: by, replied_at: at };
  await change.updateTable("objection").set(set).where("id", "=", id).where("replied_at", "is", null).execute();
  await sealAgain(change, "objection:reply", { id });
  return { ...known, ...set };
}

/** A question about a line, or the property's own notice of a correction: both stand beside the quarter for ever. */
export async function raiseObjection(
  change: Change,
  asked: {
    /** Made here where none is given. */
    readonly id?: string;
    readonly site: string;
    readonly quarter: string;
    readonly line: string;
    readonly words: string;
    readonly at: number;
    readonly due_at: number;
    readonly by?: string;
  },
): Promise<Row<"objection">> {
  const { by, id = randomUUID(), ...said } = asked;
  const replied =
    by === undefined ? { reply: null, replied_by: null, replied_at: null } : { reply: said.words, replied_by: by, replied_at: said.at };
  const row = { id, ...said, ...replied };
  await change.insertInto("objection").values(row).execute();
  for (const kind of ["objection", "objection:reply"] as const) await seal(change, kind, [row]);
  return row;
}
