// Physics of one socket, in told time: a battery that takes its plateau, then decays to float; a meter that lags; a body that warms.
import type { Chance } from "../chance.ts";
import { type Battery, charge, plateau_W, power_W } from "./battery.ts";

/** What is plugged in. `full_ms`: how long under current until the charger goes to float. */
export interface Load {
  readonly plateau_mW: number;
  readonly float_mW: number;
  readonly full_ms: number;
  /** A filament or a heater has 1; not written: a charger's. */
  readonly factor?: number;
  /** A battery on its charger: its own physics say what flows, and it keeps what it got. */
  readonly battery?: Battery;
}

export interface Measured {
  voltage_mV: number;
  current_mA: number;
  power_mW: number;
  temperature_mC: number;
}

export interface Socket {
  readonly chance: Chance;
  load: Load | undefined;
  /** Time under current of the load that is plugged in now. */
  charged_ms: number;
  /** What really flows. */
  readonly truth: Measured;
  /** Grows only; survives relay changes. */
  energy_mWh: number;
  /** The metering chip's filter, and what its registers show since the last refresh. */
  lag_mA: number;
  lag_mW: number;
  shown: Measured;
  refreshAt: number;
  /** The load's own unrest, drawn at each refresh: ±2 %. */
  unrest: number;
  at: number;
}

/** What a faulty charger or contact makes of its curve. */
export const shapes = ["creep", "intermittent", "second-rise", "bad-contact"] as const;
export type Shape = (typeof shapes)[number];

/** What acts on the socket from outside in this moment. */
export interface Acting {
  readonly shape?: { readonly name: Shape; readonly since: number } | undefined;
  readonly closed: boolean;
  /** A faulty load draws this instead of its curve. */
  readonly overCurrent_mA?: number | undefined;
  /** Something heats the socket up to this. */
  readonly overTemperature_mC?: number | undefined;
}

export const ratedCurrent_mA = 4_000;
const powerFactor = 0.95;
const ambient_mC = 27_000;
const warmth_mC_perSquareAmpere = 1_500;
const warmingMs = 300_000;
const faultHeating_mC_perMs = 5;
/** 5 K a minute. */
const badContact_mC_perMs = 5_000 / 60_000;
const plateauShare = 0.7;
const decayShare = 0.1;
const riseMs = 350;
// Meters of this class show zero 1.2–1.5 s after the relay opened, refresh included (measured on JSY-MK: 1.20–1.53 s). A filter of 0.12 s and a refresh of 1 s do that.
const fallMs = 120;
const refresh_ms = { least: 950, most: 1_050 };
const creep_mA = 5;
const longestStep = 200;

export function newSocket(random: Chance, now: number): Socket {
  const resting = { voltage_mV: random.whole(221_000, 232_000), current_mA: 0, power_mW: 0, temperature_mC: ambient_mC };
  return {
    chance: random,
    load: undefined,
    charged_ms: 0,
    truth: { ...resting },
    energy_mWh: random.whole(12_000, 900_000) * 1_000,
    lag_mA: 0,
    lag_mW: 0,
    shown: { ...resting },
    refreshAt: now + random.between(0, refresh_ms.most),
    unrest: 0,
    at: now,
  };
}

/** A lamp or a heater of so many watts: it never gets full. */
export const testLoad = (watts: number): Load => ({
  plateau_mW: watts * 1_000,
  float_mW: watts * 1_000,
  full_ms: Number.POSITIVE_INFINITY,
  factor: 1,
});

/** Until it is full by its own physics. */
export const batteryLoad = (battery: Battery): Load => ({
  plateau_mW: plateau_W(battery) * 1_000,
  float_mW: 0,
  full_ms: Number.POSITIVE_INFINITY,
  battery,
});

export function plugIn(socket: Socket, load: Load): void {
  socket.load = load;
  socket.charged_ms = 0;
}

/** Power that this load takes after so long under current: plateau, then constant-voltage decay to float. */
export function wanted_mW(load: Load, charged_ms: number): number {
  const decaying = charged_ms - plateauShare * load.full_ms;
  if (decaying <= 0) return load.plateau_mW;
  return load.float_mW + (load.plateau_mW - load.float_mW) * Math.exp(-decaying / (decayShare * load.full_ms));
}

