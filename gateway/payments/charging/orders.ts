// A charge that a phone pays for before it begins. Whoever scanned the code on a socket orders it, the provider's word is on the disk before the relay is asked, and what is not used goes back by an
// entry of its own. A payment that comes too late, twice, or for a socket that cannot serve begins nothing and goes back whole.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import type { ChargeSeen, Sessions, SiteContext } from "../../site-context.ts";

export interface ChargingOrder {
  readonly id: string;
  /** The charge that it becomes. */
  readonly session: string;
  readonly socket: string;
  /** null: until it is full, or the money is used up. */
  readonly hours: number | null;
  readonly amount_fen: number;
  /** A Stamp, as JSON. */
  readonly asked: string;
  /** asked: nothing was paid; paid: it is to begin; begun: a charge stands for it; settled: billed, and the rest is on its way back; returned: it never was a charge, and all of it is. */
  readonly state: "asked" | "paid" | "begun" | "settled" | "returned";
  readonly payment: string | null;
  readonly method: string | null;
  readonly paid: string | null;
  readonly back_fen: number;
  readonly zh: string | null;
  readonly en: string | null;
}

export const amounts_fen = [100, 200, 300, 500, 1000] as const;
export const hoursOffered = [1, 2, 4, 6, 8] as const;

export interface Offer {
  readonly socket: string;
  /** What hangs beside the socket. */
  readonly prices: readonly { readonly zh: string; readonly en: string }[];
  /** Why nothing can begin there now. */
  readonly not: Refusal | undefined;
}

export interface ChargingOrders {
  /** What the code leads to. */
  offer(token: string): Offer | Refusal;
  /** Written down; nothing is paid yet. */
  ask(asked: { readonly token: string; readonly amount_fen: number; readonly hours: number | null }): ChargingOrder | Refusal;
  order(id: string): ChargingOrder | undefined;
  /** The provider's word for it, in the transaction that writes it. */
  paid(tx: Transaction, id: string, money: { readonly payment: string; readonly method: string }): void;
  /** Begins what is paid, and gives back what is over: after each payment, and at every tick. */
  look(): void;
  seen(id: string): ({ readonly order: ChargingOrder } & { readonly charge: ChargeSeen | undefined }) | undefined;
  /** Ends the charge of this order, if it runs. */
  stop(id: string): boolean;
}

/** Whoever paid stands at the pile only so long: money that comes later begins nothing. */
export const beginsWithin_ms = 15 * 60_000;
/** So long protection may be on its way before the money goes back. */
const comesWithin_ms = 2 * 60_000;
const comes = new Set(["not-connected", "not-seen"]);
/** Nobody scans one code more often in earnest. */
const mostAsked = 12;
const mostAskedWithin_ms = 10 * 60_000;

const notOurs = refusal("no-such-token", "二维码不是本站点的，或已更换", "this code is not of this site, or was replaced");
const nothingAsked = refusal(
  "no-price",
  "本站没有生效的充电价格，不能付费开始",
  "no charging price is in force: there is nothing to pay for",
);
const tooOften = refusal("too-often", "这个插座的订单过多，请稍后再试", "too many orders for this socket: try again later");
const wrongAmount = refusal("other-amount", "请选择列出的金额与时长", "choose one of the amounts and times");
const busy = refusal("busy", "这个插座正在使用，请换一个", "this socket is in use: take another");
const late = { zh: "付款太晚，未开始充电，全额退回", en: "paid too late: nothing began, and all of it goes back" };
const twice = { zh: "同一订单重复付款，全额退回", en: "paid twice: all of it goes back" };

/** Since another boot only wall clocks that were set can tell; where nobody can, it is for ever. */
function since(at: string, now: Stamp): number {
  const then = JSON.parse(at) as Stamp;
  if (then.boot === now.boot) return now.mono - then.mono;
  return then.synchronised && now.synchronised && now.wall >= then.wall ? now.wall - then.wall : Number.POSITIVE_INFINITY;
}

