// A point table from a file: Excel by its first bytes, else text, whatever program in whatever country has written it.

import { NoWorkbook } from "#protocols/excel/parts.ts";
import { readWorkbook, type Sheet } from "#protocols/excel/workbook.ts";
import { parseCsv } from "#protocols/modbus/table/csv.ts";

/** UTF-8, UTF-16 with its mark ("Unicode text" of Excel), else GB18030: Excel in China saves CSV so unless told otherwise. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

export interface TableFile {
  readonly kind: "table";
  /** A text file has one without a name. */
  readonly sheets: readonly Sheet[];
  readonly excel: boolean;
}
export interface NoTable {
  readonly kind: "no-table";
  readonly words: string;
}

const oldExcel = [0xd0, 0xcf, 0x11, 0xe0];

export function tableFrom(bytes: Uint8Array): TableFile | NoTable {
  if (oldExcel.every((byte, at) => bytes[at] === byte))
    return { kind: "no-table", words: "旧版 Excel（.xls）或加密的文件；请另存为 .xlsx / an old .xls, or encrypted: save it as .xlsx" };
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b)
    return { kind: "table", sheets: [{ name: "", rows: parseCsv(decodeText(bytes)) }], excel: false };
  try {
    return { kind: "table", sheets: readWorkbook(bytes), excel: true };
  } catch (error) {
    if (error instanceof NoWorkbook) return { kind: "no-table", words: error.message };
    throw error;
  }
}
