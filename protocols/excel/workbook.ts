// An Excel file as tables: every cell as a person sees it. Merged cells say the same in all their places; a formula is its result, and one without a result is said,
// because taking 0.1 for nothing would make a voltage ten times too high.
import { fromCivil, minuteMs, toCivil, wall } from "#protocols/vocabulary/time.ts";
import {
  countsFrom1904,
  type NumberLook,
  numberLooks,
  type Part,
  type Parts,
  readXml,
  type SheetPart,
  sharedStrings,
  sheetParts,
  unescaped,
  unpack,
} from "./parts.ts";

export interface Sheet {
  readonly name: string;
  readonly rows: readonly SheetRow[];
}

export type CellKind = "empty" | "text" | "number" | "date" | "truth";

/** A table's row as any program may have written it: each row knows its line, each cell what is wrong with it before anybody reads it. */
export interface SheetRow {
  /** From 1, as the spreadsheet counts. */
  readonly line: number;
  readonly cells: readonly string[];
  /** As the file has them, beside how a person reads them. */
  readonly kinds?: readonly CellKind[];
  readonly troubles?: ReadonlyMap<number, Trouble>;
}

/** "trouble": a date is none that anybody meant (a point table's 1/10). "text": it is one, and reads "2026-11-25 12:00". */
type Dates = "trouble" | "text";

export interface Reading {
  readonly dates?: Dates;
  readonly rows?: number;
  readonly bytes?: number;
}

interface Trouble {
  readonly zh: string;
  readonly en: string;
}
interface Cell {
  readonly text: string;
  readonly kind: CellKind;
  readonly trouble?: Trouble;
}
interface Place {
  readonly row: number;
  readonly column: number;
}

const uncomputed: Trouble = {
  zh: "公式没有保存结果；请在 Excel 里打开并保存，或改成数值",
  en: "a formula whose result was not saved; open and save it in Excel, or write the value",
};
const becameDate: Trouble = {
  zh: "Excel 把它当成了日期；把单元格设为文本后重写",
  en: "Excel took it for a date; format the cell as text and write it again",
};

/** "AB12" -> row 12, column 27. */
function placeOf(reference: string | undefined): Place | undefined {
  const match = reference?.match(/^\$?([A-Z]{1,3})\$?(\d{1,7})$/i);
  if (match === undefined || match === null) return undefined;
  const column = Array.from((match[1] ?? "").toUpperCase()).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  return { row: Number(match[2]), column };
}

interface Open extends Place {
  readonly type: string;
  readonly look: NumberLook;
  value: string;
  formula: boolean;
}

function cellOf({ type, look, value, formula }: Open, { strings, daysAhead }: Styles, dates: Dates): Cell {
  if (value === "") return formula ? { text: "", kind: "empty", trouble: uncomputed } : { text: "", kind: "empty" };
  switch (type) {
    case "s":
      return { text: strings[Number(value)] ?? "", kind: "text" };
    case "str":
    case "inlineStr":
      return { text: unescaped(value), kind: "text" };
    case "b":
      return { text: value === "1" ? "TRUE" : "FALSE", kind: "truth" };
    case "e":
      return { text: value, kind: "text", trouble: { zh: `Excel 的错误值 ${value}`, en: `Excel's error ${value}` } };
    case "d":
      return dates === "text"
        ? { text: value.slice(0, 16).replace("T", " "), kind: "date" }
        : { text: value, kind: "date", trouble: becameDate };
    default: {
      const number = Number(value);
      if (!Number.isFinite(number)) return { text: value, kind: "text" };
      if (look === "date")
        return dates === "text"
          ? { text: serialText(number + daysAhead), kind: "date" }
          : { text: value, kind: "date", trouble: becameDate };
      // 0.1 is stored as 0.10000000000000001.
      const text = String(Number(number.toPrecision(15)));
      return { text: typeof look === "object" && Number.isInteger(number) ? text.padStart(look.zeros, "0") : text, kind: "number" };
    }
  }
}

/** Excel counts days from 1899-12-30 (its 1900 was a leap year), without a zone: ours is China's. */
const firstDay = fromCivil({ year: 1899, month: 12, day: 30 });
export const dayNumber = (at: number): number => (at - firstDay) / 86_400_000;
/** Of a day as Excel counts it, with the minute where there is one. */
export function serialText(number: number): string {
  const at = toCivil(wall(firstDay + Math.round((number * 86_400_000) / minuteMs) * minuteMs));
  const two = (n: number): string => String(n).padStart(2, "0");
  const date = `${at.year}-${two(at.month)}-${two(at.day)}`;
  return at.hour === 0 && at.minute === 0 ? date : `${date} ${two(at.hour)}:${two(at.minute)}`;
}

/** Further than this no point table goes; a mark far away would fill the memory with empty cells. */
const most = { rows: 20_000, columns: 200 } as const;

interface Styles {
  readonly strings: readonly string[];
  readonly looks: readonly NumberLook[];
  /** A workbook that counts its days from 1904 is so many behind. */
  readonly daysAhead: number;
}

interface Merge {
  readonly from: Place;
  readonly to: Place;
}

interface Told {
  readonly cell: (place: Place, cell: Cell) => void;
  /** A row has ended. */
  readonly row?: (line: number) => void;
  readonly merged?: (merge: Merge) => void;
}

