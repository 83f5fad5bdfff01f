// Seeded chance: the same seed gives the same day. Every device draws from its own stream, so that one more car does not change another socket's voltage.
export interface Chance {
  /** 0 ≤ x < 1 */
  unit(): number;
  between(low: number, high: number): number;
  /** Whole numbers, both ends included. */
  whole(low: number, high: number): number;
  /** Throws on an empty list. */
  pick<T>(from: readonly T[]): T;
  /** A stream of its own for the thing with this name. */
  for(name: string): Chance;
}

// FNV-1a, 32 bit: a name becomes a seed.
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The generator is mulberry32 (T. Ettinger, public domain). */
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
    between: (low, high) => low + unit() * (high - low),
    pick: <T>(from: readonly T[]): T => {
      const index = whole(0, from.length - 1);
      if (from.length === 0) throw new RangeError("nothing to pick from");
      return from[index] as T;
    },
    for: (name) => chance(seedOf(name, seed)),
  };
}
