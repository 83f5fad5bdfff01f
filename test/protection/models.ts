// Models of stations as protection sees them: what they measure, how finely, and the limits that fit them.
import type { Limits } from "#gateway/core/charging/limits.ts";
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import type { Chance } from "#sim/chance.ts";
import { readyLimits } from "#test/limits.ts";

/** What really is at the socket. */
export interface Truth {
  readonly power_mW: number;
  readonly powerFactor: number;
  readonly voltage_mV: number;
  readonly temperature_mC: number;
}

export interface Model {
  readonly name: string;
  readonly limits: Limits;
  /** Steps of its numbers; undefined: it measures no such thing. */
  readonly volt: number | undefined;
  readonly ampere: number;
  readonly watt: number | undefined;
  readonly celsius: number | undefined;
  readonly energy: number | undefined;
  readonly plug: boolean;
  /** Each socket's own residual current. */
  readonly residual: boolean;
}

const off = (reason: string) => ({ active: false, reason }) as const;
const noTemperature = { over_temperature: off("no thermometer"), temperature_rise: off("no thermometer") };
const noPlug = { unplugged: off("no plug contact") };
const noFeeder = { residual_feeder: off("no residual current of the station") };
const own30 = { residual_socket: { active: true, limit_mA: 30, samples: 2, provenance: "IEC 61008-1" } as never };

export const models: readonly Model[] = [
  {
    name: "ten sockets, 4 A",
    limits: readyLimits("e-bike-4a"),
    volt: 100,
    ampere: 1,
    watt: 100,
    celsius: 100,
    energy: 1000,
    plug: true,
    residual: false,
  },
  {
    name: "ten sockets, 10 A",
    limits: readyLimits("e-bike-10a", own30),
    volt: 100,
    ampere: 1,
    watt: 100,
    celsius: 100,
    energy: 1000,
    plug: true,
    residual: true,
  },
  {
    name: "meter and relay",
    limits: readyLimits("e-bike-10a", { ...noTemperature, ...noPlug, ...noFeeder }),
    volt: 100,
    ampere: 1,
    watt: 100,
    celsius: undefined,
    energy: 1000,
    plug: false,
    residual: false,
  },
  {
    name: "coarse meter",
    limits: readyLimits("e-bike-10a", { ...noTemperature, ...noPlug }),
    volt: 100,
    ampere: 10,
    watt: 1000,
    celsius: undefined,
    energy: 10_000,
    plug: false,
    residual: false,
  },
  {
    name: "coarser still, by the volt and the degree",
    limits: readyLimits("e-bike-4a", { meter: { energy_step_mWh: 10_000 } }),
    volt: 1000,
    ampere: 10,
    watt: 1000,
    celsius: 1000,
    energy: 10_000,
    plug: true,
    residual: false,
  },
  {
    name: "current and temperature alone",
    limits: readyLimits("e-bike-4a", {
      ...noPlug,
      over_power: off("no power"),
      over_voltage: off("no voltage"),
      under_voltage: off("no voltage"),
      second_rise: off("no power"),
      full: off("no power"),
      never_charging: off("no power"),
    }),
    volt: undefined,
    ampere: 1,
    watt: undefined,
    celsius: 100,
    energy: undefined,
    plug: false,
    residual: false,
  },
];

const riseMs = 350;
const fallMs = 1_300;
const creep_mA = 4;

/** The metering chip: refreshed once a second, first-order lag, ±0.5 %, its own steps; an energy counter that integrates what really flows. */
export class Meter {
  private shown = { volt: 0, ampere: 0, watt: 0, celsius: 0 };
  private lag = { ampere: 0, watt: 0 };
  private at = Number.NaN;
  private refreshed = Number.NEGATIVE_INFINITY;
  private energy_mWh: number;
  private before_mW = 0;
  readonly model: Model;
  private readonly truth: (ms: number) => Truth;
  private readonly chance: Chance;
  /** Gain errors of this very piece. */
  private readonly gain: { volt: number; ampere: number; watt: number };

  constructor(model: Model, truth: (ms: number) => Truth, chance: Chance) {
    this.model = model;
    this.truth = truth;
    this.chance = chance;
    this.energy_mWh = chance.whole(1, 900_000) * 1000;
    const gain = (): number => 1 + chance.between(-0.003, 0.003);
    this.gain = { volt: gain(), ampere: gain(), watt: gain() };
  }

  read(ms: number): SocketSample {
    const now = this.truth(ms);
    const elapsed = Number.isNaN(this.at) ? 0 : ms - this.at;
    this.energy_mWh += ((this.before_mW + now.power_mW) / 2) * (elapsed / 3_600_000);
    this.before_mW = now.power_mW;
    const ampere = (now.power_mW * 1000) / (now.voltage_mV * now.powerFactor);
    const towards = (from: number, to: number): number => to + (from - to) * Math.exp(-elapsed / (to > from ? riseMs : fallMs));
    this.lag = { ampere: towards(this.lag.ampere, ampere), watt: towards(this.lag.watt, now.power_mW) };
    this.at = ms;
    if (ms - this.refreshed >= 990) {
      this.refreshed = ms;
      const noise = (): number => 1 + this.chance.between(-0.002, 0.002);
      const none = this.lag.ampere < creep_mA;
      this.shown = {
        volt: now.voltage_mV * this.gain.volt * noise(),
        ampere: none ? 0 : this.lag.ampere * this.gain.ampere * noise(),
        watt: none ? 0 : this.lag.watt * this.gain.watt * noise(),
        celsius: now.temperature_mC + this.chance.between(-150, 150),
      };
    }
    return this.said();
  }

  private said(): SocketSample {
    const { model, shown } = this;
    const stepped = (value: number, step: number | undefined): number | "not-offered" =>
      step === undefined ? "not-offered" : Math.round(value / step) * step;
    return {
      relay_closed: true,
      plugged: model.plug ? true : "not-offered",
      voltage_mV: stepped(shown.volt, model.volt),
      current_mA: stepped(shown.ampere, model.ampere) as number,
      power_mW: stepped(shown.watt, model.watt),
      temperature_mC: stepped(shown.celsius, model.celsius),
      energy_mWh: model.energy === undefined ? "not-offered" : Math.floor(this.energy_mWh / model.energy) * model.energy,
      residual_mA: model.residual ? Math.round(this.chance.between(0, 6)) : "not-offered",
      request_seq: 1,
      request_card: 7,
    };
  }
}
