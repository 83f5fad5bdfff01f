// What follows a payment, by entries of its own: given back, taken back, let off. Nothing that was written is changed; sums follow.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { billById, newestBill, payBill, settled } from "../lanes/bills.ts";
import { moveVisit, visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import { arrearsOf, type Debt } from "./arrears.ts";

export interface EntryOrder {
  /** Made by whoever asks; the same again is the same entry. */
  readonly entry: string;
  readonly person: string;
  readonly reason: string;
}

interface PaymentRow {
  id: string;
  bill: string;
  visit: string;
  amount_fen: number;
  method: string;
  /** It settled nothing: no stay is the cheaper for its being given back. */
  stray: number;
}

/** What is left of a payment after its entries; also of money that settled nothing, by the charge's own name. */
export function leftOf(reads: Reads, payment: string): { row: PaymentRow; left: Fen } | undefined {
  const row =
    reads.get<PaymentRow>("SELECT id, bill, visit, amount_fen, method, 0 AS stray FROM payment WHERE id = ?", payment) ??
    reads.get<PaymentRow>(
      "SELECT id, bill, visit, received_fen AS amount_fen, provider AS method, 1 AS stray FROM pay_charge WHERE id = ? AND state = 'paid' AND why IS NOT NULL",
      payment,
    );
  if (row === undefined) return undefined;
  const back =
    reads.get<{ sum: number }>("SELECT coalesce(sum(amount_fen), 0) AS sum FROM money_entry WHERE payment = ?", payment)?.sum ?? 0;
  return { row, left: fen(row.amount_fen - back) };
}

type Entry = EntryOrder & {
  readonly kind: "refund" | "waiver" | "void";
  readonly visit: string;
  readonly of: string | null;
  readonly amount: Fen;
};

export type Entered = { readonly entry: string; readonly amount_fen: number };

const known = (reads: Reads, { entry }: EntryOrder, kind: Entry["kind"]): Entered | Refusal | undefined => {
  const row = reads.get<{ kind: string; amount_fen: number }>("SELECT kind, amount_fen FROM money_entry WHERE id = ?", entry);
  if (row === undefined) return undefined;
  return row.kind === kind
    ? { entry, amount_fen: row.amount_fen }
    : refusal("entry-differs", "该编号已用于另一笔", "this entry was another one");
};

function write(tx: Transaction, at: string, { entry, kind, visit, of, amount, person, reason }: Entry): Entered {
  tx.run(
    "INSERT INTO money_entry (id, kind, visit, payment, amount_fen, person, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[entry, kind, visit, of, amount, person, reason, at],
  );
  tx.event("money.entered", { entry, kind, visit, of, amount_fen: amount, person, reason });
  return { entry, amount_fen: amount };
}

const noPayment = refusal("no-payment", "没有这笔支付", "no such payment");
const tooMuch = refusal("too-much", "金额超过该笔支付的余额", "more than is left of this payment");

export interface Entries {
  /** Given back, in whole or in part: the stay cost less. */
  refund(payment: string, order: EntryOrder & { readonly amount_fen: number }): Entered | Refusal;
  /** It was never paid: written by mistake, or the note was false. What is owed is owed again. */
  void(payment: string, order: EntryOrder): Entered | Refusal;
  /** A bill that nobody has to pay any more. */
  waive(bill: string, order: EntryOrder): Entered | Refusal;
  /** Cars that left and owed. */
  arrears(plate: Plate): Debt[];
}

export function entriesOf({ journal, clock }: SiteContext): Entries {
  const at = (): string => JSON.stringify(clock.stamp());
  return {
    refund: (payment, order) =>
      journal.commit((tx) => {
        const before = known(tx, order, "refund");
        if (before !== undefined) return before;
        const found = leftOf(tx, payment);
        if (found === undefined) return noPayment;
        const amount = fen(order.amount_fen);
        if (amount < 1 || amount > found.left) return tooMuch;
        if (found.row.stray === 0)
          tx.run("UPDATE visit SET paid_fen = paid_fen - ?, total_fen = total_fen - ? WHERE id = ?", amount, amount, found.row.visit);
        return write(tx, at(), { ...order, kind: "refund", visit: found.row.visit, of: payment, amount });
      }),
    void: (payment, order) =>
      journal.commit((tx) => {
        const before = known(tx, order, "void");
        if (before !== undefined) return before;
        const found = leftOf(tx, payment);
        if (found === undefined || found.row.stray === 1) return noPayment;
        if (found.left < 1) return tooMuch;
        const { visit, bill } = found.row;
        tx.run("UPDATE visit SET paid_fen = paid_fen - ? WHERE id = ?", found.left, visit);
        // Still inside: it owes again, by a new bill; one bill is never paid twice.
        if (visitById(tx, visit)?.state === "settled" && newestBill(tx, visit)?.id === bill) {
          tx.run("UPDATE bill SET paid = NULL, grace_ms = -1 WHERE id = ?", bill);
          moveVisit(tx, visit, { state: "quoted" });
        }
        return write(tx, at(), { ...order, kind: "void", visit, of: payment, amount: found.left });
      }),
    waive: (id, order) =>
      journal.commit((tx) => {
        const before = known(tx, order, "waiver");
        if (before !== undefined) return before;
        const bill = billById(tx, id);
        if (bill === undefined || newestBill(tx, bill.visit)?.id !== id)
          return refusal("unknown-bill", "没有这张账单，请重新查询应缴金额", "no such bill: ask what is due again");
        if (settled(bill)) return refusal("already-paid", "这张账单已结清", "this bill is settled already");
        payBill(tx, bill, clock.stamp());
        tx.run("UPDATE visit SET paid_fen = paid_fen - ?, waived_fen = waived_fen + ? WHERE id = ?", bill.due, bill.due, bill.visit);
        return write(tx, at(), { ...order, kind: "waiver", visit: bill.visit, of: null, amount: bill.due });
      }),
    arrears: (plate) => arrearsOf(journal, plate),
  };
}
