// The cash of a shift: who had the drawer, what must lie in it, what was counted when it was handed on. A difference is written, not mended.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";

export const openShift = (reads: Reads, person: string): string | undefined =>
  reads.get<{ id: string }>("SELECT id FROM shift WHERE person = ? AND ended IS NULL LIMIT 1", person)?.id;

export interface HandOver {
  readonly to: string;
  readonly counted_fen: number;
  readonly reason: string;
}

/** Cash that was taken in this shift for stays and passes, less what was given back out of it. */
function drawer(tx: Reads, shift: string): { payments: number; expected_fen: number } {
  const sums = tx.get<{ payments: number; taken: number; back: number }>(
    "SELECT count(*) AS payments, coalesce(sum(p.amount_fen), 0) AS taken, coalesce(sum((SELECT sum(e.amount_fen) FROM money_entry e WHERE e.payment = p.id)), 0) AS back FROM payment p WHERE p.shift = ?",
    shift,
  );
  const passes = tx.get<{ payments: number; taken: number; back: number }>(
    "SELECT count(*) AS payments, coalesce(sum(amount_fen), 0) AS taken, (SELECT coalesce(sum(amount_fen), 0) FROM pass_refund WHERE shift = ?) AS back FROM pass_order WHERE shift = ?",
    ...[shift, shift],
  );
  const [taken, back] = [(sums?.taken ?? 0) + (passes?.taken ?? 0), (sums?.back ?? 0) + (passes?.back ?? 0)];
  return { payments: (sums?.payments ?? 0) + (passes?.payments ?? 0), expected_fen: taken - back };
}

export interface Shifts {
  begin(person: string): { readonly shift: string } | Refusal;
  handOver(shift: string, to: HandOver): { readonly shift: string; readonly expected_fen: number; readonly counted_fen: number } | Refusal;
}

const overAlready = refusal("no-shift", "没有这个进行中的班次", "no such shift is under way");

export function shiftsOf({ journal, clock, chance }: SiteContext): Shifts {
  const begun = (tx: Transaction, person: string): string => {
    const shift = chance.id();
    tx.run("INSERT INTO shift (id, person, begun) VALUES (?, ?, ?)", shift, person, JSON.stringify(clock.stamp()));
    return shift;
  };
  return {
    begin: (person) => ({ shift: openShift(journal, person) ?? journal.commit((tx) => begun(tx, person)) }),
    handOver: (shift, { to, counted_fen, reason }) =>
      journal.commit((tx) => {
        const row = tx.get<{ person: string }>("SELECT person FROM shift WHERE id = ? AND ended IS NULL", shift);
        if (row === undefined) return overAlready;
        const { payments, expected_fen } = drawer(tx, shift);
        if (counted_fen !== expected_fen && reason.trim().length < 2)
          return refusal("difference", "实点与应收不符，请写明原因", "what was counted is not what was taken: say why");
        const ended = JSON.stringify(clock.stamp());
        tx.run(
          "UPDATE shift SET ended = ?, handed_to = ?, expected_fen = ?, counted_fen = ? WHERE id = ?",
          ended,
          to,
          expected_fen,
          counted_fen,
          shift,
        );
        tx.event("shift.ended", { shift, person: row.person, to, payments, expected_fen, counted_fen, reason });
        begun(tx, to);
        return { shift, expected_fen, counted_fen };
      }),
  };
}
