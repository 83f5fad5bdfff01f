// Chattering, floods and the report: worked by hand.
import { expect, test } from "vitest";
import { dayMs, minuteMs, secondMs } from "#protocols/vocabulary/time.ts";
import { type Chattering, chattered, floodsOf, kpiOf, worseThanTargets } from "./figures.ts";

test.each([
  ["twice in a minute", [0, 30], false],
  ["three times in a minute", [0, 30, 60], true],
  ["three times, a little slower", [0, 31, 61], false],
  ["goes on slower: still, until it is quiet for a minute", [0, 10, 20, 75, 130], true],
  ["quiet for a minute: over", [0, 10, 20, 81], false],
])("chattering: %s", (_, seconds, chattering) => {
  const state = seconds.reduce<Chattering>((before, at) => chattered(before, at * secondMs), { raisings: [], chattering: false });
  expect(state.chattering).toBe(chattering);
});

test("a flood begins with the eleventh call in ten minutes and ends below five", () => {
  const times = Array.from({ length: 10 }, (_, n) => n * secondMs);
  expect(floodsOf(times, 20 * minuteMs)).toEqual([]);
  const eleven = [...times, 9 * minuteMs];
  expect(floodsOf(eleven, 9 * minuteMs)).toEqual([{ from: 9 * minuteMs, to: undefined, calls: 11 }]);
  // The seventh of the eleven leaves the window ten minutes and six seconds after the first: four are left.
  expect(floodsOf(eleven, 20 * minuteMs)).toEqual([{ from: 9 * minuteMs, to: 10 * minuteMs + 6 * secondMs, calls: 11 }]);
  expect(floodsOf([...eleven, ...eleven.map((at) => at + 60 * minuteMs)], 90 * minuteMs)).toHaveLength(2);
});

test("the report: load, peak, mix, top, response; nothing of nothing is no proportion", () => {
  const call = (at: number, cause: string, priority: 1 | 2 | 3 | 4, answered?: number) => ({
    at,
    cause,
    priority,
    acknowledged_at: answered,
  });
  const calls = [
    call(0, "a", 1, 60_000),
    call(1_000, "b", 3, 11_000),
    call(2_000, "b", 3, 32_000),
    call(12 * 3_600_000, "b", 4),
    call(dayMs, "after", 4),
  ];
  const kpi = kpiOf({ from: 0, to: dayMs, calls, stale: 1, chattering: 0, held: 2 });
  expect(kpi).toMatchObject({
    calls: 4,
    per_day: 4,
    per_hour: 0.2,
    peak_in_ten_minutes: 3,
    floods: 0,
    flood_permille: 0,
    stale: 1,
    held: 2,
  });
  expect(kpi.mix_permille).toEqual([250, 0, 500, 250]);
  expect(kpi.top).toEqual([
    { cause: "b", calls: 3, permille: 750 },
    { cause: "a", calls: 1, permille: 250 },
  ]);
  expect([kpi.acknowledged, kpi.median_response_ms, kpi.p90_response_ms]).toEqual([3, 30_000, 60_000]);
  expect(worseThanTargets(kpi)).toEqual(["priority1_permille"]);
  const empty = kpiOf({ from: 0, to: dayMs, calls: [], stale: 0, chattering: 0, held: 0 });
  expect([empty.mix_permille, empty.median_response_ms, empty.per_day]).toEqual([undefined, undefined, 0]);
});
