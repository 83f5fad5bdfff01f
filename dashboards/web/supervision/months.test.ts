// The months that are over, by the wall clock of the place.
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { monthsOver } from "./months.ts";

test.each([
  ["2026-01-15T09:00:00+08:00", ["2025-12", "2025-11", "2025-10"]],
  ["2026-11-01T00:00:00+08:00", ["2026-10", "2026-09", "2026-08"]],
  ["2026-10-31T23:59:59+08:00", ["2026-09", "2026-08", "2026-07"]],
])("the months that are over at %s, the newest first, on the wall clock of the place", (now, months) => {
  expect(monthsOver(wall(Date.parse(now)), 3)).toEqual(months);
});
