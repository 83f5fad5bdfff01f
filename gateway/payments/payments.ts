// What is owed at a lane, and "it has been paid": each payment counts once, opens once, and is answered the same as often as it is told.
import { billStands } from "#gateway/core/parking/visit.ts";
import type { Due, Payment, PaymentTaken } from "#protocols/api/booth.ts";
import type { paymentMethods } from "#protocols/uplink/money-events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { yuanText } from "#protocols/vocabulary/money.ts";
import { displayPlate } from "#protocols/vocabulary/plate.ts";
import { type Stamp, toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../journal/journal.ts";
import { billById, billFor, creditBill, newestBill, onPhone, type PinnedBill, payBill, settled } from "../lanes/bills.ts";
import { type Check, plateCheck } from "../lanes/candidates.ts";
import type { Lane, Lanes } from "../lanes/door.ts";
import { inShadow } from "../lanes/shadow.ts";
import { visitById } from "../lanes/visits.ts";
import type { SiteContext } from "../site-context.ts";
import { arrearsOf } from "./arrears.ts";
import { openShift } from "./shifts.ts";

export interface Payments {
  /** null: no car waits for payment here. Asks the price anew when the one that was told no longer stands. */
  due(lane: Lane): Due | Refusal;
  /** `also` is written together with the money. */
  pay(lane: Lane, payment: AnyPayment, also?: (tx: Transaction) => void): Promise<PaymentTaken | Refusal>;
  /** What this car owes, asked for from afar: its bill is an event. */
  bill(visit: string): { readonly bill: string; readonly due_fen: number } | Refusal;
  /** Paid away from any lane. Where this car stands before an exit by now it opens there; else it opens when it is read, within the grace. */
  prepay(payment: AnyPayment, also?: (tx: Transaction) => void): Promise<PaymentTaken | Refusal>;
  /** Money that came after its price was asked anew: it counts, opens nothing, and is taken off what is asked next. */
  credit(lane: Lane | undefined, payment: AnyPayment, also: (tx: Transaction) => void): boolean;
}

/** As a booth tells it, or as a provider does. */
export type AnyPayment = Omit<Payment, "method"> & { readonly method: (typeof paymentMethods)[number]; readonly payee?: string | null };

interface Carried {
  readonly payment: AnyPayment;
  readonly bill: PinnedBill;
  readonly also: ((tx: Transaction) => void) | undefined;
}

interface PaymentRow {
  id: string;
  bill: string;
  lane: string;
  method: string;
  amount_fen: number;
  collector: string;
  answer: string | null;
}

export function paymentsOf(context: SiteContext, lanes: Lanes): Payments {
  const { journal, clock, chance } = context;
  /** Told again while the first is still being carried out. */
  const underWay = new Map<string, Promise<PaymentTaken>>();

  const billOf = (lane: Lane): { bill: PinnedBill } | Refusal | null => {
    const visit = lane.front();
    if (visit === undefined) return null;
    const asking = { tariffs: lanes.tariffs, lane: lane.config.id, now: clock.stamp(), newId: () => chance.id() };
    return journal.commit((tx) => billFor(tx, visit, asking));
  };

  return {
    due(lane) {
      const found = billOf(lane);
      if (found === null || "kind" in found) return found;
      return settled(found.bill) ? null : dueOf(context, found.bill);
    },

    pay,
    bill(id) {
      const visit = visitById(journal, id);
      if (visit === undefined || visit.state === "gone") return noVisit;
      const asking = { tariffs: lanes.tariffs, lane: null, now: clock.stamp(), newId: () => chance.id() };
      const found = journal.commit((tx) => billFor(tx, visit, asking));
      return "kind" in found ? found : { bill: found.bill.id, due_fen: found.bill.due };
    },
    prepay: (payment, also) => pay(standing(payment.bill), payment, also),
    credit,
  };

  /** The exit where this bill's car stands now: it was read there, and the loop before the arm is occupied. */
  function standing(bill: string): Lane | undefined {
    const visit = billById(journal, bill)?.visit;
    for (const { id, direction } of context.config.lanes) {
      const lane = direction === "exit" && visit !== undefined ? lanes.lane(id) : undefined;
      if (lane?.front()?.id !== visit || lane === undefined) continue;
      const arm = lane.arm();
      if (arm !== "unknown" && arm.approach) return lane;
    }
    return undefined;
  }

  async function pay(lane: Lane | undefined, payment: AnyPayment, also?: (tx: Transaction) => void): Promise<PaymentTaken | Refusal> {
    const known = journal.get<PaymentRow>("SELECT * FROM payment WHERE id = ?", payment.payment);
    if (known !== undefined) {
      if (!samePayment(known, payment, lane)) return otherContent;
      return (await underWay.get(known.id)) ?? answered(known);
    }
    const bill = billById(journal, payment.bill);
    const no = refuse(bill, payment, {
      newest: bill === undefined ? undefined : newestBill(journal, bill.visit),
      check: bill === undefined ? null : plateCheck(journal, visitById(journal, bill.visit)),
      lane,
      now: clock.stamp(),
      shadow: inShadow(journal),
    });
    if (no !== undefined || bill === undefined) return no ?? unknownBill;
    const carried = carryOut(lane, { payment, bill, also });
    underWay.set(payment.payment, carried);
    return carried.finally(() => underWay.delete(payment.payment));
  }

  function credit(lane: Lane | undefined, payment: AnyPayment, also: (tx: Transaction) => void): boolean {
    return journal.commit((tx) => {
      const bill = billById(tx, payment.bill);
      if (bill === undefined || settled(bill) || payment.amount_fen !== bill.due) return false;
      takeMoney(tx, { lane, payment, bill, late: true });
      also(tx);
      return true;
    });
  }

  async function carryOut(lane: Lane | undefined, { payment, bill, also }: Carried): Promise<PaymentTaken> {
    const visit = visitById(journal, bill.visit);
    const stands = lane?.front()?.id === bill.visit;
    const write = (tx: Transaction): void => {
      takeMoney(tx, { lane, payment, bill });
      also?.(tx);
    };
    let taken: PaymentTaken;
    if (visit === undefined || lane === undefined || !stands) {
      // Paid at the booth while another car stands before the arm: this one opens when it is read there.
      journal.commit(write);
      const reason = lane === undefined ? "paid before the exit" : "another car stands before the arm";
      taken = { payment: payment.payment, gate: "not-opened", reason };
    } else taken = { payment: payment.payment, ...(await lane.open({ cause: "payment", visit, write })) };
    journal.commit((tx) => tx.run("UPDATE payment SET answer = ? WHERE id = ?", JSON.stringify(taken), payment.payment));
    return taken;
  }

  function takeMoney(
    tx: Transaction,
    { lane, payment, bill, late }: { lane: Lane | undefined; payment: AnyPayment; bill: PinnedBill; late?: true },
  ): void {
    const now = clock.stamp();
    tx.run(
      "INSERT INTO payment (id, bill, visit, lane, method, amount_fen, collector, at, shift, payee) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      payment.payment,
      bill.id,
      bill.visit,
      lane?.config.id ?? onPhone,
      payment.method,
      payment.amount_fen,
      payment.collector,
      JSON.stringify(now),
      payment.method === "cash" ? (openShift(tx, payment.collector) ?? null) : null,
      payment.payee ?? null,
    );
    if (late) creditBill(tx, bill, now);
    else payBill(tx, bill, now);
    tx.event("visit.paid", {
      visit: bill.visit,
      payment: payment.payment,
      lane: lane?.config.id ?? null,
      method: payment.method,
      amount_fen: payment.amount_fen,
      collector: payment.collector,
      ...(payment.payee == null ? {} : { payee: payment.payee }),
    });
  }
}

/** A payment without an answer was taken by a gateway that died before it opened: it is taken, and the gate is not pulsed late. */
const answered = (row: PaymentRow): PaymentTaken =>
  row.answer === null
    ? { payment: row.id, gate: "not-opened", reason: "the gateway was restarted; open by hand, or let the camera read the car again" }
    : (JSON.parse(row.answer) as PaymentTaken);

/** Where a phone's money opened is no part of what it is: told again, the car may have moved. */
const samePayment = (row: PaymentRow, payment: AnyPayment, lane: Lane | undefined): boolean =>
  row.bill === payment.bill &&
  (row.lane === (lane?.config.id ?? onPhone) || !["cash", "static-code"].includes(payment.method)) &&
  row.method === payment.method &&
  row.amount_fen === payment.amount_fen &&
  row.collector === payment.collector;

const otherContent = refusal(
  "payment-differs",
  "该支付编号已用于另一笔支付，请换一个新编号",
  "this payment id was used for another payment: make a new one",
);
const noVisit = refusal("no-visit", "没有这辆在场车辆", "no such car is inside");
const unknownBill = refusal("unknown-bill", "没有这张账单，请重新查询应缴金额", "no such bill: ask what is due again");

const elsewhere = refusal("shadow", "系统试运行中，收款请在原系统办理", "this system is on trial: take the money in the other one");

function refuse(
  bill: PinnedBill | undefined,
  payment: AnyPayment,
  at: { newest: PinnedBill | undefined; check: Check; lane: Lane | undefined; now: Stamp; shadow: boolean },
): Refusal | undefined {
  if (bill === undefined || at.lane?.config.direction === "entry") return unknownBill;
  if (settled(bill)) return refusal("already-paid", "这张账单已结清", "this bill is settled already");
  if (at.newest?.id !== bill.id || !billStands(bill, at.now))
    return refusal("bill-replaced", "账单已过期并重新计费，请重新查询", "the price was asked anew since: ask what is due again");
  // Money of a phone that is on its way already still counts.
  const hand = payment.method === "cash" || payment.method === "static-code";
  if (at.shadow && hand) return elsewhere;
  // A driver who pays by phone has the plate before his eyes; at the booth a person has to have looked.
  if (at.check !== null && hand && payment.plate_checked !== true) return refusal("check-plate", at.check.zh, at.check.en);
  if (payment.amount_fen !== bill.due)
    return refusal("other-amount", `金额不符：应缴 ${yuanText(bill.due)} 元`, `the amount is not what is due: ${yuanText(bill.due)} yuan`);
  return undefined;
}

function dueOf({ journal }: SiteContext, bill: PinnedBill): Due {
  const visit = visitById(journal, bill.visit);
  if (visit === undefined) return null;
  const arrears = arrearsOf(journal, visit.plate).reduce((sum, { owed_fen }) => sum + owed_fen, 0);
  return {
    visit: bill.visit,
    bill: bill.id,
    plate: displayPlate(visit.plate),
    entered_at: toRfc3339(journal.clocks.label(visit.entered)),
    total_fen: bill.total,
    paid_fen: bill.paidBefore,
    due_fen: bill.due,
    ...(arrears > 0 ? { arrears_fen: arrears } : {}),
    check: plateCheck(journal, visit),
    lines: bill.lines.map(({ zh, en, amount }) => ({ zh, en, amount_fen: amount })),
  };
}
