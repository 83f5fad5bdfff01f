// Passes, coupons and vehicles as the table that a property office keeps: names in the first row, Chinese or English, one car or card a row. Every wrong cell is told by its line.
import type { RegisterEntries, RegisterTable } from "#protocols/api/register.ts";
import { type CsvRow, csvRows } from "#protocols/excel/csv.ts";

export interface Complaint {
  readonly line: number;
  readonly zh: string;
  readonly en: string;
}

export interface ReadTable {
  readonly entries: RegisterEntries;
  /** Of each entry: its line in the file. */
  readonly lines: readonly number[];
  readonly complaints: readonly Complaint[];
}

interface Column {
  readonly key: string;
  readonly zh: string;
  readonly needed?: true;
  readonly example: string;
  /** undefined: the cell cannot be read. */
  readonly read: (cell: string) => unknown;
}

const text = (cell: string): string => cell;
const whole = (cell: string): number | undefined => (/^\d{1,6}$/.test(cell) ? Number(cell) : undefined);
const yes = (cell: string): boolean | undefined =>
  /^(是|yes|true|1)$/i.test(cell) ? true : /^(否|no|false|0)$/i.test(cell) ? false : undefined;
const plates = (cell: string): string[] | undefined => {
  const found = cell.split(/[\s、;；/]+/).filter((one) => one !== "");
  return found.length === 0 ? undefined : found;
};
/** 2026/1/5 as spreadsheets write it; more than a date is taken as it stands. */
const date = (cell: string): string | undefined => {
  const found = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(cell);
  if (found !== null) return `${found[1]}-${found[2]?.padStart(2, "0")}-${found[3]?.padStart(2, "0")}`;
  return cell.length >= 16 ? cell : undefined;
};
const word = (cell: string): string | undefined => (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(cell) ? cell : undefined);

const listNames: Readonly<Record<string, string>> = { blocked: "blocked", special: "special", 黑名单: "blocked", 特种: "special" };

const tables: Readonly<Record<RegisterTable["list"], readonly Column[]>> = {
  passes: [
    { key: "pass", zh: "月卡编号", needed: true, example: "A-101", read: word },
    { key: "lot", zh: "停车场", needed: true, example: "main", read: word },
    { key: "plates", zh: "车牌", needed: true, example: "闽C12345 闽C67890", read: plates },
    { key: "spaces", zh: "车位数", needed: true, example: "1", read: whole },
    { key: "from", zh: "开始", needed: true, example: "2026-01-01", read: date },
    { key: "until", zh: "结束", needed: true, example: "2026-12-31", read: date },
    { key: "withdrawn", zh: "作废", example: "是", read: yes },
  ],
  coupons: [
    { key: "coupon", zh: "券号", needed: true, example: "shop-0001", read: word },
    { key: "lot", zh: "停车场", needed: true, example: "main", read: word },
    { key: "plate", zh: "车牌", needed: true, example: "闽C12345", read: text },
    {
      key: "kind",
      zh: "种类",
      needed: true,
      example: "minutes",
      read: (cell) => (/^(free|percent|minutes|cash)$/.test(cell) ? cell : undefined),
    },
    { key: "value", zh: "数值", example: "120", read: (cell) => (/^\d{1,6}(\.\d{1,2})?$/.test(cell) ? Number(cell) : undefined) },
    { key: "until", zh: "截止", example: "2026-12-31", read: date },
    { key: "withdrawn", zh: "作废", example: "是", read: yes },
  ],
  visitors: [
    { key: "visitor", zh: "访客编号", needed: true, example: "V-0001", read: word },
    { key: "lot", zh: "停车场", needed: true, example: "main", read: word },
    { key: "plate", zh: "车牌", needed: true, example: "闽C12345", read: text },
    { key: "host", zh: "受访住户", needed: true, example: "3-1201", read: text },
    { key: "from", zh: "开始", needed: true, example: "2026-01-01", read: date },
    { key: "until", zh: "结束", needed: true, example: "2026-01-02", read: date },
    { key: "withdrawn", zh: "作废", example: "是", read: yes },
  ],
  cars: [
    { key: "car", zh: "编号", needed: true, example: "B-0001", read: word },
    { key: "list", zh: "名单", needed: true, example: "blocked", read: (cell) => listNames[cell] ?? undefined },
    { key: "lot", zh: "停车场", example: "main", read: word },
    { key: "plate", zh: "车牌", needed: true, example: "闽C12345", read: text },
    { key: "reason", zh: "原因", needed: true, example: "parking-arrears", read: text },
    { key: "words", zh: "说明", needed: true, example: "欠停车费 3 次", read: text },
    { key: "from", zh: "开始", example: "2026-01-01", read: date },
    { key: "until", zh: "结束", example: "2026-12-31", read: date },
    { key: "withdrawn", zh: "作废", example: "是", read: yes },
  ],
  vehicles: [
    { key: "plate", zh: "车牌", needed: true, example: "闽C12345", read: text },
    { key: "class", zh: "车型", example: "large", read: (cell) => (/^[a-z0-9][a-z0-9-]{0,39}$/.test(cell) ? cell : undefined) },
    { key: "bays", zh: "占用车位", example: "2", read: whole },
    { key: "operating", zh: "营运", example: "否", read: yes },
  ],
};

