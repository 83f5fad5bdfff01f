// Holds that were planned and approved beforehand: the school's quarter of an hour, a wedding. Each begins once, by a clock that is believed, on a lane that is kept by nobody else just then,
// and ends like any hold. Whoever switches the lane meanwhile has the last word until the next time.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, minuteMs, type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { longestHold_min, type ModeOrder } from "./modes.ts";

export interface Plan {
  readonly id: string;
  readonly lane: string;
  readonly from: Wall;
  readonly until: Wall;
  readonly repeat: "once" | "daily" | "weekly";
  /** No time begins after it. */
  readonly last: Wall;
  readonly person: string;
  readonly approver: string;
  readonly reason: string;
}

interface Row {
  id: string;
  lane: string;
  from_at: number;
  until_at: number;
  every_ms: number | null;
  last_at: number;
  person: string;
  approver: string;
  reason: string;
  begun_at: number | null;
}

const every: Readonly<Record<Plan["repeat"], number | null>> = { once: null, daily: dayMs, weekly: 7 * dayMs };
const longestPlan_ms = 366 * dayMs;

export function refusePlan(plan: Omit<Plan, "id">, now: Wall): Refusal | undefined {
  const { from, until, last, person, approver } = plan;
  if (approver === person) return refusal("no-approver", "计划常开须由另一人批准", "to plan a hold another person must approve");
  if (!(until > from) || until - from > longestHold_min * minuteMs)
    return refusal(
      "no-expiry",
      `每次常开最长 ${longestHold_min} 分钟；更久的分成几段`,
      `a hold lasts ${longestHold_min} minutes at most: plan several for more`,
    );
  if (until <= now && plan.repeat === "once") return refusal("over", "这段时间已过", "this time is over");
  if (last < from || last - from > longestPlan_ms)
    return refusal("no-end", "重复须有结束日期，最长一年", "a repeat needs a last day, within a year");
  return undefined;
}

export function writePlan(tx: Transaction, plan: Plan): void {
  tx.run(
    "INSERT INTO planned_hold (id, lane, from_at, until_at, every_ms, last_at, person, approver, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...[plan.id, plan.lane, plan.from, plan.until, every[plan.repeat], plan.last, plan.person, plan.approver, plan.reason],
  );
}

const planOf = (row: Row): Plan => ({
  ...{ id: row.id, lane: row.lane, from: wall(row.from_at), until: wall(row.until_at), last: wall(row.last_at) },
  repeat: row.every_ms === null ? "once" : row.every_ms === dayMs ? "daily" : "weekly",
  ...{ person: row.person, approver: row.approver, reason: row.reason },
});

export const plansOf = (reads: Reads, lane: string): Plan[] =>
  reads.all<Row>("SELECT * FROM planned_hold WHERE lane = ? AND withdrawn IS NULL ORDER BY from_at, id", lane).map(planOf);

/** false: there is none, or it was withdrawn before. */
export const withdrawPlan = (tx: Transaction, id: string, lane: string, person: string): boolean =>
  tx.run("UPDATE planned_hold SET withdrawn = ? WHERE id = ? AND lane = ? AND withdrawn IS NULL", person, id, lane).changes > 0;

/** The time that is now, if one is: when it began and ends. */
export function occurrence({ from, until, repeat, last }: Plan, now: Wall): { readonly begins: Wall; readonly ends: Wall } | undefined {
  if (now < from) return undefined;
  const period = every[repeat];
  const begins = period === null ? from : from + Math.floor((now - from) / period) * period;
  const ends = begins + (until - from);
  return now < ends && begins <= last ? { begins: wall(begins), ends: wall(ends) } : undefined;
}

/** Holds that begin now: marked as begun, each as an order like a person's. */
export function beginPlanned(tx: Transaction, lane: string, now: Stamp): ModeOrder | undefined {
  // By the wall clock alone: while nobody vouches for it, nothing is held open by it.
  if (!now.synchronised) return undefined;
  for (const row of tx.all<Row>(
    "SELECT * FROM planned_hold WHERE lane = ? AND withdrawn IS NULL AND from_at <= ? AND last_at >= ? - 3600000",
    lane,
    now.wall,
    now.wall,
  )) {
    const plan = planOf(row);
    const is = occurrence(plan, now.wall);
    if (is === undefined || row.begun_at === is.begins) continue;
    tx.run("UPDATE planned_hold SET begun_at = ? WHERE id = ?", is.begins, plan.id);
    const minutes = Math.ceil((is.ends - now.wall) / minuteMs);
    const { person, approver, reason } = plan;
    return { mode: "held-open", person, approver, reason: `计划常开：${reason}`.slice(0, 200), minutes };
  }
  return undefined;
}