/** Cell by cell as the file has them, each row's end, and at last what is merged. */
function scanSheet(
  part: Part | undefined,
  { styles, dates, told }: { readonly styles: Styles; readonly dates: Dates; readonly told: Told },
): void {
  let open: Open | undefined;
  let inside = "";
  let phonetic = false;
  let next: Place = { row: 0, column: 0 };
  readXml(part, {
    open: ({ name, attributes }) => {
      if (name === "row") next = { row: Number(attributes.r ?? next.row + 1), column: 0 };
      if (name === "c") {
        const place = placeOf(attributes.r) ?? next;
        open = { ...place, type: attributes.t ?? "n", look: styles.looks[Number(attributes.s ?? 0)] ?? "plain", value: "", formula: false };
      }
      if (name === "f" && open !== undefined) open.formula = true;
      if (name === "rPh") phonetic = true;
      if (name === "mergeCell") {
        const [from, to] = (attributes.ref ?? "").split(":").map(placeOf);
        if (from !== undefined && to !== undefined) told.merged?.({ from, to });
      }
      inside = name;
    },
    close: (name) => {
      if (name === "c" && open !== undefined) {
        told.cell(open, cellOf(open, styles, dates));
        next = { row: open.row, column: open.column + 1 };
        open = undefined;
      }
      if (name === "row") told.row?.(next.row);
      if (name === "rPh") phonetic = false;
      inside = "";
    },
    text: (text) => {
      if (open !== undefined && !phonetic && (inside === "v" || inside === "t")) open.value += text;
    },
  });
}

function readSheet(part: Part | undefined, styles: Styles, { dates = "trouble", rows: mostRows = most.rows }: Reading): SheetRow[] {
  const rows = new Map<number, Map<number, Cell>>();
  const merges: Merge[] = [];
  const put = ({ row, column }: Place, cell: Cell): void => {
    if (row > mostRows || column >= most.columns) return;
    rows.set(row, (rows.get(row) ?? new Map<number, Cell>()).set(column, cell));
  };
  scanSheet(part, { styles, dates, told: { cell: put, merged: (merge) => void merges.push(merge) } });
  spread(merges, { get: ({ row, column }) => rows.get(row)?.get(column), put }, mostRows);
  return [...rows].sort(([a], [b]) => a - b).flatMap(([line, cells]) => rowOf(line, cells) ?? []);
}

function spread(
  merges: readonly Merge[],
  cells: { readonly get: (place: Place) => Cell | undefined; readonly put: (place: Place, cell: Cell) => void },
  mostRows: number,
): void {
  for (const { from, to } of merges) {
    const cell = cells.get(from);
    if (cell === undefined || cell.text === "") continue;
    for (let row = from.row; row <= Math.min(to.row, mostRows); row += 1)
      for (let column = from.column; column <= Math.min(to.column, most.columns - 1); column += 1) cells.put({ row, column }, cell);
  }
}

/** undefined: nothing is in it. */
function rowOf(line: number, cells: ReadonlyMap<number, Cell>): SheetRow | undefined {
  const width = Math.max(-1, ...cells.keys()) + 1;
  const texts = Array.from({ length: width }, (_, at) => (cells.get(at)?.text ?? "").trim());
  const kinds = Array.from({ length: width }, (_, at): CellKind => cells.get(at)?.kind ?? "empty");
  const troubles = new Map([...cells].flatMap(([at, { trouble }]) => (trouble === undefined ? [] : [[at, trouble] as const])));
  if (texts.every((text) => text === "") && troubles.size === 0) return undefined;
  return { line, cells: texts, kinds, ...(troubles.size === 0 ? {} : { troubles }) };
}

const stylesIn = (parts: Parts): Styles => ({
  strings: sharedStrings(parts.get("xl/sharedStrings.xml")),
  looks: numberLooks(parts.get("xl/styles.xml")),
  daysAhead: countsFrom1904(parts.get("xl/workbook.xml")) ? 1_462 : 0,
});
const seen = (parts: Parts): SheetPart[] => sheetParts(parts).filter(({ hidden }) => !hidden);

/** Every sheet that can be seen. Throws NoWorkbook with words. */
export function readWorkbook(bytes: Uint8Array, reading: Reading = {}): Sheet[] {
  const parts = unpack(bytes, reading.bytes);
  const styles = stylesIn(parts);
  return seen(parts).map(({ name, path }) => ({ name, rows: readSheet(parts.get(path), styles, reading) }));
}

export interface OpenSheet {
  readonly name: string;
  /** Each row as it comes, and then it is forgotten: what is merged stands in its first cell alone. */
  readonly rows: (to: (row: SheetRow) => void) => void;
}

/** For files of any length. Throws NoWorkbook with words, also while rows are read. */
export function openWorkbook(bytes: Uint8Array, { dates = "trouble", bytes: mostBytes }: Omit<Reading, "rows"> = {}): OpenSheet[] {
  const parts = unpack(bytes, mostBytes);
  const styles = stylesIn(parts);
  return seen(parts).map(
    ({ name, path }): OpenSheet => ({
      name,
      rows: (to) => {
        let cells = new Map<number, Cell>();
        const told: Told = {
          cell: ({ column }, cell) => {
            if (column < most.columns) cells.set(column, cell);
          },
          row: (line) => {
            const row = rowOf(line, cells);
            cells = new Map();
            if (row !== undefined) to(row);
          },
        };
        scanSheet(parts.get(path), { styles, dates, told });
      },
    }),
  );
}
