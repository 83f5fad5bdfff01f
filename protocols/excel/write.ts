// An Excel file written: typed cells (texts stay texts, dates are dates, money is a number with two places), a frozen heading, A4 landscape fitted to the width.
// The same rows give the same bytes. Source: ECMA-376 part 1 §18 (SpreadsheetML), part 2 (packages).
import { strToU8, zipSync } from "fflate";
import { dayNumber } from "./workbook.ts";

/** How a column's values are: `wrapped` text, whole `number`, `money` in whole fen, `date` in milliseconds, kept to the minute, an `exact` number with as many places as it has. */
export type ColumnKind = "text" | "wrapped" | "number" | "money" | "date" | "exact";

export interface Column {
  readonly head: string;
  readonly kind: ColumnKind;
  /** In characters. */
  readonly width: number;
}

/** A number with words before it ("公维金 1,200.00"): still a number. */
export interface Prefixed {
  readonly value: number;
  readonly prefix: string;
}
export type Value = string | number | Prefixed | null;

export interface WrittenSheet {
  readonly name: string;
  readonly title: string;
  /** The line below the title: filter, when, by whom. */
  readonly info: string;
  readonly columns: readonly Column[];
  readonly rows: Iterable<readonly Value[]>;
  readonly totals?: readonly Value[];
}

