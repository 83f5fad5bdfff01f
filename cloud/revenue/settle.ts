// A month settled: every payment and every entry that no settlement has taken yet, once and for ever; what comes late belongs to the next. Parts, tiers and the fund's share in one
// transaction, and the settlements of a compound are a chain.
import { createHash, randomUUID } from "node:crypto";
import type { IncomeRule } from "#cloud/rulebook/kinds.ts";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, noMoney, sumFen } from "#protocols/vocabulary/money.ts";
import { type Base, baseOf } from "./base.ts";
import { moveFund } from "./fund.ts";
import { monthAfter, monthSpan } from "./months.ts";
import { type Division, divide } from "./split.ts";
import { type Takings, takingsUntil } from "./takings.ts";

export interface SettlementBody {
  readonly month: string;
  readonly rule_version: number;
  readonly parties: IncomeRule["parties"];
  readonly accounting: IncomeRule["accounting"];
  readonly payments: number;
  readonly payments_fen: Fen;
  /** Of them from before this month: they came late. */
  /** As the gateways' own events have it. */
  readonly charging_fen: Fen;
  readonly passes_fen: Fen;
  readonly edge_refunds_fen: Fen;
  /** The contract's order says where refunds go off; otherwise they are off the gross. */
  readonly refunds_placed: boolean;
  readonly waived_fen: Fen;
  /** Paid to the sandbox: no money, in no sum. */
  readonly sandbox_fen: Fen;
  readonly late: number;
  readonly late_fen: Fen;
  readonly other_income_fen: Fen;
  readonly base: Base;
  readonly division: Division;
  readonly fund_party: string | null;
  /** Gateways that were silent, or owe events, when it was made. */
  readonly silent: readonly string[];
}

export interface Settling {
  readonly site: string;
  readonly month: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly now: number;
}

export async function settleMonth(change: Change, settling: Settling): Promise<Row<"settlement"> | Refusal> {
  const { site, month, person, now } = settling;
  const span = monthSpan(month);
  if (span === undefined) return refusal("no-month", "月份应写作 2026-11", "a month is written 2026-11");
  if (now < span.to) return refusal("too-early", "该月尚未结束", "the month is not over yet");
  const last = await change
    .selectFrom("settlement")
    .selectAll()
    .where("site", "=", site)
    .orderBy("month", "desc")
    .limit(1)
    .executeTakeFirst();
  if (last !== undefined && last.month >= month)
    return refusal("settled", `${last.month} 已结算，不能重算`, `${last.month} is settled already and stays`);
  if (last !== undefined && monthAfter(last.month) !== month)
    return refusal("gap", `请先结算 ${monthAfter(last.month)}`, `settle ${monthAfter(last.month)} first`);
  const written = await ruleOn(change, "split", site, span.from_day);
  if (written === undefined)
    return refusal("no-rule", "该小区没有分成规则，不能按零分配", "there is no split for this compound, and none is no split");
  const rule = written.body as IncomeRule;
  const takings = await takingsUntil(change, { site, to: span.to, to_day: span.to_day, accounting: rule.accounting });
  const before = await dividedBefore(change, site, month, rule.counted);
  const sums = sumsOf(takings);
  // What the edge gave back goes off where the contract says so, or never was income.
  const placed = rule.order.some(({ kind, how }) => kind === "refunds" && how === "booked");
  const booked =
    placed && sums.refunds > 0 ? { ...takings.booked, refunds: fen((takings.booked.refunds ?? 0) + sums.refunds) } : takings.booked;
  const homeless = Object.entries(booked).find(
    ([kind, amount]) => amount !== 0 && !rule.order.some((one) => one.kind === kind && one.how === "booked"),
  );
  if (homeless !== undefined)
    return refusal(
      "no-place",
      `已登记的“${homeless[0]}” ${homeless[1]} 分在协议的扣除次序中没有位置`,
      `${homeless[0]} of ${homeless[1]} fen was booked and has no place in the contract's order`,
    );
  const gross_fen = fen(sums.parking + sums.charging + sums.passes + takings.other_fen - (placed ? 0 : sums.refunds));
  const base = baseOf(rule.order, { gross_fen, booked, carried_fen: fen(last?.carried_fen ?? 0) });
  const division = divide(rule, base.base_fen, before);
  const came = takings.taken.filter(({ what }) => what !== "refunds");
  const late = came.filter(({ at }) => at < span.from);
  const body: SettlementBody = {
    ...{ month, rule_version: written.version, parties: rule.parties, accounting: rule.accounting },
    ...{ payments: came.filter(({ what }) => what === "parking").length, payments_fen: sums.parking },
    ...{ charging_fen: sums.charging, passes_fen: sums.passes, edge_refunds_fen: sums.refunds, refunds_placed: placed },
    ...{ waived_fen: takings.waived_fen, sandbox_fen: takings.sandbox_fen },
    ...{ late: late.length, late_fen: sumFen(late.map(({ amount_fen }) => amount_fen)) },
    ...{ other_income_fen: takings.other_fen, base, division, fund_party: rule.fund ?? null, silent: await silentGateways(change, site) },
  };
  const id = randomUUID();
  const previous = last?.hash ?? "";
  const text = JSON.stringify(body);
  const hash = createHash("sha256")
    .update(JSON.stringify([site, text, previous]))
    .digest("hex");
  const row = {
    id,
    site,
    month,
    rule_version: written.version,
    body: text,
    base_fen: base.base_fen,
    carried_fen: base.carried_fen,
    person: person.id,
    at: now,
    previous,
    hash,
  };
  await change.insertInto("settlement").values(row).execute();
  await seal(change, "settlement", [row]);
  const lines = [
    ...takings.taken.map(({ kind, ref, amount_fen }) => ({ settlement: id, kind, ref, amount_fen })),
    ...takings.entries.map((one) => ({ settlement: id, kind: "entry", ref: one.id, amount_fen: one.amount_fen })),
  ];
  for (let at = 0; at < lines.length; at += 200)
    await change
      .insertInto("settlement_line")
      .values(lines.slice(at, at + 200))
      .execute();
  await seal(change, "settlement_line", lines);
  for (const one of takings.entries) await change.updateTable("income_entry").set({ settlement: id }).where("id", "=", one.id).execute();
  await seal(
    change,
    "income_entry:settled",
    takings.entries.map((one) => ({ id: one.id, settlement: id })),
  );
  const toFund = division.parts.find(({ party }) => party === rule.fund)?.amount_fen ?? noMoney;
  if (toFund > 0) {
    const moved = await moveFund(change, {
      site,
      kind: "public-income",
      amount_fen: toFund,
      words: `${month} 公共收益分成`,
      person,
      at: now,
    });
    if ("code" in moved) return moved;
  }
  return row;
}

