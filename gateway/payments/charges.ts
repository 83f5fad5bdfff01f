// What is asked of a driver's phone: a code at an exit, or the provider's page on the phone itself. Written down before the provider hears of it; what the provider says,
// told or asked for, counts once. Money that settles nothing is kept, said, and given back by an entry of its own.
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type DeviceFault, type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Transaction } from "../journal/journal.ts";
import { billFor, newestBill, onPhone, settled } from "../lanes/bills.ts";
import type { Lanes } from "../lanes/door.ts";
import { inShadow } from "../lanes/shadow.ts";
import { visitById } from "../lanes/visits.ts";
import type { Cancel } from "../ports.ts";
import type { SiteContext } from "../site-context.ts";
import { byId, type ChargeRow, type ChargeState, rowOfOrder, type Way, wayOf } from "./charge-rows.ts";
import type { ChargingOrders } from "./charging/orders.ts";
import type { PassOrders } from "./passes/orders.ts";
import { accountFor, type MoneyOf } from "./payees.ts";
import type { Payments } from "./payments.ts";
import type { Acknowledgement, InApp, Method, Notice, Provider, Told } from "./providers/provider.ts";
import { giverBack } from "./refunds.ts";

export interface Asked {
  readonly charge: string;
  readonly bill: string;
  readonly amount_fen: number;
  readonly qr: string;
}

export interface OnPhone {
  readonly visit: string;
  readonly method: string;
  /** Where the phone comes back to, by the charge's name. */
  readonly back: (charge: string) => string;
  readonly peer: string;
  /** Inside the provider's own app: who pays, by the provider's name. What comes back is then what that app is handed, not an address. */
  readonly payer?: string;
}
/** Where the phone goes to pay; or what the provider's own app is handed. */
export type Going =
  | { readonly charge: string; readonly url: string }
  | { readonly charge: string; readonly handed: Readonly<Record<string, string>> };

export interface Charges {
  /** For the car before this exit; asked again, the same code. */
  ask(lane: string, method: string): Promise<Asked | Refusal>;
  /** For a car wherever it is, by the driver's own phone: where that phone has to go. Only this pins a price: looking does not. */
  askPhone(order: OnPhone): Promise<Going | Refusal>;
  /** For days of a pass: the order that says which. */
  askPass(order: Omit<OnPhone, "visit"> & { readonly order: string; readonly lot: string }): Promise<Going | Refusal>;
  /** For a charge at a socket: the order that says which. */
  askCharging(order: Pick<OnPhone, "method" | "back" | "peer"> & { readonly order: string }): Promise<Going | Refusal>;
  /** The account's way inside its own app, where it has one. */
  inApp(lot: string, method: string, income?: Kind): InApp | undefined;
  /** What became of it, for the phone that waits; undefined: no such charge. */
  state(charge: string): ChargeState | undefined;
  /** Ways to pay for this lot, and this kind of thing. */
  methods(lot: string, income?: Kind): Method[];
  /** A message on the provider's own path. */
  told(provider: string, message: Told): Promise<Acknowledgement | undefined>;
  stop(): void;
}

type Kind = MoneyOf["income"];

/** A notification that never comes is asked for: soon, then less often, until the code has run out. */
const askAfter_ms = [5_000, 10_000, 20_000, 40_000, 60_000];
const codeHolds_ms = 2 * 3_600_000;
const tickEvery_ms = 1_000;
const currency = "CNY";
const words = "停车费";
const passWords = "停车月卡";
const chargingWords = "电动自行车充电预付";
/** A socket belongs to no lot: a payee of some lots alone has no part in it. */
const noLot = "";

const noProvider = refusal("no-provider", "没有开通这种支付方式", "this way of paying is not set up here");
const nothingDue = refusal("nothing-due", "本车道没有待缴费车辆", "no car waits for payment at this lane");
const elsewhere = refusal("shadow", "系统试运行中，请按现场原有方式缴费", "this system is on trial: pay as you are used to");
const nothingOwed = refusal("nothing-owed", "没有待缴费用", "nothing is owed");

