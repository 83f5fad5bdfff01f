// A battery on its charger: constant current until the voltage is reached, then constant voltage while the current dies away, then a trickle. What the socket sees is the power.
// Lead-acid and lithium, 36 to 72 V; each charge ages it a little; and the ways in which it goes wrong before it burns.
// Figures: 42.0 V full at 10 cells in series, 54.6 at 13, 67.2 at 16, 84.0 at 20; lead-acid 14.7 V and 13.8 V float for each 12 V block; chargers of 2 to 5 A.
import type { Chance } from "../chance.ts";

export const chemistries = ["lead-acid", "lithium"] as const;
export type Chemistry = (typeof chemistries)[number];
export const nominals_V = [36, 48, 60, 72] as const;
export type Nominal = (typeof nominals_V)[number];

export interface Battery {
  readonly chemistry: Chemistry;
  readonly nominal_V: Nominal;
  /** As it was new. */
  readonly new_Ah: number;
  readonly new_ohm: number;
  /** Of the charger. */
  readonly current_A: number;
  readonly efficiency: number;
  /** 0 empty, 1 full. */
  charge: number;
  /** Full charges so far. */
  cycles: number;
  fault: BatteryFault | undefined;
  /** Seconds since the charger was switched on; and since its current began to die away. */
  on_s: number;
  constantVoltage_s: number;
  temperature_C: number;
}

/** overload: more than it should, at once; creep: more and more; intermittent: twice as much, 5 s on, 5 s off; second-rise: after the plateau the power rises again, as before a thermal runaway; bad-contact: it flickers, and the socket warms. */
export const batteryFaults = ["overload", "creep", "intermittent", "second-rise", "bad-contact"] as const;
export type BatteryFault = (typeof batteryFaults)[number];

const cells: Readonly<Record<Nominal, number>> = { 36: 10, 48: 13, 60: 16, 72: 20 };
/** Open voltage of one lithium cell by its charge, and of one lead-acid block. */
const lithium_V = [3.0, 3.45, 3.58, 3.66, 3.78, 3.92, 4.08, 4.19] as const;
const lead_V = [11.7, 12.0, 12.2, 12.4, 12.55, 12.75, 13.2, 14.65] as const;

const of = (curve: readonly number[], charge: number): number => {
  const at = Math.min(Math.max(charge, 0), 1) * (curve.length - 1);
  const below = Math.min(Math.floor(at), curve.length - 2);
  const [low = 0, high = 0] = [curve[below], curve[below + 1]];
  return low + (high - low) * (at - below);
};

const blocks = (battery: Battery): number => battery.nominal_V / 12;
export const open_V = (battery: Battery): number =>
  battery.chemistry === "lithium" ? cells[battery.nominal_V] * of(lithium_V, battery.charge) : blocks(battery) * of(lead_V, battery.charge);
export const full_V = (battery: Battery): number =>
  battery.chemistry === "lithium" ? cells[battery.nominal_V] * 4.2 : blocks(battery) * 14.7;

/** Ageing: a fifth of the capacity is gone after 300 charges of lead-acid and 800 of lithium, while the resistance doubles. */
const life: Readonly<Record<Chemistry, number>> = { "lead-acid": 300, lithium: 800 };
const age = (battery: Battery): number => battery.cycles / life[battery.chemistry];
export const capacity_Ah = (battery: Battery): number => battery.new_Ah * (1 - 0.2 * Math.min(age(battery), 2.5));
export const resistance_ohm = (battery: Battery): number => battery.new_ohm * (1 + Math.min(age(battery), 3));