function sumsOf({ taken }: Takings): Readonly<Record<"parking" | "charging" | "passes" | "refunds", Fen>> {
  const of = (wanted: string): Fen => sumFen(taken.filter(({ what }) => what === wanted).map(({ amount_fen }) => amount_fen));
  return { parking: of("parking"), charging: of("charging"), passes: of("passes"), refunds: of("refunds") };
}

/** What the tiers count already. */
async function dividedBefore(change: Change, site: string, month: string, counted: IncomeRule["counted"]): Promise<Fen> {
  if (counted === "month") return noMoney;
  let rows = change.selectFrom("settlement").select("base_fen").where("site", "=", site);
  if (counted === "year") rows = rows.where("month", ">=", `${month.slice(0, 4)}-01`);
  return sumFen((await rows.execute()).map(({ base_fen }) => fen(base_fen)));
}

export async function silentGateways(change: Queries, site: string): Promise<string[]> {
  const away = await change.selectFrom("gateway").select("gateway").where("site", "=", site).where("state", "!=", "online").execute();
  const behind = await change
    .selectFrom("cursor")
    .select("gateway")
    .distinct()
    .where("site", "=", site)
    .whereRef("seen_to", ">", "up_to")
    .execute();
  return [...new Set([...away, ...behind].map(({ gateway }) => gateway))].sort();
}

export interface NewIncome {
  readonly site: string;
  readonly kind: string;
  readonly category: string;
  readonly amount_fen: number;
  readonly day: string;
  readonly voucher: string;
  readonly words: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

export async function enterIncome(change: Change, { person, ...entry }: NewIncome): Promise<Row<"income_entry">> {
  const row = { ...entry, id: randomUUID(), person: person.id, person_name: person.name, settlement: null };
  await change.insertInto("income_entry").values(row).execute();
  await seal(change, "income_entry", [row]);
  return row;
}
