// What cells of a point table mean, whoever wrote the table: types by their many names, byte orders in words, decimals as fractions, units of data sheets.
import { type Order, orderNames } from "../orders.ts";
import { type ShapeName, shapeNames, shapes } from "../shapes.ts";
import { sheetUnit, unitOf } from "../units.ts";
import { englishName, hasChinese, snake } from "./naming.ts";

export type Complain = (column: string, zh: string, en: string) => undefined;
/** The cell of a column, trimmed; "" where there is none. */
export type Cells = (column: string) => string;

const typeNames: Readonly<Record<string, ShapeName>> = {
  word: "u16",
  ushort: "u16",
  short: "i16",
  dword: "u32",
  udint: "u32",
  dint: "i32",
  long: "i32",
  ulong: "u32",
  lword: "u64",
  lint: "i64",
  ulint: "u64",
  real: "f32",
  float: "f32",
  lreal: "f64",
  double: "f64",
  bit: "u16",
  bool: "u16",
  boolean: "u16",
  位: "u16",
  布尔: "u16",
  布尔型: "u16",
  开关量: "u16",
};

type Form = "u" | "i" | "f" | "bcd";
function formOf(word: string): Form | undefined {
  if (/bcd/.test(word)) return "bcd";
  if (/浮点|float|real|ieee754|单精度|双精度|double/.test(word)) return "f";
  if (/无符号|unsigned|^ui?n?t?\d+/.test(word)) return "u";
  if (/有符号|signed|^(i|s)(int|16|32|48|64)|^int|整型|整数|整形/.test(word)) return "i";
  return /word|hex|双字|四字|字节|^(16|32|48|64)(位|bit)/.test(word) ? "u" : undefined;
}

function widthOf(word: string): number | undefined {
  const bits = word.match(/(16|32|48|64)/)?.[1];
  if (bits !== undefined) return Number(bits);
  const bytes = word.match(/([2468])(?:字节|byte)/)?.[1];
  if (bytes !== undefined) return 8 * Number(bytes);
  if (/双精度|double|四字|longlong/.test(word)) return 64;
  return /单精度|双字|dword|长整/.test(word) ? 32 : undefined;
}

/** "UINT16", "无符号16位整数", "浮点", "int" of two registers. `registers`: how many the sheet says that it takes. */
export function typeFrom(text: string, registers: number | undefined, complain: Complain): ShapeName | undefined {
  const word = text.toLowerCase().replace(/[\s_\-()（）]/g, "");
  const own = shapeNames.find((name) => name === word) ?? typeNames[word];
  const form = formOf(word);
  const bits = widthOf(word) ?? (registers === undefined ? undefined : 16 * registers) ?? (form === "f" ? 32 : 16);
  const type = own ?? shapeNames.find((name) => name === `${form}${bits}`);
  if (type === undefined) return complain("type", "不认识的类型：写 u16、i32、f32、bcd32 等", "no such type: write u16, i32, f32, bcd32 …");
  if (registers !== undefined && shapes[type].bytes !== 2 * registers)
    return complain(
      "type",
      `${type} 占 ${shapes[type].bytes / 2} 个寄存器，表里写的是 ${registers} 个`,
      `${type} takes ${shapes[type].bytes / 2} registers, not ${registers} as the table says`,
    );
  return type;
}

/** Which way the bytes of a value go, in the words of sheets and of Modbus tools; by what they do to words and to bytes. */
const orderWords: readonly (readonly [RegExp, { readonly swapWords: boolean; readonly swapBytes: boolean }])[] = [
  [/大端.*字节交换|big.*byteswap|字节交换|^byteswap|^2143|^21$/, { swapWords: false, swapBytes: true }],
  [/小端.*字节交换|little.*byteswap|低字在前|低字先|低位字在前|低16位在前|lowword|wordswap|^3412/, { swapWords: true, swapBytes: false }],
  [/小端|little|低字节在前|低位在前|lsb|^4321/, { swapWords: true, swapBytes: true }],
  [/大端|big|高字在前|高字先|高位在前|高16位在前|高字节在前|highword|msb|^1234|^12$/, { swapWords: false, swapBytes: false }],
];

/** Ours (CDAB), or in words (低字在前, "little-endian byte swap", 3-4-1-2). "" is the plain order. */
export function orderFrom(text: string, type: ShapeName, complain: Complain): Order | undefined {
  const { bytes } = shapes[type];
  const orders: readonly Order[] = orderNames[bytes];
  const letters = text.toUpperCase().replace(/[\s\-,_]/g, "");
  const own = orders.find((one) => one === letters);
  if (own !== undefined || text === "") return own;
  const words = orderWords.find(([pattern]) => pattern.test(text.toLowerCase().replace(/[\s\-,_]/g, "")))?.[1];
  if (words === undefined) return complain("order", `只能是 ${orders.join("、")}`, `one of ${orders.join(", ")}`);
  const wire = Array.from({ length: bytes / 2 }, (_, word) => "ABCDEFGH".slice(2 * word, 2 * word + 2));
  const turned = (words.swapWords ? wire.toReversed() : wire).map((word) => (words.swapBytes ? Array.from(word).reverse().join("") : word));
  return orders.find((one) => one === turned.join(""));
}

