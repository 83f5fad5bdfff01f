// A clock that stands still until it is told: tests move it, and what was to wake wakes in order.

import type { Cancel, Chance, Clock } from "#gateway/ports.ts";
import { type Monotonic, monotonic, type Wall, wall } from "#protocols/vocabulary/time.ts";

export interface ToldClock extends Clock {
  /** Both clocks go on by `ms`; everything due on the way is run at its own moment. */
  advance(ms: number): void;
  /** Nothing runs on the way; at the end of it all that became due runs once, as after a machine that slept. */
  leap(ms: number): void;
  /** Only the wall clock jumps, as when a time server is heard. */
  setWall(at: Wall): void;
  /** Whether the wall clock may be believed from now on. */
  synchronise(is: boolean): void;
  /** How many wakes are still to come. */
  waiting(): number;
}

export function toldClock(start: { wall?: number; mono?: number; boot?: string; synchronised?: boolean } = {}): ToldClock {
  const boot = start.boot ?? "boot-told";
  let day = start.wall ?? Date.UTC(2026, 10, 25, 4, 0, 0);
  let now = start.mono ?? 1_000_000;
  let turn = 0;
  let synchronised = start.synchronised ?? true;
  const due = new Map<number, { at: Monotonic; turn: number; run: () => void }>();
  const step = (to: number): void => {
    day += to - now;
    now = to;
  };
  const wake = (at: Monotonic, run: () => void): Cancel => {
    const key = turn++;
    due.set(key, { at, turn: key, run });
    return () => due.delete(key);
  };
  return {
    monotonic: () => monotonic(now),
    wall: () => wall(day),
    stamp: () => ({ wall: wall(day), mono: monotonic(now), boot, synchronised }),
    wake,
    pause: (ms, run) => wake(monotonic(now + Math.ceil(ms)), run),
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const next = [...due].filter(([, w]) => w.at <= end).sort(([, a], [, b]) => a.at - b.at || a.turn - b.turn)[0];
        if (next === undefined) break;
        due.delete(next[0]);
        step(Math.max(now, next[1].at));
        next[1].run();
      }
      step(end);
    },
    leap: (ms) => {
      step(now + ms);
      const late = [...due].filter(([, w]) => w.at <= now).sort(([, a], [, b]) => a.at - b.at || a.turn - b.turn);
      for (const [key, { run }] of late) if (due.delete(key)) run();
    },
    setWall: (at) => {
      day = at;
    },
    synchronise: (is) => {
      synchronised = is;
    },
    waiting: () => due.size,
  };
}

/** Identifiers in order and a seeded generator (mulberry32), so that a run repeats itself. */
export function toldChance(seed = 1): Chance {
  let count = 0;
  let state = seed >>> 0;
  return {
    id: () => `${(++count).toString(16).padStart(8, "0")}-${seed.toString(16).padStart(4, "0")}-4000-8000-000000000000`,
    unit: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = state;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
