// A week and its ranking: which week a moment lies in, who is due, in time, late and silent; equal scores share a rank, thirds are rounded once.
import { describe, expect, test } from "vitest";
import { dayMs, fromRfc3339 } from "#protocols/vocabulary/time.ts";
import { type RankedHazard, rank, scoreOf as rankScore, type Unit } from "./ranking.ts";
import { lastWeek, weekNamed, weekOf } from "./weeks.ts";

const at = (text: string): number => fromRfc3339(`${text}+08:00`) ?? Number.NaN;

test.each([
  ["2026-11-25T12:00:00", "2026-W48"],
  ["2026-11-29T23:59:59", "2026-W48"],
  ["2026-11-30T00:00:00", "2026-W49"],
  ["2026-01-01T00:00:00", "2026-W01"],
  ["2027-01-03T23:59:59", "2026-W53"],
  ["2024-12-30T00:00:00", "2025-W01"],
])("%s lies in %s", (moment, name) => {
  const week = weekOf(at(moment));
  expect([week.name, weekNamed(name)]).toEqual([name, week]);
  expect(week.to - week.from).toBe(7 * dayMs);
});
test("a week may be frozen from 08:00 of the Monday that follows", () => {
  expect([lastWeek(at("2026-11-30T07:59:59")).name, lastWeek(at("2026-11-30T08:00:00")).name]).toEqual(["2026-W47", "2026-W48"]);
  expect(weekNamed("2026-W54")).toBeUndefined();
});

describe("a ranking", () => {
  const week = weekOf(at("2026-11-25T12:00:00"));
  const hazard = (id: string, given: Partial<RankedHazard> = {}): RankedHazard => ({
    ...{
      id,
      site: "a",
      source: "网格巡查",
      found_at: week.from - 9 * dayMs,
      closed_at: null,
      deadline: week.from + dayMs,
      false_alarm: 0,
      merged_into: null,
    },
    ...given,
  });
  const unit = (id: string, given: Partial<Unit> = {}): Unit => ({ id, name: id, kind: "compound", sites: [id], spoke: true, ...given });
  test("due, in time, late, overdue; nothing over nothing is no rate and no rank; silence is not first", () => {
    const { units, rows } = rank(
      [
        hazard("1", { closed_at: week.from + dayMs }),
        hazard("2", { closed_at: week.from + 2 * dayMs }),
        hazard("3"),
        hazard("4", { deadline: week.to + dayMs }),
        hazard("5", { false_alarm: 1, closed_at: week.from }),
        hazard("6", { closed_at: week.from - 1 }),
        hazard("7", { found_at: week.to }),
        hazard("8", { site: "b", closed_at: week.from, found_at: week.from - 10 * dayMs }),
      ],
      [unit("a"), unit("b"), unit("c", { spoke: false })],
      week,
    );
    expect(rows.a).toEqual({
      due: ["1", "2", "3"],
      on_time: ["1"],
      closed: ["1", "2"],
      found: [],
      automatic: [],
      open: ["3", "4"],
      overdue: ["3"],
    });
    const said = units.map((one) => [one.unit, one.rank, one.score_milli, one.on_time_share, one.average_tenths, one.small, one.silent]);
    expect(said).toEqual([
      ["b", 1, 100_000, { numerator: 1, denominator: 1 }, 100, true, false],
      ["a", 2, 38_333, { numerator: 1, denominator: 3 }, 105, true, false],
      ["c", null, null, null, null, true, true],
    ]);
  });
  test("equal scores share a rank, and thirds are rounded once", () => {
    const tied = ["a", "b", "c"].map((site) => hazard(site, { site, ...(site === "c" ? {} : { closed_at: week.from }) }));
    expect(
      rank(
        tied,
        ["a", "b", "c"].map((id) => unit(id)),
        week,
      ).units.map((one) => one.rank),
    ).toEqual([1, 1, 3]);
    expect(rankScore({ due: 3, on_time: 2, open: 7, overdue: 2, closed: 0, found: 0, automatic: 0 })).toBe(
      Math.round((70_000 * 2) / 3 + (30_000 * 5) / 7),
    );
  });
});
