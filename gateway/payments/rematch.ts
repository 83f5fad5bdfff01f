// A car left under another car's visit: put right by entries of its own. The money moves to the visit that it was paid for, that one ends when the car left,
// and the car that is still here is inside again since it came. Nothing that was written is changed.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { fen } from "#protocols/vocabulary/money.ts";
import type { Transaction } from "../journal/journal.ts";
import { billFor } from "../lanes/bills.ts";
import type { Lanes } from "../lanes/door.ts";
import { closeVisit, openVisit, readStamp, visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import { type EntryOrder, leftOf } from "./entries.ts";

export interface Rematch extends EntryOrder {
  /** Whose it truly was: still inside, by what is written. */
  readonly to: string;
}

export interface Rematched {
  readonly entry: string;
  /** The visit under which the car that was wrongly let go is inside again. */
  readonly again: string;
  readonly moved_fen: number;
  /** What the car that left cost after all, and what of it is still owed. */
  readonly total_fen: number;
  readonly owed_fen: number;
}

const differs = refusal("entry-differs", "该编号已用于另一笔", "this entry was another one");
const notGone = refusal(
  "not-gone",
  "该车次尚未离场；只需冲正或重新选定车辆",
  "this visit is not over: void the payment, or choose the car anew",
);
const notInside = refusal("not-inside", "目标车次不在场或属于另一停车场", "the other visit is not inside, or of another lot");

export function rematchOf({ journal, clock, chance }: SiteContext, lanes: Lanes) {
  return (wrong: string, order: Rematch): Rematched | Refusal =>
    journal.commit((tx) => {
      const before = tx.get<{ visit: string; to_visit: string; result: string }>("SELECT * FROM rematch WHERE entry = ?", order.entry);
      if (before !== undefined)
        return before.visit === wrong && before.to_visit === order.to ? (JSON.parse(before.result) as Rematched) : differs;
      const [from, to] = [visitById(tx, wrong), visitById(tx, order.to)];
      if (from === undefined || from.state !== "gone") return notGone;
      if (to === undefined || to.state === "gone" || to.lot !== from.lot) return notInside;
      const row = tx.get<{ gone: string; exit_lane: string }>("SELECT gone, exit_lane FROM visit WHERE id = ?", wrong);
      if (row === undefined) return notGone;
      const left = readStamp(row.gone);
      const moved = movePayments(tx, { from: wrong, to: order.to, order, at: JSON.stringify(clock.stamp()) });
      // The stay as it was billed under the wrong plate is owed by nobody.
      tx.run("UPDATE visit SET total_fen = paid_fen + waived_fen WHERE id = ?", wrong);
      const again = chance.id();
      openVisit(tx, { ...from, id: again });
      const paid = visitById(tx, order.to);
      const priced =
        paid === undefined
          ? notInside
          : billFor(tx, paid, { tariffs: lanes.tariffs, lane: row.exit_lane, now: left, newId: () => chance.id() });
      // Without a price it ends with what was paid: a tariff that is missing does not keep a car inside that is not there.
      closeVisit(tx, order.to, { lane: row.exit_lane, at: left });
      const total = "kind" in priced ? moved : priced.bill.total;
      const owed = "kind" in priced ? 0 : priced.bill.due;
      const { entry, person, reason } = order;
      const result: Rematched = { entry, again, moved_fen: moved, total_fen: total, owed_fen: owed };
      tx.run("INSERT INTO rematch (entry, visit, to_visit, result) VALUES (?, ?, ?, ?)", entry, wrong, order.to, JSON.stringify(result));
      tx.event("visit.rematched", {
        entry,
        visit: wrong,
        to: order.to,
        again,
        moved_fen: moved,
        total_fen: total,
        owed_fen: owed,
        person,
        reason,
      });
      return result;
    });
}

interface Moving {
  readonly from: string;
  readonly to: string;
  readonly order: EntryOrder;
  readonly at: string;
}

/** One entry a payment, for what is left of it. */
function movePayments(tx: Transaction, { from, to, order, at }: Moving): number {
  const { entry, person, reason } = order;
  let moved = 0;
  for (const [n, { id }] of tx.all<{ id: string }>("SELECT id FROM payment WHERE visit = ? ORDER BY id", from).entries()) {
    const amount = leftOf(tx, id)?.left ?? fen(0);
    if (amount < 1) continue;
    const name = `${entry}-${n + 1}`;
    tx.run(
      "INSERT INTO money_entry (id, kind, visit, payment, amount_fen, person, reason, at, to_visit) VALUES (?, 'move', ?, ?, ?, ?, ?, ?, ?)",
      ...[name, from, id, amount, person, reason, at, to],
    );
    tx.run("UPDATE visit SET paid_fen = paid_fen - ? WHERE id = ?", amount, from);
    tx.run("UPDATE visit SET paid_fen = paid_fen + ? WHERE id = ?", amount, to);
    tx.event("money.entered", { entry: name, kind: "move", visit: from, of: id, to, amount_fen: amount, person, reason });
    moved += amount;
  }
  return moved;
}
