// A sheet as another system exports it: any of its usual column names, a title above them, UTF-8, GB 18030 or a workbook, dates as people and spreadsheets write them. Every cell that cannot be read is told by its place.
import { dayMs, fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { eachBetween } from "./between.ts";
import type { TableRow, Tables } from "./tables-of.ts";

export interface SheetColumn {
  readonly key: string;
  readonly names: readonly string[];
  readonly needed?: true;
  readonly example: string;
  /** undefined: the cell cannot be read. */
  readonly read: (cell: string) => unknown;
}

export interface CellComplaint {
  /** As a spreadsheet names it: B7. */
  readonly cell: string;
  readonly line: number;
  readonly column: string;
  readonly value: string;
  readonly zh: string;
  readonly en: string;
}

export interface Sheet {
  readonly rows: readonly { readonly line: number; readonly values: Readonly<Record<string, unknown>> }[];
  readonly complaints: readonly CellComplaint[];
  /** Columns that were not understood, and are left out. */
  readonly ignored: readonly string[];
}

const headWithin = 10;
const mostRows = 20_000;
const plain = (name: string): string =>
  name
    .replace(/[\s（(].*$/u, "")
    .trim()
    .toLowerCase();

/** A: 0, Z: 25, AA: 26. */
export function letterOf(column: number): string {
  const rest = Math.floor(column / 26);
  return `${rest > 0 ? letterOf(rest - 1) : ""}${String.fromCharCode(65 + (column % 26))}`;
}

interface Reading {
  readonly rows: readonly TableRow[];
  readonly take: (row: TableRow) => void;
  readonly end: () => Sheet;
}

export function readSheet(tables: Tables, columns: readonly SheetColumn[]): Sheet {
  const { rows, take, end } = reading(tables, columns);
  rows.forEach(take);
  return end();
}

/** The same in portions: the lanes go on between them. */
export async function readSheetBetween(tables: Tables, columns: readonly SheetColumn[]): Promise<Sheet> {
  const { rows, take, end } = reading(tables, columns);
  await eachBetween(rows, take);
  return end();
}

const done = (sheet: Sheet): Reading => ({ rows: [], take: () => undefined, end: () => sheet });

function reading({ tables, wrong }: Tables, columns: readonly SheetColumn[]): Reading {
  const complaints: CellComplaint[] = wrong.map(({ line, zh, en }) => ({ cell: `A${line}`, line, column: "", value: "", zh, en }));
  const find = (name: string): SheetColumn | undefined => columns.find(({ names }) => names.includes(plain(name)));
  const needed = columns.filter((column) => column.needed);
  const headOf = (rows: readonly TableRow[]): number =>
    rows.slice(0, headWithin).findIndex(({ cells }) => needed.every((column) => cells.some((cell) => find(cell) === column)));
  // Of a workbook the first sheet that has a head.
  const { rows = [] } = tables.find((table) => headOf(table.rows) >= 0) ?? tables[0] ?? {};
  const at = headOf(rows);
  const head = rows[at];
  if (head === undefined && tables.length === 0) return done({ rows: [], complaints, ignored: [] });
  if (head === undefined) {
    const [zh, en] = [needed.map(({ names }) => names[0]).join("、"), needed.map(({ key }) => key).join(", ")];
    const words = { zh: `没有找到表头，至少要有：${zh}`, en: `no head was found; there must be: ${en}` };
    return done({ rows: [], complaints: [...complaints, { cell: "A1", line: 1, column: "", value: "", ...words }], ignored: [] });
  }
  const found = head.cells.map(find);
  const read: Sheet["rows"][number][] = [];
  const take = ({ line, cells, troubles }: TableRow): void => {
    if (cells.every((cell) => cell === "") && troubles === undefined) return;
    const values: Record<string, unknown> = {};
    for (const [n, column] of found.entries()) {
      if (column === undefined || values[column.key] !== undefined) continue;
      const text = (cells[n] ?? "").replace(/^'/, "").trim();
      const value = text === "" || troubles?.has(n) === true ? undefined : column.read(text);
      if (value !== undefined) values[column.key] = value;
      else if (text !== "" || column.needed || troubles?.has(n) === true) {
        const [zh, en] = whyNot(text, column, troubles?.get(n));
        const name = head.cells[n] ?? column.key;
        complaints.push({
          cell: `${letterOf(n)}${line}`,
          line,
          column: name,
          value: text.slice(0, 80),
          zh: `${name}${zh}`,
          en: `${name} ${en}`,
        });
      }
    }
    read.push({ line, values });
  };
  const end = (): Sheet => {
    if (read.length > mostRows) {
      const words = { zh: `一次最多 ${mostRows} 行`, en: `${mostRows} rows at most` };
      complaints.push({ cell: `A${mostRows}`, line: mostRows, column: "", value: "", ...words });
    }
    return {
      rows: read.slice(0, mostRows),
      complaints: complaints.slice(0, 500),
      ignored: head.cells.filter((name) => name !== "" && find(name) === undefined),
    };
  };
  return { rows: rows.slice(at + 1), take, end };
}

type Words = readonly [zh: string, en: string];
function whyNot(text: string, { example }: SheetColumn, trouble: { readonly zh: string; readonly en: string } | undefined): Words {
  if (trouble !== undefined) return [`：${trouble.zh}`, `: ${trouble.en}`];
  return text === "" ? ["空着", "is empty"] : [`“${text}”无法识别，应写成 ${example}`, `"${text}" cannot be read: write ${example}`];
}

export interface When {
  readonly at: Wall;
  /** Only a day was written. */
  readonly day: boolean;
}

/** 2026/1/5, 2026-01-05 08:30:00, 2026年1月5日, 20260105, or a spreadsheet's number of days since 1899-12-30. */
export function whenOf(text: string): When | undefined {
  const serial = /^(\d{5})(\.\d+)?$/.exec(text);
  if (serial !== null) {
    const at =
      fromCivil({ year: 1899, month: 12, day: 30 }) + Number(serial[1]) * dayMs + Math.round(Number(serial[2] ?? 0) * 86_400) * 1000;
    return { at: wall(at), day: serial[2] === undefined };
  }
  const found = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (found === null) return undefined;
  const [, year, month = found[4], day = found[5], , , hour, minute, second = "0"] = found;
  const civil = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? 0),
    minute: Number(minute ?? 0),
    second: Number(second),
  };
  const at = fromCivil(civil);
  const back = toCivil(at);
  if (
    back.month !== civil.month ||
    back.day !== civil.day ||
    back.hour !== civil.hour ||
    back.minute !== civil.minute ||
    back.second !== civil.second
  )
    return undefined;
  return { at, day: hour === undefined };
}

/** An end that is only a day, or its last minute, is that whole day. */
export const endOf = ({ at, day }: When): Wall => {
  const { hour, minute } = toCivil(at);
  if (day) return wall(at + dayMs);
  return hour === 23 && minute === 59 ? wall(Math.floor(at / 60_000) * 60_000 + 60_000) : at;
};
