// What protection holds a socket to: one document with a version and a date, in which every rule is written with where its numbers come from, or switched off with a reason.
// The file's keys are these keys (gateway/config/limits-schema.ts declares the file; bounds.ts says what no file may exceed).

import type { RearmableCause } from "./facts.ts";

export const curveNames = [
  "iec-standard-inverse",
  "iec-very-inverse",
  "iec-extremely-inverse",
  "iec-long-time-inverse",
  "iec-short-time-inverse",
  "ieee-moderately-inverse",
  "ieee-very-inverse",
  "ieee-extremely-inverse",
] as const;
export type CurveName = (typeof curveNames)[number];

/** Written, or switched off with a reason; there is no third way, and nothing is assumed. */
export type Rule<Numbers> =
  | (Numbers & { readonly active: true; readonly provenance: string })
  | { readonly active: false; readonly reason: string };
/** A rule that cannot be switched off. */
type Always<Numbers> = Numbers & { readonly provenance: string };

export interface Curve {
  readonly curve: CurveName;
  /** TMS of an IEC curve, TD of an IEEE curve, in thousandths. */
  readonly time_permille: number;
  /** Pickup, in thousandths of the rated current. */
  readonly pickup_permille: number;
  readonly reset: { readonly kind: "inverse" } | { readonly kind: "definite"; readonly after_s: number };
}

/** IEC 60255-149: one time constant while current flows, one while the relay is open. */
export interface Thermal {
  readonly tau_s: number;
  readonly cooling_tau_s: number;
  /** The greatest current that may flow for ever (k · I_B), in thousandths of the rated current. */
  readonly k_permille: number;
  /** The state that is assumed after a start, when nothing is remembered: 0 cold, 1000 trips. */
  readonly start_permille: number;
  /** A relay is closed again only below this. */
  readonly reclose_below_permille: number;
}

export interface Held {
  readonly hold_ms: number;
}

export interface Limits {
  readonly id: string;
  readonly version: number;
  readonly issued: string;
  readonly name: string;
  readonly socket: Always<{ readonly rated_mA: number }>;
  /** What the meter can show: beyond it nothing is believed. */
  readonly meter: Always<{
    readonly range_mA: number;
    readonly least_mV: number;
    readonly range_mV: number;
    readonly energy_step_mWh: number;
  }>;
  readonly over_current: Rule<Curve>;
  readonly thermal: Rule<Thermal>;
  /** `grace_ms`: after a relay closed; the inrush of a charger, as a slow meter shows it, is over by then. */
  readonly instantaneous: Always<{ readonly times_permille: number; readonly samples: number; readonly grace_ms: number }>;
  readonly over_power: Rule<Held & { readonly limit_mW: number }>;
  readonly over_voltage: Rule<Held & { readonly limit_mV: number }>;
  readonly under_voltage: Rule<Held & { readonly limit_mV: number }>;
  readonly over_temperature: Rule<Held & { readonly warn_mC: number; readonly limit_mC: number }>;
  readonly temperature_rise: Rule<Held & { readonly limit_mC_per_min: number; readonly window_s: number }>;
  /** Against shock: of one socket, a trip. */
  readonly residual_socket: Rule<{ readonly limit_mA: number; readonly samples: number }>;
  /** Against fire: of the whole station, an alarm or a trip. */
  readonly residual_feeder: Rule<{ readonly limit_mA: number; readonly samples: number; readonly action: "alarm" | "trip" }>;
  readonly no_load: Rule<{ readonly below_mA: number; readonly below_mW: number; readonly hold_s: number; readonly grace_s: number }>;
  readonly unplugged: Rule<{ readonly samples: number }>;
  readonly full: Rule<{
    readonly below_mW: number;
    readonly below_plateau_permille: number;
    readonly identify_s: number;
    readonly float_s: number;
  }>;
  readonly never_charging: Rule<{ readonly below_mW: number; readonly by_s: number }>;
  readonly second_rise: Rule<Held & { readonly step_permille: number; readonly settled_s: number; readonly from_mW: number }>;
  /** What may be tried again by itself, after how long, and how often until a person must look. */
  readonly rearm: Rule<{
    readonly causes: readonly RearmableCause[];
    readonly off_s: number;
    readonly below_permille: number;
    readonly for_s: number;
    readonly per_session: number;
    readonly per_day: number;
  }>;
  readonly max_time: Always<{ readonly advise_s: number; readonly end_s: number }>;
  readonly blind: Always<{ readonly warn_ms: number; readonly trip_ms: number }>;
  readonly frozen: Rule<{ readonly still_s: number; readonly from_mW: number }>;
}

/**
 * Fixed in code, the same for every site:
 * - the curve holds between 0.97 × pickup and pickup, and decays below (GE N60 and L30 manuals);
 * - weld: meters take 1.2–1.5 s to show zero after a relay opened (MycilaJSY measurements), hence 2 s;
 * - one sample above pickup is no proof: until a second confirms it, it counts no more than twice the pickup would.
 */
export const fixed = {
  holdFromPermille: 970,
  greatestMultiple: 20,
  greatestThermalMultiple: 8,
  unconfirmedMultiple: 2,
  unconfirmedHeat: 0.25,
  settle_ms: 2_000,
  weld_mA: 50,
  weld_mW: 5_000,
  weldSamples: 3,
  offAgain_ms: 1_000,
  offAgainWelded_ms: 10_000,
  closeWithin_ms: 5_000,
  interruptedSamples: 2,
  plateauSmoothing_ms: 60_000,
} as const;

export const rated_mA = (limits: Limits): number => limits.socket.rated_mA;
export const instantaneous_mA = (limits: Limits): number => (limits.socket.rated_mA * limits.instantaneous.times_permille) / 1000;
export const pickup_mA = (limits: Limits, curve: Pick<Curve, "pickup_permille">): number =>
  (limits.socket.rated_mA * curve.pickup_permille) / 1000;
/** k · I_B of the thermal model. */
export const sustained_mA = (limits: Limits, thermal: Pick<Thermal, "k_permille">): number =>
  (limits.socket.rated_mA * thermal.k_permille) / 1000;

/** The rule where it is active. */
export const active = <Numbers>(rule: Rule<Numbers>): (Numbers & { readonly provenance: string }) | undefined =>
  rule.active ? rule : undefined;
