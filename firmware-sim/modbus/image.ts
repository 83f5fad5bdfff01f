// A board's registers as one image: every word from 0 to the last that its profile names, the profile read backwards.
import { imageOf, type PointValue, type PointValues } from "#protocols/modbus/encode.ts";
import type { Profile } from "#protocols/modbus/profile.ts";

export type { PointValue, PointValues };

/** The whole register image; words between points are 0. */
export function registerImage(profile: Profile, values: PointValues): Uint16Array {
  const placed = imageOf(profile, values);
  const words = [...(placed.get("input") ?? []), ...(placed.get("holding") ?? [])];
  const image = new Uint16Array(Math.max(...words.map(([address]) => address + 1)));
  for (const [address, word] of words) image[address] = word;
  return image;
}
