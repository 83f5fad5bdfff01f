// A list as the table that it can be read from again: the same columns, for a spreadsheet. A cell that a spreadsheet would take for a formula is text.
import type { RegisterTable } from "#protocols/api/register.ts";
import type { Reads } from "../journal/journal.ts";
import { columnsFor } from "./csv.ts";
import { listed } from "./list.ts";

const mostRows = 50_000;

/** RFC 4180 with a byte order mark. */
export function csvText(rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown): string => {
    const text =
      value === null || value === undefined
        ? ""
        : value === true
          ? "是"
          : value === false
            ? ""
            : Array.isArray(value)
              ? value.join(" ")
              : String(value);
    const safe = /^[=+\-@\t]/.test(text) && typeof value !== "number" ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

export function exportTable(reads: Reads, list: RegisterTable["list"]): string {
  const columns = columnsFor(list);
  const rows: unknown[][] = [];
  for (let after = ""; rows.length < mostRows; ) {
    const page = listed(reads, { list, plate: undefined, after });
    for (const row of page.rows) rows.push(columns.map(({ key }) => row[key]));
    if (page.next === null) break;
    after = page.next;
  }
  return csvText([columns.map(({ zh }) => zh), ...rows]);
}
