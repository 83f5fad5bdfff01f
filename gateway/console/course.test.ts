// What a person reads of long work: counts always, a speed and an end only where they are known.
import { expect, test } from "vitest";
import { type Course, courseText, leftText, sizeText, wayOf } from "#protocols/vocabulary/course.ts";
import { counted } from "#test/promise.ts";

const rows: readonly (readonly [Course, zh: string, en: string])[] = [
  [{ done: 12, of: 247, ran_ms: 3_000, unit: "steps" }, "12/247 · 约 59 s", "12/247 · about 59 s"],
  [{ done: 0, of: 247, ran_ms: 3_000, unit: "steps" }, "0/247", "0/247"],
  [{ done: 247, of: 247, ran_ms: 60_000, unit: "steps" }, "247/247", "247/247"],
  [{ done: 3, of: 9, ran_ms: null, unit: "steps" }, "3/9", "3/9"],
  [{ done: 40, of: null, ran_ms: 4_000, unit: "rows" }, "40 · 10 条/s", "40 · 10 rows/s"],
  [{ done: 1_200, of: 6_000, ran_ms: 10_000, unit: "rows" }, "1200/6000 · 120 条/s · 约 40 s", "1200/6000 · 120 rows/s · about 40 s"],
  [{ done: 1_234_000, of: 480_000_000, ran_ms: 500, unit: "bytes" }, "1.2 MB/480 MB", "1.2 MB/480 MB"],
  [
    { done: 48_000_000, of: 480_000_000, ran_ms: 10_000, unit: "bytes" },
    "48 MB/480 MB · 4.8 MB/s · 约 90 s",
    "48 MB/480 MB · 4.8 MB/s · about 90 s",
  ],
  // As it goes now, not as it went while nobody was there to take it.
  [{ done: 900, of: 1_000, ran_ms: 3_600_000, per_s: 50, unit: "rows" }, "900/1000 · 50 条/s · 约 2 s", "900/1000 · 50 rows/s · about 2 s"],
  [{ done: 900, of: 1_000, ran_ms: 3_600_000, per_s: null, unit: "rows" }, "900/1000", "900/1000"],
  [{ done: 900, of: 1_000, ran_ms: 3_600_000, per_s: 0, unit: "rows" }, "900/1000", "900/1000"],
  // New work comes in meanwhile, and nothing at all was asked for.
  [{ done: 12, of: 10, ran_ms: 5_000, unit: "rows" }, "12/10 · 2 条/s", "12/10 · 2 rows/s"],
  [{ done: 0, of: 0, ran_ms: 5_000, unit: "rows" }, "0/0", "0/0"],
];

test("P 11.course counts always, speed and remaining time where they are known, never beyond the whole", (context) => {
  for (const [course, zh, en] of rows) {
    expect([courseText(course, false), courseText(course, true)]).toEqual([zh, en]);
    const { share, left_s, per_s } = wayOf(course);
    expect(share === null ? course.of === null : share >= 0 && share <= 1).toBe(true);
    expect([left_s, per_s].every((one) => one === null || (Number.isFinite(one) && one >= 0))).toBe(true);
  }
  expect(courseText({ done: 5, of: 9, ran_ms: null, unit: "steps" }, false, ["已发现 2"])).toBe("5/9 · 已发现 2");
  expect([sizeText(0), sizeText(999), sizeText(1_500), sizeText(3e12)]).toEqual(["0 B", "999 B", "1.5 KB", "3000 GB"]);
  expect([leftText(40), leftText(600), leftText(90_000)]).toEqual(["40 s", "10 min", "25 h"]);
  counted(context, { courses: rows.length });
});
