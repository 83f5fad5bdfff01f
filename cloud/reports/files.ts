// A report as a workbook to print and sign, and as CSV. Numbers are numbers and money has two places; texts that a spreadsheet would take for a formula are not.
import { time } from "#cloud/views/words.ts";
import type { ReportFigure, ReportView } from "#protocols/api/reports.ts";
import { writeWorkbook } from "#protocols/excel/write.ts";
import { wordsOfFigure } from "./words.ts";

const head = ["项目", "分项", "次数", "金额（元）", "电量（kWh）"] as const;
const kWh = (mWh: number): string => (mWh / 1_000_000).toFixed(3);

type Line = readonly [string, string, number, number | null, string | null];
const lineOf = (figure: ReportFigure, report: ReportView): Line => {
  const { group, item } = wordsOfFigure(figure, report);
  return [group, item, figure.count, figure.amount_fen, figure.energy_mWh === null ? null : kWh(figure.energy_mWh)];
};

export interface By {
  readonly place: string;
  readonly person: string;
}

export function workbookOf(report: ReportView, { place, person }: By): Uint8Array {
  const lines = report.figures.map((figure) => lineOf(figure, report));
  const totals = report.income_fen === null ? {} : { totals: ["收入合计（不含沙箱）", "", null, report.income_fen, null] };
  return writeWorkbook([
    {
      ...{ name: "报表", title: `${place} 经营报表`, rows: lines, ...totals },
      info: `${report.from} 至 ${report.to} · 制表时间 ${report.made} · 制表人 ${person}${report.complete ? "" : " · 时段未结束"}${report.behind > 0 ? ` · 网关缺 ${report.behind} 条未到` : ""}`,
      columns: [
        { head: head[0], kind: "text", width: 18 },
        { head: head[1], kind: "text", width: 26 },
        { head: head[2], kind: "number", width: 10 },
        { head: head[3], kind: "money", width: 14 },
        { head: head[4], kind: "text", width: 14 },
      ],
    },
  ]);
}

export function csvOf(report: ReportView): string {
  const safe = (value: string | number | null): string => {
    const text = value === null ? "" : String(value);
    return `"${(typeof value === "string" && /^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  const yuan = (fen: number | null): string => (fen === null ? "" : (fen / 100).toFixed(2));
  const lines = report.figures
    .map((figure) => lineOf(figure, report))
    .map(([a, b, n, fen, energy]) => [safe(a), safe(b), n, yuan(fen), energy ?? ""]);
  const total = report.income_fen === null ? [] : [[safe("收入合计（不含沙箱）"), '""', "", yuan(report.income_fen), ""]];
  return `\uFEFF${[head.map(safe), ...lines, ...total].map((line) => line.join(",")).join("\r\n")}\r\n`;
}

/** "2026-11-26" of a moment, for a file's name. */
export const dayName = (at: number): string => time(at).slice(0, 10);
