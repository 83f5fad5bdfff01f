// What no configuration can exceed. A document beyond these is refused whole; nothing is silently clipped.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { operateSeconds } from "./inverse.ts";
import { instantaneous_mA, type Limits } from "./limits.ts";

/** Least and most, by the place in the document. */
export const hardBounds = {
  "socket.rated_mA": [100, 16_000],
  "meter.range_mA": [1_000, 200_000],
  "meter.least_mV": [1_000, 150_000],
  "meter.range_mV": [250_000, 600_000],
  "meter.energy_step_mWh": [1, 100_000],
  "over_current.time_permille": [50, 15_000],
  "over_current.pickup_permille": [1_050, 1_300],
  "over_current.reset.after_s": [30, 3_600],
  "thermal.tau_s": [30, 3_600],
  "thermal.cooling_tau_s": [30, 7_200],
  "thermal.k_permille": [1_000, 1_300],
  "thermal.start_permille": [0, 900],
  "thermal.reclose_below_permille": [100, 900],
  "instantaneous.times_permille": [1_300, 25_000],
  "instantaneous.samples": [2, 3],
  "instantaneous.grace_ms": [0, 5_000],
  "over_power.limit_mW": [10_000, 4_000_000],
  "over_power.hold_ms": [1_000, 60_000],
  "over_voltage.limit_mV": [230_000, 275_000],
  "over_voltage.hold_ms": [1_000, 60_000],
  "under_voltage.limit_mV": [100_000, 210_000],
  "under_voltage.hold_ms": [1_000, 60_000],
  "over_temperature.warn_mC": [40_000, 90_000],
  "over_temperature.limit_mC": [40_000, 90_000],
  "over_temperature.hold_ms": [1_000, 30_000],
  "temperature_rise.limit_mC_per_min": [1_000, 20_000],
  "temperature_rise.window_s": [60, 600],
  "temperature_rise.hold_ms": [1_000, 30_000],
  "residual_socket.limit_mA": [10, 30],
  "residual_socket.samples": [1, 3],
  "residual_feeder.limit_mA": [100, 500],
  "residual_feeder.samples": [2, 10],
  "no_load.below_mA": [1, 500],
  "no_load.below_mW": [100, 20_000],
  "no_load.hold_s": [5, 3_600],
  "no_load.grace_s": [10, 600],
  "unplugged.samples": [2, 10],
  "full.below_mW": [1_000, 200_000],
  "full.below_plateau_permille": [0, 500],
  "full.identify_s": [60, 14_400],
  "full.float_s": [0, 10_800],
  "never_charging.below_mW": [1_000, 200_000],
  "never_charging.by_s": [60, 14_400],
  "second_rise.step_permille": [200, 1_000],
  "second_rise.hold_ms": [3_000, 60_000],
  "second_rise.settled_s": [300, 1_800],
  "second_rise.from_mW": [20_000, 500_000],
  "rearm.off_s": [300, 3_600],
  "rearm.below_permille": [500, 800],
  "rearm.for_s": [60, 600],
  "rearm.per_session": [1, 2],
  "rearm.per_day": [1, 3],
  "max_time.advise_s": [600, 86_400],
  "max_time.end_s": [600, 86_400],
  "blind.warn_ms": [1_000, 10_000],
  "blind.trip_ms": [3_000, 30_000],
  "frozen.still_s": [30, 1_800],
  "frozen.from_mW": [5_000, 200_000],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;
export type BoundedPlace = keyof typeof hardBounds;

/** However a curve is set: twice the pickup is off within this. */
export const twiceWithin_s = 120;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

/** The value at a place; "off" where its rule is switched off or takes another form without it. */
function at(limits: Limits, place: string): unknown {
  let value: unknown = limits;
  for (const key of place.split(".")) {
    if (!isObject(value)) return undefined;
    if (value.active === false || (value.kind === "inverse" && key === "after_s")) return "off";
    value = value[key];
  }
  return value;
}

const outOfBounds = (limits: Limits, what: { place: string; value: unknown; zh: string; en: string }): Refusal =>
  refusal(
    "limit-out-of-bounds",
    `限值 ${limits.id} 的 ${what.place} 为 ${what.value}，${what.zh}`,
    `limits ${limits.id}: ${what.place} is ${what.value}, and ${what.en}`,
  );

export interface PlacedRefusal {
  readonly place: string;
  readonly refusal: Refusal;
}

/** Numbers of one document held against each other. */
function together(limits: Limits): PlacedRefusal[] {
  const found: PlacedRefusal[] = [];
  const say = (place: string, value: unknown, zh: string, en: string): void =>
    void found.push({ place, refusal: outOfBounds(limits, { place, value, zh, en }) });
  const { over_current, thermal, blind, no_load, full, meter, under_voltage, over_temperature, max_time } = limits;
  if (!over_current.active && !thermal.active)
    say("thermal.active", false, "反时限过流与热模型不能都停用", "over_current and thermal cannot both be off");
  if (over_current.active && operateSeconds(over_current, 2) > twiceWithin_s)
    say(
      "over_current.time_permille",
      over_current.time_permille,
      `两倍动作电流时须在 ${twiceWithin_s} 秒内断开`,
      `twice the pickup must be off within ${twiceWithin_s} s`,
    );
  if (meter.range_mA <= instantaneous_mA(limits))
    say(
      "meter.range_mA",
      meter.range_mA,
      `须大于速断值 ${instantaneous_mA(limits)}，否则看不到速断`,
      `must exceed the instantaneous limit of ${instantaneous_mA(limits)}, or that is never seen`,
    );
  if (under_voltage.active && meter.least_mV >= under_voltage.limit_mV)
    say("meter.least_mV", meter.least_mV, "须小于 under_voltage.limit_mV", "must be less than under_voltage.limit_mV");
  if (blind.warn_ms >= blind.trip_ms)
    say("blind.warn_ms", blind.warn_ms, `须小于 blind.trip_ms ${blind.trip_ms}`, `must be less than blind.trip_ms ${blind.trip_ms}`);
  if (over_temperature.active && over_temperature.warn_mC >= over_temperature.limit_mC)
    say("over_temperature.warn_mC", over_temperature.warn_mC, "须小于 limit_mC", "must be less than limit_mC");
  if (max_time.advise_s > max_time.end_s)
    say("max_time.advise_s", max_time.advise_s, `不得大于 end_s ${max_time.end_s}`, `must not exceed end_s ${max_time.end_s}`);
  if (no_load.active && full.active && no_load.below_mW > full.below_mW)
    say("no_load.below_mW", no_load.below_mW, `不得大于 full.below_mW ${full.below_mW}`, `must not exceed full.below_mW ${full.below_mW}`);
  return found;
}

/** Every complaint about these limits, each with its place; an empty list admits them. */
export function limitComplaints(limits: Limits): PlacedRefusal[] {
  const found: PlacedRefusal[] = [];
  for (const [place, [least, most]] of Object.entries(hardBounds)) {
    const value = at(limits, place);
    if (value === "off" || (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most)) continue;
    const words = { place, value, zh: `须在 ${least} 到 ${most} 之间`, en: `must lie between ${least} and ${most}` };
    found.push({ place, refusal: outOfBounds(limits, words) });
  }
  return found.length > 0 ? found : together(limits);
}
