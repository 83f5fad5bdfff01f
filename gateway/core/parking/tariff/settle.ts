// What is still owed: the charge, less what was paid. After a full payment the driver has the grace to leave; after that the tariff says whether the stay goes on or a new one begins.
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, noMoney, sumFen } from "#protocols/vocabulary/money.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { BillLine } from "../bill.ts";
import { type Before, type Charge, chargeFor } from "./charge.ts";
import { localSecond } from "./days.ts";
import { line } from "./lines.ts";
import type { Payment, Stay } from "./stay.ts";
import type { Version } from "./types.ts";
import { lengthWords, momentWords, yuan } from "./words.ts";

export function settle(version: Version, stay: Stay): readonly BillLine[] | Refusal {
  // Money counts whatever a clock says: a payment that is labelled after the exit was made at the exit.
  const payments = (stay.payments ?? [])
    .map((payment) => ({ ...payment, at: wall(Math.min(payment.at, stay.left)) }))
    .sort((a, b) => a.at - b.at);
  if (payments.length === 0) {
    const found = chargeFor(version, stay);
    return "kind" in found ? found : found.lines;
  }
  return version.payment?.afterGrace === "new-stay" ? newStays(version, stay, payments) : wholeStay(version, stay, payments);
}

/** Whether the car left within the grace of a payment that settled everything up to then. */
function leftInTime(version: Version, stay: Stay, payment: Payment): boolean {
  return version.payment !== undefined && localSecond(stay.left) - localSecond(payment.at) <= version.payment.grace;
}

const upTo = (stay: Stay, left: Wall): Stay => ({ ...stay, left });
const after = (stay: Stay, entered: Wall): Stay => ({ ...stay, entered });

/** What is owed when the car leaves, the charge of the whole stay less all payments. */
function wholeStay(version: Version, stay: Stay, payments: readonly Payment[]): readonly BillLine[] | Refusal {
  const found = chargeFor(version, { ...stay, payments });
  if ("kind" in found) return found;
  const last = payments.at(-1);
  const paid = sumFen(payments.map((payment) => payment.amount));
  const lines = [...found.lines, ...paidLines(found.total, payments)];
  if (last === undefined || found.total <= paid || !leftInTime(version, stay, last)) return lines;
  // The coupons of the payment that settled the stay are judged as they were then.
  const then = chargeFor(version, { ...upTo(stay, last.at), payments: payments.slice(0, -1) });
  if ("kind" in then) return then;
  return paid >= then.total ? [...lines, graceLine(version, fen(paid - found.total))] : lines;
}

/** A payment that settles everything up to it ends a stay; what follows the grace is a new one, without free time. */
function newStays(version: Version, stay: Stay, payments: readonly Payment[]): readonly BillLine[] | Refusal {
  let from: Stay = stay;
  let since: Payment[] = [];
  let settledBy: Payment | undefined;
  let before: Before | undefined;
  const lines: BillLine[] = [];
  for (const payment of payments) {
    const due = chargeFor(version, { ...upTo(from, payment.at), payments: since }, before);
    if ("kind" in due) return due;
    since = [...since, payment];
    if (sumFen(since.map((one) => one.amount)) < due.total) continue;
    lines.push(...due.lines, ...paidLines(due.total, since));
    from = { ...after(from, payment.at), coupons: shownAfter(stay, payment.at) };
    since = [];
    settledBy = payment;
    before = { arrived: stay.entered, charged: fen((before?.charged ?? 0) + due.total) };
  }
  if (settledBy !== undefined && since.length === 0 && leftInTime(version, stay, settledBy)) return [...lines, graceLine(version, noMoney)];
  const rest: Charge | Refusal = chargeFor(version, { ...from, payments: since }, before);
  if ("kind" in rest) return rest;
  return [...lines, ...rest.lines, ...paidLines(rest.total, since)];
}

/** A coupon that was shown by then went with the stay that was settled. */
const shownAfter = ({ coupons }: Stay, at: Wall) => (coupons ?? []).filter(({ presented }) => presented !== undefined && presented > at);

/** Payments are taken off up to what is charged; what is above is said, to be given back by hand. */
export function paidLines(total: Fen, payments: readonly Payment[]): BillLine[] {
  let rest: number = total;
  return payments.map((payment) => {
    const off = Math.min(rest, payment.amount);
    rest -= off;
    const [at, amount] = [momentWords(localSecond(payment.at)), yuan(payment.amount)];
    const over = payment.amount > off ? yuan(fen(payment.amount - off)) : undefined;
    const more = over === undefined ? { zh: "", en: "" } : { zh: `（多付${over.zh}，应退）`, en: ` (${over.en} too much, to be returned)` };
    return line("payment", { zh: `${at.zh} 已付${amount.zh}${more.zh}`, en: `${amount.en} paid ${at.en}${more.en}` }, fen(0 - off));
  });
}

function graceLine(version: Version, amount: Fen): BillLine {
  const grace = lengthWords(version.payment?.grace ?? 0);
  return line("payment.grace", { zh: `缴费后${grace.zh}内离场，不再计费`, en: `left within ${grace.en} of paying` }, amount);
}
