// Periods of a report: a day, a month, from one day to another, and those beside them.
import { expect, test } from "vitest";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { besideDay, besideMonth, dayOf, monthOf, type Period, rangeOf } from "./period.ts";

const said = (period: Period | undefined): string | undefined =>
  period === undefined ? undefined : `${toRfc3339(wall(period.from))} ${toRfc3339(wall(period.to))}`;

test.each([
  ["2026-11-26", "2026-11-26T00:00:00.000+08:00 2026-11-27T00:00:00.000+08:00"],
  ["2026-02-28", "2026-02-28T00:00:00.000+08:00 2026-03-01T00:00:00.000+08:00"],
  ["2026-02-30", undefined],
  ["2026-13-01", undefined],
  ["yesterday", undefined],
])("a day is from midnight to midnight here: %s", (text, period) => {
  expect(said(dayOf(text))).toBe(period);
});

test.each([
  ["2026-11", "2026-11-01T00:00:00.000+08:00 2026-12-01T00:00:00.000+08:00"],
  ["2026-12", "2026-12-01T00:00:00.000+08:00 2027-01-01T00:00:00.000+08:00"],
  ["2026-00", undefined],
])("a month: %s", (text, period) => {
  expect(said(monthOf(text))).toBe(period);
});

test("the days and months beside", () => {
  expect([
    besideDay("2026-03-01", -1),
    besideDay("2026-12-31", 1),
    besideMonth("2026-01", -1),
    besideMonth("2026-12", 1),
    besideDay("x", 1),
  ]).toEqual(["2026-02-28", "2027-01-01", "2025-12", "2027-01", "x"]);
});

test.each([
  ["2026-11-01", "2026-11-02", "2026-11-01T00:00:00.000+08:00 2026-11-03T00:00:00.000+08:00"],
  ["2026-11-02", "2026-11-01", undefined],
  ["2026-10-01", "2026-11-26", undefined],
  ["", "2026-11-26", undefined],
])("from one day to another, both within: %s %s", (from, to, period) => {
  expect(said(rangeOf(from, to))).toBe(period);
});
