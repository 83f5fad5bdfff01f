// Occupancy told from stays: steps, gaps that stay gaps, and means of the week's hours.
import { expect, test } from "vitest";
import { fromCivil, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { heatOf, mergedSpans, type Span, stepsOf } from "./occupancy.ts";

const minute = (n: number): number => n * minuteMs;
const window: Span = { from: 0, to: minute(100) };
const stay = (entered: number, left: number | null) => ({ entered_at: minute(entered), left_at: left === null ? null : minute(left) });
const told = (points: readonly { at: number; taken: number | null }[]) => points.map(({ at, taken }) => [at / minuteMs, taken]);

test("steps: who stood there before the window counts from its beginning, who is still there to its end", () => {
  expect(told(stepsOf([stay(-50, 10), stay(-50, -20), stay(5, null), stay(20, 30), stay(120, null)], window, { unknown: [] }))).toEqual([
    [0, 1],
    [5, 2],
    [10, 1],
    [20, 2],
    [30, 1],
  ]);
  expect(told(stepsOf([], window, { unknown: [] }))).toEqual([[0, 0]]);
});

test("a gap is no zero: nothing is said in it, and after it the count is the one of then", () => {
  const unknown = [
    { from: minute(10), to: minute(20) },
    { from: minute(15), to: minute(40) },
    { from: minute(90), to: minute(900) },
  ];
  expect(told(stepsOf([stay(-5, 25), stay(12, null), stay(50, 60)], window, { unknown }))).toEqual([
    [0, 1],
    [10, null],
    [40, 1],
    [50, 2],
    [60, 1],
    [90, null],
  ]);
  expect(mergedSpans([{ from: minute(-10), to: minute(-5) }], window)).toEqual([]);
});

test("a lot's own area: cars that stand in a lot within it are counted there alone", () => {
  expect(told(stepsOf([stay(0, 50), stay(0, null)], window, { unknown: [], less: [stay(10, 30)] }))).toEqual([
    [0, 2],
    [10, 1],
    [30, 2],
    [50, 1],
  ]);
});

test("the week's hours: Monday first, in China's time, by the time that is known; an hour without any has no mean", () => {
  // Monday 2026-11-23 08:00 in China.
  const monday = fromCivil({ year: 2026, month: 11, day: 23, hour: 8, minute: 0, second: 0, millisecond: 0 });
  const points = [
    { at: monday, taken: 10 },
    { at: monday + hourMs / 2, taken: 20 },
    { at: monday + hourMs, taken: null },
    { at: monday + 2 * hourMs, taken: 7 },
    { at: monday + 2 * hourMs + 10 * minuteMs, taken: null },
  ];
  const heat = heatOf(points, monday + 4 * hourMs);
  expect(heat.map((day) => day.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
  expect([heat[0]?.[7], heat[0]?.[8], heat[0]?.[9], heat[0]?.[10]]).toEqual([null, 15, null, null]);
  const sunday = monday - 24 * hourMs;
  expect(heatOf([{ at: sunday, taken: 3 }], sunday + hourMs)[6]?.[8]).toBe(3);
  // Two weeks of one hour: their mean, weighted by how long each is known.
  const weeks = [
    { at: monday - 7 * 24 * hourMs, taken: 0 },
    { at: monday - 7 * 24 * hourMs + hourMs, taken: null },
    { at: monday, taken: 30 },
    { at: monday + hourMs / 2, taken: null },
  ];
  expect(heatOf(weeks, monday + hourMs)[0]?.[8]).toBe(10);
});
