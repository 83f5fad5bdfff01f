// One table for whoever takes it along: as a workbook that prints on A4, or as lines of CSV that compute nothing.
import { csvLine, csvMark, type Value, type WrittenSheet, writeWorkbook } from "#protocols/excel/write.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";

export interface Table extends WrittenSheet {
  readonly rows: readonly (readonly Value[])[];
}
export const tableKinds = ["xlsx", "csv"] as const;
export type TableKind = (typeof tableKinds)[number];

export const tableTypes: Readonly<Record<TableKind, string>> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** Of several tables CSV holds the first. */
export function tableFile(as: TableKind, tables: readonly [Table, ...Table[]]): Buffer {
  if (as === "xlsx") return Buffer.from(writeWorkbook(tables));
  const [{ columns, rows }] = tables;
  const lines = rows.map((row) =>
    csvLine(
      row.map((value, at) => {
        if (value === null || typeof value === "string") return value;
        const n = typeof value === "object" ? value.value : value;
        const kind = columns[at]?.kind;
        if (kind === "date") return toRfc3339(wall(n)).slice(0, 16).replace("T", " ");
        return kind === "money" ? (n / 100).toFixed(2) : n;
      }),
    ),
  );
  return Buffer.from(`${csvMark}${csvLine(columns.map(({ head }) => head))}${lines.join("")}`);
}

export const attachment = (name: string): string => `attachment; filename*=UTF-8''${encodeURIComponent(name)}`;
