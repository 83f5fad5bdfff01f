// Which bits of which register each point claims, so that no two claim the same. Fields of one register may lie side by side.
import { addressAt, pointAt, timesOf, wordsPer } from "./placement.ts";
import type { Profile } from "./profile.ts";
import { bitsOf, wordsOf } from "./shapes.ts";

export interface Clash {
  /** Of the later point. */
  readonly index: number;
  readonly other: string;
  /** "holding 12" */
  readonly place: string;
}

interface Claim {
  readonly name: string;
  readonly mask: number;
}

/** Each pair of points that clash, once. */
export function clashesOf(profile: Profile): Clash[] {
  const taken = new Map<string, Claim[]>();
  const found = new Map<string, Clash>();
  for (const [index, point] of profile.points.entries()) {
    const each = wordsPer(profile, point);
    for (let socket = 0; socket < timesOf(profile, point); socket += 1) {
      const words = wordsOf(pointAt(point, socket), (1n << BigInt(bitsOf(point))) - 1n);
      for (const [at, mask] of words.entries()) {
        const place = `${point.table} ${addressAt(profile, point, socket) + Math.floor(at / each)}`;
        const key = `${place}.${at % each}`;
        const claims = taken.get(key) ?? [];
        const other = claims.find((claim) => (claim.mask & mask) !== 0)?.name;
        if (other !== undefined) found.set(`${index} ${other}`, found.get(`${index} ${other}`) ?? { index, other, place });
        taken.set(key, [...claims, { name: point.name, mask }]);
      }
    }
  }
  return [...found.values()];
}
