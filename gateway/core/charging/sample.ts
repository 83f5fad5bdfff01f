// What one poll of a station said, in the words that protection decides on. A value that is not there says why; it is never a number.
import type { Monotonic } from "#protocols/vocabulary/time.ts";

/** "not-offered": this model measures no such thing, so no rule leans on it. "absent" and "bad": it should, and does not: such a sample is no proof of safety. */
export type Missing = "absent" | "bad" | "not-offered";
export type Sampled<Value = number> = Value | Missing;

export interface SocketSample {
  readonly relay_closed: Sampled<boolean>;
  readonly plugged: Sampled<boolean>;
  readonly voltage_mV: Sampled;
  readonly current_mA: Sampled;
  readonly power_mW: Sampled;
  readonly temperature_mC: Sampled;
  readonly energy_mWh: Sampled;
  /** Of this socket alone. */
  readonly residual_mA: Sampled;
  readonly request_seq: Sampled;
  readonly request_card: Sampled;
}

export interface StationSample {
  /** When the first byte of the answer came. */
  readonly seen: Monotonic;
  readonly smoke: Sampled<boolean>;
  readonly leakage_mA: Sampled;
  readonly sockets: readonly SocketSample[];
}

/** The value, or undefined where there is none to be trusted. NaN and infinity are none. */
export const good = (sampled: Sampled | undefined): number | undefined =>
  typeof sampled === "number" && Number.isFinite(sampled) ? sampled : undefined;
export const isTrue = (sampled: Sampled<boolean> | undefined): boolean => sampled === true;

const sound = (sampled: Sampled<number | boolean>): boolean =>
  sampled === "not-offered" || typeof sampled === "boolean" || good(sampled as Sampled) !== undefined;

/** Whether this sample lets us say that the socket was seen: everything that a rule leans on is there. */
export const whole = (sample: SocketSample): boolean =>
  good(sample.current_mA) !== undefined &&
  typeof sample.relay_closed === "boolean" &&
  sound(sample.voltage_mV) &&
  sound(sample.power_mW) &&
  sound(sample.temperature_mC) &&
  sound(sample.residual_mA);
