// Is the meter alive? Its energy counter must go on as its own power says. Where there is no counter, a meter that shows the very same for too long is dead.
// A healthy charge passes however steady it is and however coarse its numbers are: only what must have moved, and did not, is frozen.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Trip } from "./facts.ts";
import { active, type Limits } from "./limits.ts";
import { middle } from "./plateau.ts";
import { good, isTrue, type SocketSample } from "./sample.ts";
import { doubt } from "./sight.ts";

export interface Counter {
  readonly seen: Monotonic | undefined;
  /** Of the newest samples, for a median: a wild one counts nothing. */
  readonly powers: readonly number[];
  /** The counter at the window's beginning, and the energy that the power since says. */
  readonly from_mWh: number | undefined;
  readonly since: Monotonic | undefined;
  readonly expected_mWh: number;
  /** The counter at its last step, and the energy expected since. */
  readonly newest_mWh: number | undefined;
  readonly owed_mWh: number;
  /** Consecutive samples that do not agree, and in which the counter stood lower than before. */
  readonly odd: number;
  readonly lower: number;
  readonly restarts: number;
  /** Where there is no counter: what was shown, and since when nothing of it changed. */
  readonly shown: SocketSample | undefined;
  readonly shownSince: Monotonic | undefined;
}

export const freshCounter: Counter = {
  seen: undefined,
  powers: [],
  from_mWh: undefined,
  since: undefined,
  expected_mWh: 0,
  newest_mWh: undefined,
  owed_mWh: 0,
  odd: 0,
  lower: 0,
  restarts: 0,
  shown: undefined,
  shownSince: undefined,
};

/** Power and counter are not of one instant: so much later may one be than the other. */
export const counterLag_ms = 6_000;
/** A counter must have stepped when the power says so many of its steps. */
export const stepsOwed = 2.5;
const oddSamples = 3;
const [slow, fast] = [0.5, 1.5];
const window = { steps: 5, ms: 60_000 };

const energy = (power_mW: number, ms: number): number => (power_mW * ms) / 3_600_000;
const step_mWh = (limits: Limits): number => limits.meter.energy_step_mWh;
const power = (counter: Counter): number => Math.max(0, middle(counter.powers));

export function counterAfter(counter: Counter, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Counter {
  const { seen, limits } = at;
  if (sample.relay_closed === false) return freshCounter;
  const before = counter.seen ?? seen;
  const said = doubt(sample, limits) === undefined ? good(sample.power_mW) : undefined;
  const powers = said === undefined ? counter.powers : [...counter.powers, said].slice(-3);
  const heard = { ...counter, seen, powers };
  const more = energy(power(heard), Math.max(0, seen - before));
  const still = stillAfter(counter, sample, seen);
  const counted = good(sample.energy_mWh);
  const grown = { ...heard, ...still, expected_mWh: counter.expected_mWh + more, owed_mWh: counter.owed_mWh + more };
  return counted === undefined ? grown : countedAfter(grown, counted, { seen, limits });
}

function countedAfter(counter: Counter, counted: number, at: { seen: Monotonic; limits: Limits }): Counter {
  const { seen, limits } = at;
  const next = { from_mWh: counted, since: seen, expected_mWh: 0, odd: 0 };
  const begin = { ...next, newest_mWh: counted, owed_mWh: 0, lower: 0 };
  const { from_mWh, newest_mWh } = counter;
  if (from_mWh === undefined || newest_mWh === undefined) return { ...counter, ...begin };
  if (counted < newest_mWh) {
    // Torn once, it comes back; a counter that wrapped or was reset goes on from below.
    const lower = counter.lower + 1;
    return lower < oddSamples ? { ...counter, lower } : { ...counter, ...begin, restarts: counter.restarts + 1 };
  }
  const stepped = counted > newest_mWh ? { newest_mWh: counted, owed_mWh: 0 } : {};
  const moved = { ...counter, ...stepped, lower: 0 };
  // Torn upwards once, it is not believed; said again and again, it is the meter that is not.
  if (disagrees(moved, limits)) return { ...counter, odd: counter.odd + 1 };
  const done = counted - from_mWh >= window.steps * step_mWh(limits) && seen - (counter.since ?? seen) >= window.ms;
  // A new window forgives nothing: what is owed since the last step stays owed.
  return done ? { ...moved, ...next } : { ...moved, odd: 0 };
}

/** Over the window, the counter did much more or much less than the power says. */
function disagrees(counter: Counter, limits: Limits): boolean {
  const actual = (counter.newest_mWh ?? 0) - (counter.from_mWh ?? 0);
  const allowed = 2 * step_mWh(limits) + energy(power(counter), counterLag_ms);
  return actual > fast * counter.expected_mWh + allowed || actual < slow * counter.expected_mWh - allowed;
}

const odds = (counter: Counter): number => (counter.newest_mWh ?? 0) - (counter.from_mWh ?? 0) - counter.expected_mWh;

const measured = ["voltage_mV", "current_mA", "power_mW", "temperature_mC", "energy_mWh"] as const;

function stillAfter(counter: Counter, sample: SocketSample, seen: Monotonic): Pick<Counter, "shown" | "shownSince"> {
  const { shown, shownSince } = counter;
  const same = shown !== undefined && measured.every((key) => Object.is(shown[key], sample[key]));
  return same ? { shown, shownSince } : { shown: sample, shownSince: seen };
}

/** The power that must make something move; by volt-amperes where the model measures no power. */
function flowing_mW(sample: SocketSample): number {
  return good(sample.power_mW) ?? ((good(sample.voltage_mV) ?? 220_000) / 1000) * (good(sample.current_mA) ?? 0);
}

/** Why this meter is not to be believed, as a trip of "blind". */
export function frozen(counter: Counter, sample: SocketSample, limits: Limits): Trip | undefined {
  const rule = active(limits.frozen);
  if (rule === undefined || counter.seen === undefined || !isTrue(sample.relay_closed)) return undefined;
  const byEnergy = (value: number, limit: number): Trip => ({
    cause: "blind",
    value: Math.round(value),
    limit: Math.round(limit),
    unit: "mWh",
  });
  const allowed = 2 * step_mWh(limits) + energy(power(counter), counterLag_ms);
  if (counter.odd >= oddSamples || counter.restarts > 1) return byEnergy(Math.abs(odds(counter)), allowed);
  if (counter.newest_mWh !== undefined && good(sample.power_mW) !== undefined) {
    const owed = stepsOwed * step_mWh(limits) + energy(power(counter), counterLag_ms);
    return counter.owed_mWh > owed ? byEnergy(counter.owed_mWh, owed) : undefined;
  }
  const still_ms = counter.shownSince === undefined ? 0 : counter.seen - counter.shownSince;
  if (still_ms < rule.still_s * 1000 || flowing_mW(sample) < rule.from_mW) return undefined;
  return { cause: "blind", value: still_ms, limit: rule.still_s * 1000, unit: "ms" };
}
