// A day in the shadow: what these books say beside what the guards did. Fees are held against the other system's own ledger where it was given; openings against what the boards saw.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, minuteMs, type Stamp, toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { countedInShadow } from "../lanes/shadow.ts";
import { type CellComplaint, readSheet, type SheetColumn, type When, whenOf } from "../register/sheet.ts";
import type { Tables } from "../register/tables-of.ts";
import type { SiteContext } from "../site-context.ts";

export interface Difference {
  readonly kind: "same" | "other-amount" | "not-in-old" | "only-in-old";
  readonly plate: string;
  readonly left_at: string;
  readonly ours_fen: number | null;
  readonly theirs_fen: number | null;
  /** Ours less theirs. */
  readonly difference_fen: number | null;
}

export interface ShadowReport {
  readonly date: string;
  readonly left: number;
  readonly ours_fen: number;
  readonly theirs_fen: number;
  /** null: the other system's ledger of this day was not given. */
  readonly same: number | null;
  readonly differences: readonly Difference[];
  /** Where we would have opened and the arm was not seen to go up; where it went up and we would not have opened. */
  readonly would_open_stayed: number;
  readonly opened_would_not: number;
  readonly openings: number;
  readonly passages: number;
  /** Reads that would have needed a person, by reason. */
  readonly exceptions: Readonly<Record<string, number>>;
}

const matchWithin_ms = 10 * minuteMs;
const amountOf = (cell: string): number | undefined => {
  const found = /^[¥￥]?\s*(\d{1,7})(?:\.(\d{1,2}))?\s*元?$/.exec(cell);
  return found === null ? undefined : Number(found[1]) * 100 + Number((found[2] ?? "0").padEnd(2, "0"));
};
const columns: readonly SheetColumn[] = [
  {
    key: "plate",
    names: ["车牌", "车牌号", "车牌号码", "号牌", "plate"],
    needed: true,
    example: "闽C12345",
    read: (cell) => canonicalPlate(cell),
  },
  {
    key: "left",
    names: ["出场时间", "离场时间", "收费时间", "缴费时间", "left", "exit time"],
    needed: true,
    example: "2026-11-25 18:30",
    read: whenOf,
  },
  {
    key: "amount",
    names: ["实收金额", "实收", "应收金额", "应收", "收费金额", "金额", "amount"],
    needed: true,
    example: "4.00",
    read: amountOf,
  },
];

export interface LedgerTaken {
  readonly written: boolean;
  readonly rows: number;
  readonly complaints: readonly CellComplaint[];
  readonly ignored: readonly string[];
}

/** The other system's own list of who left and paid what; the same rows again are the same rows. */
export function takeLedger({ journal, config }: SiteContext, lot: string, tables: Tables): LedgerTaken | Refusal {
  if (!config.lots.some(({ id }) => id === lot)) return refusal("no-lot", `没有停车场 ${lot}`, `no such lot: ${lot}`);
  const { rows, complaints, ignored } = readSheet(tables, columns);
  if (complaints.length > 0) return { written: false, rows: rows.length, complaints, ignored };
  journal.commit((tx) => {
    for (const { values } of rows)
      tx.run(
        "INSERT INTO shadow_old (lot, plate, left_at, amount_fen) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET amount_fen = excluded.amount_fen",
        ...[lot, values.plate as Plate, (values.left as When).at, values.amount as number],
      );
  });
  return { written: true, rows: rows.length, complaints: [], ignored };
}

interface Left {
  readonly plate: Plate;
  readonly at: Wall;
  readonly total_fen: number;
}

export function shadowReport({ journal }: SiteContext, date: string, from: Wall): ShadowReport {
  const until = wall(from + dayMs);
  const left = journal
    .all<{ plate: Plate; gone: string; total_fen: number }>(
      "SELECT plate, gone, total_fen FROM visit WHERE state = 'gone' AND entered_at < ? AND entered_at > ?",
      ...[until, from - 60 * dayMs],
    )
    .map((row): Left => ({ plate: row.plate, at: (JSON.parse(row.gone) as Stamp).wall, total_fen: row.total_fen }))
    .filter(({ at }) => at >= from && at < until);
  const old = journal
    .all<{ plate: Plate; left_at: number; amount_fen: number }>(
      "SELECT plate, left_at, amount_fen FROM shadow_old WHERE left_at >= ? AND left_at < ?",
      from,
      until,
    )
    .map((row): Left => ({ plate: row.plate, at: wall(row.left_at), total_fen: row.amount_fen }));
  const rows = compared(left, old);
  const counted = countedInShadow(journal, from);
  const openings = counted.get("opening") ?? 0;
  const orders = journal.all<{ seen: string; at: string }>("SELECT seen, at FROM gate_order WHERE cause = 'read'").filter(({ at }) => {
    const when = (JSON.parse(at) as Stamp).wall;
    return when >= from && when < until;
  });
  const exceptions = Object.fromEntries(
    [...counted].flatMap(([what, count]) => (what.startsWith("exception ") ? [[what.slice("exception ".length), count] as const] : [])),
  );
  const wouldOpen = orders.filter(({ seen }) => seen === "open").length;
  return {
    date,
    left: left.length,
    ours_fen: left.reduce((sum, { total_fen }) => sum + total_fen, 0),
    theirs_fen: old.reduce((sum, { total_fen }) => sum + total_fen, 0),
    same: old.length === 0 ? null : rows.filter(({ kind }) => kind === "same").length,
    differences: rows.filter(({ kind }) => kind !== "same"),
    would_open_stayed: orders.filter(({ seen }) => seen === "unanswered").length,
    opened_would_not: Math.max(0, openings - wouldOpen),
    openings,
    passages: counted.get("passage") ?? 0,
    exceptions,
  };
}

/** Each of theirs is the nearest of ours with the same plate, and of each at most one. */
function compared(ours: readonly Left[], theirs: readonly Left[]): Difference[] {
  const free = new Set(theirs);
  const told = (kind: Difference["kind"], one: Left, mine: number | null, other: number | null): Difference => ({
    ...{ kind, plate: displayPlate(one.plate), left_at: toRfc3339(one.at), ours_fen: mine, theirs_fen: other },
    difference_fen: mine === null || other === null ? null : mine - other,
  });
  const rows = ours.map((mine) => {
    const near = [...free].filter(({ plate, at }) => plate === mine.plate && Math.abs(at - mine.at) <= matchWithin_ms);
    const other = near.sort((a, b) => Math.abs(a.at - mine.at) - Math.abs(b.at - mine.at))[0];
    if (other === undefined) return told("not-in-old", mine, mine.total_fen, null);
    free.delete(other);
    return told(other.total_fen === mine.total_fen ? "same" : "other-amount", mine, mine.total_fen, other.total_fen);
  });
  return [...rows, ...[...free].map((other) => told("only-in-old", other, null, other.total_fen))].sort((a, b) =>
    a.left_at < b.left_at ? -1 : 1,
  );
}
