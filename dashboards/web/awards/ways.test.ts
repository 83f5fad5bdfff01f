// The way of replacing a company as a page shows it, held against the cloud's own rules; and stars period by period with their gaps.
import { expect, test } from "vitest";
import { courseRules } from "#cloud/rulebook/courses.ts";
import type { TakenStep } from "../data/awards-api.ts";
import { historyOf, openSteps, roadOf, stepsOf } from "./ways.ts";

const rules = courseRules.replacement;
const took = (step: string): TakenStep => ({
  step,
  zh: step,
  en: step,
  day: "2026-01-01",
  days: 1,
  note: "",
  reference: null,
  person_name: "",
  hash: "",
});
const course = (...steps: string[]) => ({ state: "open", steps: steps.map(took) });

test.each([
  // taken                                   the whole road                                                              the street's            the owners'
  [["opened"], "opened talk order vote selected handed-over", "talk", ""],
  [["opened", "talk"], "opened talk order vote selected handed-over", "order", ""],
  [["opened", "talk", "order"], "opened talk order vote selected handed-over", "mended", "vote"],
  [["opened", "talk", "order", "vote"], "opened talk order vote selected handed-over", "mended", "selected"],
  [["opened", "talk", "order", "vote", "selected"], "opened talk order vote selected handed-over", "mended handed-over", ""],
])("after %j", (taken, road, street, owners) => {
  const open = openSteps(course(...taken), rules);
  const ids = (all: readonly { id: string }[]): string => all.map(({ id }) => id).join(" ");
  expect(ids(roadOf(course(...taken), rules))).toBe(road);
  expect([ids(stepsOf("street-officer", open)), ids(stepsOf("owners-committee", open))]).toEqual([street, owners]);
  expect([ids(stepsOf("property-manager", open)), ids(stepsOf(undefined, open))]).toEqual(["", ""]);
  expect(ids(stepsOf("bureau-officer", open))).toContain("withdrawn");
});

test("what has ended asks for nothing more, and its road is what was taken", () => {
  const ended = { ...course("opened", "talk", "order", "mended"), state: "kept" };
  expect([openSteps(ended, rules), roadOf(ended, rules).map(({ id }) => id)]).toEqual([[], ["opened", "talk", "order", "mended"]]);
});

test("stars period by period: a gap stays a gap, what was before the first is left out, a year turns", () => {
  const award = (period: string, stars: number, failed = false) => ({ period, site: "a", stars, failed });
  const awards = [award("2025-Q3", 4), award("2026-Q1", 0, true), award("2026-Q2", 3), { ...award("2025-Q4", 5), site: "b" }];
  expect(historyOf(awards, "a", "2026-Q2")).toEqual([
    { period: "2025-Q3", stars: 4, failed: false },
    { period: "2025-Q4", stars: null, failed: false },
    { period: "2026-Q1", stars: 0, failed: true },
    { period: "2026-Q2", stars: 3, failed: false },
  ]);
  expect(historyOf(awards, "c", "2026-Q2")).toEqual([]);
});
