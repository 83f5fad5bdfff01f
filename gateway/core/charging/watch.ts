// The rules of one socket that need memory: what each sample adds, and when it is too much. Nothing here switches anything.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { type Counter, counterAfter, freshCounter, frozen } from "./counter.ts";
import type { CutCause, Trip } from "./facts.ts";
import { cold, type Heat, heatAfter, tripsByHeat } from "./inverse.ts";
import { active, instantaneous_mA, type Limits, pickup_mA, type Rule, sustained_mA } from "./limits.ts";
import { noRise, type Rise, riseAfter, risesTooFast } from "./rise.ts";
import { good, isTrue, type SocketSample } from "./sample.ts";
import { sighted } from "./sight.ts";
import { tripsByWarmth, type Warmth, warmthAfter, warmthAtStart } from "./thermal.ts";

/** A value beyond its limit: since when, its newest, and how many samples said so. */
interface Beyond {
  readonly since: Monotonic;
  readonly value: number;
  readonly samples: number;
}

type Held = "over-power" | "over-temperature" | "over-voltage" | "under-voltage";

export interface Watch {
  /** First byte of the newest sample in which everything was there and could be true. */
  readonly wholeSeen: Monotonic | undefined;
  readonly currentSeen: Monotonic | undefined;
  /** Of the inverse-time curve. */
  readonly heat: Heat;
  /** Of the thermal model; undefined until a current is seen, or where there is no model. */
  readonly warmth: Warmth | undefined;
  /** Consecutive good samples at or above the instantaneous limit. */
  readonly high: number;
  readonly beyond: Readonly<Partial<Record<Held, Beyond>>>;
  /** How fast the socket warms. */
  readonly rise: Rise;
  /** Consecutive good samples at or above the residual current of one socket. */
  readonly residual: number;
  /** Whether the meter goes on as its own power says. */
  readonly counter: Counter;
}

export const freshWatch: Watch = {
  wholeSeen: undefined,
  currentSeen: undefined,
  heat: cold,
  warmth: undefined,
  high: 0,
  beyond: {},
  rise: noRise,
  residual: 0,
  counter: freshCounter,
};

/** A new charge starts its holds anew; what the socket's copper and plastic know (heat, temperature) stays. */
export function forNewCharge(watch: Watch): Watch {
  const temperature = watch.beyond["over-temperature"];
  return { ...watch, high: 0, residual: 0, beyond: temperature === undefined ? {} : { "over-temperature": temperature } };
}

interface HeldRule {
  readonly cause: Held;
  readonly of: keyof SocketSample & ("power_mW" | "temperature_mC" | "voltage_mV");
  /** undefined where the rule is switched off. */
  readonly set: (limits: Limits) => { readonly limit: number; readonly hold_ms: number } | undefined;
  readonly below?: true;
  readonly unit: string;
}

type Numbers<Key extends string> = Rule<{ readonly hold_ms: number } & Readonly<Record<Key, number>>>;
const set = <Key extends string>(rule: Numbers<Key>, key: Key): { limit: number; hold_ms: number } | undefined =>
  rule.active ? { limit: rule[key], hold_ms: rule.hold_ms } : undefined;

const heldRules: readonly HeldRule[] = [
  { cause: "over-temperature", of: "temperature_mC", set: (l) => set(l.over_temperature, "limit_mC"), unit: "m°C" },
  { cause: "over-power", of: "power_mW", set: (l) => set(l.over_power, "limit_mW"), unit: "mW" },
  { cause: "over-voltage", of: "voltage_mV", set: (l) => set(l.over_voltage, "limit_mV"), unit: "mV" },
  { cause: "under-voltage", of: "voltage_mV", set: (l) => set(l.under_voltage, "limit_mV"), below: true, unit: "mV" },
];

/** Temperature trips where the limit is reached; the others above (or below) theirs. */
function isBeyond(rule: HeldRule, value: number, limit: number): boolean {
  if (rule.cause === "over-temperature") return value >= limit;
  return rule.below ? value < limit : value > limit;
}

function heldAfter(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Watch["beyond"] {
  const beyond: Partial<Record<Held, Beyond>> = {};
  for (const rule of heldRules) {
    const limit = rule.set(at.limits)?.limit;
    const before = watch.beyond[rule.cause];
    const said = good(sample[rule.of]);
    // Less than the meter can measure is no low voltage but none.
    const value = rule.below && said !== undefined && said < at.limits.meter.least_mV ? undefined : said;
    if (limit === undefined) continue;
    // No value denies nothing: what was beyond stays so, and its deadline runs on.
    if (value === undefined) {
      if (before !== undefined) beyond[rule.cause] = before;
    } else if (isBeyond(rule, value, limit))
      beyond[rule.cause] = { since: before?.since ?? at.seen, value, samples: (before?.samples ?? 0) + 1 };
  }
  return beyond;
}

/** A value that is not there neither counts nor forgives. */
function residualAfter(before: number, residual_mA: number | undefined, limits: Limits): number {
  const rule = active(limits.residual_socket);
  if (rule === undefined || residual_mA === undefined) return before;
  return residual_mA >= rule.limit_mA ? before + 1 : 0;
}

/** What this sample makes of the watch. `starting`: within the grace after the relay was told to close. An older sample than the newest changes nothing. */
export function watchAfter(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits; starting: boolean }): Watch {
  const { seen, limits } = at;
  const current = good(sample.current_mA);
  const beyond = heldAfter(watch, sample, at);
  const wholeSeen = sighted(sample, limits) ? seen : watch.wholeSeen;
  const counter = counterAfter(watch.counter, sample, at);
  const rise = riseAfter(watch.rise, good(sample.temperature_mC), at);
  const residual = residualAfter(watch.residual, good(sample.residual_mA), limits);
  const known = { ...watch, wholeSeen, beyond, counter, rise, residual };
  if (current === undefined) return known;
  // Longer than a blind socket stays energised, nothing is concluded from one sample.
  const elapsed_ms = watch.currentSeen === undefined ? 0 : Math.min(seen - watch.currentSeen, limits.blind.trip_ms);
  const flow = { current, elapsed_ms, closed: isTrue(sample.relay_closed), limits };
  const high = current >= instantaneous_mA(limits) && !at.starting ? watch.high + 1 : 0;
  return { ...known, currentSeen: seen, heat: heated(watch.heat, flow), warmth: warmed(watch.warmth, flow), high };
}

