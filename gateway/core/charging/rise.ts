// How fast a socket warms: a poor contact shows in the rate long before it shows in the level. A median of three, so that no single sample is a rise.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { active, type Limits } from "./limits.ts";
import { middle } from "./plateau.ts";

/** The coolest of a part of the window. */
interface Part {
  readonly at: Monotonic;
  readonly mC: number;
}

export interface Rise {
  readonly last: readonly number[];
  /** Finished parts, oldest first, and the one under way. */
  readonly parts: readonly Part[];
  readonly part: Part | undefined;
  /** By how much it has risen over the window, and since when that is too much. */
  readonly risen_mC: number;
  readonly since: Monotonic | undefined;
}

export const noRise: Rise = { last: [], parts: [], part: undefined, risen_mC: 0, since: undefined };
const partsAWindow = 40;
/** Once over, a sensor's noise does not begin the hold anew. */
const stillOver = 0.9;

export function riseAfter(rise: Rise, temperature_mC: number | undefined, at: { seen: Monotonic; limits: Limits }): Rise {
  const rule = active(at.limits.temperature_rise);
  if (rule === undefined || temperature_mC === undefined) return rise;
  const { seen } = at;
  const last = [...rise.last, temperature_mC].slice(-3);
  if (last.length < 3) return { ...rise, last };
  const mC = middle(last);
  const window_ms = rule.window_s * 1000;
  const { parts, part } = partsAfter(rise, { at: seen, mC }, window_ms);
  let coolest = part.mC;
  for (const one of parts) coolest = Math.min(coolest, one.mC);
  const risen_mC = mC - coolest;
  const limit_mC = (rule.limit_mC_per_min * rule.window_s) / 60;
  const over = risen_mC >= (rise.since === undefined ? limit_mC : limit_mC * stillOver);
  return { last, parts, part, risen_mC, since: over ? (rise.since ?? seen) : undefined };
}

function partsAfter({ parts, part }: Rise, newest: Part, window_ms: number): { parts: readonly Part[]; part: Part } {
  const part_ms = window_ms / partsAWindow;
  if (part !== undefined && newest.at - part.at < part_ms) return { parts, part: newest.mC < part.mC ? { ...part, mC: newest.mC } : part };
  const finished = part === undefined ? parts : [...parts, part];
  // A part that ended before the window began is out of it.
  return { parts: finished.filter((one) => newest.at - one.at < window_ms + part_ms), part: newest };
}

/** Held for a while: the level goes first where the level is reached. */
export const risesTooFast = ({ since }: Rise, hold_ms: number, seen: Monotonic): boolean => since !== undefined && seen - since >= hold_ms;