/** A decimal as a fraction of whole numbers: 0.01 is 1/100, 2.5 is 5/2, 1/10, ÷10 and "0,1" are what they look like. */
export function fractionOf(text: string, factor = 1): { readonly multiply: number; readonly divide: number } | undefined {
  const parts = text
    .replace(/\s/g, "")
    .replace(/^[×x*]/i, "")
    .replace(/^[÷/]/, "1/")
    .replace(/^10\^(-?\d)$/, "1e$1")
    .split("/");
  if (parts.length > 2) return undefined;
  const [over, under = { digits: 1n, power: 0 }] = parts.map(decimalOf);
  if (over === undefined || under === undefined || over.digits === 0n || under.digits === 0n) return undefined;
  const power = over.power - under.power;
  const top = over.digits * BigInt(factor) * 10n ** BigInt(Math.max(0, -power));
  const bottom = under.digits * 10n ** BigInt(Math.max(0, power));
  const common = (a: bigint, b: bigint): bigint => (b === 0n ? a : common(b, a % b));
  const by = common(top, bottom);
  return { multiply: Number(top / by), divide: Number(bottom / by) };
}

/** 2.5 -> 25 × 10^-1 */
function decimalOf(text: string): { readonly digits: bigint; readonly power: number } | undefined {
  const match = text.match(/^(\d*)(?:[.,](\d+))?(?:[eE]([+-]?\d{1,2}))?$/);
  if (match === null || (match[1] === "" && match[2] === undefined)) return undefined;
  const decimals = match[2] ?? "";
  return { digits: BigInt(`${match[1]}${decimals}`), power: decimals.length - Number(match[3] ?? 0) };
}

/** "0.1V", "0.01 kWh/bit" -> the number and the unit. */
function numberAndUnit(text: string): { readonly number: string; readonly unit: string } | undefined {
  const match = text.match(/^([×x*÷/]?\s*[\d.,]+(?:e-?\d+)?)\s*([^\d\s.,/][^\d]*|m3)$/i);
  if (match === null) return undefined;
  const unit = (match[2] ?? "").replace(/\/(bit|lsb|位|字)$/i, "").trim();
  return sheetUnit(unit) === undefined ? undefined : { number: match[1] ?? "", unit };
}
/** "电压(V)", "Voltage [V]": the unit in brackets at the end. */
const bracketed = (text: string): string | undefined => {
  const unit = text.match(/[（([【]\s*(?:单位[:：]?)?([^（([【）)\]】]{1,8})\s*[）)\]】]\s*$/)?.[1];
  return unit === undefined || sheetUnit(unit) === undefined ? undefined : unit;
};
export const withoutUnit = (text: string): string =>
  bracketed(text) === undefined ? text : text.replace(/\s*[（([【][^（([【]*$/, "").trim();

interface Scaled {
  readonly name: string;
  readonly multiply?: number;
  readonly divide?: number;
  readonly factor: number;
  /** The name was made of the Chinese one, or of the place: a person should look at it. */
  readonly made?: true;
}

/** Scale and unit, wherever in the row the sheet has put them. */
function scaleAndUnit(cells: Cells, complain: Complain): { readonly scale: string; readonly unit: string } | undefined {
  const inScale = numberAndUnit(cells("scale"));
  const inUnit = numberAndUnit(cells("unit"));
  const scale = inScale?.number ?? (cells("scale") === "" ? (inUnit?.number ?? "1") : cells("scale"));
  if (inUnit !== undefined && cells("scale") !== "" && Number(inUnit.number) !== Number(scale))
    return complain("unit", `与系数 ${cells("scale")} 不一致`, `says another scale than ${cells("scale")}`);
  const unit = inUnit?.unit ?? (cells("unit") === "" ? inScale?.unit : cells("unit"));
  const names = ["name", "label_zh", "label_en"].map(cells);
  const inName = names.map(bracketed).find((one) => one !== undefined);
  // A power factor has no unit, and every sheet scales it.
  const pure = names.some((name) => /功率因[数素]|power.?factor|cosφ/i.test(name)) ? "1" : "";
  return { scale, unit: unit ?? inName ?? pure };
}

/** Name and scale in our units: name `voltage`, unit V, scale 0.1 is voltage_mV, × 100. `place`: what to call it where it has no name in letters. */
export function scaledName(cells: Cells, place: string, complain: Complain): Scaled | undefined {
  const said = scaleAndUnit(cells, complain);
  if (said === undefined) return undefined;
  const found = said.unit === "" ? undefined : sheetUnit(said.unit);
  if (said.unit !== "" && found === undefined) return complain("unit", "不认识的单位", "no such unit");
  const written = withoutUnit(cells("name"));
  const own = unitOf(written);
  const chinese = hasChinese(written);
  const plainName = chinese
    ? (englishName(written) ?? place)
    : own === undefined
      ? snake(written)
      : snake(written.slice(0, -own.length - 1));
  if (!/^[a-z]/.test(plainName))
    return complain(
      "name",
      "需要以字母开头的英文名；中文写在 label_zh",
      "a name that begins with a letter a–z; Chinese goes into label_zh",
    );
  const factor = own === undefined ? (found?.factor ?? 1) : 1;
  const fraction = fractionOf(said.scale, factor);
  if (fraction === undefined) return complain("scale", "需要正的十进制数，如 0.1", "a positive decimal such as 0.1");
  const { multiply, divide } = fraction;
  if (own === undefined && found === undefined && (multiply !== 1 || divide !== 1))
    return complain("unit", "有比例就要有单位，如 V、kWh", "what is scaled needs a unit such as V or kWh");
  const suffix = own ?? found?.unit;
  return {
    name: `${plainName}${suffix === undefined ? "" : `_${suffix}`}`,
    factor,
    ...(multiply === 1 ? {} : { multiply }),
    ...(divide === 1 ? {} : { divide }),
    ...(chinese ? { made: true as const } : {}),
  };
}
