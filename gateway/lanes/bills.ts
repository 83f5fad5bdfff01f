// The price of a stay, told and pinned: it stands until it is paid or its grace is over; then it is asked anew, and what was paid is taken off.
import { type Bill, type BillLine, bill } from "#gateway/core/parking/bill.ts";
import { billStands } from "#gateway/core/parking/visit.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, sumFen } from "#protocols/vocabulary/money.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { onList } from "../register/cars.ts";
import { useCoupons } from "../register/known.ts";
import { isFreeOnce } from "./brought.ts";
import { stayOf } from "./stay.ts";
import type { Tariffs } from "./tariffs.ts";
import { moveVisit, readStamp, type Visit } from "./visits.ts";

export interface PinnedBill {
  readonly id: string;
  readonly visit: string;
  readonly made: Stamp;
  readonly lines: readonly BillLine[];
  readonly total: Fen;
  /** Paid before this bill was made. */
  readonly paidBefore: Fen;
  readonly due: Fen;
  readonly grace_ms: number;
  readonly paid: Stamp | null;
}

interface BillRow {
  id: string;
  visit: string;
  made: string;
  lines: string;
  total_fen: number;
  paid_fen: number;
  due_fen: number;
  grace_ms: number;
  paid: string | null;
  number: number;
}

const billOf = (row: BillRow): PinnedBill => ({
  id: row.id,
  visit: row.visit,
  made: readStamp(row.made),
  lines: JSON.parse(row.lines) as BillLine[],
  total: fen(row.total_fen),
  paidBefore: fen(row.paid_fen),
  due: fen(row.due_fen),
  grace_ms: row.grace_ms,
  paid: row.paid === null ? null : readStamp(row.paid),
});

const newestRow = (reads: Reads, visit: string): BillRow | undefined =>
  reads.get<BillRow>("SELECT * FROM bill WHERE visit = ? ORDER BY number DESC LIMIT 1", visit);

export function newestBill(reads: Reads, visit: string): PinnedBill | undefined {
  const row = newestRow(reads, visit);
  return row === undefined ? undefined : billOf(row);
}

export function billById(reads: Reads, id: string): PinnedBill | undefined {
  const row = reads.get<BillRow>("SELECT * FROM bill WHERE id = ?", id);
  return row === undefined ? undefined : billOf(row);
}

export const settled = (bill: PinnedBill): boolean => bill.due === 0 || bill.paid !== null;

/** The tariff's name for lines that take payments off: they are no part of what the stay cost. */
const paymentRule = "payment";

/** Where a price was told, or money was taken, that belongs to no lane: on a phone. No lane has this name. */
export const onPhone = "@phone";

export interface Pricing {
  readonly tariffs: Tariffs;
  /** null: told on a phone, before the car is at any exit. */
  readonly lane: string | null;
  readonly now: Stamp;
  readonly newId: () => string;
}

/** A car that goes in and out at any time costs nothing, whatever the tariff says, and where it says nothing; nor does a stay whose beginning nobody knows, once. */
function freeOf(reads: Reads, { id, plate, lot }: Visit, now: Stamp): Bill | undefined {
  if (isFreeOnce(reads, id)) {
    const line = {
      rule: "brought",
      zh: "系统切换前入场，时间未知，本次免费",
      en: "came in before the system was changed, nobody knows when: free this once",
    };
    return bill("brought", [{ ...line, amount: fen(0) }]);
  }
  if (!onList(reads, "special", { plate, lot, at: now.wall })) return undefined;
  return bill("special", [{ rule: "special", zh: "特种车辆，免费通行", en: "goes in and out free of charge", amount: fen(0) }]);
}

/** What would be asked now, without pinning it: a price that is only looked at binds nobody. */
export function lookAt(
  reads: Reads,
  visit: Visit,
  { tariffs, now }: Pick<Pricing, "tariffs" | "now">,
): Pick<PinnedBill, "lines" | "total" | "due"> | Refusal {
  const last = newestRow(reads, visit.id);
  if (last !== undefined && billStands(billOf(last), now)) {
    const standing = billOf(last);
    return { ...standing, due: settled(standing) ? fen(0) : standing.due };
  }
  const priced = freeOf(reads, visit, now) ?? tariffs.price(visit, stayOf(reads, visit, now, tariffs.within(visit.lot)));
  if ("kind" in priced) return priced;
  const total = sumFen(priced.lines.filter((line) => line.rule !== paymentRule).map((line) => line.amount));
  return { lines: priced.lines, total, due: fen(Math.max(0, priced.total)) };
}

