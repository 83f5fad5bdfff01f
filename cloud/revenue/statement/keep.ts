// Statements kept: a line stands once, whatever files hold it; what a file brings anew, and the month's three sides for the match.
import { createHash, randomUUID } from "node:crypto";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { Span } from "../months.ts";
import { spendingOf } from "../spending.ts";
import { type Booked, type ThreeWay, threeWay } from "./match.ts";
import type { StatementKind, StatementLine } from "./read.ts";

/** Its own number, or all that it says; two that say the same in one file are two. */
export function keysOf(lines: readonly StatementLine[]): string[] {
  const seen = new Map<string, number>();
  return lines.map(({ row: _, ...line }) => {
    const named = line.serial !== "" ? `${line.serial} ${line.amount_fen} ${line.refund_fen}` : JSON.stringify(line);
    const n = (seen.get(named) ?? 0) + 1;
    seen.set(named, n);
    return createHash("sha256").update(`${named} ${n}`).digest("hex").slice(0, 32);
  });
}

export interface Keeping {
  readonly site: string;
  readonly kind: StatementKind;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

export interface Kept {
  readonly id: string;
  readonly added: number;
  readonly repeated: number;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly refund_fen: number;
}

export async function keepStatement(
  change: Change,
  { site, kind, name, bytes, person, at }: Keeping,
  lines: readonly StatementLine[],
): Promise<Kept> {
  const id = randomUUID();
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const keys = keysOf(lines);
  const known = new Set<string>();
  for (let from = 0; from < keys.length; from += 400) {
    const page = keys.slice(from, from + 400);
    const rows = await change
      .selectFrom("statement_line")
      .select("key")
      .where("site", "=", site)
      .where("kind", "=", kind)
      .where("key", "in", page)
      .execute();
    for (const { key } of rows) known.add(key);
  }
  const fresh = lines.flatMap(({ row, at: when, serial, reference, ...line }, index) => {
    const key = keys[index] ?? "";
    return known.has(key)
      ? []
      : [{ site, kind, key, statement: id, row, at: when, ...line, reference: reference === "" ? serial : reference }];
  });
  const said = { id, site, kind, name, sha256, lines: fresh.length, person: person.id, person_name: person.name, at };
  await change.insertInto("statement").values(said).execute();
  await seal(change, "statement", [said]);
  await seal(change, "statement_line", fresh);
  for (let from = 0; from < fresh.length; from += 100)
    await change
      .insertInto("statement_line")
      .values(fresh.slice(from, from + 100))
      .execute();
  const sum = (of: (line: (typeof fresh)[number]) => number): number => fresh.reduce((total, line) => total + of(line), 0);
  return {
    ...{ id, added: fresh.length, repeated: lines.length - fresh.length },
    ...{ amount_fen: sum((one) => one.amount_fen), fee_fen: sum((one) => one.fee_fen), refund_fen: sum((one) => one.refund_fen) },
  };
}

export interface MatchedMonth extends ThreeWay {
  readonly statements: readonly { readonly kind: string; readonly name: string; readonly lines: number; readonly at: number }[];
  /** Which of the two were never read in: nothing is proven without them. */
  readonly missing: readonly StatementKind[];
  readonly refunds: { readonly edge_fen: number; readonly channel_fen: number };
}

const noon = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);

export async function matchMonth(read: Queries, site: string, span: Span): Promise<MatchedMonth> {
  const lines = (kind: StatementKind, to: number): Promise<Row<"statement_line">[]> =>
    read
      .selectFrom("statement_line")
      .selectAll()
      .where("site", "=", site)
      .where("kind", "=", kind)
      .where("at", ">=", span.from)
      .where("at", "<", to)
      .orderBy("at")
      .orderBy("key")
      .execute();
  const payments = await read
    .selectFrom("payment")
    .select(["payment", "method", "amount_fen", "at"])
    .where("site", "=", site)
    .where("method", "!=", "sandbox")
    .where("at", ">=", span.from)
    .where("at", "<", span.to)
    .orderBy("payment")
    .execute();
  const channel = await lines("channel", span.to);
  // The last days of a month are paid out in the next: what the next month's bank explains itself is not left over here.
  const bank = await lines("bank", span.to + 10 * dayMs);
  const entries = await read
    .selectFrom("income_entry")
    .selectAll()
    .where("site", "=", site)
    .where("day", ">=", span.from_day)
    .where("day", "<", span.to_day)
    .execute();
  const booked: Booked[] = [
    ...entries
      .filter(({ kind }) => kind !== "refunds" && kind !== "channel-fees")
      .map(({ id, kind, amount_fen, day, voucher }) => ({
        id,
        amount_fen: kind === "income" ? amount_fen : -amount_fen,
        at: noon(day),
        voucher,
      })),
    ...(await spendingOf(read, site, span)).map(({ id, amount_fen, day, voucher }) => ({
      id,
      amount_fen: -amount_fen,
      at: noon(day),
      voucher,
    })),
  ];
  const matched = threeWay({
    payments,
    channel: channel.map((one) => ({ ...one, serial: "" })),
    ...{ bank, booked, dayOf: (at: number) => dayText(dayOf(at)) },
  });
  const inMonth = new Map(bank.map(({ key, at }) => [key, at < span.to]));
  const bank_only = matched.bank_only.filter(({ bank: key }) => inMonth.get(key) === true);
  const statements = await read
    .selectFrom("statement")
    .select(["kind", "name", "lines", "at"])
    .where("site", "=", site)
    .orderBy("at")
    .execute();
  const missing: StatementKind[] = [
    ...(channel.length === 0 ? (["channel"] as const) : []),
    ...(bank.length === 0 ? (["bank"] as const) : []),
  ];
  const refunds = {
    edge_fen: await edgeRefunds(read, site, span),
    channel_fen: channel.reduce((sum, one) => sum + one.refund_fen, 0),
  };
  const others =
    matched.rows.every((row) => row.class === "matched" || row.class === "cash") &&
    matched.batches.every(({ bank: at }) => at !== null) &&
    matched.booked.every(({ bank: at }) => at !== null);
  return { ...matched, bank_only, statements, missing, refunds, clean: others && bank_only.length === 0 && missing.length === 0 };
}

async function edgeRefunds(read: Queries, site: string, { from, to }: Span): Promise<number> {
  const rows = await read
    .selectFrom("event")
    .select("data")
    .where("type", "=", "money.entered")
    .where("site", "=", site)
    .where("at", ">=", from)
    .where("at", "<", to)
    .execute();
  return rows
    .map(({ data }) => JSON.parse(data) as { kind: string; amount_fen: number })
    .filter(({ kind }) => kind === "refund")
    .reduce((sum, { amount_fen }) => sum + amount_fen, 0);
}
