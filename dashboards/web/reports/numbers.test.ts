// Numbers of a report: each source in one group, sums over keys, a name that leads back to its figure.
import { expect, test } from "vitest";
import { type ReportFigure, type ReportView, reportSources } from "#protocols/api/reports.ts";
import { countOf, energyOf, figureNamed, groups, manualPerThousand, nameOf } from "./numbers.ts";

const figure = (of: ReportFigure["of"], key: string, count: number, given: Partial<ReportFigure> = {}): ReportFigure => ({
  ...{ of, key, count, amount_fen: null, energy_mWh: null, ...given },
});
const report = (...figures: ReportFigure[]): ReportView => ({
  ...{ site: "jinxiu", from: "", to: "", made: "", complete: true, behind: 0, figures, income_fen: 0, sandbox_fen: 0, lanes: [] },
});

test("every source of a report stands in one group", () => {
  expect(Object.values(groups).flat().sort()).toEqual([...reportSources].sort());
});

test("counts and energy are sums over keys", () => {
  const one = report(
    figure("sessions", "full", 3, { energy_mWh: 500 }),
    figure("sessions", "money", 2, { energy_mWh: 700 }),
    figure("cuts", "smoke", 1),
  );
  expect([countOf(one, "sessions"), energyOf(one, "sessions"), countOf(one, "alarms")]).toEqual([5, 1_200, 0]);
});

test.each([
  [[figure("entries", "a", 700), figure("exits", "b", 300), figure("openings", "manual", 12), figure("openings", "read", 900)], 12],
  [[figure("entries", "a", 3), figure("openings", "manual", 1)], 333.3],
  [[figure("entries", "a", 3)], 0],
  [[figure("openings", "manual", 1)], null],
])("openings by hand for each thousand cars", (figures, rate) => {
  expect(manualPerThousand(report(...figures))).toBe(rate);
});

test("a figure's name leads back to it", () => {
  const one = figure("parking", "wechat", 1);
  expect(figureNamed(report(one), nameOf(one))).toEqual(one);
  expect([figureNamed(report(one), "parking/cash"), figureNamed(report(one), undefined)]).toEqual([undefined, undefined]);
});
