// Do these limits fit this model? A rule that leans on what the model does not measure would never act: it is refused, and must be switched off with a reason.
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import { instantaneous_mA, type Limits } from "../core/charging/limits.ts";

export interface Unfit {
  readonly zh: string;
  readonly en: string;
}

type RuleName = { [K in keyof Limits]: Limits[K] extends { readonly active: boolean } ? K : never }[keyof Limits];

/** What each rule looks at; a flag by its name. */
const looksAt: readonly (readonly [rule: RuleName, per: "socket" | "device", point: string])[] = [
  ["over_power", "socket", "power_mW"],
  ["over_voltage", "socket", "voltage_mV"],
  ["under_voltage", "socket", "voltage_mV"],
  ["over_temperature", "socket", "temperature_mC"],
  ["temperature_rise", "socket", "temperature_mC"],
  ["residual_socket", "socket", "residual_mA"],
  ["residual_feeder", "device", "leakage_mA"],
  ["second_rise", "socket", "power_mW"],
  ["full", "socket", "power_mW"],
  ["never_charging", "socket", "power_mW"],
  ["unplugged", "socket", "plugged"],
];

/** What measures a socket: a station by its profile, or what relay and meter of a built one say together. */
export type Offers = Pick<Profile, "id" | "points">;

const pointOf = ({ points }: Offers, per: "socket" | "device", name: string): Point | undefined =>
  points.find((point) => point.per === per && (point.name === name || point.bits?.[name] !== undefined));

const rawMost: Readonly<Record<string, number>> = { u16: 65_535, i16: 32_767 };

/** The most that a point can say: by its width and scale, or by its own maximum. */
function mostOf({ type, multiply = 1, divide = 1, maximum = Number.POSITIVE_INFINITY }: Point): number {
  return Math.min(maximum, ((rawMost[type] ?? Number.POSITIVE_INFINITY) * multiply) / divide);
}

/** A counter that is told as a float goes on by what its display shows: 0.01 kWh on every such meter that we know of. */
const floatStep_mWh = 10_000;
const stepOf = ({ type, multiply = 1, divide = 1 }: Point): number => (type.startsWith("f") ? floatStep_mWh : multiply / divide);

export function unfit(limits: Limits, profile: Offers): Unfit[] {
  const found: Unfit[] = [];
  const say = (zh: string, en: string): void =>
    void found.push({ zh: `限值 ${limits.id} 不适合 ${profile.id}：${zh}`, en: `limits ${limits.id} do not fit ${profile.id}: ${en}` });
  for (const [rule, per, name] of looksAt) {
    if (!limits[rule].active || pointOf(profile, per, name) !== undefined) continue;
    say(
      `${rule} 启用，但此型号没有 ${name}；请停用并写明理由`,
      `${rule} is active, but the model has no ${name}; switch it off and say why`,
    );
  }
  const current = pointOf(profile, "socket", "current_mA");
  if (current !== undefined && mostOf(current) <= instantaneous_mA(limits))
    say(
      `current_mA 最大 ${mostOf(current)}，看不到速断值 ${instantaneous_mA(limits)}`,
      `current_mA says at most ${mostOf(current)}: the instantaneous limit of ${instantaneous_mA(limits)} is never seen`,
    );
  const power = pointOf(profile, "socket", "power_mW");
  if (power !== undefined && limits.over_power.active && mostOf(power) <= limits.over_power.limit_mW)
    say(`power_mW 最大 ${mostOf(power)}，看不到过功率值`, `power_mW says at most ${mostOf(power)}: over_power is never seen`);
  const energy = pointOf(profile, "socket", "energy_mWh");
  if (energy !== undefined && limits.frozen.active && stepOf(energy) > limits.meter.energy_step_mWh)
    say(
      `电能步长 ${stepOf(energy)} mWh 大于 meter.energy_step_mWh`,
      `its energy counter steps by ${stepOf(energy)} mWh, more than meter.energy_step_mWh`,
    );
  return found;
}
