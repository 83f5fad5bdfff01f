// A table as any program may have written it: rows of cells, each row knowing its line, each cell what is wrong with it before anybody reads it.

export interface TableRow {
  /** From 1, as the editor or the spreadsheet counts. */
  readonly line: number;
  readonly cells: readonly string[];
  /** By the cell's index: it cannot be read as it is (a formula without a result, a number that became a date). */
  readonly troubles?: ReadonlyMap<number, { readonly zh: string; readonly en: string }>;
}

/** 0 -> A, 27 -> AB. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return `${rest >= 0 ? columnLetters(rest) : ""}${String.fromCharCode(65 + (index % 26))}`;
}

/** Cells of other programs: full-width letters and digits, unusual spaces, units written as one sign (㎾) become plain. */
export const plain = (text: string): string => text.normalize("NFKC").replace(/\s+/g, " ").trim();
