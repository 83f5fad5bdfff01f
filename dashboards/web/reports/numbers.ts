// A report's figures by group, and the numbers of its sentence. Pure.
import type { ReportFigure, ReportSource, ReportView } from "#protocols/api/reports.ts";

export const groups = {
  income: ["parking", "charging-money", "passes", "given-back", "let-off"],
  traffic: ["entries", "exits", "passed", "openings"],
  trouble: ["exceptions", "operators"],
  charging: ["sessions", "cuts"],
  alarms: ["alarms"],
} as const satisfies Readonly<Record<string, readonly ReportSource[]>>;
export type Group = keyof typeof groups;
export const groupNames = Object.keys(groups) as Group[];

export const figuresOf = (report: ReportView, of: ReportSource): readonly ReportFigure[] => report.figures.filter((one) => one.of === of);
export const countOf = (report: ReportView, of: ReportSource): number => figuresOf(report, of).reduce((sum, { count }) => sum + count, 0);
export const energyOf = (report: ReportView, of: ReportSource): number =>
  figuresOf(report, of).reduce((sum, { energy_mWh }) => sum + (energy_mWh ?? 0), 0);

/** Openings by hand for each thousand cars, with one decimal; null: no car passed, and nothing of nothing is no rate. */
export function manualPerThousand(report: ReportView): number | null {
  const cars = countOf(report, "entries") + countOf(report, "exits");
  const manual = figuresOf(report, "openings").find(({ key }) => key === "manual")?.count ?? 0;
  return cars === 0 ? null : Math.round((manual * 10_000) / cars) / 10;
}

/** A figure's name in an address, and back. */
export const nameOf = ({ of, key }: Pick<ReportFigure, "of" | "key">): string => `${of}/${key}`;
export function figureNamed(report: ReportView, name: string | undefined): ReportFigure | undefined {
  return name === undefined ? undefined : report.figures.find((one) => nameOf(one) === name);
}
