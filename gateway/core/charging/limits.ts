// What protection holds a socket to. The numbers of a site come from its file; what stands here is fixed, and no file can go beyond the bounds.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

/** The keys of the site file's `limits`, as they are. */
export interface Limits {
  readonly id: string;
  readonly rated_mA: number;
  readonly over_power_mW: number;
  readonly over_temperature_mC: number;
  readonly no_load_mA: number;
  readonly full_mW: number;
  readonly full_after_s: number;
  readonly max_time_s: number;
  readonly blind_ms: number;
  readonly provenance: string;
}

/** Least and most that any configuration may say. A file beyond them is refused whole; nothing is silently clipped. */
export const hardBounds = {
  rated_mA: [100, 16_000],
  over_power_mW: [10_000, 4_000_000],
  over_temperature_mC: [40_000, 90_000],
  no_load_mA: [1, 500],
  full_mW: [1_000, 200_000],
  full_after_s: [60, 14_400],
  max_time_s: [600, 86_400],
  blind_ms: [3_000, 30_000],
} as const;

/**
 * Fixed in code, the same for every site:
 * - over-current: IEC 60255-151 extremely inverse (k = 80, α = 2) with TMS 0.5 above 1.10 × rated; held between 0.97 × pickup and pickup; decays below.
 * - instantaneous: a common metering chip refreshes once a second and lags, so one sample is no proof; two are.
 * - holds: the time for which a good sample must go on saying so. Voltage ±20 % of 220 V. Temperature: the field's piles act at 10–30 s.
 * - leakage: GB 50116-2013 §9.2.3 (commentary) calls 300 mA enough to ignite; the 30 mA of shock protection belong to the RCBO.
 * - weld: meters take 1.2–1.5 s to show zero after a relay opened (MycilaJSY measurements), hence 2 s.
 */
export const fixed = {
  pickupPermille: 1_100,
  holdFromPermille: 970,
  timeMultiplier: 0.5,
  instantaneousTimes: 2,
  instantaneousSamples: 2,
  overPowerHold_ms: 3_000,
  overTemperatureHold_ms: 10_000,
  overVoltage_mV: 264_000,
  overVoltageHold_ms: 3_000,
  underVoltage_mV: 176_000,
  underVoltageHold_ms: 10_000,
  leakage_mA: 300,
  leakageSamples: 2,
  warn_ms: 3_000,
  settle_ms: 2_000,
  weld_mA: 50,
  weld_mW: 5_000,
  weldSamples: 3,
  offAgain_ms: 1_000,
  offAgainWelded_ms: 10_000,
  closeWithin_ms: 5_000,
  unpluggedSamples: 2,
  noLoadGrace_ms: 60_000,
  noLoadHold_ms: 10_000,
} as const;

/** Every complaint about these limits; an empty list admits them. */
export function limitComplaints(limits: Limits): Refusal[] {
  const found: Refusal[] = [];
  for (const [key, [least, most]] of Object.entries(hardBounds)) {
    const value = limits[key as keyof typeof hardBounds];
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    found.push(
      refusal(
        "limit-out-of-bounds",
        `限值 ${limits.id} 的 ${key} 为 ${value}，须在 ${least} 到 ${most} 之间`,
        `limits ${limits.id}: ${key} is ${value}, and must lie between ${least} and ${most}`,
      ),
    );
  }
  return found;
}

export const pickup_mA = (limits: Limits): number => (limits.rated_mA * fixed.pickupPermille) / 1000;
export const instantaneous_mA = (limits: Limits): number => limits.rated_mA * fixed.instantaneousTimes;
