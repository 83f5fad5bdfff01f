// A curve is drawn where good readings are, and nowhere else.
import { expect, test } from "vitest";
import { type Frame, holesOf, pathsOf, rangeOf, roundTicks, runsOf, type Sample, saidTicks, thinned, xOf, yOf } from "./geometry.ts";

const frame: Frame = { from: 0, to: 100_000, low: 0, high: 10, width: 100, height: 50 };
const sample = (second: number, value: number, good = true): Sample => ({ at: second * 1000, value, good });

test("a gap, a bad and a stale reading end the line; nothing is joined across them", () => {
  const samples = [sample(1, 5), sample(2, 6), sample(30, 4), sample(31, 4), sample(32, 9, false), sample(33, 4), sample(34, 3)];
  expect(runsOf(samples, 15_000).map((run) => run.map(({ at }) => at / 1000))).toEqual([
    [1, 2],
    [30, 31],
    [33, 34],
  ]);
  const paths = pathsOf(samples, frame, 15_000);
  expect(paths).toEqual(["M1 25L2 20", "M30 30L31 30", "M33 30L34 35"]);
  for (const path of paths) expect((path.match(/M/g) ?? []).length).toBe(1);
  expect(holesOf(samples, frame, 15_000)).toEqual([
    { from: 2000, to: 30_000 },
    { from: 34_000, to: 100_000 },
  ]);
});

test("no reading at all is one hole; a lone reading is a stroke that can be seen", () => {
  expect(holesOf([], frame, 1000)).toEqual([{ from: 0, to: 100_000 }]);
  expect(pathsOf([sample(50, 5)], frame, 1000)).toEqual(["M50 25h2"]);
  expect(holesOf([sample(0, 1, false)], frame, 1000)).toEqual([{ from: 0, to: 100_000 }]);
});

test("thinning keeps each column's extremes, so that a spike of one sample stays", () => {
  const run = Array.from({ length: 20_000 }, (_, i) => sample(i / 200, i === 12_345 ? 9 : 1 + (i % 2) / 10));
  const kept = thinned(run, frame);
  expect(kept.length).toBeLessThanOrEqual(4 * 101);
  expect(kept.some(({ value }) => value === 9)).toBe(true);
  expect([...kept].sort((a, b) => a.at - b.at)).toEqual(kept);
});

test("ticks are round, few, and inside; a frame holds what it draws", () => {
  expect(roundTicks(0, 470)).toEqual([0, 200, 400]);
  expect(roundTicks(20.3, 31.2)).toEqual([25, 30]);
  expect(roundTicks(0, 1)).toEqual([0, 0.5, 1]);
  expect(rangeOf([3, 9], true)).toEqual({ low: 0, high: 9 + 0.72 });
  const { low, high } = rangeOf([25, 25], false);
  expect([low < 25, high > 25]).toEqual([true, true]);
  expect(rangeOf([], true)).toEqual({ low: 0, high: 1 });
  expect([xOf(frame, 50_000), yOf(frame, 10), yOf(frame, 0)]).toEqual([50, 0, 50]);
});

test("ticks of a flat picture: no word twice", () => {
  const watts = (mW: number): string => `${Math.round(mW / 1000)} W`;
  const { low, high } = rangeOf([0, 0, 0], true);
  expect(saidTicks(low, high, watts, 3)).toEqual([{ at: 0, word: "0 W" }]);
  expect(saidTicks(0, 3_000, watts, 3).map(({ word }) => word)).toEqual(["0 W", "1 W", "2 W", "3 W"]);
});
