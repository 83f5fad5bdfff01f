// What the current did before a trip: how long it stood at each height without a break, and how long it was above what cut it. Counted as protection counts: a sample stands for the time
// since the one before it; what is not known, and a hole in the readings, ends a run, and its beginning is then only known to be at least so long ago.
import { cold, heatAfter } from "./inverse.ts";
import type { Curve } from "./limits.ts";

export interface Moment {
  readonly at: number;
  /** null: something was read, and no current that can be trusted. */
  readonly current_mA: number | null;
  /** Of a cut by power this counts, as a current at the voltage of then. */
  readonly power_mW?: number | null;
}

interface Known {
  readonly at: number;
  readonly current_mA: number;
  /** For which it stands; 0 at the beginning of a run. */
  readonly stands_ms: number;
  readonly begins: boolean;
}

/** Every current that was known, oldest first. */
export function knownOf(moments: readonly Moment[], longest_ms: number): Known[] {
  const found: Known[] = [];
  let last: number | undefined;
  for (const { at, current_mA } of [...moments].sort((a, b) => a.at - b.at)) {
    if (current_mA === null || !Number.isFinite(current_mA)) {
      last = undefined;
      continue;
    }
    const begins = last === undefined || at - last > longest_ms;
    found.push({ at, current_mA, stands_ms: begins || last === undefined ? 0 : at - last, begins });
    last = at;
  }
  return found;
}

/** Holes between the readings: each of them ended a run. */
export const holesIn = (known: readonly Known[]): number => Math.max(0, known.filter(({ begins }) => begins).length - 1);

export interface Held {
  readonly current_mA: number;
  readonly held_ms: number;
  /** It began where nothing was known before. */
  readonly at_least: boolean;
}

function longestAt(known: readonly Known[], level: number): Held {
  let [best, bestOpen, held, open] = [0, false, 0, false];
  for (const { current_mA, stands_ms, begins } of known) {
    if (begins || current_mA < level) [held, open] = [0, begins && current_mA >= level];
    if (current_mA >= level) held += stands_ms;
    if (held > best || (held === best && open && current_mA >= level)) [best, bestOpen] = [held, open];
  }
  return { current_mA: level, held_ms: best, at_least: bestOpen };
}

const mostSteps = 60;

/** A staircase down: of every time that was held only the greatest current. Below a tenth of `rated_mA` nothing is told. */
export function heldSteps(known: readonly Known[], rated_mA: number): Held[] {
  const levels = [...new Set(known.map(({ current_mA }) => current_mA))].filter((level) => level >= rated_mA / 10).sort((a, b) => a - b);
  const all = levels.map((level) => longestAt(known, level));
  const corners = all.filter(({ held_ms }, index) => all[index + 1]?.held_ms !== held_ms);
  if (corners.length <= mostSteps) return corners;
  // Thinned where steps are finest; the highest one stays.
  const kept = Array.from({ length: mostSteps }, (_, n) => corners[Math.round((n * (corners.length - 1)) / (mostSteps - 1))]);
  return [...new Set(kept)].filter((one) => one !== undefined);
}

export interface Above {
  readonly above_ms: number;
  readonly least_mA: number | null;
  readonly most_mA: number | null;
  readonly at_least: boolean;
  /** How far the inverse-time curve had run when it cut; null: another rule cut. */
  readonly heat_permille: number | null;
}

/** Beyond `limit_mA` until the last of `known`, without a break; of an inverse-time curve since it was cold, for there a dip forgives nothing at once. */
export function aboveOf(
  known: readonly Known[],
  limit_mA: number,
  by: { readonly curve?: Curve; readonly pickup_mA: number; readonly longest_ms: number },
): Above {
  const nothing = { above_ms: 0, least_mA: null as number | null, most_mA: null as number | null, at_least: false };
  let [sum, heat] = [nothing, cold];
  for (const { current_mA, stands_ms, begins } of known) {
    const over = current_mA >= limit_mA;
    if (begins) [sum, heat] = [{ ...nothing, at_least: over }, cold];
    if (by.curve !== undefined)
      heat = heatAfter(heat, by.curve, { multiple: current_mA / by.pickup_mA, elapsed_ms: Math.min(stands_ms, by.longest_ms) });
    if (over)
      sum = {
        above_ms: sum.above_ms + stands_ms,
        least_mA: Math.min(sum.least_mA ?? current_mA, current_mA),
        most_mA: Math.max(sum.most_mA ?? current_mA, current_mA),
        at_least: sum.at_least,
      };
    else if (by.curve === undefined || heat.level === 0) sum = nothing;
  }
  return { ...sum, heat_permille: by.curve === undefined ? null : Math.round(Math.min(1, heat.level) * 1000) };
}
