// How a device is given another unit or baud rate: which of its points says so, what lies beside it in the same register, and when it takes effect.
// The profile names the points; nothing here knows a model.
import { type Refusal, refusal } from "../vocabulary/faults.ts";
import type { Say } from "./check-point.ts";
import { encodePoint, valueLimits } from "./encode.ts";
import { type Request, writeRegisterRequest, writeRegistersRequest } from "./frame.ts";
import { widthOf } from "./placement.ts";
import type { Block } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { wordsOf } from "./shapes.ts";
import type { Device } from "./write.ts";

/** Units of MODBUS over Serial Line V1.02 §2.2: 0 is everybody, 248 and above are reserved. */
export const firstUnit = 1;
export const lastUnit = 247;
export const broadcastUnit = 0;

export interface Setting {
  readonly point: Point;
  /** The register must be read first: other bits of it mean something else. */
  readonly kept: boolean;
  readonly block: Block;
}

const settingOf = ({ points }: Profile, name: string | undefined): Setting | undefined => {
  const point = points.find((one) => one.name === name);
  if (point === undefined) return undefined;
  // Settings are plain registers of two bytes, even where the measured ones have four.
  return { point, kept: point.field !== undefined, block: { table: "holding", address: point.address, count: widthOf(point) } };
};

export const unitSetting = (profile: Profile): Setting | undefined => settingOf(profile, profile.addressing?.unit);
export const baudSetting = (profile: Profile): Setting | undefined => settingOf(profile, profile.addressing?.baud);

/** Units that the device can be given. */
export function unitLimits(profile: Profile): readonly [number, number] {
  const setting = unitSetting(profile);
  const [least, most] = setting === undefined ? [firstUnit, lastUnit] : valueLimits(setting.point);
  return [Math.max(firstUnit, least), Math.min(lastUnit, most)];
}

/** What the states of the baud point say: "2": "9600" -> [9600, 2]. */
export const bauds = (profile: Profile): ReadonlyMap<number, number> =>
  new Map(Object.entries(baudSetting(profile)?.point.states ?? {}).map(([code, rate]) => [Number.parseInt(rate, 10), Number(code)]));

const noSetting = ({ id }: Profile): Refusal =>
  refusal(
    "no-addressing",
    `${id} 的型号文件没有写明怎样改（addressing）；请按说明书用按键或拨码`,
    `the profile ${id} does not say how (addressing): use the device's keys or switches as its manual has it`,
  );

/** The words that a write puts there. `before`: what the register held, needed where it holds something else as well. */
function wordsFor({ point, kept }: Setting, value: number, before: readonly number[] | undefined): readonly number[] | Refusal {
  const words = encodePoint(point, value);
  if (!kept) return words;
  if (before === undefined)
    return refusal("register-unread", `${point.name} 与其他设置共用寄存器，须先读出`, `${point.name} shares its register: read it first`);
  const own = wordsOf(point, (1n << BigInt(point.field?.width ?? 16)) - 1n);
  return words.map((word, at) => ((before[at] ?? 0) & ~(own[at] ?? 0) & 0xffff) | word);
}

interface Writing {
  readonly setting: Setting | undefined;
  readonly value: number;
  readonly before: readonly number[] | undefined;
}

function write({ profile, unit }: Device, { setting, value, before }: Writing): Request | Refusal {
  if (setting === undefined) return noSetting(profile);
  const words = wordsFor(setting, value, before);
  if ("kind" in words) return words;
  const [first = 0, ...others] = words;
  const { address } = setting.block;
  const single = others.length === 0 && (profile.functions?.some((fn) => fn === 6) ?? true);
  return single ? writeRegisterRequest(unit, address, first) : writeRegistersRequest(unit, address, words);
}

/** To everybody on the line where the device listens only so: then it must be alone there. */
export const addressedAs = ({ addressing }: Profile, unit: number): number => (addressing?.broadcast === "only" ? broadcastUnit : unit);

export function addressRequest(device: Device, to: number, before?: readonly number[]): Request | Refusal {
  const { profile, unit } = device;
  const [least, most] = unitLimits(profile);
  if (profile.addressing !== undefined && !(Number.isInteger(to) && to >= least && to <= most))
    return refusal("out-of-range", `从站地址应在 ${least} … ${most}`, `the unit lies between ${least} and ${most}`);
  return write({ profile, unit: addressedAs(profile, unit) }, { setting: unitSetting(profile), value: to, before });
}

export function baudRequest(device: Device, baud: number, before?: readonly number[]): Request | Refusal {
  const { profile, unit } = device;
  const setting = baudSetting(profile);
  if (setting === undefined) return noSetting(profile);
  const code = bauds(profile).get(baud);
  if (code === undefined) {
    const known = [...bauds(profile).keys()].sort((a, b) => a - b).join(", ");
    return refusal("out-of-range", `${profile.id} 没有 ${baud} 波特；有 ${known}`, `${profile.id} has no ${baud} baud; it has ${known}`);
  }
  return write({ profile, unit: addressedAs(profile, unit) }, { setting, value: code, before });
}

/** What the file of a model says wrongly about it; the schema cannot. */
export function addressingComplaints(profile: Profile, say: Say): void {
  const { addressing, points } = profile;
  if (addressing === undefined) return;
  for (const key of ["unit", "baud"] as const) {
    const name = addressing[key];
    if (name === undefined) continue;
    const path = `addressing.${key}`;
    const point = points.find((one) => one.name === name);
    say(point === undefined, path, { zh: `没有点 ${name}`, en: `there is no point ${name}` });
    if (point === undefined) continue;
    say(point.table !== "holding" || point.per !== "device", path, {
      zh: `${name} 应是整机的保持寄存器`,
      en: `${name} must be a holding register of the device`,
    });
    const plain =
      point.multiply === undefined && point.divide === undefined && point.offset === undefined && typeof point.sign !== "object";
    say(!plain, path, { zh: `${name} 应是不换算的整数`, en: `${name} must be a plain number` });
  }
  say(addressing.baud !== undefined && ![...bauds(profile).keys()].some((rate) => rate >= 300), "addressing.baud", {
    zh: "该点的 states 要写明波特率",
    en: "its states must say the rates",
    example: '"states": { "2": "9600" }',
  });
  say(!(profile.functions?.some((fn) => fn === 6 || fn === 16) ?? true), "functions", {
    zh: "改地址要用功能码 6 或 16",
    en: "addressing is written by function 6 or 16",
  });
}
