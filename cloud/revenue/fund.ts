// The maintenance fund: one account per compound whose every line says what it stands at. Never below nothing without a named approval; what goes out stands under a vote that passed by the
// rule of its day (or the approval of an emergency) and names its notice, and the hazard that it was for, which then says the same.
import { randomUUID } from "node:crypto";
import { writeStep } from "#cloud/ledger/steps.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { whyNotUnder } from "./votes.ts";

export const fundKinds = ["opening", "public-income", "owners", "grant", "donation", "spent", "correction"] as const;
export type FundKind = (typeof fundKinds)[number];

export interface FundMove {
  readonly site: string;
  readonly kind: FundKind;
  /** Above zero comes in; below zero goes out. */
  readonly amount_fen: number;
  readonly hazard?: string | undefined;
  readonly vote?: string | undefined;
  readonly notice?: string | undefined;
  /** Who allowed what is not otherwise allowed: his name and the document. */
  readonly approval?: string | undefined;
  readonly words: string;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

export async function balanceOf(read: Queries, site: string): Promise<{ readonly balance_fen: number; readonly seq: number }> {
  const last = await read
    .selectFrom("fund_entry")
    .select(["balance_fen", "seq"])
    .where("site", "=", site)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return last ?? { balance_fen: 0, seq: 0 };
}

export async function moveFund(change: Change, move: FundMove): Promise<Row<"fund_entry"> | Refusal> {
  const { site, kind, amount_fen, hazard, vote, notice, approval, words, person, at } = move;
  const wrong = whatIsWrong(move) ?? (await notVoted(change, move));
  if (wrong !== undefined) return wrong;
  const { balance_fen: before, seq } = await balanceOf(change, site);
  if (kind === "opening" && seq > 0) return refusal("opened", "账户已有期初余额", "the account was opened already");
  const balance_fen = before + amount_fen;
  if (balance_fen < 0 && approval === undefined)
    return refusal(
      "below-zero",
      `余额不足：现有 ${before} 分；透支须写明批准人与文号`,
      `the fund stands at ${before} fen: to go below nothing takes a named approval`,
    );
  const of = { hazard: hazard ?? null, vote: vote ?? null, notice: notice ?? null, approval: approval ?? null };
  const row = {
    id: randomUUID(),
    site,
    kind,
    amount_fen,
    ...of,
    words,
    person: person.id,
    person_name: person.name,
    at,
    balance_fen,
    seq: seq + 1,
  };
  await change.insertInto("fund_entry").values(row).execute();
  await seal(change, "fund_entry", [row]);
  if (hazard === undefined) return row;
  const told = await tellHazard(change, row, { hazard, person, at });
  return told ?? row;
}

function whatIsWrong({ kind, amount_fen, vote, notice, approval, words }: FundMove): Refusal | undefined {
  if (!Number.isSafeInteger(amount_fen) || amount_fen === 0)
    return refusal("no-amount", "金额应为不等于零的整数（分）", "an amount is a whole number of fen and not zero");
  if (kind === "spent" && amount_fen > 0) return refusal("sign", "支出应为负数", "what is spent is below zero");
  if (!["spent", "correction", "opening"].includes(kind) && amount_fen < 0)
    return refusal("sign", "收入应为正数", "what comes in is above zero");
  if (words.trim() === "") return refusal("no-words", "请写明用途或来源", "say what it is for, or where it is from");
  const out = kind === "spent" || (kind === "correction" && amount_fen < 0);
  if (out && approval === undefined && (vote === undefined || notice === undefined))
    return refusal(
      "no-vote",
      "使用公维金须写明表决与公示（紧急使用写明批准）",
      "spending names its vote and its notice, or the approval of an emergency",
    );
  return undefined;
}

/** A vote that is named must hold, whatever else was approved; what comes back by a correction frees it again. */
async function notVoted(read: Queries, { site, vote, amount_fen, person, at }: FundMove): Promise<Refusal | undefined> {
  if (vote === undefined || amount_fen >= 0) return undefined;
  return whyNotUnder(read, { site, vote, out_fen: -amount_fen, person: person.id, at });
}

/** From both sides: the hazard's cost is the sum of what the fund paid for it. */
async function tellHazard(
  change: Change,
  row: Row<"fund_entry">,
  { hazard: id, person, at }: { readonly hazard: string; readonly person: FundMove["person"]; readonly at: number },
): Promise<Refusal | undefined> {
  const hazard = await change.selectFrom("hazard").selectAll().where("id", "=", id).executeTakeFirst();
  if (hazard === undefined || hazard.site !== row.site)
    return refusal("no-hazard", "没有这条隐患", "there is no such hazard of this compound");
  const spent = await change
    .selectFrom("fund_entry")
    .select((eb) => eb.fn.sum<number | string | null>("amount_fen").as("sum"))
    .where("hazard", "=", id)
    .executeTakeFirst();
  const set = { funding_source: "公维金", actual_fen: -Number(spent?.sum ?? 0) };
  const note = `公维金第 ${row.seq} 笔：${row.words}`;
  const stepped = await writeStep(change, hazard, { at, person, action: "spend", note, set });
  return stepped === undefined ? refusal("wrong-state", "他人刚刚改变了该隐患", "somebody else has just changed this hazard") : undefined;
}

/** Opening, in, out, closing of a span, and whether the lines add up to what each says. */
export async function fundStatement(read: Queries, site: string, { from, to }: { readonly from: number; readonly to: number }) {
  const rows = await read.selectFrom("fund_entry").selectAll().where("site", "=", site).orderBy("seq").execute();
  let balance = 0;
  let sound = true;
  for (const [at, row] of rows.entries()) {
    balance += row.amount_fen;
    if (row.seq !== at + 1 || row.balance_fen !== balance) sound = false;
  }
  const mine = rows.filter(({ at }) => at >= from && at < to);
  const before = rows.filter(({ at }) => at < from);
  const opening_fen = before.reduce((sum, row) => sum + row.amount_fen, 0);
  const in_fen = mine.filter(({ amount_fen }) => amount_fen > 0).reduce((sum, row) => sum + row.amount_fen, 0);
  const out_fen = mine.filter(({ amount_fen }) => amount_fen < 0).reduce((sum, row) => sum - row.amount_fen, 0);
  return { opening_fen, in_fen, out_fen, closing_fen: opening_fen + in_fen - out_fen, rows: mine, sound };
}
