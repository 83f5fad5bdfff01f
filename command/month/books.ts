// The books of a month: what the simulator delivered against what the gateway billed and declares as lost, and what the riders paid against bills and refunds.
import type { Journal } from "#gateway/journal/journal.ts";
import { declaredLoss } from "#gateway/sessions/balance.ts";
import { shown_mWh } from "#sim/charging/meter.ts";
import type { Bay } from "./plant.ts";

export interface Books {
  readonly sessions: number;
  readonly bills: number;
  readonly causes: Readonly<Record<string, number>>;
  readonly energy: {
    /** By the simulator, at the sockets. */
    readonly delivered_mWh: number;
    /** On the bills of the gateway. */
    readonly billed_mWh: number;
    readonly declared_loss: {
      /** By the simulator: the meters' own error, steps that are not full yet, and what a meter had counted and nobody had read when it was reset or replaced. */
      readonly meter_error_mWh: number;
      readonly part_steps_mWh: number;
      readonly unread_mWh: number;
      /** By the gateway: what its meters counted between one session's end and the next one's beginning. */
      readonly between_sessions_mWh: number;
    };
    readonly difference_mWh: number;
  };
  readonly money: {
    readonly paid_fen: number;
    readonly bills_fen: number;
    readonly refunds_fen: number;
    readonly due_fen: number;
    readonly difference_fen: number;
    readonly cards: {
      readonly topped_up_fen: number;
      readonly spent_fen: number;
      readonly balance_fen: number;
      readonly difference_fen: number;
    };
  };
  readonly balanced: boolean;
}

interface Told {
  readonly session: string;
  readonly total_fen: number;
  readonly refund_fen: number;
  readonly due_fen: number;
  readonly paid_fen: number | null;
  readonly energy_mWh: number;
}

export function booksOf({
  journal,
  bays,
  paid_fen,
  topped_fen,
}: {
  journal: Journal;
  bays: readonly Bay[];
  paid_fen: number;
  topped_fen: number;
}): Books {
  const told = (type: string): Told[] =>
    journal.all<{ data: string }>("SELECT data FROM event WHERE type = ?", type).map(({ data }) => JSON.parse(data) as Told);
  const bills = told("session.billed");
  const carded = new Set(
    journal.all<{ session: string }>("SELECT session FROM charge_account WHERE card IS NOT NULL").map(({ session }) => session),
  );
  const [byCard, byPhone] = [bills.filter(({ session }) => carded.has(session)), bills.filter(({ session }) => !carded.has(session))];
  const sum = (list: readonly Told[], key: "total_fen" | "refund_fen" | "due_fen" | "energy_mWh"): number =>
    list.reduce((all, one) => all + one[key], 0);
  const entries = journal.get<{ sum: number }>("SELECT coalesce(sum(amount_fen), 0) AS sum FROM charge_card_entry")?.sum ?? 0;

  const total = (of: (bay: Bay) => number): number => bays.reduce((all, bay) => all + of(bay), 0);
  const delivered = total(({ meter }) => meter.delivered_mWh);
  const billed = sum(bills, "energy_mWh");
  const loss = {
    meter_error_mWh: -total(({ meter }) => meter.delivered_mWh * meter.error),
    part_steps_mWh: total(({ meter, first_mWh }) => meter.counted_mWh - meter.base_mWh - shown_mWh(meter) - (first_mWh % 1)),
    unread_mWh: total(({ meter }) => meter.unread_mWh),
    between_sessions_mWh: declaredLoss(journal, new Map(bays.map(({ name, meter }) => [name, shown_mWh(meter)]))),
  };
  const difference = delivered - billed - Object.values(loss).reduce((all, one) => all + one, 0);
  const money = {
    paid_fen,
    bills_fen: sum(byPhone, "total_fen"),
    refunds_fen: sum(byPhone, "refund_fen"),
    due_fen: sum(byPhone, "due_fen"),
    difference_fen: paid_fen - sum(byPhone, "total_fen") - sum(byPhone, "refund_fen") + sum(byPhone, "due_fen"),
    cards: {
      topped_up_fen: topped_fen,
      spent_fen: sum(byCard, "total_fen"),
      balance_fen: entries,
      difference_fen: topped_fen - sum(byCard, "total_fen") - entries,
    },
  };
  const sessions = journal.get<{ n: number }>("SELECT count(*) AS n FROM charge")?.n ?? 0;
  const open = journal.get<{ n: number }>("SELECT count(*) AS n FROM charge WHERE state = 'open'")?.n ?? 0;
  const doubled = bills.length - new Set(bills.map(({ session }) => session)).size;
  return {
    sessions,
    bills: bills.length,
    causes: Object.fromEntries(
      journal
        .all<{ why: string; n: number }>(
          "SELECT coalesce(ended_for, 'open') AS why, count(*) AS n FROM charge GROUP BY ended_for ORDER BY n DESC",
        )
        .map(({ why, n }) => [why, n]),
    ),
    energy: {
      delivered_mWh: Math.round(delivered),
      billed_mWh: billed,
      declared_loss: rounded(loss),
      difference_mWh: Math.round(difference),
    },
    money,
    balanced:
      Math.abs(difference) < 1 &&
      money.difference_fen === 0 &&
      money.cards.difference_fen === 0 &&
      open === 0 &&
      doubled === 0 &&
      bills.length === sessions,
  };
}

const rounded = <Sums extends Record<string, number>>(sums: Sums): Sums =>
  Object.fromEntries(Object.entries(sums).map(([key, value]) => [key, Math.round(value)])) as Sums;