export function newBattery(chance: Chance, wanted: { chemistry?: Chemistry; nominal_V?: Nominal } = {}): Battery {
  const chemistry = wanted.chemistry ?? (chance.unit() < 0.6 ? "lead-acid" : "lithium");
  const nominal_V = wanted.nominal_V ?? chance.pick([...nominals_V]);
  const new_Ah = chemistry === "lead-acid" ? chance.pick([12, 20, 20, 32]) : chance.pick([12, 15, 20, 24]);
  return {
    chemistry,
    nominal_V,
    new_Ah,
    // So that the current dies away with a time constant of 20 to 40 minutes: resistance × capacity over the slope of the open voltage near full.
    new_ohm: ((chance.between(20, 40) / 60) * slopeAtTop(chemistry, nominal_V)) / new_Ah,
    current_A: Math.min(5, Math.max(1.8, new_Ah / (chemistry === "lead-acid" ? 8 : 5))),
    efficiency: chance.between(0.84, 0.92),
    charge: chance.between(0.1, 0.7),
    cycles: chance.whole(0, life[chemistry]),
    fault: undefined,
    on_s: 0,
    constantVoltage_s: 0,
    temperature_C: 25,
  };
}

/** Volts for a whole charge, by the last step of the curve. */
function slopeAtTop(chemistry: Chemistry, nominal_V: Nominal): number {
  const curve = chemistry === "lithium" ? lithium_V : lead_V;
  const step = ((curve.at(-1) ?? 0) - (curve.at(-2) ?? 0)) * (curve.length - 1);
  return step * (chemistry === "lithium" ? cells[nominal_V] : nominal_V / 12);
}

/** What the battery takes now, without a fault. */
export function current_A(battery: Battery): number {
  const headroom = full_V(battery) - open_V(battery);
  return Math.max(0, Math.min(battery.current_A, headroom / resistance_ohm(battery)));
}

const standby_W = 2;
const endOfCharge = 0.04;

/** The charger has gone over to its trickle: the current is a small part of the capacity. */
export const trickles = (battery: Battery): boolean => current_A(battery) < endOfCharge * capacity_Ah(battery);

function healthy_W(battery: Battery): number {
  if (trickles(battery)) return battery.chemistry === "lithium" ? standby_W + 1 : standby_W + 2 * blocks(battery);
  const amps = current_A(battery);
  return standby_W + (amps * (open_V(battery) + amps * resistance_ohm(battery))) / battery.efficiency;
}

/** The most that a healthy charge of it draws. */
export const plateau_W = (battery: Battery): number => standby_W + (battery.current_A * full_V(battery)) / battery.efficiency;

export function power_W(battery: Battery, chance: Chance): number {
  const healthy = healthy_W(battery);
  switch (battery.fault) {
    case "overload":
      return battery.on_s > 60 ? plateau_W(battery) * 2.5 : healthy;
    case "creep":
      return healthy * (1 + battery.on_s / 6_000);
    case "intermittent":
      return Math.floor(battery.on_s / 5) % 2 === 0 ? healthy * 2 : healthy;
    case "second-rise":
      return battery.constantVoltage_s > 900
        ? Math.max(healthy, plateau_W(battery) * Math.min(0.95, 0.35 + battery.constantVoltage_s / 9_000))
        : healthy;
    case "bad-contact":
      return healthy * (chance.unit() < 0.4 ? chance.unit() : 1);
    default:
      return healthy;
  }
}

/** So long under so much power; the socket's temperature follows the square of its current, and a bad contact by 5 K a minute more. */
export function charge(battery: Battery, seconds: number, power: number): void {
  const amps = trickles(battery) ? 0 : current_A(battery);
  if (amps < battery.current_A - 1e-9) battery.constantVoltage_s += seconds;
  battery.charge = Math.min(1, battery.charge + (amps * seconds) / 3600 / capacity_Ah(battery));
  battery.cycles += (amps * seconds) / 3600 / battery.new_Ah;
  battery.on_s += seconds;
  const ambient = 25 + (power / 220) ** 2 * 0.8;
  const settled = battery.temperature_C + (ambient - battery.temperature_C) * (1 - Math.exp(-seconds / 600));
  battery.temperature_C = battery.fault === "bad-contact" ? battery.temperature_C + (5 * seconds) / 60 : settled;
}

/** Driven again, and plugged in with so much left. */
export function ride(battery: Battery, share: number): void {
  battery.charge = Math.max(0.05, battery.charge - share);
  battery.on_s = 0;
  battery.constantVoltage_s = 0;
  battery.temperature_C = 25;
}
