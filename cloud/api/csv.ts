// A list as a file for spreadsheets: UTF-8 with its mark, texts quoted, and none that a spreadsheet would take for a formula.
import type { FastifyReply } from "fastify";

export type CsvCell = string | number | null;

const cellText = (value: CsvCell): string => {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  return `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
};

export const csvText = (rows: readonly (readonly CsvCell[])[]): string =>
  `\uFEFF${rows.map((row) => row.map(cellText).join(",")).join("\r\n")}\r\n`;

export const sendCsv = (reply: FastifyReply, name: string, rows: readonly (readonly CsvCell[])[]): FastifyReply =>
  reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(Buffer.from(csvText(rows)));
