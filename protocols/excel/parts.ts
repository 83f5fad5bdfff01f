// The parts of an .xlsx file: a zip of XML, of which each part is unpacked piece by piece as it is read, and bounded in size, whatever its heading says.
// Source: ECMA-376 part 1 §12 (package structure), §18 (SpreadsheetML); APPNOTE.TXT 6.3.10 §4.3 (zip), RFC 1951.
import { Inflate } from "fflate";
import { type Listener, NoWorkbook, xmlReader } from "./xml.ts";

export { NoWorkbook };

/** A point table is a few hundred kilobytes; what unpacks to more is none. */
const usualBytes = 64 * 1024 * 1024;
const wanted = /^(xl\/(workbook\.xml|styles\.xml|sharedStrings\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml))$/i;

export interface Part {
  /** Its text, a piece at a time. */
  readonly read: (to: (text: string) => void) => void;
}
export type Parts = ReadonlyMap<string, Part>;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const noZip = (why: string): NoWorkbook => new NoWorkbook(`不是完整的 .xlsx / is no whole .xlsx: ${why}`);
const tooMuch = (most: number): NoWorkbook =>
  new NoWorkbook(`解开后超过 ${Math.floor(most / 1048576)} MB / it unpacks to more than ${Math.floor(most / 1048576)} MB`);

/** Only the parts that are needed, by their path. */
export function unpack(bytes: Uint8Array, mostBytes = usualBytes): Parts {
  const entries = directoryOf(bytes).filter(({ name }) => wanted.test(name));
  if (entries.reduce((sum, { size }) => sum + size, 0) > mostBytes) throw tooMuch(mostBytes);
  let total = 0;
  const count = (size: number): void => {
    total += size;
    // What a heading says is believed of nobody; some parts are read twice.
    if (total > 2 * mostBytes) throw tooMuch(mostBytes);
  };
  return new Map(entries.map((entry) => [entry.name, { read: (to) => inflate(bytes, entry, { to, count }) }]));
}

/** What the file's own list of contents says: it stands at its end. */
function directoryOf(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 22 - 65_536 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw noZip("no list of contents");
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n -= 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw noZip("its list of contents is broken");
    const [nameLength, more, words] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      ...{ method: view.getUint16(at + 10, true), packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true) },
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + more + words;
  }
  return entries;
}

const pieceBytes = 64 * 1024;

interface Reading {
  readonly to: (text: string) => void;
  readonly count: (bytes: number) => void;
}

function inflate(bytes: Uint8Array, { name, method, packed, offset }: Entry, { to, count }: Reading): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw noZip(`${name} is not where it should be`);
  const from = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (from + packed > bytes.length) throw noZip(`${name} is cut off`);
  if (method !== 0 && method !== 8) throw noZip(`${name} is packed in a way that is not read (${method})`);
  const letters = new TextDecoder();
  const give = (piece: Uint8Array, last: boolean): void => {
    count(piece.length);
    to(letters.decode(piece, { stream: !last }));
  };
  const unpacker = method === 0 ? undefined : new Inflate(give);
  try {
    for (let at = 0; at < packed || at === 0; at += pieceBytes) {
      const piece = bytes.subarray(from + at, from + Math.min(packed, at + pieceBytes));
      const last = at + pieceBytes >= packed;
      if (unpacker === undefined) give(piece, last);
      else unpacker.push(piece, last);
    }
  } catch (error) {
    if (error instanceof NoWorkbook) throw error;
    throw noZip(error instanceof Error ? error.message : String(error));
  }
}

/** A part that may be missing is then as if it were empty. */
export function readXml(part: Part | undefined, listener: Listener): void {
  if (part === undefined) return;
  const reader = xmlReader(listener);
  part.read(reader.push);
  reader.end();
}

/** Excel writes what XML cannot hold as _x000D_. */
export const unescaped = (text: string): string =>
  text.includes("_x") ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;

export interface SheetPart {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
}

export function sheetParts(parts: Parts): SheetPart[] {
  const workbook = parts.get("xl/workbook.xml");
  if (workbook === undefined) throw new NoWorkbook("里面没有工作簿 / there is no workbook in it");
  const targets = new Map<string, string>();
  readXml(parts.get("xl/_rels/workbook.xml.rels"), {
    open: ({ name, attributes }) => {
      if (name === "Relationship") targets.set(attributes.Id ?? "", attributes.Target ?? "");
    },
  });
  const found: SheetPart[] = [];
  readXml(workbook, {
    open: ({ name, attributes }) => {
      if (name !== "sheet") return;
      const target = targets.get(attributes.id ?? "") ?? "";
      const path = target.startsWith("/") ? target.slice(1) : `xl/${target}`;
      if (parts.has(path)) found.push({ name: attributes.name ?? "", path, hidden: (attributes.state ?? "visible") !== "visible" });
    },
  });
  return found;
}

/** Excel of before 2011 on a Mac, and files that were made from its own: day 0 is 1 January 1904. */
export function countsFrom1904(workbook: Part | undefined): boolean {
  let found = false;
  readXml(workbook, {
    open: ({ name, attributes }) => {
      if (name === "workbookPr") found = /^(1|true|on)$/i.test(attributes.date1904 ?? "");
    },
  });
  return found;
}

/** Texts by their number; the reading of Japanese characters (rPh) is no text of the cell. */
export function sharedStrings(part: Part | undefined): string[] {
  const found: string[] = [];
  let inside = { text: false, phonetic: false };
  readXml(part, {
    open: ({ name }) => {
      if (name === "si") found.push("");
      if (name === "rPh") inside = { ...inside, phonetic: true };
      if (name === "t") inside = { ...inside, text: true };
    },
    close: (name) => {
      if (name === "rPh") inside = { ...inside, phonetic: false };
      if (name === "t") inside = { ...inside, text: false };
    },
    text: (text) => {
      if (inside.text && !inside.phonetic) found[found.length - 1] += unescaped(text);
    },
  });
  return found;
}

/** How the numbers of a style look: as they are, as a date, or with leading zeros ("00000" of a coil's address). */
export type NumberLook = "plain" | "date" | { readonly zeros: number };

const isDateId = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
function lookOf(id: number, code: string | undefined): NumberLook {
  if (code === undefined) return isDateId(id) ? "date" : "plain";
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, "");
  if (/^0{2,}$/.test(bare)) return { zeros: bare.length };
  return /[ymdhs年月日]/i.test(bare.replace(/general/i, "")) ? "date" : "plain";
}

/** By the style's number, as cells name it. */
export function numberLooks(part: Part | undefined): NumberLook[] {
  const codes = new Map<number, string>();
  const found: NumberLook[] = [];
  let inCells = false;
  readXml(part, {
    open: ({ name, attributes }) => {
      if (name === "numFmt") codes.set(Number(attributes.numFmtId), attributes.formatCode ?? "");
      if (name === "cellXfs") inCells = true;
      if (name === "xf" && inCells) found.push(lookOf(Number(attributes.numFmtId ?? 0), codes.get(Number(attributes.numFmtId ?? 0))));
    },
    close: (name) => {
      if (name === "cellXfs") inCells = false;
    },
  });
  return found;
}
