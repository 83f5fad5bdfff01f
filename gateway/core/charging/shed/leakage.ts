// Residual current of the whole feeder: an alarm of fire, never a trip. Hundreds of milliamperes are the sum of many small leaks; shock protection is each socket's RCBO.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import { good, type Sampled } from "../sample.ts";
import type { ShedFact } from "./facts.ts";
import { shedFixed } from "./limits.ts";

export interface FeederSetup {
  /** The meter's device. */
  readonly id: string;
  /** Absent: the meter measures no residual current. */
  readonly residual_alarm_mA?: number | undefined;
}

export interface Feeder extends FeederSetup {
  readonly seen: Monotonic;
  readonly silent: boolean;
  /** Consecutive samples at or above the alarm, and below where it is over. */
  readonly high: number;
  readonly low: number;
  readonly leaking: boolean;
  readonly residual_mA: number | undefined;
}

export const newFeeder = (setup: FeederSetup, now: Monotonic): Feeder => ({
  ...setup,
  seen: now,
  silent: false,
  high: 0,
  low: 0,
  leaking: false,
  residual_mA: undefined,
});

export interface FeederMove {
  readonly feeder: Feeder;
  readonly facts: readonly ShedFact[];
}

export function feederSampled(shed: string, feeder: Feeder, heard: { residual_mA: Sampled; seen: Monotonic }): FeederMove {
  const { residual_alarm_mA: limit } = feeder;
  const value = good(heard.residual_mA);
  if (heard.seen < feeder.seen || (limit !== undefined && value === undefined)) return { feeder, facts: [] };
  const facts: ShedFact[] = feeder.silent ? [{ kind: "shed-input-answers", shed, input: feeder.id, of: "meter", active: false }] : [];
  const heardOf: Feeder = { ...feeder, seen: heard.seen, silent: false };
  if (limit === undefined || value === undefined) return { feeder: heardOf, facts };
  const high = value >= limit ? feeder.high + 1 : 0;
  const low = value * 1000 < limit * shedFixed.residualOverPermille ? feeder.low + 1 : 0;
  const begins = !feeder.leaking && high >= shedFixed.residualSamples;
  const ends = feeder.leaking && low >= shedFixed.residualSamples;
  if (begins) facts.push({ kind: "shed-leaking", shed, value, limit, unit: "mA" });
  if (ends) facts.push({ kind: "shed-leakage-over", shed, value, limit, unit: "mA" });
  return { feeder: { ...heardOf, high, low, leaking: (feeder.leaking || begins) && !ends, residual_mA: value }, facts };
}

export function feederTimed(shed: string, feeder: Feeder, now: Monotonic): FeederMove {
  if (feeder.silent || now < feederSilentAt(feeder)) return { feeder, facts: [] };
  const silent_ms = now - feeder.seen;
  return { feeder: { ...feeder, silent: true }, facts: [{ kind: "shed-input-silent", shed, input: feeder.id, of: "meter", silent_ms }] };
}

export const feederSilentAt = (feeder: Feeder): Monotonic => after(feeder.seen, shedFixed.meterWarn_ms);
