// Seeded chance of the demonstration: the same seed tells the same ninety days. The generator is mulberry32 (T. Ettinger, public domain).
export interface Chance {
  /** 0 ≤ x < 1 */
  unit(): number;
  /** Whole numbers, both ends included. */
  whole(low: number, high: number): number;
  pick<T>(from: readonly T[]): T;
  shuffled<T>(from: readonly T[]): T[];
  /** 32 hex digits that no other call gives. */
  id(): string;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  return {
    unit,
    whole,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new RangeError("nothing to pick from");
      return from[whole(0, from.length - 1)] as T;
    },
    shuffled: <T>(from: readonly T[]): T[] => {
      const list = [...from];
      for (let last = list.length - 1; last > 0; last -= 1) {
        const other = whole(0, last);
        [list[last], list[other]] = [list[other] as T, list[last] as T];
      }
      return list;
    },
    id: () =>
      Array.from({ length: 4 }, () =>
        Math.floor(unit() * 4_294_967_296)
          .toString(16)
          .padStart(8, "0"),
      ).join(""),
  };
}
