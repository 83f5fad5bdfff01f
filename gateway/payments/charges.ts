// What is asked of a driver's phone. Written down before the provider hears of it; what the provider says, told or asked for, counts once. Money that settles nothing is
// kept, said, and given back by an entry of its own.
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type DeviceFault, type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { after, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import type { Lanes } from "../lanes/door.ts";
import type { Cancel } from "../ports.ts";
import type { SiteContext } from "../site-context.ts";
import type { Payments } from "./payments.ts";
import type { Acknowledgement, Notice, Provider, Told } from "./providers/provider.ts";

export interface Asked {
  readonly charge: string;
  readonly bill: string;
  readonly amount_fen: number;
  readonly qr: string;
}

export interface Charges {
  /** For the car before this exit; asked again, the same code. */
  ask(lane: string, provider: string): Promise<Asked | Refusal>;
  /** A message on the provider's own path. */
  told(provider: string, message: Told): Promise<Acknowledgement | undefined>;
  stop(): void;
}

interface ChargeRow {
  id: string;
  provider: string;
  bill: string;
  visit: string;
  lane: string;
  amount_fen: number;
  asked: string;
  qr: string | null;
  state: "asked" | "paid" | "closed";
  transaction_id: string | null;
}

/** A notification that never comes is asked for: soon, then less often, until the code has run out. */
const askAfter_ms = [5_000, 10_000, 20_000, 40_000, 60_000];
const codeHolds_ms = 2 * 3_600_000;
const tickEvery_ms = 1_000;
const giveAgainAfter_ms = 30_000;
const currency = "CNY";

interface RefundRow {
  id: string;
  charge: string;
  provider: string;
  amount_fen: number;
  total_fen: number;
}
const refundsToGive =
  "SELECT e.id, c.id AS charge, c.provider, e.amount_fen, c.received_fen AS total_fen FROM money_entry e JOIN pay_charge c ON c.id = e.payment WHERE e.kind = 'refund' AND e.done IS NULL";

const noProvider = refusal("no-provider", "没有开通这种支付方式", "this way of paying is not set up here");
const nothingDue = refusal("nothing-due", "本车道没有待缴费车辆", "no car waits for payment at this lane");

export function chargesOf(
  context: SiteContext,
  lanes: Lanes,
  { payments, providers }: { payments: Payments; providers: readonly Provider[] },
): Charges {
  const { journal, clock, chance, log } = context;
  const of = (id: string): Provider | undefined => providers.find((one) => one.id === id);
  const byId = (reads: Reads, id: string): ChargeRow | undefined => reads.get<ChargeRow>("SELECT * FROM pay_charge WHERE id = ?", id);
  /** When each open charge is asked for next; after a restart all are, soon. */
  const queries = new Map<string, { next: number; turn: number }>();
  let nextGiving = 0;
  let cancel: Cancel = clock.wake(after(clock.monotonic(), tickEvery_ms), tick);

  function known(bill: string, provider: string): ChargeRow {
    const open = journal.get<ChargeRow>(
      "SELECT * FROM pay_charge WHERE bill = ? AND provider = ? AND state = 'asked' LIMIT 1",
      bill,
      provider,
    );
    if (open !== undefined) return open;
    const id = chance.id().replaceAll("-", "");
    return journal.commit((tx) => {
      tx.run(
        "INSERT INTO pay_charge (id, provider, bill, visit, lane, amount_fen, asked) SELECT ?, ?, id, visit, lane, due_fen, ? FROM bill WHERE id = ?",
        ...[id, provider, JSON.stringify(clock.stamp()), bill],
      );
      return byId(tx, id) as ChargeRow;
    });
  }

  async function ask(laneId: string, providerId: string): Promise<Asked | Refusal> {
    const [lane, provider] = [lanes.lane(laneId), of(providerId)];
    if (provider === undefined) return noProvider;
    const due = lane === undefined ? null : payments.due(lane);
    if (due === null) return nothingDue;
    if ("kind" in due) return due;
    const row = known(due.bill, provider.id);
    const asked = (qr: string): Asked => ({ charge: row.id, bill: row.bill, amount_fen: row.amount_fen, qr });
    if (row.qr !== null) return asked(row.qr);
    const answer = await provider.ask({ charge: row.id, amount_fen: row.amount_fen, words: "停车费" });
    if ("kind" in answer) return notNow(answer);
    journal.commit((tx) => tx.run("UPDATE pay_charge SET qr = ? WHERE id = ?", answer.qr, row.id));
    return asked(answer.qr);
  }

  function notNow(fault: DeviceFault): Refusal {
    log.warn({ code: fault.code, detail: fault.detail }, "the payment provider did not answer rightly");
    return refusal("provider", "支付平台暂时不可用，请改用现金或静态码", "the provider does not answer: take cash, or the static code");
  }

  /** True: it is written, whatever it settled, and need not be told again. */
  async function take(providerId: string, notice: Notice): Promise<boolean> {
    const row = byId(journal, notice.charge);
    if (row === undefined || row.provider !== providerId) {
      log.error({ charge: notice.charge }, "the provider speaks of a charge that is not in this journal");
      return false;
    }
    if (notice.state === "pending" || row.state === "paid") return true;
    if (notice.state === "closed") {
      journal.commit((tx) => tx.run("UPDATE pay_charge SET state = 'closed' WHERE id = ? AND state = 'asked'", row.id));
      return true;
    }
    const why = notice.currency !== currency ? "other-currency" : notice.amount_fen !== row.amount_fen ? "other-amount" : undefined;
    if (why !== undefined) return unmatched(row, notice, why);
    const lane = lanes.lane(row.lane);
    if (lane === undefined) return unmatched(row, notice, "no-lane");
    const { amount_fen } = row;
    const payment = { payment: row.id, bill: row.bill, method: methodOf(row), amount_fen, collector: row.provider } as const;
    const taken = await payments.pay(lane, payment, (tx) => settle(tx, row, notice, null));
    if (!("kind" in taken)) return true;
    if (taken.code === "bill-replaced" && payments.credit(lane, payment, (tx) => settle(tx, row, notice, null))) return true;
    return unmatched(row, notice, taken.code);
  }
  const methodOf = ({ provider }: ChargeRow): "wechat" | "alipay" => (provider === "alipay" ? "alipay" : "wechat");

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
    for (const row of journal.all<ChargeRow>("SELECT * FROM pay_charge WHERE state = 'asked'")) {
      const query = queries.get(row.id) ?? { next: now.mono + (askAfter_ms[0] ?? 0), turn: 0 };
      queries.set(row.id, query);
      if (now.mono < query.next) continue;
      query.turn += 1;
      query.next = now.mono + (askAfter_ms[Math.min(query.turn, askAfter_ms.length - 1)] ?? 0);
      void askFor(row, now);
    }
  }

  /** Entries that give money of phones back, until the provider has done so; the entry's name makes a repeat harmless. */
  function giveBack(now: Stamp): void {
    if (now.mono < nextGiving) return;
    nextGiving = now.mono + giveAgainAfter_ms;
    for (const row of journal.all<RefundRow>(refundsToGive))
      void of(row.provider)
        ?.refund({ charge: row.charge, refund: row.id, amount_fen: row.amount_fen, total_fen: row.total_fen })
        .then((outcome) => {
          if (outcome === "done")
            journal.commit((tx) => tx.run("UPDATE money_entry SET done = ? WHERE id = ?", JSON.stringify(now), row.id));
          else log.warn({ entry: row.id, detail: outcome.detail }, "the provider has not given the money back yet; it is asked again");
        })
        .catch((error: unknown) => log.error({ entry: row.id, error: String(error) }, "a refund could not be asked or written"));
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
    } catch (error) {
      log.error({ charge: row.id, error: String(error) }, "what became of a charge could not be asked or written; it is asked again");
    }
  }

  return {
    ask,
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
