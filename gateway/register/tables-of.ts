// The tables in what somebody brings: text (UTF-8 or GB 18030, commas or tabs), or each sheet of an Excel workbook, with its cells as a person sees them.
import { NoWorkbook } from "#protocols/excel/parts.ts";
import { readWorkbook } from "#protocols/excel/workbook.ts";
import { rowsOf } from "./csv.ts";

export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
  /** By column: what is wrong with a cell before anybody reads it. */
  readonly troubles?: ReadonlyMap<number, { readonly zh: string; readonly en: string }>;
}
export interface Table {
  readonly name: string;
  readonly rows: readonly TableRow[];
}
type Complain = (line: number, zh: string, en: string) => void;

/** A workbook is read in the process that decides about gates, at some 3,000 rows a second: a larger one is to come as CSV, which takes no time. */
const mostUnpacked = 4 * 1024 * 1024;
/** Room for a title above the head: whoever takes the rows says how many are too many. */
export const mostLines = 20_020;

const begins = (bytes: Uint8Array, ...with_: number[]): boolean => with_.every((byte, at) => bytes[at] === byte);

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

export function tablesOf(bytes: Uint8Array, complain: Complain): readonly Table[] {
  // A zip, and the compound file that Excel wrote before 2007.
  if (begins(bytes, 0x50, 0x4b, 0x03, 0x04)) {
    try {
      return readWorkbook(bytes, { dates: "text", rows: mostLines, bytes: mostUnpacked });
    } catch (error) {
      if (!(error instanceof NoWorkbook)) throw error;
      const [zh = "", en = zh] = error.message.split(" / ");
      complain(1, `${zh}；请另存为 CSV`, `${en}; save it as CSV`);
      return [];
    }
  }
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0)) {
    complain(1, "旧版 .xls 不能读取：请在 Excel 或 WPS 里另存为 .xlsx 或 CSV", "an old .xls cannot be read: save it as .xlsx or CSV");
    return [];
  }
  return [{ name: "", rows: rowsOf(textOf(bytes).replaceAll("\t", ","), complain) }];
}
