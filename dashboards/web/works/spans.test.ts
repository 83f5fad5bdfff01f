// Companies over a time: what each manages and managed, whose the days are, and the band of a compound.
import { expect, test } from "vitest";
import type { Managed } from "../data/compounds-api.ts";
import { bandsOf, companyLines } from "./spans.ts";

const read = (at: string | null): number | undefined => (at === null ? undefined : Number(at));
const one = (site: string, company: string | null, from: string | null, until: string | null, households = 100): Managed => ({
  ...{ site, name: site, company, from, until, contract_until: null, households },
});
const managed = [
  one("a", null, null, "10"),
  one("a", "旧", "10", "50"),
  one("a", "新", "50", null),
  one("b", null, null, "0"),
  one("b", "新", "0", null, 40),
];
const rows = [
  { company: "旧", site: "a", hazards: 2, days_overdue: 9 },
  { company: "新", site: "a", hazards: 1, days_overdue: 3 },
  { company: "新", site: "b", hazards: 4, days_overdue: 4 },
];

test("each company with what it manages today and managed before, and its own days; the total is the rows'", () => {
  const lines = companyLines({ rows, managed }, { from: 20, to: 100, now: 90 }, read);
  expect(
    lines.map(({ company, now, before, households, hazards, days_overdue }) => [
      company,
      now.length,
      before.length,
      households,
      hazards,
      days_overdue,
    ]),
  ).toEqual([
    ["旧", 0, 1, 0, 2, 9],
    ["新", 2, 0, 140, 5, 7],
  ]);
  expect(lines.reduce((n, { days_overdue }) => n + days_overdue, 0)).toBe(rows.reduce((n, { days_overdue }) => n + days_overdue, 0));
});

test("of the time for which nobody wrote a company there is a line where days were counted, and none otherwise", () => {
  const shown = { from: 0, to: 100, now: 90 };
  expect(companyLines({ rows, managed }, shown, read).map(({ company }) => company)).toEqual(["旧", "新"]);
  const unknown = { company: null, site: "a", hazards: 1, days_overdue: 20 };
  expect(companyLines({ rows: [...rows, unknown], managed }, shown, read).map(({ company }) => company)).toEqual([null, "旧", "新"]);
});

test("a band is cut to the time that is shown, and its pieces fill it", () => {
  const [a, b] = bandsOf(managed, { from: 0, to: 100, now: 90 }, read);
  expect(a?.pieces).toEqual([
    { company: null, x: 0, width: 100 },
    { company: "旧", x: 100, width: 400 },
    { company: "新", x: 500, width: 500 },
  ]);
  expect(b?.companies).toEqual(["新"]);
  for (const band of [a, b]) expect(band?.pieces.reduce((sum, { width }) => sum + width, 0)).toBe(1000);
});
