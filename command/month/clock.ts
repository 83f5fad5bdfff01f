// A clock that stands still until it is told: a month passes as fast as it can be counted.
import type { Cancel, Chance, Clock } from "#gateway/ports.ts";
import { type Monotonic, monotonic, wall } from "#protocols/vocabulary/time.ts";

export interface ToldClock extends Clock {
  advance(ms: number): void;
}

export function toldClock(start_wall: number, start_mono = 1_000_000, boot = "month"): ToldClock {
  let passed = 0;
  let turn = 0;
  const due = new Map<number, { readonly at: Monotonic; readonly run: () => void }>();
  const now = (): Monotonic => monotonic(start_mono + passed);
  const wake = (at: Monotonic, run: () => void): Cancel => {
    const key = turn++;
    due.set(key, { at, run });
    return () => due.delete(key);
  };
  return {
    monotonic: now,
    wall: () => wall(start_wall + passed),
    stamp: () => ({ wall: wall(start_wall + passed), mono: now(), boot, synchronised: true }),
    wake,
    pause: (ms, run) => wake(monotonic(now() + ms), run),
    advance(ms) {
      const end = passed + ms;
      for (;;) {
        let first: number | undefined;
        for (const [key, { at }] of due)
          if (at - start_mono <= end && (first === undefined || at < (due.get(first)?.at ?? at))) first = key;
        const one = first === undefined ? undefined : due.get(first);
        if (first === undefined || one === undefined) break;
        due.delete(first);
        passed = Math.max(passed, one.at - start_mono);
        one.run();
      }
      passed = end;
    },
  };
}

/** `life` tells the ids of one run of the site apart from another's. */
export function countedIds(life: number): Chance {
  let count = 0;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  return {
    id: () => {
      count += 1;
      return `${hex(count, 8)}-${hex(life % 65_536, 4)}-4${hex((life >>> 16) % 4_096, 3)}-8000-000000000000`;
    },
    unit: () => 0.5,
  };
}
