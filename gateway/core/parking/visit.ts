// A visit is one stay of one car: inside -> quoted -> settled -> gone. How long it lasted, and whether its price still stands.
import type { Fen } from "#protocols/vocabulary/money.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";

/** inside: let in. quoted: told a price that is not paid. settled: nothing is owed, may leave. gone: passed the exit. */
export const visitStates = ["inside", "quoted", "settled", "gone"] as const;
export type VisitState = (typeof visitStates)[number];

/** Time from one moment to a later one: by the monotonic clock within one boot, by the wall clock across boots. Never negative. */
export function elapsed(from: Stamp, to: Stamp): number {
  return Math.max(0, from.boot === to.boot ? to.mono - from.mono : to.wall - from.wall);
}

/** A driver who was told a price has this long to pay it, or to leave after paying, where the tariff does not say otherwise. */
export const usualGrace_ms = 15 * minuteMs;

export interface PinnedBill {
  readonly made: Stamp;
  readonly due: Fen;
  readonly grace_ms: number;
  /** When it was paid; from then on the grace is for leaving. */
  readonly paid: Stamp | null;
}

/** Whether the price that was told still stands. After that it is asked anew, and what was paid is taken off. */
export const billStands = (pinned: PinnedBill, now: Stamp): boolean => elapsed(pinned.paid ?? pinned.made, now) <= pinned.grace_ms;
