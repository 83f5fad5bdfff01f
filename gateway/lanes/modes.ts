// How a lane is switched: by itself, off, held open for a while, or up for a fire. Kept in the journal, so that a restart changes nothing; each change is an event with its person.
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { LaneMode } from "#protocols/uplink/lane-events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { readStamp } from "./visits.ts";

export interface Mode {
  readonly mode: LaneMode;
  readonly since: Stamp | null;
  /** held-open ends by itself after so long. */
  readonly for_ms: number | null;
  readonly person: string;
  readonly reason: string;
}

export interface ModeOrder {
  readonly mode: LaneMode;
  readonly person: string;
  readonly approver?: string;
  readonly reason: string;
  readonly minutes?: number;
}

export const longestHold_min = 60;
const normal: Mode = { mode: "normal", since: null, for_ms: null, person: "", reason: "" };

/** As it is written; a hold whose time is over is still written as one until somebody has ended it. */
export function modeOf(reads: Reads, lane: string): Mode {
  const row = reads.get<{ mode: string; since: string; for_ms: number | null; person: string; reason: string }>(
    "SELECT mode, since, for_ms, person, reason FROM lane_mode WHERE lane = ?",
    lane,
  );
  if (row === undefined) return normal;
  return { mode: row.mode as LaneMode, since: readStamp(row.since), for_ms: row.for_ms, person: row.person, reason: row.reason };
}

/** Someone keeps the arm up: no car needs to be let in, and none follows another one through. */
export const keptOpen = ({ mode }: Mode): boolean => mode === "held-open" || mode === "fire";

/** Across a start of the machine only the wall clock says how long a hold has lasted: where nobody vouches for it, or it stands before the beginning, the hold is over. */
const isTold = (since: Stamp, now: Stamp): boolean =>
  since.boot === now.boot || (since.synchronised && now.synchronised && now.wall >= since.wall);

export const isOver = ({ mode, since, for_ms }: Mode, now: Stamp): boolean =>
  mode === "held-open" && since !== null && (!isTold(since, now) || elapsed(since, now) >= (for_ms ?? 0));

export function refuseMode(known: Mode, order: ModeOrder): Refusal | undefined {
  if (known.mode === "fire" && order.mode !== "normal")
    return refusal("fire", "消防联动中，须先解除", "a fire holds this lane open: end that first");
  if (order.mode !== "held-open") return undefined;
  if (order.approver === undefined || order.approver === order.person)
    return refusal("no-approver", "常开须由另一人批准", "to hold a lane open another person must approve");
  if (order.minutes === undefined || order.minutes > longestHold_min)
    return refusal(
      "no-expiry",
      `常开须有期限，最长 ${longestHold_min} 分钟`,
      `a hold needs an end, after ${longestHold_min} minutes at most`,
    );
  return undefined;
}

export function writeMode(tx: Transaction, lane: string, { order, now }: { order: ModeOrder; now: Stamp }): void {
  const { mode, person, approver = null, reason, minutes } = order;
  const for_ms = mode === "held-open" && minutes !== undefined ? minutes * minuteMs : null;
  tx.run(
    "INSERT INTO lane_mode (lane, mode, since, for_ms, person, approver, reason) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (lane) DO UPDATE SET mode = excluded.mode, since = excluded.since, for_ms = excluded.for_ms, person = excluded.person, approver = excluded.approver, reason = excluded.reason",
    lane,
    mode,
    JSON.stringify(now),
    for_ms,
    person,
    approver,
    reason,
  );
  tx.event("lane.mode", { lane, mode, until: for_ms === null ? null : now.wall + for_ms, person, approver, reason });
}
