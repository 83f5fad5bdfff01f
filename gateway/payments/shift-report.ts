// What a shift was, on one slip: the drawer as it was counted, what was paid to the hanging code, what was waived, and every opening by hand, by its reason.
import type { ShiftReport } from "#protocols/api/cashier.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Stamp, toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../site-context.ts";

type Sum = ShiftReport["cash"];

interface Row {
  id: string;
  person: string;
  begun: string;
  ended: string | null;
  handed_to: string | null;
  expected_fen: number | null;
  counted_fen: number | null;
}

export function shiftReport({ journal, clock }: SiteContext, id: string): ShiftReport | Refusal {
  const row = journal.get<Row>("SELECT id, person, begun, ended, handed_to, expected_fen, counted_fen FROM shift WHERE id = ?", id);
  if (row === undefined) return refusal("no-shift", "没有这个班次", "no such shift");
  const { person } = row;
  const [begun, ended] = [JSON.parse(row.begun) as Stamp, row.ended === null ? null : (JSON.parse(row.ended) as Stamp)];
  const span = [person, begun.wall, (ended ?? clock.stamp()).wall] as const;
  const during = "json_extract(at, '$.wall') BETWEEN ? AND ?";
  const sum = (sql: string, ...given: (string | number)[]): Sum =>
    journal.get<{ count: number; amount_fen: number }>(
      `SELECT count(*) AS count, coalesce(sum(amount_fen), 0) AS amount_fen FROM ${sql}`,
      ...given,
    ) ?? {
      count: 0,
      amount_fen: 0,
    };
  const label = (at: Stamp): string => toRfc3339(journal.clocks.label(at));
  return {
    shift: row.id,
    person,
    begun: label(begun),
    ended: ended === null ? null : label(ended),
    to: row.handed_to,
    expected_fen: row.expected_fen,
    counted_fen: row.counted_fen,
    cash: sum("payment WHERE shift = ?", id),
    code: sum(`payment WHERE method = 'static-code' AND collector = ? AND ${during}`, ...span),
    waived: sum(`money_entry WHERE kind = 'waiver' AND person = ? AND ${during}`, ...span),
    refunded: sum(`money_entry WHERE kind IN ('refund', 'void') AND person = ? AND ${during}`, ...span),
    openings: journal.all<{ reason: string; count: number }>(
      `SELECT reason, count(*) AS count FROM gate_order WHERE cause = 'manual' AND person = ? AND ${during} GROUP BY reason ORDER BY count DESC, reason LIMIT 50`,
      ...span,
    ),
  };
}
