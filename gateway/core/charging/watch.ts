// The rules of one socket that need memory: what each sample adds, and when it is too much. Nothing here switches anything.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { CutCause, Trip } from "./facts.ts";
import { heatAfter } from "./inverse.ts";
import { fixed, instantaneous_mA, type Limits, pickup_mA } from "./limits.ts";
import { good, type SocketSample, whole } from "./sample.ts";

/** A value beyond its limit: since when, its newest, and how many samples said so. */
interface Beyond {
  readonly since: Monotonic;
  readonly value: number;
  readonly samples: number;
}

type Held = "over-power" | "over-temperature" | "over-voltage" | "under-voltage";

export interface Watch {
  /** First byte of the newest sample in which everything was there. */
  readonly wholeSeen: Monotonic | undefined;
  readonly currentSeen: Monotonic | undefined;
  /** 0 cold … 1 trips. */
  readonly heat: number;
  /** Consecutive good samples at or above the instantaneous limit. */
  readonly high: number;
  readonly beyond: Readonly<Partial<Record<Held, Beyond>>>;
}

export const freshWatch: Watch = { wholeSeen: undefined, currentSeen: undefined, heat: 0, high: 0, beyond: {} };

/** A new charge starts its holds anew; what the socket's copper and plastic know (heat, temperature) stays. */
export function forNewCharge(watch: Watch): Watch {
  const temperature = watch.beyond["over-temperature"];
  return { ...watch, high: 0, beyond: temperature === undefined ? {} : { "over-temperature": temperature } };
}

interface HeldRule {
  readonly cause: Held;
  readonly of: keyof SocketSample & ("power_mW" | "temperature_mC" | "voltage_mV");
  readonly limit: (limits: Limits) => number;
  readonly below?: true;
  readonly hold_ms: number;
  readonly unit: string;
}

const heldRules: readonly HeldRule[] = [
  {
    cause: "over-temperature",
    of: "temperature_mC",
    limit: (l) => l.over_temperature_mC,
    hold_ms: fixed.overTemperatureHold_ms,
    unit: "m°C",
  },
  { cause: "over-power", of: "power_mW", limit: (l) => l.over_power_mW, hold_ms: fixed.overPowerHold_ms, unit: "mW" },
  { cause: "over-voltage", of: "voltage_mV", limit: () => fixed.overVoltage_mV, hold_ms: fixed.overVoltageHold_ms, unit: "mV" },
  {
    cause: "under-voltage",
    of: "voltage_mV",
    limit: () => fixed.underVoltage_mV,
    below: true,
    hold_ms: fixed.underVoltageHold_ms,
    unit: "mV",
  },
];

/** Temperature trips where the limit is reached; the others above (or below) theirs. */
function isBeyond(rule: HeldRule, value: number, limits: Limits): boolean {
  const limit = rule.limit(limits);
  if (rule.cause === "over-temperature") return value >= limit;
  return rule.below ? value < limit : value > limit;
}

function heldAfter(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Watch["beyond"] {
  const beyond: Partial<Record<Held, Beyond>> = {};
  for (const rule of heldRules) {
    const before = watch.beyond[rule.cause];
    const value = good(sample[rule.of]);
    // No value denies nothing: what was beyond stays so, and its deadline runs on.
    if (value === undefined) {
      if (before !== undefined) beyond[rule.cause] = before;
    } else if (isBeyond(rule, value, at.limits))
      beyond[rule.cause] = { since: before?.since ?? at.seen, value, samples: (before?.samples ?? 0) + 1 };
  }
  return beyond;
}

/** What this sample makes of the watch. An older sample than the newest changes nothing. */
export function watchAfter(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Watch {
  const { seen, limits } = at;
  const current = good(sample.current_mA);
  const beyond = heldAfter(watch, sample, at);
  const wholeSeen = whole(sample) ? seen : watch.wholeSeen;
  if (current === undefined) return { ...watch, wholeSeen, beyond };
  const pickup = pickup_mA(limits);
  const limit = instantaneous_mA(limits);
  const heat = heatAfter(watch.heat, {
    current_mA: current,
    pickup_mA: pickup,
    cap: limit / pickup,
    elapsed_ms: watch.currentSeen === undefined ? 0 : seen - watch.currentSeen,
  });
  return { wholeSeen, currentSeen: seen, heat, high: current >= limit ? watch.high + 1 : 0, beyond };
}

const heldTrip = (rule: HeldRule, value: number, limits: Limits): Trip => ({
  cause: rule.cause,
  value,
  limit: rule.limit(limits),
  unit: rule.unit,
});

export interface Verdict {
  readonly trip: Trip;
  /** When what completed the decision came, or fell due. */
  readonly seen: Monotonic;
}

/** The rule that this sample completes, the gravest first. */
export function tripBySample(watch: Watch, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Verdict | undefined {
  const { seen, limits } = at;
  const held = (cause: Held): Verdict | undefined => {
    const rule = heldRules.find((one) => one.cause === cause);
    const beyond = watch.beyond[cause];
    if (rule === undefined || beyond === undefined || seen - beyond.since < rule.hold_ms) return undefined;
    return { trip: heldTrip(rule, beyond.value, limits), seen };
  };
  const current = good(sample.current_mA) ?? 0;
  const byCurrent = (cause: CutCause, limit: number): Verdict => ({ trip: { cause, value: current, limit, unit: "mA" }, seen });
  if (watch.high >= fixed.instantaneousSamples) return byCurrent("instantaneous", instantaneous_mA(limits));
  if (watch.heat >= 1 && current > pickup_mA(limits)) return byCurrent("over-current", pickup_mA(limits));
  return held("over-temperature") ?? held("over-power") ?? held("over-voltage") ?? held("under-voltage");
}

/** Deadlines that run even when no sample comes any more. A single sample beyond is no proof: then it is for "blind" to act. */
export function deadlines(watch: Watch, limits: Limits): { at: Monotonic; trip: Trip }[] {
  const found = heldRules.flatMap((rule) => {
    const beyond = watch.beyond[rule.cause];
    return beyond === undefined || beyond.samples < 2
      ? []
      : [{ at: monotonic(beyond.since + rule.hold_ms), trip: heldTrip(rule, beyond.value, limits) }];
  });
  if (watch.wholeSeen !== undefined)
    found.push({
      at: monotonic(watch.wholeSeen + limits.blind_ms),
      trip: { cause: "blind", value: limits.blind_ms, limit: limits.blind_ms, unit: "ms" },
    });
  return found;
}

/** Which of these trips also a socket that is not energised: heat without our current is a fire's, not a charge's. */
export const tripsIdle = (cause: CutCause): boolean => cause === "over-temperature";
