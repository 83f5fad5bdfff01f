// A list as the table that it can be read from again: the same columns, for a spreadsheet. As text, where a cell that a spreadsheet would take for a formula is text; or as a workbook, where it is text anyway.
import { setImmediate as turn } from "node:timers/promises";
import type { RegisterTable } from "#protocols/api/register.ts";
import { type Column, csvLine, csvMark, type Value, writeWorkbook } from "#protocols/excel/write.ts";
import type { Reads } from "../journal/journal.ts";
import { columnsFor } from "./csv.ts";
import { listed } from "./list.ts";

const mostRows = 50_000;

/** Headings first. */
export type Rows = readonly (readonly unknown[])[];

const textOf = (value: unknown): string => {
  if (value === null || value === undefined || value === false) return "";
  if (value === true) return "是";
  return Array.isArray(value) ? value.join(" ") : String(value);
};

/** With a byte order mark, so that a spreadsheet takes it for what it is. */
export const csvText = (rows: Rows): string =>
  `${csvMark}${rows.map((row) => csvLine(row.map((value) => (typeof value === "number" ? value : textOf(value))))).join("")}`;

const isYuan = (value: unknown): boolean => typeof value === "string" && /^-?\d{1,12}\.\d{2}$/.test(value);
const isEmpty = (value: unknown): boolean => textOf(value) === "";
const widest = 40;

/** One sheet below its name, to be brought in again as it is. A column of nothing but yuan is money, one of nothing but numbers is numbers, all else is text. */
export function workbookOf(name: string, [heads = [], ...rows]: Rows): Uint8Array {
  const columns = heads.map((head, at): Column => {
    const cells = rows.map((row) => row[at]).filter((cell) => !isEmpty(cell));
    const all = (fits: (cell: unknown) => boolean): boolean => cells.length > 0 && cells.every(fits);
    const width = cells.reduce<number>((most, cell) => Math.max(most, textOf(cell).length + 2), textOf(head).length * 2 + 2);
    const kind = all(isYuan) ? "money" : all((cell) => typeof cell === "number") ? "number" : "text";
    return { head: textOf(head), kind, width: Math.min(widest, width) };
  });
  const writtenOf = (cell: unknown, at: number): Value => {
    if (isEmpty(cell)) return null;
    if (columns[at]?.kind === "money") return Math.round(Number(cell) * 100);
    return columns[at]?.kind === "number" ? Number(cell) : textOf(cell);
  };
  return writeWorkbook([{ name, title: name, info: "", columns, rows: rows.map((row) => row.map(writtenOf)) }]);
}

/** A page at a time: between two of them the lanes have their turn. */
export async function exportTable(reads: Reads, list: RegisterTable["list"]): Promise<Rows> {
  const columns = columnsFor(list);
  const rows: unknown[][] = [columns.map(({ zh }) => zh)];
  for (let after = ""; rows.length <= mostRows; ) {
    const page = listed(reads, { list, plate: undefined, after });
    for (const row of page.rows) rows.push(columns.map(({ key }) => row[key]));
    if (page.next === null) break;
    after = page.next;
    await turn();
  }
  return rows;
}
