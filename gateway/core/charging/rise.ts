// How fast a socket warms: a poor contact shows in the rate long before it shows in the level. A median of three, so that no single sample is a rise.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { active, type Limits } from "./limits.ts";
import { middle } from "./plateau.ts";

export interface Rise {
  readonly last: readonly number[];
  /** What it was, from before the window's beginning to now; about ten a window. */
  readonly points: readonly { readonly at: Monotonic; readonly mC: number }[];
  /** By how much it has risen over the window, and since when that is too much. */
  readonly risen_mC: number;
  readonly since: Monotonic | undefined;
}

export const noRise: Rise = { last: [], points: [], risen_mC: 0, since: undefined };

export function riseAfter(rise: Rise, temperature_mC: number | undefined, at: { seen: Monotonic; limits: Limits }): Rise {
  const rule = active(at.limits.temperature_rise);
  if (rule === undefined || temperature_mC === undefined) return rise;
  const { seen } = at;
  const window_ms = rule.window_s * 1000;
  const last = [...rise.last, temperature_mC].slice(-3);
  if (last.length < 3) return { ...rise, last };
  const mC = middle(last);
  const newest = rise.points.at(-1);
  const kept = newest === undefined || seen - newest.at >= window_ms / 10 ? [...rise.points, { at: seen, mC }] : rise.points;
  // The oldest that is kept is the last one before the window.
  const first = kept.findLastIndex((point) => seen - point.at >= window_ms);
  const points = first > 0 ? kept.slice(first) : kept;
  const least = Math.min(...points.map((point) => point.mC));
  const risen_mC = mC - least;
  const over = risen_mC >= (rule.limit_mC_per_min * rule.window_s) / 60;
  return { last, points, risen_mC, since: over ? (rise.since ?? seen) : undefined };
}

/** Held for a while: the level goes first where the level is reached. */
export const risesTooFast = ({ since }: Rise, hold_ms: number, seen: Monotonic): boolean => since !== undefined && seen - since >= hold_ms;
