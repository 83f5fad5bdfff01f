// A world for tests: its clock moves only when told, and timers fire in order on the way.
import { wall } from "#protocols/vocabulary/time.ts";
import type { Cancel, World } from "./ports.ts";

export interface ToldWorld extends World {
  advance(ms: number): void;
}

export function toldWorld(startWall = 1_795_500_000_000): ToldWorld {
  let now = 0;
  let timers: { at: number; run: () => void; every: number | undefined }[] = [];
  const add = (at: number, run: () => void, every?: number): Cancel => {
    const timer = { at, run, every };
    timers.push(timer);
    return () => {
      timers = timers.filter((one) => one !== timer);
    };
  };
  return {
    now: () => now,
    wall: () => wall(startWall + Math.floor(now)),
    after: (ms, run) => add(now + ms, run),
    every: (ms, run) => add(now + ms, run, ms),
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const due = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        now = Math.max(now, due.at);
        if (due.every === undefined) timers = timers.filter((one) => one !== due);
        else due.at += due.every;
        due.run();
      }
      now = end;
    },
  };
}
