// What a value looks like on the wire before it is scaled: width, sign, integer, floating point or decimal digits. Both directions.
// Sources: IEEE 754 (f32, f64); packed BCD, four digits a register, as metering chips and DL/T devices use it.
import { bytesToWords, plainOrder, wordsToBytes } from "./orders.ts";

export interface Shape {
  readonly bytes: 2 | 4 | 6 | 8;
  readonly form: "integer" | "float" | "digits";
  readonly signed: boolean;
}
export type ShapeName =
  | "u16"
  | "i16"
  | "u32"
  | "i32"
  | "u48"
  | "i48"
  | "u64"
  | "i64"
  | "f32"
  | "f64"
  | "bcd16"
  | "bcd32"
  | "bcd48"
  | "bcd64";

export const shapes: Readonly<Record<ShapeName, Shape>> = {
  u16: { bytes: 2, form: "integer", signed: false },
  i16: { bytes: 2, form: "integer", signed: true },
  u32: { bytes: 4, form: "integer", signed: false },
  i32: { bytes: 4, form: "integer", signed: true },
  u48: { bytes: 6, form: "integer", signed: false },
  i48: { bytes: 6, form: "integer", signed: true },
  u64: { bytes: 8, form: "integer", signed: false },
  i64: { bytes: 8, form: "integer", signed: true },
  f32: { bytes: 4, form: "float", signed: true },
  f64: { bytes: 8, form: "float", signed: true },
  bcd16: { bytes: 2, form: "digits", signed: false },
  bcd32: { bytes: 4, form: "digits", signed: false },
  bcd48: { bytes: 6, form: "digits", signed: false },
  bcd64: { bytes: 8, form: "digits", signed: false },
};
export const shapeNames = Object.keys(shapes) as ShapeName[];

/** What of the schema's point concerns its words. */
export interface Shaped {
  readonly type: ShapeName;
  readonly order?: string;
  readonly field?: { readonly low: number; readonly width: number };
  readonly sign?: "magnitude" | { readonly address: number; readonly bit: number; readonly negative?: 0 | 1 };
}

export const bitsOf = (point: Shaped): number => point.field?.width ?? shapes[point.type].bytes * 8;
const orderOf = (point: Shaped): string => point.order ?? plainOrder(shapes[point.type].bytes);
const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

const toBigInt = (bytes: Uint8Array): bigint => bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const toBytes = (pattern: bigint, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => Number((pattern >> BigInt(8 * (length - 1 - at))) & 0xffn));

/** The bits as they mean, most significant first; of a field only its own. */
export function patternOf(point: Shaped, words: readonly number[]): bigint {
  // The common case without detours: the safety process decodes a hundred of these several times a second.
  const [first = 0, second = 0] = words;
  if (point.order === undefined && point.field === undefined && words.length <= 2)
    return BigInt(words.length === 1 ? first : first * 0x1_0000 + second);
  const whole = toBigInt(wordsToBytes(words, orderOf(point)));
  return point.field === undefined ? whole : (whole >> BigInt(point.field.low)) & mask(point.field.width);
}

/** The words of a pattern. Of a field: with the other bits 0, so that several can be laid over each other. */
export function wordsOf(point: Shaped, pattern: bigint): number[] {
  const whole = point.field === undefined ? pattern : (pattern & mask(point.field.width)) << BigInt(point.field.low);
  return bytesToWords(toBytes(whole, shapes[point.type].bytes), orderOf(point));
}

function floatOf(type: ShapeName, pattern: bigint): number {
  const { bytes } = shapes[type];
  const view = new DataView(toBytes(pattern, bytes).buffer);
  return bytes === 4 ? view.getFloat32(0) : view.getFloat64(0);
}

function digitsOf(pattern: bigint): bigint | undefined {
  const text = pattern.toString(16);
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** The raw number; `undefined` where the digits are none. A float may be NaN. A sign in another register is not in it. */
export function rawOf(point: Shaped, pattern: bigint): bigint | number | undefined {
  const { form, signed } = shapes[point.type];
  if (form === "float") return floatOf(point.type, pattern);
  const bits = bitsOf(point);
  const negative = point.sign === "magnitude" && (pattern >> BigInt(bits - 1)) % 2n === 1n;
  const body = point.sign === "magnitude" ? pattern & mask(bits - 1) : pattern;
  const magnitude = form === "digits" ? digitsOf(body) : signed ? BigInt.asIntN(bits, body) : body;
  return magnitude === undefined ? undefined : negative ? -magnitude : magnitude;
}

/** The pattern of a raw number, cut to what the shape can hold. */
export function patternFor(point: Shaped, raw: bigint | number): bigint {
  const { bytes, form } = shapes[point.type];
  if (form === "float") {
    const view = new DataView(new ArrayBuffer(bytes));
    if (bytes === 4) view.setFloat32(0, Number(raw));
    else view.setFloat64(0, Number(raw));
    return toBigInt(new Uint8Array(view.buffer));
  }
  const [least, most] = rawLimits(point);
  const wanted = typeof raw === "bigint" ? raw : BigInt(Math.round(raw));
  const held = wanted < least ? least : wanted > most ? most : wanted;
  const magnitude = held < 0n ? -held : held;
  if (form === "integer" && point.sign !== "magnitude") return held & mask(bitsOf(point));
  const body = form === "digits" ? BigInt(`0x${magnitude}`) : magnitude;
  return point.sign === "magnitude" && held < 0n ? body | (1n << BigInt(bitsOf(point) - 1)) : body;
}

/** Least and most raw number of an integer or of digits. */
export function rawLimits(point: Shaped): readonly [bigint, bigint] {
  const { form, signed } = shapes[point.type];
  const bits = bitsOf(point) - (point.sign === "magnitude" || signed ? 1 : 0);
  // Of the first digit only three bits are left where the top bit is the sign.
  const most =
    form === "digits"
      ? bits % 4 === 0
        ? 10n ** BigInt(bits / 4) - 1n
        : 8n * 10n ** BigInt(Math.max(0, Math.floor((bits - 3) / 4))) - 1n
      : mask(bits);
  return [signed ? -most - 1n : point.sign === "magnitude" ? -most : 0n, most];
}
