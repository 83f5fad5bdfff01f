// The parts of an .xlsx file: a zip of XML. Each part is bounded in size, and a document type is refused, so that no entity of another file is ever fetched.
// Source: ECMA-376 part 1 §12 (package structure), §18 (SpreadsheetML).
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { strFromU8, unzipSync } from "fflate";

/** A point table is a few hundred kilobytes; what unpacks to more is none. */
const usualBytes = 64 * 1024 * 1024;

export class NoWorkbook extends Error {}

/** Only the parts that are needed, by their path. */
export function unpack(bytes: Uint8Array, mostBytes = usualBytes): ReadonlyMap<string, string> {
  let total = 0;
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!/^(xl\/(workbook\.xml|styles\.xml|sharedStrings\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml))$/i.test(name))
          return false;
        total += originalSize;
        if (total > mostBytes) throw new NoWorkbook(`解开后超过 ${mostBytes >> 20} MB / it unpacks to more than ${mostBytes >> 20} MB`);
        return true;
      },
    });
    return new Map(Object.entries(files).map(([name, part]) => [name, strFromU8(part)]));
  } catch (error) {
    if (error instanceof NoWorkbook) throw error;
    throw new NoWorkbook(`不是完整的 .xlsx / is no whole .xlsx: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}
export interface Listener {
  open?(element: Element): void;
  close?(name: string): void;
  text?(text: string): void;
}

const predefined: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const decoded = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (_, hex?: string, decimal?: string, name?: string) =>
    name === undefined
      ? String.fromCodePoint(Math.min(0x10_ffff, hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)))
      : (predefined[name.toLowerCase()] ?? ""),
  );

/** Element names without their namespace's prefix: some writers say <x:row>. Nothing is made of the text: 00123 stays what it is. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
});

type Node = Readonly<Record<string, unknown>>;

export function readXml(xml: string, listener: Listener): void {
  if (/<!DOCTYPE/i.test(xml)) throw new NoWorkbook("XML: DOCTYPE");
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new NoWorkbook(`XML: ${valid.err.msg}`);
  const walk = (nodes: readonly Node[]): void => {
    for (const node of nodes)
      for (const [name, inside] of Object.entries(node)) {
        if (name === "#text") listener.text?.(decoded(String(inside)));
        if (!Array.isArray(inside) || name.startsWith("?")) continue;
        const attributes = Object.entries((node[":@"] ?? {}) as Readonly<Record<string, string>>);
        listener.open?.({ name, attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decoded(value)])) });
        walk(inside as readonly Node[]);
        listener.close?.(name);
      }
  };
  walk(parser.parse(xml) as readonly Node[]);
}

/** Excel writes what XML cannot hold as _x000D_. */
export const unescaped = (text: string): string =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

export interface SheetPart {
  readonly name: string;
  readonly path: string;
  readonly hidden: boolean;
}

export function sheetParts(parts: ReadonlyMap<string, string>): SheetPart[] {
  const workbook = parts.get("xl/workbook.xml");
  if (workbook === undefined) throw new NoWorkbook("里面没有工作簿 / there is no workbook in it");
  const targets = new Map<string, string>();
  readXml(parts.get("xl/_rels/workbook.xml.rels") ?? "<r/>", {
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

/** Texts by their number; the reading of Japanese characters (rPh) is no text of the cell. */
export function sharedStrings(xml: string | undefined): string[] {
  const found: string[] = [];
  let inside = { text: false, phonetic: false };
  readXml(xml ?? "<sst/>", {
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
export function numberLooks(xml: string | undefined): NumberLook[] {
  const codes = new Map<number, string>();
  const found: NumberLook[] = [];
  let inCells = false;
  readXml(xml ?? "<styleSheet/>", {
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