const kinds: readonly ColumnKind[] = ["text", "wrapped", "number", "money", "date", "exact"];
/** Styles by their place in cellXfs: 0 general, then the kinds, then heading, title, info; then totals of each kind; then prefixed money. */
const style = { heading: 7, title: 8, info: 9, totals: 10, prefixed: 16 } as const;
const styleOf = (kind: ColumnKind): number => kinds.indexOf(kind) + 1;
const formats: Readonly<Record<ColumnKind, number>> = { text: 49, wrapped: 49, number: 1, money: 4, date: 164, exact: 0 };

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot hold is left out
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const special = /[&<>"\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
export const escaped = (text: string): string => (special.test(text) ? escapedAll(text) : text);
const escapedAll = (text: string): string =>
  text.replace(unwritable, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** 0 -> A, 27 -> AB. */
export function letters(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return `${rest >= 0 ? letters(rest) : ""}${String.fromCharCode(65 + (index % 26))}`;
}

/** Fen as Excel's decimal: exact, for it is written as text and read as one number. */
const decimal = (fen: number): string => {
  const size = Math.abs(fen);
  return `${fen < 0 ? "-" : ""}${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
};

function cell(
  place: string,
  value: Value,
  kind: ColumnKind,
  { plain, prefixes }: { readonly plain: number; readonly prefixes: Map<string, number> },
): string {
  if (value === null || value === "") return `<c r="${place}" s="${plain}"/>`;
  if (typeof value === "object") {
    const at = prefixes.get(value.prefix) ?? prefixes.size;
    prefixes.set(value.prefix, at);
    return `<c r="${place}" s="${style.prefixed + at}"><v>${decimal(value.value)}</v></c>`;
  }
  if (typeof value === "string")
    return `<c r="${place}" s="${plain}" t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
  if (!Number.isFinite(value)) throw new RangeError(`${place}: no number: ${value}`);
  const written =
    kind === "money"
      ? decimal(value)
      : kind === "date"
        ? String(Number(dayNumber(Math.floor(value / 60_000) * 60_000).toFixed(9)))
        : String(value);
  return `<c r="${place}" s="${plain}"><v>${written}</v></c>`;
}

/** A sheet written line by line: what comes before its lines, each line, and what comes behind. Nothing of the lines is kept. */
export interface SheetPen {
  readonly head: () => string;
  /** `points`: how high, where it is not as high as its text. */
  readonly line: (values: readonly Value[], points?: number) => string;
  readonly foot: (totals?: readonly Value[]) => string;
}

export function sheetPen(
  { columns, title, info, drawn = false }: Omit<WrittenSheet, "rows" | "totals" | "name"> & { readonly drawn?: boolean },
  prefixes: Map<string, number>,
): SheetPen {
  const last = letters(columns.length - 1);
  const names = columns.map((_, at) => letters(at));
  const line = (n: number, values: readonly Value[], of: (kind: ColumnKind) => number, high = ""): string => {
    const cells = columns.map(({ kind }, at) => cell(`${names[at]}${n}`, values[at] ?? null, kind, { plain: of(kind), prefixes }));
    return `<row r="${n}"${high}>${cells.join("")}</row>`;
  };
  const alone = (n: number, text: string, s: number): string =>
    `<row r="${n}" ht="${n === 1 ? 28 : 18}" customHeight="1">${cell(`A${n}`, text, "text", { plain: s, prefixes })}</row>`;
  const widths = columns.map(({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join("");
  const heading = columns.map(({ head }) => head);
  let n = 3;
  return {
    head: () =>
      `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"${drawn ? ` xmlns:r="${relations}"` : ""}><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData>${alone(1, title, style.title)}${alone(2, info, style.info)}${line(3, heading, () => style.heading)}`,
    line: (values, points) => {
      n += 1;
      return line(n, values, styleOf, points === undefined ? "" : ` ht="${points}" customHeight="1"`);
    },
    foot: (totals) =>
      `${totals === undefined ? "" : line(n + 1, totals, (kind) => style.totals + kinds.indexOf(kind))}</sheetData><autoFilter ref="A3:${last}${n}"/><mergeCells count="2"><mergeCell ref="A1:${last}1"/><mergeCell ref="A2:${last}2"/></mergeCells><pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/><headerFooter><oddFooter>&amp;L${escaped(title.replaceAll("&", "&&"))}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>${drawn ? '<drawing r:id="rId1"/>' : ""}</worksheet>`,
  };
}

function stylesXml(prefixes: ReadonlyMap<string, number>): string {
  const wrapped = (kind: ColumnKind): string =>
    `<alignment vertical="top"${kind === "wrapped" || kind === "text" ? ' wrapText="1"' : ""}/>`;
  const of = (kind: ColumnKind, font: number): string =>
    `<xf numFmtId="${formats[kind]}" fontId="${font}" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1" applyAlignment="1">${wrapped(kind)}</xf>`;
  const prefixed = [...prefixes.keys()];
  const xfs = [
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    ...kinds.map((kind) => of(kind, 0)),
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="1" xfId="0" applyAlignment="1"><alignment horizontal="center" vertical="center" wrapText="1"/></xf>',
    '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment horizontal="center" vertical="center"/></xf>',
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/>',
    ...kinds.map((kind) => of(kind, 1)),
    ...prefixed.map(
      (_, at) =>
        `<xf numFmtId="${165 + at}" fontId="0" fillId="0" borderId="1" xfId="0" applyNumberFormat="1" applyBorder="1"><alignment vertical="top"/></xf>`,
    ),
  ];
  const numbers = [
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>',
    ...prefixed.map(
      (prefix, at) => `<numFmt numFmtId="${165 + at}" formatCode="&quot;${escaped(prefix.replaceAll('"', ""))} &quot;#,##0.00"/>`,
    ),
  ];
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="${numbers.length}">${numbers.join("")}</numFmts><fonts count="3"><font><sz val="10"/><name val="宋体"/></font><font><b/><sz val="10"/><name val="宋体"/></font><font><b/><sz val="16"/><name val="宋体"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE7EAEE"/></patternFill></fill></fills><borders count="2"><border/><border><left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${xfs.length}">${xfs.join("")}</cellXfs></styleSheet>`;
}

/** Names as Excel takes them: at most 31 characters, none of []:*?/\, no two alike. */
export function sheetNames(wanted: readonly string[]): string[] {
  const taken = new Set<string>();
  return wanted.map((text) => {
    const base =
      text
        .replace(/[[\]:*?/\\]/g, " ")
        .replace(/^'+|'+$/g, "")
        .trim() || "表";
    for (let n = 1; ; n += 1) {
      const tail = n === 1 ? "" : `(${n})`;
      const name = [...base].slice(0, 31 - tail.length).join("") + tail;
      if (!taken.has(name.toLowerCase())) {
        taken.add(name.toLowerCase());
        return name;
      }
    }
  });
}

const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
/** A zip wants a time: always the same one, so that the same rows are the same bytes. */
const noTime = 946_684_800_000;

const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
export const sheetPath = (at: number): string => `xl/worksheets/sheet${at + 1}.xml`;

/** What stands around the sheets of these names; the styles are known when all lines are written. `more`: the types of what stands in it besides. */
export function bookParts(names: readonly string[], more = ""): readonly (readonly [path: string, xml: string])[] {
  const titles = names.map(
    (name, at) =>
      `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">'${escaped(name.replaceAll("'", "''"))}'!$3:$3</definedName>`,
  );
  return [
    [
      "[Content_Types].xml",
      `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${types}.styles+xml"/>${names.map((_, at) => `<Override PartName="/${sheetPath(at)}" ContentType="${types}.worksheet+xml"/>`).join("")}${more}</Types>`,
    ],
    [
      "_rels/.rels",
      `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      "xl/workbook.xml",
      `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relations}"><sheets>${names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join("")}</sheets><definedNames>${titles.join("")}</definedNames></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      `${head}<Relationships xmlns="${packages}/relationships">${names.map((_, at) => `<Relationship Id="rId${at + 1}" Type="${relations}/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`).join("")}<Relationship Id="rId${names.length + 1}" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    ],
  ];
}

export const stylesPart = (prefixes: ReadonlyMap<string, number>): readonly [path: string, xml: string] => [
  "xl/styles.xml",
  stylesXml(prefixes),
];

/** The whole file at once: for some thousand lines. */
export function writeWorkbook(sheets: readonly WrittenSheet[]): Uint8Array {
  const prefixes = new Map<string, number>();
  const made = sheets.map((sheet) => {
    const pen = sheetPen(sheet, prefixes);
    const lines = Array.from(sheet.rows, pen.line);
    return `${pen.head()}${lines.join("")}${pen.foot(sheet.totals)}`;
  });
  const files = [
    ...bookParts(sheetNames(sheets.map(({ name }) => name))),
    stylesPart(prefixes),
    ...made.map((xml, at) => [sheetPath(at), xml] as const),
  ];
  return zipSync(Object.fromEntries(files.map(([name, text]) => [name, strToU8(text)])), { level: 4, mtime: noTime });
}

/** A line of CSV: what a spreadsheet would take for a formula is quoted with an apostrophe; lines end as RFC 4180 has it. */
export const csvLine = (values: readonly (string | number | null)[]): string => `${values.map(csvCell).join(",")}\r\n`;
export const csvMark = "\ufeff";

function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // Spreadsheets pass over blanks before a sign, and some take a full-width one for a plain one.
  const guarded = /^[\t\r\n]|^\s*[=+\-@＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
