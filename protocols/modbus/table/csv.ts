// Comma-separated tables as spreadsheets write them: comma, semicolon or tab, quotes, a byte-order mark. Source: RFC 4180.

/** Cells of each row; empty rows are left out, `line` is where the row begins. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

function separatorOf(head: string): string {
  const counts = [",", ";", "\t"].map((mark) => ({ mark, count: head.split(mark).length }));
  return counts.reduce((most, one) => (one.count > most.count ? one : most)).mark;
}

export function parseCsv(text: string): CsvRow[] {
  const body = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const separator = separatorOf(body.split("\n")[0] ?? "");
  const rows: CsvRow[] = [];
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
