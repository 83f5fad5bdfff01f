// A charge only ever falls once it has begun to: power that steps up again after its plateau is a battery that heats, or something else in its socket.
// The level before is the highest of the last minutes but for the newest, so that a charger which starts again after a dip of the mains has not risen; and once the
// charge has fallen from its plateau, the least that it fell to: what creeps up again over half an hour has risen, too.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { active, type Limits } from "./limits.ts";

interface Minute {
  readonly least_mW: number;
  readonly most_mW: number;
}

export interface SecondRise {
  /** Finished minutes, newest last. */
  readonly minutes: readonly Minute[];
  readonly minuteFrom: Monotonic | undefined;
  readonly minute: Minute | undefined;
  /** The most that this charge has held through a whole minute, but for the newest: a charger that is still climbing has held nothing yet. */
  readonly held_mW: number;
  /** Once it has fallen: the least that was the most of a whole minute. */
  readonly fallen_mW: number | undefined;
  /** While it is above: since when, and above what level. */
  readonly rising: { readonly since: Monotonic; readonly before_mW: number; readonly now_mW: number } | undefined;
}

export const noSecondRise: SecondRise = {
  minutes: [],
  minuteFrom: undefined,
  minute: undefined,
  held_mW: 0,
  fallen_mW: undefined,
  rising: undefined,
};

const minute_ms = 60_000;
/** A rise may take its time: the newest minutes do not yet count as what was before. */
const newest = 2;
/** Fallen from its plateau: while its battery's voltage rises a charge holds, or grows. */
const fallenBelow = 0.8;

/** `power_mW`: the median of three samples. */
export function secondRiseAfter(rise: SecondRise, power_mW: number, at: { seen: Monotonic; limits: Limits }): SecondRise {
  const rule = active(at.limits.second_rise);
  if (rule === undefined) return rise;
  const { seen } = at;
  const settled = Math.ceil(rule.settled_s / 60);
  const before = rise.rising?.before_mW ?? levelBefore(rise, settled);
  const step = (rise.held_mW * rule.step_permille) / 1000;
  const above = before !== undefined && rise.held_mW >= rule.from_mW && power_mW > before + step;
  if (above) return { ...rise, rising: { since: rise.rising?.since ?? seen, before_mW: before, now_mW: power_mW } };
  const { least_mW, most_mW } = rise.minute ?? { least_mW: power_mW, most_mW: power_mW };
  const minute = { least_mW: Math.min(least_mW, power_mW), most_mW: Math.max(most_mW, power_mW) };
  const minuteFrom = rise.minuteFrom ?? seen;
  if (seen - minuteFrom < minute_ms) return { ...rise, minuteFrom, minute, rising: undefined };
  const minutes = [...rise.minutes, minute].slice(-settled - newest);
  const held_mW = Math.max(rise.held_mW, minutes.at(-1 - newest)?.least_mW ?? 0);
  const fallen_mW = minute.most_mW < held_mW * fallenBelow ? Math.min(rise.fallen_mW ?? minute.most_mW, minute.most_mW) : rise.fallen_mW;
  return { minutes, minuteFrom: seen, minute: undefined, held_mW, fallen_mW, rising: undefined };
}

function levelBefore({ minutes, fallen_mW }: SecondRise, settled: number): number | undefined {
  if (minutes.length < settled + newest) return undefined;
  const lately = Math.max(...minutes.slice(0, settled).map((minute) => minute.most_mW));
  return Math.min(lately, fallen_mW ?? lately);
}

export function risenAgain({ rising }: SecondRise, seen: Monotonic, limits: Limits): { value: number; limit: number } | undefined {
  const rule = active(limits.second_rise);
  if (rule === undefined || rising === undefined || seen - rising.since < rule.hold_ms) return undefined;
  return { value: Math.round(rising.now_mW), limit: Math.round(rising.before_mW) };
}
