// Values of a device for people (in volts) and for programs (in the whole numbers of the names).
import type { Decoded, DeviceValues, Values } from "#protocols/modbus/decode.ts";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import { unitOf, units } from "#protocols/modbus/units.ts";
import { table } from "./say.ts";

/** 230200 of voltage_mV -> "230.2 V". */
export function humanValue(name: string, value: number): string {
  const unit = unitOf(name);
  if (unit === undefined || !Number.isFinite(value)) return String(value);
  const [word, factor] = Object.entries(units[unit].sheet)[0] ?? [unit, 1];
  return `${String(Number((value / factor).toPrecision(12)))} ${word === "1" ? "" : word}`.trim();
}

const flagsOf = ({ bits, state }: Decoded): string =>
  [...Object.entries(bits).map(([name, set]) => `${set ? "●" : "○"}${name}`), ...(state === undefined ? [] : [state])].join(" ");

/** Why a value is none: the profile calls it impossible, or what came is no number. */
function badWords(point: Point | undefined, value: number): string {
  const { name = "", minimum, maximum } = point ?? {};
  if (!Number.isFinite(value)) return "坏值：不是可以表示的数 / bad: no number that can be held";
  if (maximum !== undefined && value > maximum) return `坏值：高于上限 / bad: above maximum ${humanValue(name, maximum)}`;
  return minimum !== undefined && value < minimum ? `坏值：低于下限 / bad: below minimum ${humanValue(name, minimum)}` : "坏值 / bad";
}

function rowsOf(profile: Profile, values: Values, socket?: number): string[][] {
  return Object.entries(values).map(([name, decoded]) => {
    const point = profile.points.find((one) => one.name === name);
    const label = socket === undefined ? name : `${name}@${socket}`;
    const words = [point?.zh, point?.en].filter((text) => text !== undefined).join(" / ");
    if (decoded === undefined) return [label, "—", "", words, "无此值 / absent"];
    const remark = decoded.quality === "bad" ? badWords(point, decoded.value) : flagsOf(decoded);
    return [label, humanValue(name, decoded.value), String(decoded.value), words, remark];
  });
}

/** Only what was read, in the order of the profile. */
export function valuesTable(profile: Profile, { device, sockets }: DeviceValues, read: (name: string) => boolean = () => true): string {
  const rows = [
    ...rowsOf(profile, device).filter(([label = ""]) => read(label)),
    ...sockets.flatMap((values, at) => rowsOf(profile, values, at + 1)).filter(([label = ""]) => read(label)),
  ];
  return table([["点 / point", "值 / value", "整数 / whole", "名称 / label", ""], ...rows], [1, 2]);
}

export const flatValues = ({ device, sockets }: DeviceValues): Record<string, Decoded | null> =>
  Object.fromEntries([
    ...Object.entries(device).map(([name, value]) => [name, value ?? null] as const),
    ...sockets.flatMap((values, at) => Object.entries(values).map(([name, value]) => [`${name}@${at + 1}`, value ?? null] as const)),
  ]);
