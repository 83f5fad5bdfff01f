// An Excel file as tables: every cell as a person sees it. Merged cells say the same in all their places; a formula is its result, and one without a result is said,
// because taking 0.1 for nothing would make a voltage ten times too high.
import type { TableRow } from "#protocols/modbus/table/row.ts";
import { type NumberLook, numberLooks, readXml, type SheetPart, sharedStrings, sheetParts, unescaped, unpack } from "./parts.ts";

export interface Sheet {
  readonly name: string;
  readonly rows: readonly TableRow[];
}

interface Trouble {
  readonly zh: string;
  readonly en: string;
}
interface Cell {
  readonly text: string;
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

function cellOf({ type, look, value, formula }: Open, strings: readonly string[]): Cell {
  if (value === "") return formula ? { text: "", trouble: uncomputed } : { text: "" };
  switch (type) {
    case "s":
      return { text: strings[Number(value)] ?? "" };
    case "str":
    case "inlineStr":
      return { text: unescaped(value) };
    case "b":
      return { text: value === "1" ? "TRUE" : "FALSE" };
    case "e":
      return { text: value, trouble: { zh: `Excel 的错误值 ${value}`, en: `Excel's error ${value}` } };
    case "d":
      return { text: value, trouble: becameDate };
    default: {
      const number = Number(value);
      if (!Number.isFinite(number)) return { text: value };
      if (look === "date") return { text: value, trouble: becameDate };
      // 0.1 is stored as 0.10000000000000001.
      const text = String(Number(number.toPrecision(15)));
      return { text: typeof look === "object" && Number.isInteger(number) ? text.padStart(look.zeros, "0") : text };
    }
  }
}

/** Further than this no point table goes; a mark far away would fill the memory with empty cells. */
const most = { rows: 20_000, columns: 200 } as const;

function readSheet(xml: string, styles: { readonly strings: readonly string[]; readonly looks: readonly NumberLook[] }): TableRow[] {
  const rows = new Map<number, Map<number, Cell>>();
  const merges: { readonly from: Place; readonly to: Place }[] = [];
  let open: Open | undefined;
  let inside = "";
  let phonetic = false;
  let next: Place = { row: 0, column: 0 };
  const put = ({ row, column }: Place, cell: Cell): void => {
    if (row > most.rows || column >= most.columns) return;
    rows.set(row, (rows.get(row) ?? new Map<number, Cell>()).set(column, cell));
  };
  readXml(xml, {
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
        if (from !== undefined && to !== undefined) merges.push({ from, to });
      }
      inside = name;
    },
    close: (name) => {
      if (name === "c" && open !== undefined) {
        put(open, cellOf(open, styles.strings));
        next = { row: open.row, column: open.column + 1 };
        open = undefined;
      }
      if (name === "rPh") phonetic = false;
      inside = "";
    },
    text: (text) => {
      if (open !== undefined && !phonetic && (inside === "v" || inside === "t")) open.value += text;
    },
  });
  spread(merges, { get: ({ row, column }) => rows.get(row)?.get(column), put });
  return tableOf(rows);
}

function spread(
  merges: readonly { readonly from: Place; readonly to: Place }[],
  cells: { readonly get: (place: Place) => Cell | undefined; readonly put: (place: Place, cell: Cell) => void },
): void {
  for (const { from, to } of merges) {
    const cell = cells.get(from);
    if (cell === undefined || cell.text === "") continue;
    for (let row = from.row; row <= Math.min(to.row, most.rows); row += 1)
      for (let column = from.column; column <= Math.min(to.column, most.columns - 1); column += 1) cells.put({ row, column }, cell);
  }
}

function tableOf(rows: ReadonlyMap<number, ReadonlyMap<number, Cell>>): TableRow[] {
  return [...rows]
    .sort(([a], [b]) => a - b)
    .flatMap(([line, cells]) => {
      const width = Math.max(-1, ...cells.keys()) + 1;
      const texts = Array.from({ length: width }, (_, at) => (cells.get(at)?.text ?? "").trim());
      const troubles = new Map([...cells].flatMap(([at, { trouble }]) => (trouble === undefined ? [] : [[at, trouble] as const])));
      if (texts.every((text) => text === "") && troubles.size === 0) return [];
      return [{ line, cells: texts, ...(troubles.size === 0 ? {} : { troubles }) }];
    });
}

/** Every sheet that can be seen. Throws NoWorkbook with words. */
export function readWorkbook(bytes: Uint8Array): Sheet[] {
  const parts = unpack(bytes);
  const styles = { strings: sharedStrings(parts.get("xl/sharedStrings.xml")), looks: numberLooks(parts.get("xl/styles.xml")) };
  return sheetParts(parts)
    .filter(({ hidden }: SheetPart) => !hidden)
    .map(({ name, path }) => ({ name, rows: readSheet(parts.get(path) ?? "", styles) }));
}
