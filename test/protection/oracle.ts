// A second opinion, naive on purpose: when must this have been cut, by the rule's own words, from the samples alone? It shares nothing with the decision code.
import type { Limits } from "#gateway/core/charging/limits.ts";
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import type { Heard } from "./run.ts";

type Point = "current_mA" | "power_mW" | "voltage_mV" | "temperature_mC" | "residual_mA" | "energy_mWh";
interface Value {
  readonly ms: number;
  readonly value: number;
}

const valuesOf = (heard: readonly Heard[], point: Point): Value[] =>
  heard.flatMap(({ ms, sample }) => {
    const value = sample?.[point];
    return typeof value === "number" && Number.isFinite(value) ? [{ ms, value }] : [];
  });

/** IEC extremely inverse, as both ready files have it; reset 80 · TMS / (1 − M²); hold from 0.97. */
export function curveDue(heard: readonly Heard[], limits: Limits): number {
  if (!limits.over_current.active) return Number.POSITIVE_INFINITY;
  const tms = limits.over_current.time_permille / 1000;
  const pickup = limits.socket.rated_mA * (limits.over_current.pickup_permille / 1000);
  let heat = 0;
  let before: number | undefined;
  for (const { ms, value } of valuesOf(heard, "current_mA")) {
    const seconds = before === undefined ? 0 : (ms - before) / 1000;
    before = ms;
    const M = value / pickup;
    if (M > 1) heat += seconds / ((tms * 80) / (Math.min(M, 20) ** 2 - 1));
    else if (M < 0.97) heat = Math.max(0, heat - seconds / ((tms * 80) / (1 - M ** 2)));
    if (heat >= 1) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

export function thermalDue(heard: readonly Heard[], limits: Limits): number {
  if (!limits.thermal.active) return Number.POSITIVE_INFINITY;
  const { tau_s, k_permille, start_permille } = limits.thermal;
  let theta = start_permille / 1000;
  let before: number | undefined;
  for (const { ms, value } of valuesOf(heard, "current_mA")) {
    const seconds = before === undefined ? 0 : (ms - before) / 1000;
    before = ms;
    const I = Math.min(8, value / ((limits.socket.rated_mA * k_permille) / 1000));
    theta = I ** 2 + (theta - I ** 2) * Math.exp(-seconds / tau_s);
    if (theta >= 1) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

/** The second of two in a row. */
export function twiceDue(heard: readonly Heard[], point: Point, least: number, from = 0): number {
  const values = valuesOf(heard, point).filter(({ ms }) => ms >= from);
  const second = values.find(({ value }, i) => value >= least && (values[i - 1]?.value ?? Number.NEGATIVE_INFINITY) >= least);
  return second?.ms ?? Number.POSITIVE_INFINITY;
}

/** So long without a break. */
export function heldDue(heard: readonly Heard[], point: Point, beyond: (value: number) => boolean, hold_ms: number): number {
  let since: number | undefined;
  for (const { ms, value } of valuesOf(heard, point)) {
    since = beyond(value) ? (since ?? ms) : undefined;
    if (since !== undefined && ms - since >= hold_ms) return since + hold_ms;
  }
  return Number.POSITIVE_INFINITY;
}

/** So much warmer than at some moment of the last window, for the hold. */
export function riseDue(heard: readonly Heard[], limits: Limits): number {
  if (!limits.temperature_rise.active) return Number.POSITIVE_INFINITY;
  const { limit_mC_per_min, window_s, hold_ms } = limits.temperature_rise;
  const raw = valuesOf(heard, "temperature_mC");
  const values = raw.map(({ ms }, i) => ({
    ms,
    value: [...raw.slice(Math.max(0, i - 2), i + 1)].map((one) => one.value).sort((a, b) => a - b)[1] ?? 0,
  }));
  const rises: Value[] = values.map(({ ms, value }, i) => ({
    ms,
    value:
      value -
      Math.min(
        ...values
          .slice(2, i + 1)
          .filter((one) => ms - one.ms <= window_s * 1000)
          .map((one) => one.value),
        value,
      ),
  }));
  let since: number | undefined;
  for (const { ms, value } of rises) {
    since = value >= (limit_mC_per_min * window_s) / 60 ? (since ?? ms) : undefined;
    if (since !== undefined && ms - since >= hold_ms) return ms;
  }
  return Number.POSITIVE_INFINITY;
}

/** The last sample that could be true, and the time that a blind socket may stay on. */
export function blindDue(heard: readonly Heard[], onset_ms: number, limits: Limits): number {
  const good = heard.filter(({ ms, sample }) => sample !== undefined && ms < onset_ms).map(({ ms }) => ms);
  return Math.max(...good) + limits.blind.trip_ms;
}

/** The counter's last step before the fault, two and a half steps at the power that is shown, and six seconds. */
export function standingDue(heard: readonly Heard[], onset_ms: number, limits: Limits): number {
  const shown = (sample: SocketSample): number => (typeof sample.power_mW === "number" ? sample.power_mW : 0);
  const after = heard.filter(({ ms, sample }) => sample !== undefined && ms >= onset_ms);
  const stepMs = (power: number): number => (limits.meter.energy_step_mWh * 3_600_000) / power;
  const power = Math.min(...after.map(({ sample }) => shown(sample as SocketSample)).filter((one) => one > 0));
  return onset_ms + 2.5 * stepMs(power) + 6_000;
}
