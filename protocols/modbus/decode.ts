// From the words that a device sent to values in the unit of the point's name: scaled, absent where the device says so, bad where impossible.
import { type Undecodable, undecodable } from "../vocabulary/faults.ts";
import { addressAt, pointAt, signAddressAt, wordsPer } from "./placement.ts";
import type { Block } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { patternOf, rawOf, shapes } from "./shapes.ts";

export interface Decoded {
  /** In the unit of the name, a whole number; NaN, and "bad", where what came is none (a float's NaN, letters among digits, beyond 2^53). */
  readonly value: number;
  /** "bad": outside what the profile calls possible. */
  readonly quality: "good" | "bad";
  readonly bits: Readonly<Record<string, boolean>>;
  /** What the profile says that this number means. */
  readonly state?: string;
}

/** By the point's name; `undefined`: the device says that it has no such value, or the word was not read. */
export type Values = Readonly<Record<string, Decoded | undefined>>;
export interface DeviceValues {
  readonly device: Values;
  readonly sockets: readonly Values[];
}

/** The words of one table by address; bits of coils and discrete inputs are 0 and 1. Where registers have four bytes, 32 bits. */
export type Registers = (table: Point["table"], address: number) => number | undefined;

/** One or two words as they came on the wire -> the raw integer. */
export function rawInteger(point: Pick<Point, "type" | "order">, first: number, second = 0): number {
  const words = [first, second].slice(0, shapes[point.type].bytes / 2);
  return Number(rawOf(point, patternOf(point, words)) ?? Number.NaN);
}

function isAbsent(point: Point, pattern: bigint, raw: bigint | number | undefined): boolean {
  return (
    point.absent?.some((said) => {
      if (said === "NaN") return typeof raw === "number" && Number.isNaN(raw);
      if (typeof said === "string") return pattern === BigInt(said);
      return raw !== undefined && (typeof raw === "number" ? raw === said : raw === BigInt(said));
    }) ?? false
  );
}

/** raw × multiply ÷ divide + offset, rounded once, half up; exact beyond 2^53 on the way. NaN where the result is no whole number that can be held. */
export function scaled(point: Pick<Point, "multiply" | "divide" | "offset">, raw: bigint | number): number {
  const { multiply = 1, divide = 1, offset = 0 } = point;
  const product = Number(raw) * multiply;
  if (typeof raw === "number" || Number.isSafeInteger(product)) {
    const value = Math.round(product / divide) + offset;
    return Number.isSafeInteger(value) ? value + 0 : Number.NaN; // + 0: no minus zero
  }
  const [over, under] = [raw * BigInt(multiply) * 2n + BigInt(divide), 2n * BigInt(divide)];
  const floor = over / under - (over < 0n && over % under !== 0n ? 1n : 0n);
  const value = Number(floor) + offset;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** `signWord`: the register that holds the sign, where the profile says that another one does. */
export function decodePoint(point: Point, words: readonly (number | undefined)[], signWord?: number): Decoded | undefined {
  const own: number[] = [];
  for (const word of words.slice(0, shapes[point.type].bytes / 2)) if (word !== undefined) own.push(word);
  if (own.length < shapes[point.type].bytes / 2) return undefined;
  const { sign } = point;
  const elsewhere = typeof sign === "object" ? sign : undefined;
  if (elsewhere !== undefined && signWord === undefined) return undefined;
  const pattern = patternOf(point, own);
  const raw = rawOf(point, pattern);
  if (isAbsent(point, pattern, raw)) return undefined;
  const magnitude = raw === undefined ? Number.NaN : scaled({ ...point, offset: 0 }, raw);
  const negative = elsewhere !== undefined && (((signWord ?? 0) >> elsewhere.bit) & 1) === (elsewhere.negative ?? 1);
  const value = (negative && magnitude !== 0 ? -magnitude : magnitude) + (point.offset ?? 0);
  const possible = value >= (point.minimum ?? Number.NEGATIVE_INFINITY) && value <= (point.maximum ?? Number.POSITIVE_INFINITY);
  const bits = Object.fromEntries(Object.entries(point.bits ?? {}).map(([name, bit]) => [name, ((pattern >> BigInt(bit)) & 1n) === 1n]));
  const state = point.states?.[String(value)];
  return { value, quality: possible ? "good" : "bad", bits, ...(state === undefined ? {} : { state }) };
}

/** The 16-bit words of a point at an address, wherever registers have two bytes or four. */
function wordsAt(profile: Profile, point: Point, at: { readonly registers: Registers; readonly address: number }): (number | undefined)[] {
  const count = shapes[point.type].bytes / 2;
  if (wordsPer(profile, point) === 1) return Array.from({ length: count }, (_, i) => at.registers(point.table, at.address + i));
  return Array.from({ length: Math.ceil(count / 2) }, (_, i) => at.registers(point.table, at.address + i))
    .flatMap((wide) => (wide === undefined ? [undefined, undefined] : [Math.floor(wide / 0x1_0000), wide % 0x1_0000]))
    .slice(0, count);
}

function valuesAt(profile: Profile, registers: Registers, socket: number | undefined): Values {
  const values: Record<string, Decoded | undefined> = {};
  for (const point of profile.points) {
    if ((point.per === "socket") !== (socket !== undefined)) continue;
    const address = addressAt(profile, point, socket ?? 0);
    const signAt = signAddressAt(profile, point, socket ?? 0);
    const signWord = signAt === undefined ? undefined : registers(point.table, signAt);
    // A sign in a register of four bytes: bit 0 is counted from its high word, as the sheet's "first byte" has it.
    const narrow = signWord === undefined || wordsPer(profile, point) === 1 ? signWord : Math.floor(signWord / 0x1_0000);
    values[point.name] = decodePoint(pointAt(point, socket ?? 0), wordsAt(profile, point, { registers, address }), narrow);
  }
  return values;
}

export function decode(profile: Profile, registers: Registers): DeviceValues {
  const count = profile.sockets?.count ?? 0;
  return {
    device: valuesAt(profile, registers, undefined),
    sockets: Array.from({ length: count }, (_, socket) => valuesAt(profile, registers, socket)),
  };
}

/** The words of a good read answer (PDU: function, byte count, data), or why it is none of this block's. */
export function answerWords(block: Block, pdu: Uint8Array): number[] | Undecodable {
  const bits = block.table === "coil" || block.table === "discrete";
  const each = block.wide === true ? 4 : 2;
  const bytes = bits ? Math.ceil(block.count / 8) : block.count * each;
  if (pdu[1] !== bytes || pdu.length !== 2 + bytes)
    return undecodable(`应答有 ${pdu.length - 2} 个字节，应为 ${bytes} / the answer holds ${pdu.length - 2} bytes, not ${bytes}`);
  const at = (index: number): number => pdu[2 + index] ?? 0;
  const words: number[] = [];
  for (let i = 0; i < block.count; i += 1) {
    if (bits) words.push((at(i >> 3) >> (i & 7)) & 1);
    else if (each === 2) words.push(at(2 * i) * 256 + at(2 * i + 1));
    else words.push(((at(4 * i) * 256 + at(4 * i + 1)) * 256 + at(4 * i + 2)) * 256 + at(4 * i + 3));
  }
  return words;
}

/** Several blocks with their words as one register image. */
export function registersOf(read: readonly { readonly block: Block; readonly words: readonly number[] }[]): Registers {
  return (table, address) => {
    for (const { block, words } of read)
      if (block.table === table && address >= block.address && address < block.address + block.count) return words[address - block.address];
    return undefined;
  };
}
