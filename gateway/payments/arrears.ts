// A car that left and owed comes again: what it owed is collected at the booth, by a payment of the old visit. It is no part of what the new stay costs.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import { newestBill, onPhone } from "../lanes/bills.ts";
import { leftInShadow } from "../lanes/shadow.ts";
import { visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import { openShift } from "./shifts.ts";

export interface Debt {
  readonly visit: string;
  readonly owed_fen: number;
}

export interface Collected {
  readonly payment: string;
  readonly amount_fen: number;
  readonly method: "cash" | "static-code";
  readonly collector: string;
}

/** What left while another system opened the gates was paid there. */
export const arrearsOf = (reads: Reads, plate: Plate): Debt[] =>
  reads
    .all<{ visit: string; owed_fen: number; gone: string }>(
      "SELECT id AS visit, gone, total_fen - paid_fen - waived_fen AS owed_fen FROM visit WHERE plate = ? AND state = 'gone' AND total_fen > paid_fen + waived_fen ORDER BY entered_at",
      plate,
    )
    .filter(({ gone }) => !leftInShadow(reads, (JSON.parse(gone) as Stamp).wall))
    .map(({ visit, owed_fen }) => ({ visit, owed_fen }));

const noDebt = refusal("no-debt", "这次停车没有欠费", "nothing is owed for this visit");
const differs = refusal(
  "payment-differs",
  "该支付编号已用于另一笔支付，请换一个新编号",
  "this payment id was used for another payment: make a new one",
);

/** The whole of it at once; told again it is the same payment. */
export function collectorOf({ journal, clock, chance }: SiteContext) {
  return (visit: string, { payment, amount_fen, method, collector }: Collected): { readonly payment: string } | Refusal =>
    journal.commit((tx) => {
      const known = tx.get<{ visit: string; amount_fen: number; method: string; collector: string }>(
        "SELECT * FROM payment WHERE id = ?",
        payment,
      );
      if (known !== undefined) {
        const same = known.visit === visit && known.amount_fen === amount_fen && known.method === method && known.collector === collector;
        return same ? { payment } : differs;
      }
      const gone = visitById(tx, visit);
      const owed = gone === undefined ? undefined : arrearsOf(tx, gone.plate).find((debt) => debt.visit === visit)?.owed_fen;
      const last = newestBill(tx, visit);
      if (gone === undefined || owed === undefined || last === undefined) return noDebt;
      if (owed !== amount_fen)
        return refusal("other-amount", `金额不符：欠费 ${owed / 100} 元`, `the amount is not what is owed: ${owed} fen`);
      const bill = chance.id();
      const now = JSON.stringify(clock.stamp());
      const lines = [{ rule: "arrears", zh: "补缴欠费", en: "arrears", amount: owed }];
      tx.run(
        "INSERT INTO bill (id, visit, lane, made, tariff, lines, total_fen, paid_fen, due_fen, grace_ms, left_at, paid, number) SELECT ?, visit, ?, ?, tariff, ?, ?, ?, ?, 0, left_at, ?, number + 1 FROM bill WHERE id = ?",
        ...[bill, onPhone, now, JSON.stringify(lines), gone.total, gone.paid, owed, now, last.id],
      );
      tx.run(
        "INSERT INTO payment (id, bill, visit, lane, method, amount_fen, collector, at, shift, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ...[payment, bill, visit, onPhone, method, owed, collector, now],
        method === "cash" ? (openShift(tx, collector) ?? null) : null,
        JSON.stringify({ payment, gate: "not-opened", reason: "arrears" }),
      );
      tx.run("UPDATE visit SET paid_fen = paid_fen + ? WHERE id = ?", owed, visit);
      tx.event("visit.paid", { visit, payment, lane: null, method, amount_fen: owed, collector });
      return { payment };
    });
}
