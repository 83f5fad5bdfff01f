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

/** What a sheet came to, before any column is understood; it can be sent from thread to thread. */
export interface Tables {
  readonly tables: readonly Table[];
  readonly wrong: readonly { readonly line: number; readonly zh: string; readonly en: string }[];
}

/** A workbook takes a second for some 3,000 rows, and memory by its length: a larger one is to come as CSV, which takes neither. */
const mostUnpacked = 4 * 1024 * 1024;
/** Room for a title above the head: whoever takes the rows says how many are too many. */
export const mostLines = 20_020;

const begins = (bytes: Uint8Array, ...with_: number[]): boolean => with_.every((byte, at) => bytes[at] === byte);
/** A zip, as every workbook since 2007 is one. */
export const isWorkbook = (bytes: Uint8Array): boolean => begins(bytes, 0x50, 0x4b, 0x03, 0x04);

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

const none = (zh: string, en: string): Tables => ({ tables: [], wrong: [{ line: 1, zh, en }] });
export const asCsv = (zh: string, en: string): Tables => none(`${zh}；请另存为 CSV`, `${en}; save it as CSV`);

function workbook(bytes: Uint8Array): Tables {
  try {
    return { tables: readWorkbook(bytes, { dates: "text", rows: mostLines, bytes: mostUnpacked }), wrong: [] };
  } catch (error) {
    if (!(error instanceof NoWorkbook)) throw error;
    const [zh = "", en = zh] = error.message.split(" / ");
    return asCsv(zh, en);
  }
}

export function tablesOf(bytes: Uint8Array): Tables {
  if (isWorkbook(bytes)) return workbook(bytes);
  // The compound file that Excel wrote before 2007.
  if (begins(bytes, 0xd0, 0xcf, 0x11, 0xe0))
    return none("旧版 .xls 不能读取：请在 Excel 或 WPS 里另存为 .xlsx 或 CSV", "an old .xls cannot be read: save it as .xlsx or CSV");
  const wrong: { line: number; zh: string; en: string }[] = [];
  const rows = rowsOf(textOf(bytes).replaceAll("\t", ","), (line, zh, en) => wrong.push({ line, zh, en }));
  return { tables: [{ name: "", rows }], wrong };
}
