// A profile read backwards: from what a device knows to the words of its registers, quantised and clipped as the profile's scale says.
import { addressAt, pointAt, signAddressAt, timesOf, wordsPer } from "./placement.ts";
import type { Point, Profile } from "./profile.ts";
import { patternFor, rawLimits, shapes, wordsOf } from "./shapes.ts";

/** What the device knows, in the unit of the point's name; `undefined` is said with the point's "absent" word; bits by their names. */
export type PointValue = number | undefined | Readonly<Record<string, boolean>>;
/** `socket` counts from 0; `undefined`: the device's own point. */
export type PointValues = (point: string, socket: number | undefined) => PointValue;

const nanPatterns: Readonly<Record<number, bigint>> = { 4: 0x7fc0_0000n, 8: 0x7ff8_0000_0000_0000n };

function absentPattern(point: Point): bigint {
  const [said] = point.absent ?? [];
  if (said === undefined) throw new Error(`${point.name} cannot say "absent"`);
  if (said === "NaN") return nanPatterns[shapes[point.type].bytes] ?? 0n;
  return typeof said === "string" ? BigInt(said) : patternFor(point, said);
}

function flagPattern(point: Point, flags: Readonly<Record<string, boolean>>): bigint {
  return Object.entries(flags).reduce((pattern, [name, set]) => {
    const bit = point.bits?.[name];
    if (bit === undefined) throw new Error(`${point.name} has no bit ${name}`);
    return set ? pattern | (1n << BigInt(bit)) : pattern;
  }, 0n);
}

/** (value − offset) × divide ÷ multiply, rounded once. */
function rawFor(point: Point, value: number): bigint | number {
  const { multiply = 1, divide = 1, offset = 0 } = point;
  if (shapes[point.type].form === "float") return ((value - offset) * divide) / multiply;
  const [over, under] = [BigInt(value - offset) * BigInt(divide), BigInt(multiply)];
  const half = 2n * over + under;
  return half / (2n * under) - (half < 0n && half % (2n * under) !== 0n ? 1n : 0n);
}

/** Whether the value must be told negative by another register. */
export const saysMinus = (point: Point, value: PointValue): boolean =>
  typeof point.sign === "object" && typeof value === "number" && value - (point.offset ?? 0) < 0;

/** The word of the sign's register that says so, its other bits 0. */
function signBit(point: Point, value: PointValue): number {
  if (typeof point.sign !== "object") return 0;
  const { bit, negative = 1 } = point.sign;
  return (saysMinus(point, value) ? negative : 1 - negative) << bit;
}

/** The words in the order in which they lie on the wire. Of a field: with the other bits 0. */
export function encodePoint(point: Point, value: PointValue): number[] {
  if (value === undefined) return wordsOf(point, absentPattern(point));
  if (typeof value === "object") return wordsOf(point, flagPattern(point, value));
  const told = saysMinus(point, value) ? 2 * (point.offset ?? 0) - value : value;
  return wordsOf(point, patternFor(point, rawFor(point, Math.round(told))));
}

/** Values between which a point can tell every step: what its raw numbers reach, within what the profile calls possible. */
export function valueLimits(point: Point): readonly [number, number] {
  if (point.table === "coil" || point.table === "discrete") return [0, 1];
  const { multiply = 1, divide = 1, offset = 0 } = point;
  const reach = (raw: bigint): number => Math.max(-(2 ** 52), Math.min(2 ** 52, (Number(raw) * multiply) / divide + offset));
  const far = shapes[point.type].form === "float" ? ([-(2 ** 40), 2 ** 40] as const) : undefined;
  const [least, most] = far ?? (rawLimits(point).map(reach) as [number, number]);
  const down = typeof point.sign === "object" ? -most : least;
  return [Math.ceil(Math.max(down, point.minimum ?? down)), Math.floor(Math.min(most, point.maximum ?? most))];
}

export type Image = ReadonlyMap<Point["table"], ReadonlyMap<number, number>>;

/** Every word that the profile names, by table and address (where registers have four bytes: 32 bits). Fields and signs are laid over each other. */
export function imageOf(profile: Profile, values: PointValues): Image {
  const image = new Map<Point["table"], Map<number, number>>();
  const lay = (table: Point["table"], address: number, word: number): void => {
    const words = image.get(table) ?? new Map<number, number>();
    image.set(table, words.set(address, ((words.get(address) ?? 0) | word) >>> 0));
  };
  for (const original of profile.points) {
    const each = wordsPer(profile, original);
    for (let index = 0; index < timesOf(profile, original); index += 1) {
      const point = pointAt(original, index);
      const address = addressAt(profile, original, index);
      const value = values(point.name, point.per === "device" ? undefined : index);
      const words = encodePoint(point, value);
      for (let at = 0; at < words.length; at += each)
        lay(point.table, address + at / each, each === 1 ? (words[at] ?? 0) : (words[at] ?? 0) * 0x1_0000 + (words[at + 1] ?? 0));
      const signAt = signAddressAt(profile, original, index);
      if (signAt === undefined) continue;
      const bit = signBit(point, value);
      lay(point.table, signAt, each === 1 ? bit : bit * 0x1_0000);
    }
  }
  return image;
}