const mostRows = 2_000;
export const columnsFor = (list: RegisterTable["list"]): readonly { readonly key: string; readonly zh: string }[] => tables[list];

export function readTable({ person, list, csv }: RegisterTable): ReadTable {
  const complaints: Complaint[] = [];
  const complain = (line: number, zh: string, en: string): void => void (complaints.length < 200 && complaints.push({ line, zh, en }));
  const [head, ...rows] = rowsOf(csv, complain);
  const columns = columnsOf(list, head?.cells ?? [], complain);
  const entries: Record<string, unknown>[] = [];
  const lines: number[] = [];
  for (const { line, cells } of rows) {
    if (cells.every((cell) => cell === "")) continue;
    if (entries.length >= mostRows) {
      complain(line, `一次最多 ${mostRows} 行，请分几次导入`, `more than ${mostRows} rows: import them in parts`);
      break;
    }
    if (cells.length > columns.length)
      complain(line, `多了 ${cells.length - columns.length} 格`, `${cells.length - columns.length} cells too many`);
    entries.push(entryOf(list, columns, { line, cells }, complain));
    lines.push(line);
  }
  if (entries.length === 0) complain(1, "没有数据行", "there are no rows");
  return { entries: { person, [list]: entries } as RegisterEntries, lines, complaints };
}

type Complain = (line: number, zh: string, en: string) => void;

function columnsOf(list: RegisterTable["list"], head: readonly string[], complain: Complain): (Column | undefined)[] {
  const known = tables[list];
  const found = head.map((name) => known.find(({ key, zh }) => name === zh || name.toLowerCase() === key));
  for (const [at, column] of found.entries()) {
    const name = head[at] ?? "";
    if (column === undefined)
      complain(
        1,
        `没有“${name}”这一列；可用：${known.map(({ zh }) => zh).join("、")}`,
        `no column ${name}; there are: ${known.map(({ key }) => key).join(", ")}`,
      );
    else if (found.indexOf(column) !== at) complain(1, `“${name}”写了两列`, `the column ${name} stands twice`);
  }
  for (const { key, zh, needed } of known)
    if (needed && !found.some((column) => column?.key === key)) complain(1, `缺少“${zh}”这一列`, `the column ${key} is missing`);
  return found;
}

function entryOf(
  list: RegisterTable["list"],
  columns: readonly (Column | undefined)[],
  { line, cells }: CsvRow,
  complain: Complain,
): Record<string, unknown> {
  const entry: Record<string, unknown> = {};
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? "";
    if (column === undefined) continue;
    if (cell === "") {
      if (column.needed) complain(line, `${column.zh}空着`, `${column.key} is empty`);
      continue;
    }
    const value = column.read(cell);
    if (value === undefined)
      complain(line, `${column.zh} ${cell}：应写成 ${column.example}`, `${column.key} ${cell}: write ${column.example}`);
    else if (!(column.key === "withdrawn" && value === false)) entry[column.key] = value;
  }
  return list === "coupons" ? couponOf(entry, line, complain) : entry;
}

function couponOf({ kind, value, ...entry }: Record<string, unknown>, line: number, complain: Complain): Record<string, unknown> {
  const amount = typeof value === "number" ? value : undefined;
  if (kind !== "free" && kind !== undefined && amount === undefined) complain(line, "数值空着", "value is empty");
  const values: Record<string, unknown> = {
    free: { kind },
    percent: { kind, percent: amount },
    minutes: { kind, minutes: amount },
    cash: { kind, amount_fen: amount === undefined ? undefined : Math.round(amount * 100) },
  };
  return { ...entry, value: values[String(kind)] };
}

/** Rows of commas; a quotation mark that is never closed is told. */
export function rowsOf(csv: string, complain: Complain): readonly CsvRow[] {
  const { rows, open } = csvRows(csv);
  if (open !== undefined) complain(open, "引号没有结束", "a quotation mark is not closed");
  return rows;
}