/** The bill that stands, or a new one: written with its event. `fresh` tells which. */
export function billFor(tx: Transaction, visit: Visit, pricing: Pricing): { bill: PinnedBill; fresh: boolean } | Refusal {
  const { tariffs, now, lane } = pricing;
  const last = newestRow(tx, visit.id);
  if (last !== undefined && billStands(billOf(last), now)) return { bill: billOf(last), fresh: false };
  const stay = stayOf(tx, visit, now, tariffs.within(visit.lot));
  const { entered, left } = stay;
  const priced = freeOf(tx, visit, now) ?? tariffs.price(visit, stay);
  if ("kind" in priced) return priced;
  const made: PinnedBill = {
    id: pricing.newId(),
    visit: visit.id,
    made: now,
    lines: priced.lines,
    total: sumFen(priced.lines.filter((line) => line.rule !== paymentRule).map((line) => line.amount)),
    paidBefore: visit.paid,
    due: fen(Math.max(0, priced.total)),
    grace_ms: tariffs.grace_ms(visit, entered),
    paid: null,
  };
  writeBill(tx, made, { lane: lane ?? onPhone, left, tariff: priced.tariff, number: (last?.number ?? 0) + 1 });
  moveVisit(tx, visit.id, { state: made.due > 0 ? "quoted" : "settled", total: made.total });
  if (made.due === 0) useCoupons(tx, made);
  tx.event("visit.billed", {
    visit: visit.id,
    bill: made.id,
    lane,
    plate: visit.plate,
    entered_at: entered,
    left_at: left,
    tariff: priced.tariff,
    lines: made.lines.map(({ rule, zh, en, amount }) => ({ rule, zh, en, amount_fen: amount })),
    total_fen: made.total,
    paid_fen: made.paidBefore,
    due_fen: made.due,
  });
  return { bill: made, fresh: true };
}

/** A price that a person said and took while nothing here could: one line, made and settled at once. */
export function handBill(
  tx: Transaction,
  visit: Visit,
  { lane, now, left, amount, newId }: { lane: string; now: Stamp; left: number; amount: Fen; newId: () => string },
): PinnedBill {
  const zh = "停机期间按单人工收费";
  const en = "taken by hand, by a slip, while the lane was down";
  const line = { rule: "slip", zh, en, amount };
  const made: PinnedBill = {
    ...{ id: newId(), visit: visit.id, made: now, lines: [line], total: fen(visit.paid + amount), paidBefore: visit.paid, due: amount },
    ...{ grace_ms: 0, paid: null },
  };
  writeBill(tx, made, { lane, left, tariff: "slip", number: (newestRow(tx, visit.id)?.number ?? 0) + 1 });
  moveVisit(tx, visit.id, { state: "quoted", total: made.total });
  tx.event("visit.billed", {
    ...{ visit: visit.id, bill: made.id, lane, plate: visit.plate, entered_at: visit.entered.wall, left_at: left, tariff: "slip" },
    lines: [{ rule: line.rule, zh, en, amount_fen: amount }],
    ...{ total_fen: made.total, paid_fen: made.paidBefore, due_fen: made.due },
  });
  return made;
}

function writeBill(tx: Transaction, bill: PinnedBill, more: { lane: string; left: number; tariff: string; number: number }): void {
  tx.run(
    "INSERT INTO bill (id, visit, lane, made, tariff, lines, total_fen, paid_fen, due_fen, grace_ms, left_at, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    bill.id,
    bill.visit,
    more.lane,
    JSON.stringify(bill.made),
    more.tariff,
    JSON.stringify(bill.lines),
    bill.total,
    bill.paidBefore,
    bill.due,
    bill.grace_ms,
    more.left,
    more.number,
  );
}

/** The money was taken: the bill is settled, and the grace for leaving begins. */
export function payBill(tx: Transaction, bill: PinnedBill, now: Stamp): void {
  tx.run("UPDATE bill SET paid = ? WHERE id = ? AND paid IS NULL", JSON.stringify(now), bill.id);
  moveVisit(tx, bill.visit, { state: "settled", paid: fen(bill.paidBefore + bill.due) });
  useCoupons(tx, bill);
}

/** Paid when another price had been asked since: that one no longer stands, and this money is taken off the next. */
export function creditBill(tx: Transaction, bill: PinnedBill, now: Stamp): void {
  tx.run("UPDATE bill SET paid = ? WHERE id = ? AND paid IS NULL", JSON.stringify(now), bill.id);
  tx.run("UPDATE bill SET grace_ms = -1 WHERE visit = ? AND paid IS NULL", bill.visit);
  tx.run("UPDATE visit SET paid_fen = paid_fen + ? WHERE id = ?", bill.due, bill.visit);
}
