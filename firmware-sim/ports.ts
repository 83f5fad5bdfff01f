// The simulators' own clock and timers. Only this file and the program itself read a clock; devices are told the time.
import { type Wall, wall } from "#protocols/vocabulary/time.ts";

export type Cancel = () => void;

export interface World {
  /** Milliseconds of the machine's monotonic clock, with fractions. */
  now(): number;
  wall(): Wall;
  after(ms: number, run: () => void): Cancel;
  every(ms: number, run: () => void): Cancel;
}

export const realWorld: World = {
  now: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
  wall: () => wall(Date.now()),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
};
