// What protection says before it must act: a socket that grows hot, a charge that lasts long, a feeder that leaks. Said once, and once when it is over.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { ChargingFact, SocketName, WarnCause } from "./facts.ts";
import { active, type Limits } from "./limits.ts";
import { good, type SocketSample } from "./sample.ts";

export interface Warnings {
  readonly said: readonly WarnCause[];
  /** Since when the temperature is above the warning, or well below it again. */
  readonly hotSince: Monotonic | undefined;
  readonly coolSince: Monotonic | undefined;
}
export const noWarnings: Warnings = { said: [], hotSince: undefined, coolSince: undefined };

/** Over only well below: 5 °C, so that it is not said again and again. */
const easing_mC = 5_000;

interface Heard {
  readonly socket: SocketName;
  readonly sample: SocketSample;
  /** When the relay of the charge closed. */
  readonly closedAt: Monotonic | undefined;
  readonly seen: Monotonic;
  readonly limits: Limits;
}
interface Warned {
  readonly warnings: Warnings;
  readonly facts: readonly ChargingFact[];
}

const since = (before: Monotonic | undefined, is: boolean, seen: Monotonic): Monotonic | undefined => (is ? (before ?? seen) : undefined);

export function warningsAfter(before: Warnings, heard: Heard): Warned {
  const hot = hotAfter(before, heard);
  return longAfter(hot, heard);
}

function hotAfter(before: Warnings, { socket, sample, seen, limits }: Heard): Warned {
  const rule = active(limits.over_temperature);
  const value = good(sample.temperature_mC);
  if (rule === undefined || value === undefined) return { warnings: before, facts: [] };
  const hotSince = since(before.hotSince, value >= rule.warn_mC, seen);
  const coolSince = since(before.coolSince, value < rule.warn_mC - easing_mC, seen);
  const lasts = (from: Monotonic | undefined): boolean => from !== undefined && seen - from >= rule.hold_ms;
  const is = before.said.includes("over-temperature");
  const warnings = { ...before, hotSince, coolSince };
  const about = { station: null, socket, cause: "over-temperature" } as const;
  if (!is && lasts(hotSince)) {
    const fact = { kind: "warned", ...about, value: Math.round(value), limit: rule.warn_mC, unit: "m°C" } as const;
    return { warnings: { ...warnings, said: [...before.said, "over-temperature"] }, facts: [fact] };
  }
  if (!is || !lasts(coolSince)) return { warnings, facts: [] };
  return { warnings: { ...warnings, said: before.said.filter((one) => one !== "over-temperature") }, facts: [{ kind: "eased", ...about }] };
}

function longAfter({ warnings, facts }: Warned, { socket, closedAt, seen, limits }: Heard): Warned {
  const { advise_s } = limits.max_time;
  const is = warnings.said.includes("long-charge");
  const long = closedAt !== undefined && seen - closedAt >= advise_s * 1000;
  if (is === long) return { warnings, facts };
  const about = { station: null, socket, cause: "long-charge" } as const;
  if (!long)
    return {
      warnings: { ...warnings, said: warnings.said.filter((one) => one !== "long-charge") },
      facts: [...facts, { kind: "eased", ...about }],
    };
  const fact = { kind: "warned", ...about, value: seen - (closedAt ?? seen), limit: advise_s * 1000, unit: "ms" } as const;
  return { warnings: { ...warnings, said: [...warnings.said, "long-charge"] }, facts: [...facts, fact] };
}

/** Residual current of a station's feeder: consecutive good samples at or above the limit, or below 80 % of it. */
export interface Feeder {
  readonly high: number;
  readonly low: number;
  readonly warned: boolean;
}
export const quietFeeder: Feeder = { high: 0, low: 0, warned: false };

export function feederAfter(
  before: Feeder,
  residual_mA: number | undefined,
  { station, limits }: { station: string; limits: Limits },
): { feeder: Feeder; facts: readonly ChargingFact[] } {
  const rule = active(limits.residual_feeder);
  if (rule === undefined || residual_mA === undefined) return { feeder: before, facts: [] };
  const high = residual_mA >= rule.limit_mA ? before.high + 1 : 0;
  const low = residual_mA < rule.limit_mA * 0.8 ? before.low + 1 : 0;
  const about = { station, socket: null, cause: "feeder-leakage" } as const;
  if (rule.action === "alarm" && !before.warned && high >= rule.samples) {
    const fact = { kind: "warned", ...about, value: Math.round(residual_mA), limit: rule.limit_mA, unit: "mA" } as const;
    return { feeder: { high, low, warned: true }, facts: [fact] };
  }
  if (before.warned && low >= rule.samples) return { feeder: { high, low, warned: false }, facts: [{ kind: "eased", ...about }] };
  return { feeder: { high, low, warned: before.warned }, facts: [] };
}
