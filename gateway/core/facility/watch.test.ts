// One point, told the time, as rows: at, value, what stands afterwards.
import { expect, test } from "vitest";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { type Standing, type Watched, type WatchSetup, watchOf, watchStep } from "./watch.ts";

type Row = readonly [at_s: number, value: Watched, stands: Standing];
function walk(setup: WatchSetup, rows: readonly Row[]): void {
  let state = watchOf("none");
  for (const [at, value, stands] of rows) {
    state = watchStep(setup, state, { value, now: monotonic(at * 1000) });
    expect([at, value, state.standing]).toEqual([at, value, stands]);
  }
}
const level: WatchSetup = { low: 800, high: 2500, hysteresis: 100, delay_ms: 10_000 };

test("a level: beyond its bound for the delay, back by the hysteresis for the delay; at the bound is within", () => {
  walk(level, [
    [0, 800, "none"],
    [1, 799, "none"],
    [10, 790, "none"],
    [11, 790, "low"],
    [12, 850, "low"], // within the bound, not within the hysteresis
    [60, 899, "low"],
    [61, 900, "low"],
    [70, 900, "low"],
    [71, 900, "none"],
    [80, 2501, "none"],
    [90, 2501, "high"],
    [91, 2450, "high"],
    [92, 2400, "high"],
    [102, 2400, "none"],
  ]);
});

test("a delay that is broken begins anew; chatter around the bound raises nothing", () => {
  walk(level, [
    [0, 700, "none"],
    [9, 801, "none"],
    [10, 700, "none"],
    [19, 700, "none"],
    [20, 700, "low"],
    [30, 950, "low"],
    [35, 850, "low"],
    [36, 950, "low"],
    [45, 950, "low"],
    [46, 950, "none"],
  ]);
});

test("what is not read, and what is no number, is never normal: it ends nothing and begins nothing", () => {
  walk(level, [
    [0, 700, "none"],
    [5, "unread", "none"],
    [11, 700, "none"],
    [21, 700, "low"],
    [22, "unread", "low"],
    [500, Number.NaN, "low"],
    [501, Number.POSITIVE_INFINITY, "low"],
    [502, 1000, "low"],
    [511, "unread", "low"],
    [513, 1000, "low"],
    [523, 1000, "none"],
  ]);
});

test("from one bound straight to the other", () => {
  walk({ ...level, delay_ms: 0 }, [
    [0, 100, "low"],
    [1, 3000, "high"],
    [2, 100, "low"],
    [3, 1000, "none"],
  ]);
});

test("a contact", () => {
  walk({ hysteresis: 0, delay_ms: 5000 }, [
    [0, true, "none"],
    [5, true, "active"],
    [6, "unread", "active"],
    [7, false, "active"],
    [8, true, "active"],
    [9, false, "active"],
    [14, false, "none"],
  ]);
});
