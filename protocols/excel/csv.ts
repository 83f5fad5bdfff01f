// A CSV file as the rows of a sheet: quotes, line breaks within them, tabs or semicolons where there are no commas; UTF-8, or what Chinese banks write. Source: RFC 4180.
import type { Sheet, SheetRow } from "./workbook.ts";

export function readCsv(bytes: Uint8Array, name: string): Sheet {
  const text = decoded(bytes);
  const separator = separatorOf(text);
  const rows: SheetRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let begun = 1;
  const endRow = (): void => {
    cells.push(cell.trim());
    if (cells.some((one) => one !== "")) rows.push({ line: begun, cells });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (letter === "\n") line += 1;
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
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
    } else if (letter !== "\r") cell += letter;
  }
  endRow();
  return { name, rows };
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
