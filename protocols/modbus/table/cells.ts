// What cells of a point table mean, whoever wrote the table: types by their many names, decimals as fractions, units of data sheets.
import { type ShapeName, shapeNames } from "../shapes.ts";
import { sheetUnit, unitOf } from "../units.ts";

export type Complain = (column: string, zh: string, en: string) => undefined;
export type Cells = (column: string) => string;

const typeNames: Readonly<Record<string, ShapeName>> = {
  uint16: "u16",
  word: "u16",
  ushort: "u16",
  int16: "i16",
  short: "i16",
  uint32: "u32",
  dword: "u32",
  udint: "u32",
  int32: "i32",
  dint: "i32",
  long: "i32",
  uint64: "u64",
  lword: "u64",
  int64: "i64",
  float: "f32",
  float32: "f32",
  real: "f32",
  double: "f64",
  float64: "f64",
  lreal: "f64",
  bcd: "bcd16",
  bcd16: "bcd16",
  bcd32: "bcd32",
  bcd64: "bcd64",
  bit: "u16",
  bool: "u16",
  boolean: "u16",
};

export function typeFrom(text: string, complain: Complain): ShapeName | undefined {
  const word = text.toLowerCase();
  const type = shapeNames.find((name) => name === word) ?? typeNames[word];
  return type ?? complain("type", "不认识的类型：写 u16、i32、f32、bcd32 等", "no such type: write u16, i32, f32, bcd32 …");
}

/** A decimal as a fraction of whole numbers: 0.01 is 1/100, 2.5 is 5/2. */
export function fractionOf(text: string, factor = 1): { readonly multiply: number; readonly divide: number } | undefined {
  const match = text.match(/^(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/);
  if (match === null || (match[1] === "" && match[2] === undefined)) return undefined;
  const decimals = match[2] ?? "";
  const power = decimals.length - Number(match[3] ?? 0);
  const digits = BigInt(`${match[1]}${decimals}`) * BigInt(factor) * 10n ** BigInt(Math.max(0, -power));
  const under = 10n ** BigInt(Math.max(0, power));
  if (digits === 0n) return undefined;
  const common = (a: bigint, b: bigint): bigint => (b === 0n ? a : common(b, a % b));
  const by = common(digits, under);
  return { multiply: Number(digits / by), divide: Number(under / by) };
}

const snake = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

interface Scaled {
  readonly name: string;
  readonly multiply?: number;
  readonly divide?: number;
  readonly factor: number;
}

/** Name and scale in our units: name `voltage`, unit V, scale 0.1 is voltage_mV, × 100. */
export function scaledName(cells: Cells, complain: Complain): Scaled | undefined {
  const written = cells("name");
  const unitText = cells("unit");
  const found = unitText === "" ? undefined : sheetUnit(unitText);
  if (unitText !== "" && found === undefined) return complain("unit", "不认识的单位", "no such unit");
  const own = unitOf(written);
  const name = own === undefined ? snake(written) : `${snake(written.slice(0, -own.length - 1))}_${own}`;
  if (!/^[a-z]/.test(name))
    return complain(
      "name",
      "需要以字母开头的英文名；中文写在 label_zh",
      "a name that begins with a letter a–z; Chinese goes into label_zh",
    );
  const factor = own === undefined ? (found?.factor ?? 1) : 1;
  const fraction = fractionOf(cells("scale") === "" ? "1" : cells("scale"), factor);
  if (fraction === undefined) return complain("scale", "需要正的十进制数，如 0.1", "a positive decimal such as 0.1");
  const { multiply, divide } = fraction;
  if (own === undefined && found === undefined && (multiply !== 1 || divide !== 1))
    return complain("unit", "有比例就要有单位", "what is scaled needs a unit");
  const suffix = own === undefined && found !== undefined ? `_${found.unit}` : "";
  return { name: `${name}${suffix}`, factor, ...(multiply === 1 ? {} : { multiply }), ...(divide === 1 ? {} : { divide }) };
}
