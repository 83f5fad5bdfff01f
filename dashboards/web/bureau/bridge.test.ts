// Months of a quarter, and lines that add up to the bridge's own totals, each with a question of its own.
import { expect, test } from "vitest";
import { classLines, handLines, monthsOfQuarter, newestMonth, sumOf, takerLines } from "./bridge.ts";

test.each([
  ["2026-Q4", "2026-11", "2026-11"],
  ["2026-Q4", "2026-12", "2026-12"],
  ["2026-Q3", "2026-11", "2026-09"],
  ["2026-Q4", "2026-10", "2026-10"],
  ["2027-Q1", "2026-12", "2027-01"],
])("of %s, seen in %s, %s is shown first", (quarter, now, month) => {
  expect(newestMonth(quarter, now)).toBe(month);
  expect(monthsOfQuarter(quarter)).toHaveLength(3);
});

test("every line opens its own rows, and the classes are all of it", () => {
  const sums = (passages: number, charged_fen: number, received_fen: number) => ({ passages, charged_fen, received_fen });
  const bridge = {
    classes: { passes: sums(2, 0, 0), free: sums(3, 0, 0), paid: sums(4, 4_000, 4_000), short: sums(1, 500, 200) },
    by_hand: [
      { operator: "booth", ...sums(2, 0, 0) },
      { operator: null, ...sums(1, 300, 300) },
    ],
    by_operator: [
      { operator: "booth", method: "cash", payments: 2, received_fen: 900 },
      { operator: "booth", method: "wechat", payments: 3, received_fen: 3_300 },
    ],
  };
  const lines = [classLines(bridge), handLines(bridge), takerLines(bridge)];
  expect(sumOf(lines[0] ?? [])).toEqual(sums(10, 4_500, 4_200));
  expect(lines[1]?.map(({ id, query }) => [id, query])).toEqual([
    ["booth", { class: "by-hand", operator: "booth" }],
    ["", { class: "by-hand", operator: "" }],
  ]);
  expect(lines[2]?.map(({ query }) => query)).toEqual([
    { operator: "booth", method: "cash" },
    { operator: "booth", method: "wechat" },
  ]);
  for (const group of lines) expect(new Set(group.map(({ id }) => id)).size).toBe(group.length);
});
