// A profile read backwards: from what a device knows to the words of its register image, quantised and clipped as the profile's scale says.
import type { Point, Profile } from "#protocols/modbus/profile.ts";

/** What the device knows, in the unit of the point's name; `undefined` is said with the point's "absent" word; bits by their names. */
export type PointValue = number | undefined | Readonly<Record<string, boolean>>;
export type PointValues = (point: string, socket: number | undefined) => PointValue;

const limits = { u16: [0, 0xffff], i16: [-0x8000, 0x7fff], u32: [0, 0xffff_ffff], i32: [-0x8000_0000, 0x7fff_ffff] } as const;

function rawOf(point: Point, value: PointValue): number {
  if (value === undefined) {
    const absent = point.absent?.[0];
    if (absent === undefined) throw new Error(`${point.name} cannot say "absent"`);
    return absent;
  }
  if (typeof value !== "number") {
    const bits = point.bits ?? {};
    return Object.entries(value).reduce((word, [name, set]) => {
      const bit = bits[name];
      if (bit === undefined) throw new Error(`${point.name} has no bit ${name}`);
      return set ? word | (1 << bit) : word;
    }, 0);
  }
  const [low, high] = limits[point.type];
  return Math.min(high, Math.max(low, Math.round((value * (point.divide ?? 1)) / (point.multiply ?? 1))));
}

/** The words in the order in which they lie on the wire. */
export function encodePoint(point: Point, value: PointValue): number[] {
  const raw = rawOf(point, value);
  if (point.type === "u16" || point.type === "i16") return [raw & 0xffff];
  const [a = 0, b = 0, c = 0, d = 0] = [(raw >>> 24) & 0xff, (raw >>> 16) & 0xff, (raw >>> 8) & 0xff, raw & 0xff];
  const bytes = { ABCD: [a, b, c, d], CDAB: [c, d, a, b], BADC: [b, a, d, c], DCBA: [d, c, b, a] }[point.order ?? "ABCD"];
  return [((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0), ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0)];
}

/** The whole register image: every word from 0 to the last that the profile names; words between points are 0. */
export function registerImage(profile: Profile, values: PointValues): Uint16Array {
  const placed: { at: number; words: number[] }[] = [];
  for (const point of profile.points) {
    if (point.table !== "input" && point.table !== "holding") continue;
    if (point.per === "device") placed.push({ at: point.address, words: encodePoint(point, values(point.name, undefined)) });
    else
      for (let socket = 0; socket < (profile.sockets?.count ?? 0); socket += 1)
        placed.push({
          at: point.address + socket * (profile.sockets?.stride ?? 0),
          words: encodePoint(point, values(point.name, socket)),
        });
  }
  const image = new Uint16Array(Math.max(...placed.map(({ at, words }) => at + words.length)));
  for (const { at, words } of placed) image.set(words, at);
  return image;
}
