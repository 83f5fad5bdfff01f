// From the words that a device sent to values in the unit of the point's name: scaled, absent where the device says so, bad where impossible.
import { type Undecodable, undecodable } from "../vocabulary/faults.ts";
import type { Block } from "./plan.ts";
import { addressesOf, widthOf } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";

export interface Decoded {
  /** In the unit of the name, a whole number. */
  readonly value: number;
  /** "bad": outside what the profile calls possible. */
  readonly quality: "good" | "bad";
  readonly bits: Readonly<Record<string, boolean>>;
}

/** By the point's name; `undefined`: the device says that it has no such value, or the word was not read. */
export type Values = Readonly<Record<string, Decoded | undefined>>;
export interface DeviceValues {
  readonly device: Values;
  readonly sockets: readonly Values[];
}

/** The words of one table by address; bits of coils and discrete inputs are 0 and 1. */
export type Registers = (table: Point["table"], address: number) => number | undefined;

const byteOrders = { ABCD: [0, 1, 2, 3], CDAB: [2, 3, 0, 1], BADC: [1, 0, 3, 2], DCBA: [3, 2, 1, 0] } as const;

/** One or two words as they came on the wire -> the raw integer. */
export function rawInteger(point: Pick<Point, "type" | "order">, first: number, second = 0): number {
  if (point.type === "u16") return first;
  if (point.type === "i16") return (first << 16) >> 16;
  const wire = [first >> 8, first & 0xff, second >> 8, second & 0xff];
  const [a = 0, b = 0, c = 0, d = 0] = byteOrders[point.order ?? "ABCD"].map((at) => wire[at] ?? 0);
  const signed = (a << 24) | (b << 16) | (c << 8) | d;
  return point.type === "i32" ? signed : signed >>> 0;
}

export function decodePoint(point: Point, words: readonly (number | undefined)[]): Decoded | undefined {
  const [first, second] = words;
  if (first === undefined || (widthOf(point) === 2 && second === undefined)) return undefined;
  const raw = rawInteger(point, first, second);
  if (point.absent?.includes(raw)) return undefined;
  const value = Math.round((raw * (point.multiply ?? 1)) / (point.divide ?? 1));
  const possible = value >= (point.minimum ?? Number.NEGATIVE_INFINITY) && value <= (point.maximum ?? Number.POSITIVE_INFINITY);
  const bits = Object.fromEntries(Object.entries(point.bits ?? {}).map(([name, bit]) => [name, ((raw >>> bit) & 1) === 1]));
  return { value, quality: possible ? "good" : "bad", bits };
}

function valuesAt(profile: Profile, registers: Registers, socket: number | undefined): Values {
  const values: Record<string, Decoded | undefined> = {};
  for (const point of profile.points) {
    if ((point.per === "socket") !== (socket !== undefined)) continue;
    const address = addressesOf(profile, point)[socket ?? 0];
    if (address === undefined) continue;
    values[point.name] = decodePoint(point, [registers(point.table, address), registers(point.table, address + 1)]);
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
  const bytes = bits ? Math.ceil(block.count / 8) : block.count * 2;
  if (pdu[1] !== bytes || pdu.length !== 2 + bytes) return undecodable(`the answer holds ${pdu.length - 2} bytes, not ${bytes}`);
  return Array.from({ length: block.count }, (_, i) =>
    bits ? ((pdu[2 + (i >> 3)] ?? 0) >> (i & 7)) & 1 : ((pdu[2 + 2 * i] ?? 0) << 8) | (pdu[3 + 2 * i] ?? 0),
  );
}

/** Several blocks with their words as one register image. */
export function registersOf(read: readonly { readonly block: Block; readonly words: readonly number[] }[]): Registers {
  return (table, address) => {
    for (const { block, words } of read)
      if (block.table === table && address >= block.address && address < block.address + block.count) return words[address - block.address];
    return undefined;
  };
}
