// Comma-separated tables as spreadsheets write them: comma, semicolon or tab, quotes, a byte-order mark. Source: RFC 4180.
import type { TableRow } from "./row.ts";

/** The mark that divides most lines into the same number of cells: a title above the table has none, and states ("0=off;1=on") differ from row to row. */
function separatorOf(text: string): string {
  const lines = text.split("\n", 50).filter((line) => line.trim() !== "");
  const scores = [",", ";", "\t"].map((mark) => {
    const counts = lines.map((line) => line.split(mark).length).filter((count) => count > 1);
    return { mark, score: Math.max(0, ...counts.map((count) => count * counts.filter((other) => other === count).length)) };
  });
  return scores.reduce((most, one) => (one.score > most.score ? one : most)).mark;
}

/** Empty rows are left out; `line` is where the row begins. */
export function parseCsv(text: string): TableRow[] {
  const body = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(body);
  const rows: TableRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let begin = 1;
  const endRow = (): void => {
    cells.push(cell.trim());
    if (cells.some((one) => one !== "")) rows.push({ line: begin, cells });
    cells = [];
    cell = "";
    begin = line;
  };
  for (let at = 0; at < body.length; at += 1) {
    const mark = body[at] ?? "";
    if (mark === "\n") line += 1;
    if (quoted) {
      if (mark !== '"') cell += mark;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (mark === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (mark === separator) {
      cells.push(cell.trim());
      cell = "";
    } else if (mark === "\n") endRow();
    else cell += mark;
  }
  endRow();
  return rows;
}
