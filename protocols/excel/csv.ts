// A CSV file as the rows of a sheet: quotes, line breaks within them, tabs or semicolons where there are no commas; UTF-8, or what Chinese banks write. Source: RFC 4180.
import type { Sheet } from "./workbook.ts";

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Every row, empty ones too, cells without the blanks around them; `open`: the line of a quotation mark that is never closed. */
export function csvRows(text: string, separator = ","): { readonly rows: readonly CsvRow[]; readonly open: number | undefined } {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endRow = (): void => {
    rows.push({ line: begun, cells: [...cells, cell.trim()] });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at] ?? "";
    if (letter === "\n") line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (source[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (letter === separator) {
      cells.push(cell.trim());
      cell = "";
    } else if (letter === "\n") {
      endRow();
      begun = line;
    } else cell += letter;
  }
  if (cell !== "" || cells.length > 0) endRow();
  return { rows, open: quoted ? begun : undefined };
}

export function readCsv(bytes: Uint8Array, name: string): Sheet {
  const text = decoded(bytes);
  const { rows } = csvRows(text, separatorOf(text));
  return { name, rows: rows.filter(({ cells }) => cells.some((one) => one !== "")) };
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** What stands most often in the first lines. */
function separatorOf(text: string): string {
  const head = text.split("\n", 30).join("\n");
  const counts = [",", "\t", ";"].map((one) => ({ one, n: head.split(one).length }));
  return counts.reduce((best, next) => (next.n > best.n ? next : best)).one;
}
