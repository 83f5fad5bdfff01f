// Faults on a charge, a row a kind: what really happens, and by when it must be off. The time is the naive oracle's, from the samples, held against what the fault itself says.
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import type { Chance } from "#sim/chance.ts";
import { type Healthy, powerOf } from "./charges.ts";
import type { Model, Truth } from "./models.ts";
import { blindDue, curveDue, heldDue, riseDue, standingDue, thermalDue, twiceDue } from "./oracle.ts";
import type { ActingFault, Heard } from "./run.ts";

export interface Kind {
  readonly name: string;
  readonly fits: (model: Model) => boolean;
  readonly make: (chance: Chance, model: Model, charge: Healthy) => Made;
}
interface Made {
  readonly fault: ActingFault;
  /** By the naive oracle, from the samples as heard. */
  readonly due: (heard: readonly Heard[]) => number;
  /** From the fault's own numbers, meter's delay included: the oracle must not be later than this either. */
  readonly within_ms: number;
}

const second = 1000;
const minute = 60_000;
/** The meter's refresh, its lag, and two samples. */
const meter_ms = 6 * second;
const any = (): boolean => true;
const measures =
  (...points: ("volt" | "watt" | "celsius" | "energy")[]) =>
  (model: Model) =>
    points.every((point) => model[point] !== undefined);
/** Once the charger draws what it will. */
const onset = (chance: Chance, { battery }: Healthy): number => Math.round(battery.gentle_ms + chance.between(3, 20) * minute);

/** The load that makes this current flow: a bad power factor, so that it is the current that is too much and not the power, as far as that goes. */
const load = (mA: number, truth: Truth): Truth => ({ ...truth, powerFactor: 0.5, power_mW: (mA * truth.voltage_mV * 0.5) / 1000 });
const pickupOf = ({ limits }: Model): number => limits.socket.rated_mA * 1.1;
const ei = (M: number): number => (0.5 * 80 * second) / (M ** 2 - 1);
const earliest = (...times: number[]): number => Math.min(...times);

function overCurrent(model: Model, heard: readonly Heard[]): number {
  const { limits } = model;
  const instantaneous = twiceDue(heard, "current_mA", (limits.socket.rated_mA * limits.instantaneous.times_permille) / 1000, 3_000);
  const power = limits.over_power.active ? overPower(model, heard) : Number.POSITIVE_INFINITY;
  return earliest(curveDue(heard, limits), thermalDue(heard, limits), instantaneous, power);
}
const overPower = ({ limits: { over_power } }: Model, heard: readonly Heard[]): number =>
  over_power.active ? heldDue(heard, "power_mW", (value) => value > over_power.limit_mW, over_power.hold_ms) : Number.POSITIVE_INFINITY;

const blind = (name: string, fits: Kind["fits"], says: NonNullable<ActingFault["says"]>): Kind => ({
  name,
  fits,
  make: (chance, { limits }, charge) => {
    const onset_ms = onset(chance, charge);
    return {
      fault: { onset_ms, watch_ms: 40 * second, says },
      due: (heard) => blindDue(heard, onset_ms, limits),
      within_ms: limits.blind.trip_ms,
    };
  },
});

const frozenAt = (last: SocketSample): Partial<SocketSample> => ({
  voltage_mV: last.voltage_mV,
  current_mA: last.current_mA,
  power_mW: last.power_mW,
  temperature_mC: last.temperature_mC,
  energy_mWh: last.energy_mWh,
});