export function chargingOrdersOf({ journal, clock, chance, log }: SiteContext, sessions: Sessions): ChargingOrders {
  const order = (reads: Reads, id: string): ChargingOrder | undefined =>
    reads.get<ChargingOrder>("SELECT * FROM charge_order WHERE id = ?", id);

  function unable(socket: string): Refusal | undefined {
    if (sessions.chargeOf(socket) !== undefined) return busy;
    const reading = sessions.readings().find((one) => one.socket === socket);
    if (reading === undefined || reading.quality !== "good")
      return refusal("not-seen", "暂时读不到这个插座", "this socket is not seen just now");
    if (reading.state === "latched" || reading.state === "welded")
      return refusal("locked", "这个插座已锁定，请换一个", "this socket is locked: take another");
    return reading.plugged === false ? refusal("not-plugged", "请先插上充电器", "plug the charger in first") : undefined;
  }

  /** The entry that gives it back; its name makes a repeat harmless, and the provider is asked until it has done so. */
  function giveBack(
    tx: Transaction,
    { session, payment }: Pick<ChargingOrder, "session" | "payment">,
    amount_fen: number,
    reason: string,
  ): void {
    if (amount_fen <= 0 || payment === null) return;
    tx.run(
      "INSERT OR IGNORE INTO money_entry (id, kind, visit, payment, amount_fen, person, reason, at) VALUES (?, 'refund', ?, ?, ?, 'gateway', ?, ?)",
      ...[`back-${payment}`, session, payment, amount_fen, reason.slice(0, 200), JSON.stringify(clock.stamp())],
    );
  }

  function returned(tx: Transaction, row: ChargingOrder, why: { readonly zh: string; readonly en: string }): void {
    tx.run(
      "UPDATE charge_order SET state = 'returned', back_fen = amount_fen, zh = ?, en = ? WHERE id = ?",
      ...[why.zh.slice(0, 300), why.en.slice(0, 300), row.id],
    );
    giveBack(tx, row, row.amount_fen, why.zh);
  }

  function begin(row: ChargingOrder, now: Stamp): void {
    const begun = sessions.begin({
      ...{ charge: row.session, socket: row.socket, person: "phone", by: "phone", paid_fen: row.amount_fen },
      choice: row.hours === null ? { kind: "full" } : { kind: "time", seconds: row.hours * 3600 },
      ...(row.method === null ? {} : { method: row.method }),
    });
    if (!("kind" in begun)) {
      journal.commit((tx) => tx.run("UPDATE charge_order SET state = 'begun' WHERE id = ? AND state = 'paid'", row.id));
      return;
    }
    const waited = row.paid === null ? Number.POSITIVE_INFINITY : since(row.paid, now);
    if (comes.has(begun.code) && waited < comesWithin_ms) return;
    log.info({ socket: row.socket, why: begun.code }, "payments: a paid charge did not begin; its money goes back");
    journal.commit((tx) => returned(tx, row, begun));
  }

  function end(row: ChargingOrder): void {
    const seen = sessions.charge(row.session);
    if (seen === undefined) return;
    if (seen.bill !== undefined) {
      const back = Math.min(row.amount_fen, seen.bill.refund_fen);
      journal.commit((tx) => {
        tx.run("UPDATE charge_order SET state = 'settled', back_fen = ? WHERE id = ? AND state = 'begun'", back, row.id);
        giveBack(tx, row, back, "充电未用完的预付款");
      });
    } else if (seen.state === "not-begun") {
      const [zh = "没有送电", en = "not energised"] = (seen.why ?? "").split(" / ");
      journal.commit((tx) => returned(tx, row, { zh, en }));
    }
  }

  function offerOf(token: string): Offer | Refusal {
    const socket = sessions.socketOfToken(token);
    if (socket === undefined) return notOurs;
    const prices = sessions.priceWords();
    if (prices === undefined || prices.length === 0) return nothingAsked;
    return { socket, prices, not: unable(socket) };
  }

  /** What stands against one order holds up no other; it is looked at again. */
  const each = (state: ChargingOrder["state"], work: (row: ChargingOrder) => void): void => {
    for (const row of journal.all<ChargingOrder>("SELECT * FROM charge_order WHERE state = ? ORDER BY id", state))
      try {
        work(row);
      } catch (error) {
        log.error({ order: row.id, error: String(error) }, "payments: an order of a charge could not be taken on; it is looked at again");
      }
  };

  return {
    offer: offerOf,
    ask({ token, amount_fen, hours }) {
      const offer = offerOf(token);
      if ("kind" in offer) return offer;
      if (offer.not !== undefined) return offer.not;
      const fits = amounts_fen.some((one) => one === amount_fen) && (hours === null || hoursOffered.some((one) => one === hours));
      if (!fits) return wrongAmount;
      const now = clock.stamp();
      const { socket } = offer;
      const open = journal
        .all<{ asked: string }>("SELECT asked FROM charge_order WHERE socket = ? AND state = 'asked'", socket)
        .filter(({ asked }) => since(asked, now) < mostAskedWithin_ms).length;
      if (open >= mostAsked) return tooOften;
      const [id, session] = [chance.id().replaceAll("-", ""), chance.id()];
      return journal.commit((tx) => {
        tx.run(
          "INSERT INTO charge_order (id, session, socket, hours, amount_fen, asked) VALUES (?, ?, ?, ?, ?, ?)",
          ...[id, session, socket, hours, amount_fen, JSON.stringify(now)],
        );
        return order(tx, id) as ChargingOrder;
      });
    },
    order: (id) => order(journal, id),
    paid(tx, id, { payment, method }) {
      const row = order(tx, id);
      if (row === undefined) return;
      const now = clock.stamp();
      if (row.state !== "asked") {
        giveBack(tx, { ...row, payment }, row.amount_fen, twice.zh);
        return;
      }
      tx.run(
        "UPDATE charge_order SET state = 'paid', payment = ?, method = ?, paid = ? WHERE id = ?",
        ...[payment, method, JSON.stringify(now), id],
      );
      // A clock that cannot tell is no proof that anybody still stands there.
      if (since(row.asked, now) > beginsWithin_ms) returned(tx, { ...row, payment }, late);
    },
    look() {
      const now = clock.stamp();
      each("paid", (row) => begin(row, now));
      each("begun", end);
    },
    seen(id) {
      const row = order(journal, id);
      return row === undefined
        ? undefined
        : { order: row, charge: row.state === "asked" || row.state === "paid" ? undefined : sessions.charge(row.session) };
    },
    stop(id) {
      const row = order(journal, id);
      if (row?.state !== "begun" || sessions.chargeOf(row.socket) !== row.session) return false;
      return sessions.release(row.socket) === "asked";
    },
  };
}
