// A watched point of water supply, power room and the like: when it is out of bounds, and when it is back. Hysteresis, and a delay in both directions; what is not read stays as it was said last.
import type { Monotonic } from "#protocols/vocabulary/time.ts";

/** "high" and "low": beyond that bound; "active": a contact in the position that is meant. */
export type Standing = "none" | "high" | "low" | "active";

export interface WatchSetup {
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  /** So far back within the bound it must come. */
  readonly hysteresis: number;
  /** So long without a break, before it counts; in both directions. */
  readonly delay_ms: number;
}

export interface WatchState {
  readonly standing: Standing;
  /** What it would become, and since when it has been so without a break. */
  readonly turning: { readonly to: Standing; readonly since: Monotonic } | undefined;
}

export const watchOf = (standing: Standing): WatchState => ({ standing, turning: undefined });

/** A number, whether a contact is in the position that is meant, or nothing that could be believed: not read, too old, no number. */
export type Watched = number | boolean | "unread";

function shows({ high, low, hysteresis }: WatchSetup, standing: Standing, value: number | boolean): Standing {
  if (typeof value === "boolean") return value ? "active" : "none";
  // Where it stands, it must come back by the hysteresis; from the other side the bound itself counts.
  const highAt = high === undefined ? undefined : standing === "high" ? high - hysteresis : high;
  const lowAt = low === undefined ? undefined : standing === "low" ? low + hysteresis : low;
  if (highAt !== undefined && value > highAt) return "high";
  return lowAt !== undefined && value < lowAt ? "low" : "none";
}

export function watchStep(
  setup: WatchSetup,
  before: WatchState,
  { value, now }: { readonly value: Watched; readonly now: Monotonic },
): WatchState {
  // Not read is not well, and not worse: what stood stands on, and a delay begins anew.
  if (value === "unread" || (typeof value === "number" && !Number.isFinite(value))) return { ...before, turning: undefined };
  const to = shows(setup, before.standing, value);
  if (to === before.standing) return { ...before, turning: undefined };
  const since = before.turning?.to === to ? before.turning.since : now;
  return now - since >= setup.delay_ms ? watchOf(to) : { ...before, turning: { to, since } };
}