export interface ChargeParts {
  readonly payments: Payments;
  readonly providers: readonly Provider[];
  readonly orders: PassOrders;
  readonly charging: ChargingOrders;
  /** What else of this room looks at the clock. */
  readonly tick: (mono: number) => void;
}

export function chargesOf(
  context: SiteContext,
  lanes: Lanes,
  { payments, providers, orders, charging, tick: alsoAtTick }: ChargeParts,
): Charges {
  const { journal, clock, chance, log } = context;
  const of = (id: string): Provider | undefined => providers.find((one) => one.id === id);
  const account = (lot: string, method: string, income: Kind = "temporary"): Provider | undefined =>
    accountFor(context.config.payments, providers, { lot, method, income });
  /** When each open charge is asked for next; after a restart all are, soon. */
  const queries = new Map<string, { next: number; turn: number }>();
  const giveBack = giverBack(context, of);
  let cancel: Cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);

  function known(bill: string, { provider, way, payer = null }: { provider: Provider } & Way): ChargeRow {
    const open = journal.get<ChargeRow>(
      "SELECT * FROM pay_charge WHERE bill = ? AND provider = ? AND way = ? AND payer IS ? AND state = 'asked' LIMIT 1",
      ...[bill, provider.id, way, payer],
    );
    if (open !== undefined) return open;
    const id = chance.id().replaceAll("-", "");
    return journal.commit((tx) => {
      tx.run(
        "INSERT INTO pay_charge (id, provider, bill, visit, lane, amount_fen, asked, way, payer) SELECT ?, ?, id, visit, lane, due_fen, ?, ?, ? FROM bill WHERE id = ?",
        ...[id, provider.id, JSON.stringify(clock.stamp()), way, payer, bill],
      );
      return byId(tx, id) as ChargeRow;
    });
  }

  async function ask(laneId: string, method: string): Promise<Asked | Refusal> {
    const lane = lanes.lane(laneId);
    if (lane === undefined) return nothingDue;
    if (inShadow(journal)) return elsewhere;
    const provider = account(lane.config.lot, method);
    if (provider === undefined) return noProvider;
    const due = payments.due(lane);
    if (due === null) return nothingDue;
    if ("kind" in due) return due;
    const row = known(due.bill, { provider, way: "qr" });
    const asked = (qr: string): Asked => ({ charge: row.id, bill: due.bill, amount_fen: row.amount_fen, qr });
    if (row.qr !== null) return asked(row.qr);
    const answer = await provider.ask({ charge: row.id, amount_fen: row.amount_fen, words });
    if ("kind" in answer) return notNow(answer);
    journal.commit((tx) => tx.run("UPDATE pay_charge SET qr = ? WHERE id = ?", answer.qr, row.id));
    return asked(answer.qr);
  }

  async function askPhone({ visit: id, method, ...phone }: OnPhone): Promise<Going | Refusal> {
    const visit = visitById(journal, id);
    if (visit === undefined || visit.state === "gone") return nothingOwed;
    if (inShadow(journal)) return elsewhere;
    const provider = account(visit.lot, method);
    if (provider === undefined) return noProvider;
    const asking = { tariffs: lanes.tariffs, lane: null, now: clock.stamp(), newId: () => chance.id() };
    const found = journal.commit((tx) => billFor(tx, visit, asking));
    if ("kind" in found) return found;
    if (settled(found.bill)) return nothingOwed;
    return goingTo(known(found.bill.id, { provider, ...wayOf(phone) }), provider, { ...phone, words });
  }

  async function askPass({ order: id, lot, method, ...phone }: Parameters<Charges["askPass"]>[0]): Promise<Going | Refusal> {
    const order = orders.order(id);
    if (order === undefined || order.state === "paid") return nothingOwed;
    const provider = account(lot, method, "pass");
    if (provider === undefined) return noProvider;
    const of = { of: "pass_order", order: id, visit: order.pass, provider: provider.id, amount_fen: order.amount_fen } as const;
    const row = rowOfOrder(context, { ...of, ...wayOf(phone) });
    return goingTo(row, provider, { ...phone, words: passWords });
  }

  async function askCharging({ order: id, method, ...phone }: Parameters<Charges["askCharging"]>[0]): Promise<Going | Refusal> {
    const order = charging.order(id);
    if (order === undefined || order.state !== "asked") return nothingOwed;
    const provider = account(noLot, method, "charging");
    if (provider === undefined) return noProvider;
    const of = { of: "charge_order", order: id, visit: order.session, provider: provider.id, amount_fen: order.amount_fen } as const;
    return goingTo(rowOfOrder(context, { ...of, way: "page" }), provider, { ...phone, words: chargingWords });
  }

  async function goingTo(
    row: ChargeRow,
    provider: Provider,
    { words: said, back, peer, payer }: Omit<OnPhone, "visit" | "method"> & { words: string },
  ): Promise<Going | Refusal> {
    const { id: charge, amount_fen } = row;
    const kept = (url: string): string => {
      journal.commit((tx) => tx.run("UPDATE pay_charge SET url = ? WHERE id = ?", url, charge));
      return url;
    };
    if (payer === undefined) {
      const answer = row.url === null ? await provider.page({ charge, amount_fen, words: said, back: back(charge), peer }) : undefined;
      if (answer !== undefined && "kind" in answer) return notNow(answer);
      return { charge, url: row.url ?? kept(answer?.url ?? "") };
    }
    const { inApp } = provider;
    if (inApp === undefined) return noProvider;
    const answer = row.url === null ? await inApp.prepare({ charge, amount_fen, words: said, payer }) : undefined;
    if (answer !== undefined && "kind" in answer) return notNow(answer);
    return { charge, handed: inApp.handed(row.url ?? kept(answer?.prepared ?? "")) };
  }

  function notNow(fault: DeviceFault): Refusal {
    log.warn({ code: fault.code, detail: fault.detail }, "the payment provider did not answer rightly");
    return refusal("provider", "支付平台暂时不可用，请改用现金或静态码", "the provider does not answer: take cash, or the static code");
  }

  /** True: it is written, whatever it settled, and need not be told again. */
  async function take(providerId: string, notice: Notice): Promise<boolean> {
    const row = byId(journal, notice.charge);
    if (row === undefined || row.provider !== providerId) {
      log.error({ charge: notice.charge }, "the provider speaks of a charge that is not in this journal, or another account's");
      return false;
    }
    if (notice.state === "pending" || row.state === "paid") return true;
    if (notice.state === "closed") {
      journal.commit((tx) => tx.run("UPDATE pay_charge SET state = 'closed' WHERE id = ? AND state = 'asked'", row.id));
      return true;
    }
    const why = notice.currency !== currency ? "other-currency" : notice.amount_fen !== row.amount_fen ? "other-amount" : undefined;
    if (why !== undefined) return unmatched(row, notice, why);
    if (row.charge_order !== null) return takeForCharging(row, notice);
    if (row.pass_order !== null || row.bill === null) return takeForPass(row, notice);
    const lane = lanes.lane(row.lane);
    if (lane === undefined && row.lane !== onPhone && row.way === "qr") return unmatched(row, notice, "no-lane");
    const { amount_fen } = row;
    const provider = of(row.provider);
    const method = provider?.method ?? "wechat";
    const payment = {
      payment: row.id,
      bill: row.bill,
      method,
      amount_fen,
      collector: row.provider,
      payee: provider?.payee ?? null,
    } as const;
    const also = (tx: Transaction): unknown => settle(tx, row, notice, null);
    const taken = await (row.way !== "qr" || lane === undefined ? payments.prepay(payment, also) : payments.pay(lane, payment, also));
    if (!("kind" in taken)) return true;
    if (taken.code === "bill-replaced" && payments.credit(lane, payment, also)) return true;
    return unmatched(row, notice, taken.code);
  }

  /** The order's days and the charge are one transaction: told again, the charge is paid and nothing follows. */
  function takeForPass(row: ChargeRow, notice: Notice): boolean {
    const order = row.pass_order === null ? undefined : orders.order(row.pass_order);
    if (order === undefined || order.state === "paid") return unmatched(row, notice, "already-paid");
    const provider = of(row.provider);
    journal.commit((tx) => {
      if (byId(tx, row.id)?.state === "paid") return;
      orders.paid(tx, order.id, { method: provider?.method ?? "wechat", collector: row.provider, payee: provider?.payee ?? null });
      settle(tx, row, notice, null);
    });
    return true;
  }

  /** On the disk first; then the relay is asked, and asked again by the next look if we die in between. */
  function takeForCharging(row: ChargeRow, notice: Notice): boolean {
    journal.commit((tx) => {
      if (byId(tx, row.id)?.state === "paid") return;
      settle(tx, row, notice, null);
      charging.paid(tx, row.charge_order ?? "", { payment: row.id, method: of(row.provider)?.method ?? "wechat" });
    });
    charging.look();
    return true;
  }

  const settle = (tx: Transaction, row: ChargeRow, notice: Notice, why: string | null): unknown =>
    tx.run(
      "UPDATE pay_charge SET state = 'paid', transaction_id = ?, received_fen = ?, why = ? WHERE id = ?",
      ...[notice.transaction, notice.amount_fen, why, row.id],
    );

  function unmatched(row: ChargeRow, notice: Notice, why: string): boolean {
    journal.commit((tx) => {
      if (byId(tx, row.id)?.state === "paid") return;
      settle(tx, row, notice, why);
      const { amount_fen, currency: paidIn } = notice;
      tx.event("money.unmatched", {
        charge: row.id,
        provider: row.provider,
        visit: row.visit,
        amount_fen,
        currency: paidIn.slice(0, 8),
        why,
      });
    });
    return true;
  }

  function tick(): void {
    cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);
    const now = clock.stamp();
    giveBack(now);
    charging.look();
    alsoAtTick(now.mono);
    for (const row of journal.all<ChargeRow>("SELECT * FROM pay_charge WHERE state = 'asked'")) {
      const query = queries.get(row.id) ?? { next: now.mono + (askAfter_ms[0] ?? 0), turn: 0 };
      queries.set(row.id, query);
      if (now.mono < query.next) continue;
      query.turn += 1;
      query.next = now.mono + (askAfter_ms[Math.min(query.turn, askAfter_ms.length - 1)] ?? 0);
      void askFor(row, now);
    }
  }

  async function askFor(row: ChargeRow, now: Stamp): Promise<void> {
    try {
      const answer = await of(row.provider)?.query(row.id);
      if (answer === undefined) return;
      if (answer.kind === "notice") await take(row.provider, answer);
      // Money that is told of later still counts: this only ends the asking.
      const unpaid = answer.kind === "notice" ? answer.state === "pending" : answer.code === "exception";
      if (unpaid && elapsed(JSON.parse(row.asked) as Stamp, now) > codeHolds_ms)
        journal.commit((tx) => tx.run("UPDATE pay_charge SET state = 'closed', why = 'ran-out' WHERE id = ? AND state = 'asked'", row.id));
      if (byId(journal, row.id)?.state !== "asked") queries.delete(row.id);
    } catch (error) {
      log.error({ charge: row.id, error: String(error) }, "what became of a charge could not be asked or written; it is asked again");
    }
  }

  return {
    ask,
    askPhone,
    askPass,
    askCharging,
    state(id) {
      const row = byId(journal, id);
      if (row === undefined || row.way === "qr") return undefined;
      // Paid another way meanwhile: the phone that waits is told so too.
      const { state, amount_fen, why, visit, pass_order } = row;
      const bill = pass_order === null ? newestBill(journal, row.visit) : undefined;
      const other =
        pass_order === null ? bill?.id === row.bill && bill !== undefined && settled(bill) : orders.order(pass_order)?.state === "paid";
      return { state: state === "asked" && other ? "paid" : state, amount_fen, why, visit, pass_order };
    },
    inApp: (lot, method, income) => account(lot, method, income)?.inApp,
    methods: (lot, income) => (["wechat", "alipay", "sandbox"] as const).filter((method) => account(lot, method, income) !== undefined),
    async told(providerId, message) {
      const provider = of(providerId);
      if (provider === undefined) return undefined;
      const notice = provider.hear(message);
      if (notice.kind === "undecodable") {
        log.warn({ provider: providerId, reason: notice.reason }, "a payment message was refused");
        return provider.acknowledge(false);
      }
      return provider.acknowledge(await take(providerId, notice));
    },
    stop: () => cancel(),
  };
}