interface Flow {
  readonly current: number;
  readonly elapsed_ms: number;
  readonly closed: boolean;
  readonly limits: Limits;
}

function heated(before: Heat, { current, elapsed_ms, limits }: Flow): Heat {
  const curve = active(limits.over_current);
  return curve === undefined ? cold : heatAfter(before, curve, { multiple: current / pickup_mA(limits, curve), elapsed_ms });
}

function warmed(before: Warmth | undefined, { current, elapsed_ms, closed, limits }: Flow): Warmth | undefined {
  const thermal = active(limits.thermal);
  if (thermal === undefined) return undefined;
  return warmthAfter(before ?? warmthAtStart(thermal), thermal, { multiple: current / sustained_mA(limits, thermal), elapsed_ms, closed });
}

/** Whether the thermal model is still too warm for a relay to close. */
export function tooWarm(watch: Watch, limits: Limits): boolean {
  const thermal = active(limits.thermal);
  return thermal !== undefined && (watch.warmth ?? warmthAtStart(thermal)).level * 1000 >= thermal.reclose_below_permille;
}

const heldTrip = (rule: HeldRule, value: number, limit: number): Trip => ({ cause: rule.cause, value, limit, unit: rule.unit });

export interface Verdict {
  readonly trip: Trip;
  /** When what completed the decision came, or fell due. */
  readonly seen: Monotonic;
}

/** The rule that this sample completes, the gravest first. */
export function tripBySample(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Verdict | undefined {
  const { seen, limits } = at;
  const current = good(sample.current_mA) ?? 0;
  const byCurrent = (cause: CutCause, limit: number): Verdict => ({
    trip: { cause, value: Math.round(current), limit: Math.round(limit), unit: "mA" },
    seen,
  });
  if (watch.high >= limits.instantaneous.samples) return byCurrent("instantaneous", instantaneous_mA(limits));
  const curve = active(limits.over_current);
  if (curve !== undefined && tripsByHeat(watch.heat)) return byCurrent("over-current", pickup_mA(limits, curve));
  const thermal = active(limits.thermal);
  if (thermal !== undefined && watch.warmth !== undefined && tripsByWarmth(watch.warmth))
    return byCurrent("over-current", sustained_mA(limits, thermal));
  const residual = active(limits.residual_socket);
  if (residual !== undefined && watch.residual >= residual.samples)
    return { trip: { cause: "leakage", value: good(sample.residual_mA) ?? null, limit: residual.limit_mA, unit: "mA" }, seen };
  for (const rule of heldRules) {
    const set = rule.set(limits);
    const beyond = watch.beyond[rule.cause];
    if (set !== undefined && beyond !== undefined && seen - beyond.since >= set.hold_ms)
      return { trip: heldTrip(rule, beyond.value, set.limit), seen };
  }
  const warming = active(limits.temperature_rise);
  if (warming !== undefined && risesTooFast(watch.rise, warming.hold_ms, seen)) {
    const limit = Math.round((warming.limit_mC_per_min * warming.window_s) / 60);
    return { trip: { cause: "temperature-rise", value: Math.round(watch.rise.risen_mC), limit, unit: "m°C" }, seen };
  }
  const dead = frozen(watch.counter, sample, limits);
  return dead === undefined ? undefined : { trip: dead, seen };
}

/** Deadlines that run even when no sample comes any more. A single sample beyond is no proof: then it is for "blind" to act. */
export function deadlines(watch: Watch, limits: Limits): { at: Monotonic; trip: Trip }[] {
  const found: { at: Monotonic; trip: Trip }[] = [];
  for (const rule of heldRules) {
    const beyond = watch.beyond[rule.cause];
    const set = beyond === undefined ? undefined : rule.set(limits);
    if (set === undefined || beyond === undefined || beyond.samples < 2) continue;
    found.push({ at: monotonic(beyond.since + set.hold_ms), trip: heldTrip(rule, beyond.value, set.limit) });
  }
  const { trip_ms } = limits.blind;
  if (watch.wholeSeen !== undefined)
    found.push({ at: monotonic(watch.wholeSeen + trip_ms), trip: { cause: "blind", value: trip_ms, limit: trip_ms, unit: "ms" } });
  return found;
}

/** Which of these trips also a socket that is not energised: heat without our current is a fire's, not a charge's. */
export const tripsIdle = (cause: CutCause): boolean => cause === "over-temperature";