export const kinds: readonly Kind[] = [
  {
    name: "step overload",
    fits: any,
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const M = chance.between(1.15, 1.75);
      return {
        fault: { onset_ms, watch_ms: ei(M * 0.99) * 1.2 + 30 * second, truth: (truth) => load(M * pickupOf(model), truth) },
        due: (heard) => overCurrent(model, heard),
        within_ms: ei(M * 0.99) * 1.03 + meter_ms,
      };
    },
  },
  {
    name: "short",
    fits: any,
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const mA = model.limits.socket.rated_mA * chance.between(2.1, 4);
      return {
        fault: { onset_ms, watch_ms: minute, truth: (truth) => load(mA, truth) },
        due: (heard) => overCurrent(model, heard),
        within_ms: meter_ms,
      };
    },
  },
  {
    name: "slow creep",
    fits: any,
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const [from, perMinute] = [model.limits.socket.rated_mA * 0.9, chance.between(0.01, 0.02)];
      // At pickup after (1.1 / 0.9 − 1) ÷ rate; the curve's integral from there, bounded by its time at 1.3.
      const within_ms = (0.223 / perMinute) * minute + (0.25 / perMinute) * minute + ei(1.3);
      return {
        fault: {
          onset_ms,
          watch_ms: within_ms * 1.2,
          truth: (truth, ms) => load(from * (1 + perMinute * ((ms - onset_ms) / minute)), truth),
        },
        due: (heard) => overCurrent(model, heard),
        within_ms,
      };
    },
  },
  {
    name: "intermittent overload",
    fits: ({ limits }) => limits.socket.rated_mA <= 4000, // where no other rule than the curve sees it
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const M = chance.between(1.55, 1.75);
      const turn = chance.between(5, 7) * second;
      return {
        fault: {
          onset_ms,
          watch_ms: 8 * minute,
          truth: (truth, ms) => load((ms - onset_ms) % (2 * turn) < turn ? M * pickupOf(model) : 0.3 * pickupOf(model), truth),
        },
        due: (heard) => overCurrent(model, heard),
        within_ms: 5 * minute,
      };
    },
  },
  {
    name: "over-power",
    fits: ({ limits }) => limits.over_power.active,
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const limit = model.limits.over_power.active ? model.limits.over_power.limit_mW : 0;
      const mW = limit * chance.between(1.03, 1.6);
      return {
        fault: { onset_ms, watch_ms: minute, truth: (truth) => ({ ...truth, power_mW: mW, powerFactor: 0.99 }) },
        due: (heard) => overPower(model, heard),
        within_ms: 3 * second + meter_ms,
      };
    },
  },
  {
    name: "second rise",
    fits: ({ limits }) => limits.second_rise.active,
    make: (chance, _, { battery }) => {
      const onset_ms = battery.gentle_ms + chance.between(15, 45) * minute;
      const held = battery.plateau_mW * (1 + battery.growth);
      const power_mW = powerOf(battery, onset_ms) + held * chance.between(0.45, 0.9);
      return {
        fault: { onset_ms, watch_ms: 2 * minute, truth: (now) => ({ ...now, power_mW, powerFactor: Math.max(now.powerFactor, 0.9) }) },
        due: () => onset_ms + 10 * second + meter_ms,
        within_ms: 10 * second + meter_ms,
      };
    },
  },
  {
    name: "poor contact, warming fast",
    fits: measures("celsius"),
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const perMinute = chance.between(5_500, 9_000);
      const from = { mC: 0 };
      return {
        fault: {
          onset_ms,
          watch_ms: 10 * minute,
          truth: (truth, ms) => {
            if (from.mC === 0) from.mC = truth.temperature_mC;
            return {
              ...truth,
              power_mW: truth.power_mW * (Math.sin(ms / 900) > -0.6 ? 1 : 0.3),
              temperature_mC: from.mC + (perMinute * (ms - onset_ms)) / minute,
            };
          },
        },
        due: (heard) => riseDue(heard, model.limits),
        within_ms: (10_300 / perMinute) * minute + 10 * second + meter_ms + (model.celsius ?? 0) * 12,
      };
    },
  },
  {
    name: "poor contact, warming slowly",
    fits: measures("celsius"),
    make: (chance, model, charge) => {
      const onset_ms = onset(chance, charge);
      const perMinute = chance.between(3_000, 4_500);
      const limit = model.limits.over_temperature.active ? model.limits.over_temperature.limit_mC : 0;
      return {
        fault: {
          onset_ms,
          watch_ms: 40 * minute,
          truth: (truth, ms) => ({ ...truth, temperature_mC: truth.temperature_mC + (perMinute * (ms - onset_ms)) / minute }),
        },
        due: (heard) =>
          earliest(
            riseDue(heard, model.limits),
            heldDue(heard, "temperature_mC", (value) => value >= limit, 10 * second),
          ),
        within_ms: (limit / perMinute) * minute + 10 * second + meter_ms,
      };
    },
  },
  {
    name: "over-voltage",
    fits: measures("volt"),
    make: (chance, _, charge) => {
      const onset_ms = onset(chance, charge);
      const mV = chance.between(267_000, 300_000);
      return {
        fault: { onset_ms, watch_ms: minute, truth: (truth) => ({ ...truth, voltage_mV: mV }) },
        due: (heard) => heldDue(heard, "voltage_mV", (value) => value > 264_000, 3 * second),
        within_ms: 3 * second + meter_ms,
      };
    },
  },
  {
    name: "brown-out",
    fits: measures("volt"),
    make: (chance, _, charge) => {
      const onset_ms = onset(chance, charge);
      const mV = chance.between(110_000, 173_000);
      return {
        fault: { onset_ms, watch_ms: minute, truth: (truth) => ({ ...truth, voltage_mV: mV }) },
        due: (heard) => heldDue(heard, "voltage_mV", (value) => value < 176_000, 10 * second),
        within_ms: 10 * second + meter_ms,
      };
    },
  },
  {
    name: "leakage of the socket",
    fits: ({ residual }) => residual,
    make: (chance, _, charge) => {
      const onset_ms = onset(chance, charge);
      const residual_mA = Math.round(chance.between(30, 200));
      return {
        fault: { onset_ms, watch_ms: minute, says: () => ({ sample: { residual_mA } }) },
        due: (heard) => twiceDue(heard, "residual_mA", 30),
        within_ms: meter_ms,
      };
    },
  },
  {
    name: "leakage of the feeder",
    fits: ({ limits }) => limits.residual_feeder.active,
    make: (chance, _, charge) => {
      const onset_ms = onset(chance, charge);
      const leakage_mA = Math.round(chance.between(300, 900));
      return {
        fault: { onset_ms, watch_ms: minute, says: () => ({ station: { leakage_mA } }) },
        due: (heard) => heard.filter(({ station }) => station.leakage_mA === leakage_mA)[1]?.ms ?? Number.POSITIVE_INFINITY,
        within_ms: meter_ms,
      };
    },
  },
  {
    name: "smoke",
    fits: any,
    make: (chance, _, charge) => {
      const onset_ms = onset(chance, charge);
      return {
        fault: { onset_ms, watch_ms: minute, says: () => ({ station: { smoke: true } }) },
        due: (heard) => heard.find(({ station }) => station.smoke === true)?.ms ?? Number.POSITIVE_INFINITY,
        within_ms: meter_ms,
      };
    },
  },
  blind("no answer any more", any, () => "silent"),
  {
    name: "old answers again and again",
    fits: any,
    make: (chance, { limits }, charge) => {
      const onset_ms = onset(chance, charge);
      let old = onset_ms;
      return {
        fault: {
          onset_ms,
          watch_ms: 40 * second,
          says: ({ ms }) => {
            if (old === onset_ms) old = ms - 3_100;
            return { seen_ms: old };
          },
        },
        due: (heard) => blindDue(heard, onset_ms, limits),
        within_ms: limits.blind.trip_ms,
      };
    },
  },
  blind("NaN", any, () => ({ sample: { current_mA: Number.NaN } })),
  blind("absent", any, () => ({ sample: { current_mA: "absent" } })),
  blind("impossible", measures("watt"), ({ sample }) => ({ sample: { current_mA: Math.floor((sample.current_mA as number) / 12) } })),
  blind("zero for absent", measures("volt"), () => ({
    sample: { voltage_mV: 0, current_mA: 0, power_mW: 0, temperature_mC: 0, energy_mWh: 0 },
  })),
  {
    name: "frozen",
    fits: measures("energy", "watt"),
    make: (chance, { limits }, charge) => {
      const onset_ms = charge.battery.gentle_ms + Math.min(charge.battery.constant_ms * 0.8, chance.between(5, 15) * minute);
      const slowest = (limits.meter.energy_step_mWh * 3_600_000) / (0.9 * charge.battery.plateau_mW);
      return {
        fault: { onset_ms, watch_ms: 4 * slowest + minute, says: ({ last }) => ({ sample: frozenAt(last) }) },
        due: (heard) => standingDue(heard, onset_ms, limits),
        within_ms: 2.5 * slowest + 6 * second + meter_ms,
      };
    },
  },
  {
    name: "frozen, no counter",
    fits: ({ energy }) => energy === undefined,
    make: (chance, { limits }, { battery }) => {
      const onset_ms = battery.gentle_ms + Math.min(battery.constant_ms * 0.8, chance.between(5, 15) * minute);
      const still_ms = limits.frozen.active ? limits.frozen.still_s * second : 0;
      return {
        fault: { onset_ms, watch_ms: still_ms * 1.5, says: ({ last }) => ({ sample: frozenAt(last) }) },
        due: () => onset_ms + still_ms,
        within_ms: still_ms,
      };
    },
  },
];

/** A relay that stays closed though it was told to open: no cut, but "welded" by its time. */
export function weld(chance: Chance, charge: Healthy): { fault: ActingFault; within_ms: number } {
  return { fault: { onset_ms: onset(chance, charge), watch_ms: 30 * second, release: true, welded: true }, within_ms: 2 * second };
}