function flow(socket: Socket, acting: Acting): void {
  const { truth, load } = socket;
  if (!acting.closed || load === undefined) {
    truth.current_mA = 0;
    truth.power_mW = 0;
    return;
  }
  if (acting.overCurrent_mA !== undefined) {
    truth.current_mA = acting.overCurrent_mA * (1 + socket.unrest / 2);
    truth.power_mW = (truth.current_mA * truth.voltage_mV * powerFactor) / 1_000;
    return;
  }
  const drawn_mW = load.battery === undefined ? wanted_mW(load, socket.charged_ms) : power_W(load.battery, socket.chance) * 1_000;
  truth.power_mW = shaped_mW(socket, drawn_mW, acting) * (1 + socket.unrest);
  truth.current_mA = (truth.power_mW * 1_000) / (truth.voltage_mV * (load.factor ?? powerFactor));
}

/** +1 % a minute; twice as much for 5 s of every 10; after the plateau up again to nearly the plateau within ten minutes; a contact that holds now and then. */
function shaped_mW({ at, load, chance }: Socket, drawn_mW: number, { shape }: Acting): number {
  if (shape === undefined || load === undefined) return drawn_mW;
  const passed_ms = Math.max(0, at - shape.since);
  switch (shape.name) {
    case "creep":
      return drawn_mW * (1 + passed_ms / 6_000_000);
    case "intermittent":
      return Math.floor(passed_ms / 5_000) % 2 === 0 ? drawn_mW * 2 : drawn_mW;
    case "second-rise":
      return Math.max(drawn_mW, load.plateau_mW * Math.min(0.95, 0.35 + passed_ms / 600_000));
    case "bad-contact":
      return chance.unit() < 0.4 ? drawn_mW * chance.unit() : drawn_mW;
  }
}

const towards = (from: number, to: number, share: number): number => from + (to - from) * share;

function warm(socket: Socket, acting: Acting, ms: number): void {
  const { truth } = socket;
  const heated = acting.overTemperature_mC;
  if (heated !== undefined) {
    const step = faultHeating_mC_perMs * ms;
    truth.temperature_mC += Math.max(-step, Math.min(step, heated - truth.temperature_mC));
    return;
  }
  if (acting.shape?.name === "bad-contact" && acting.closed && truth.current_mA > 0) {
    truth.temperature_mC += badContact_mC_perMs * ms;
    return;
  }
  const amperes = truth.current_mA / 1_000;
  const { battery } = socket.load ?? {};
  if (acting.closed && battery?.fault === "bad-contact")
    truth.temperature_mC = Math.max(truth.temperature_mC, battery.temperature_C * 1_000);
  const settled = ambient_mC + warmth_mC_perSquareAmpere * amperes * amperes;
  truth.temperature_mC = towards(truth.temperature_mC, settled, 1 - Math.exp(-ms / warmingMs));
}

function measure(socket: Socket, ms: number): void {
  const { truth, chance: random } = socket;
  const filter = (from: number, to: number): number => towards(from, to, 1 - Math.exp(-ms / (to > from ? riseMs : fallMs)));
  socket.lag_mA = filter(socket.lag_mA, truth.current_mA);
  socket.lag_mW = filter(socket.lag_mW, truth.power_mW);
  if (socket.at < socket.refreshAt) return;
  socket.refreshAt = socket.at + random.between(refresh_ms.least, refresh_ms.most);
  socket.unrest = random.between(-0.02, 0.02);
  truth.voltage_mV = Math.min(238_000, Math.max(215_000, towards(truth.voltage_mV, 227_000, 0.02) + random.between(-700, 700)));
  const error = (): number => 1 + random.between(-0.005, 0.005);
  const creeping = socket.lag_mA < creep_mA;
  socket.shown = {
    voltage_mV: truth.voltage_mV * error(),
    current_mA: creeping ? 0 : socket.lag_mA * error(),
    power_mW: creeping ? 0 : socket.lag_mW * error(),
    temperature_mC: truth.temperature_mC + random.between(-150, 150),
  };
}

/** Lets the time pass up to `now`. */
export function advanceSocket(socket: Socket, acting: Acting, now: number): void {
  while (socket.at < now) {
    const ms = Math.min(longestStep, now - socket.at);
    flow(socket, acting);
    if (acting.closed && socket.load !== undefined) {
      socket.charged_ms += ms;
      if (socket.load.battery !== undefined) charge(socket.load.battery, ms / 1_000, socket.truth.power_mW / 1_000);
    }
    socket.energy_mWh += (socket.truth.power_mW * ms) / 3_600_000;
    warm(socket, acting, ms);
    socket.at += ms;
    measure(socket, ms);
  }
  flow(socket, acting);
}
