// How long each rule of a limits document lets a constant current flow: the curves that an engineer lays beside a breaker's. The numbers are those that the decision
// integrates (inverse.ts, thermal.ts); a decision is taken on samples, so it falls at most one sample later, and never before the second.
import { operateSeconds } from "./inverse.ts";
import { active, fixed, instantaneous_mA, type Limits, pickup_mA, rated_mA, sustained_mA } from "./limits.ts";

export type CurveRule = "instantaneous" | "inverse" | "thermal-cold" | "thermal-hot" | "power";

export interface RuleCurve {
  readonly rule: CurveRule;
  /** Above this it trips at all. */
  readonly from_mA: number;
  /** Seconds from the current's beginning to the trip; infinite where the rule lets it flow. */
  readonly seconds: (current_mA: number) => number;
}

export interface CurveConditions {
  /** Between two samples of a socket. */
  readonly sample_s: number;
  /** At which a limit in watts is so many amperes; power factor 1. */
  readonly voltage_mV: number;
}

/** IEC 60255-149: from a state θ0 to the trip at a constant multiple of k·I_B. */
export function thermalSeconds(tau_s: number, multiple: number, from: number): number {
  const steady = Math.min(multiple, fixed.greatestThermalMultiple) ** 2;
  return multiple > 1 ? tau_s * Math.log((steady - from) / (steady - 1)) : Number.POSITIVE_INFINITY;
}

/** The thermal state after the rated current has flowed for long. */
export function hotState(limits: Limits): number {
  const thermal = active(limits.thermal);
  return thermal === undefined ? 0 : Math.min(1, (rated_mA(limits) / sustained_mA(limits, thermal)) ** 2);
}

export function ruleCurves(limits: Limits, { sample_s, voltage_mV }: CurveConditions): RuleCurve[] {
  const never = Number.POSITIVE_INFINITY;
  const found: RuleCurve[] = [];
  const fast_mA = instantaneous_mA(limits);
  const fast_s = limits.instantaneous.samples * sample_s;
  found.push({ rule: "instantaneous", from_mA: fast_mA, seconds: (current) => (current >= fast_mA ? fast_s : never) });
  const curve = active(limits.over_current);
  if (curve !== undefined) {
    const pickup = pickup_mA(limits, curve);
    found.push({ rule: "inverse", from_mA: pickup, seconds: (current) => operateSeconds(curve, current / pickup) });
  }
  const thermal = active(limits.thermal);
  if (thermal !== undefined) {
    const sustained = sustained_mA(limits, thermal);
    const from = (state: number) => (current: number) => thermalSeconds(thermal.tau_s, current / sustained, state);
    found.push({ rule: "thermal-cold", from_mA: sustained, seconds: from(0) });
    found.push({ rule: "thermal-hot", from_mA: sustained, seconds: from(hotState(limits)) });
  }
  const power = active(limits.over_power);
  if (power !== undefined) {
    const limit_mA = (power.limit_mW / voltage_mV) * 1000;
    found.push({ rule: "power", from_mA: limit_mA, seconds: (current) => (current > limit_mA ? power.hold_ms / 1000 + sample_s : never) });
  }
  return found;
}

/** The latest that a socket which was cold is off: the fastest of its rules, never before the second sample. */
export function tripsWithin(curves: readonly RuleCurve[], current_mA: number, sample_s: number): number {
  const times = curves.filter(({ rule }) => rule !== "thermal-hot").map(({ seconds }) => seconds(current_mA));
  return Math.max(2 * sample_s, Math.min(Number.POSITIVE_INFINITY, ...times));
}
