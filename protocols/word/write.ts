// A Word file written: paragraphs, tables and footnotes in the layout of official documents (GB/T 9704-2012: A4, 37/35/28/26 mm, 仿宋 16 pt on 29 pt, title 22 pt). Plain text in,
// editable text out; the same content gives the same bytes. Source: ECMA-376 part 1 §17 (WordprocessingML).
import { strToU8, zipSync } from "fflate";

/** A piece of text; with a note it carries a footnote. */
export interface Piece {
  readonly text: string;
  readonly note?: string;
}
export type Block =
  | { readonly kind: "title" | "heading" | "paragraph" | "right"; readonly pieces: readonly Piece[] }
  | { readonly kind: "table"; readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] };
/** Of a table: text, or a piece with its footnote. */
export type Cell = string | Piece;
export const pieceOf = (cell: Cell): Piece => (typeof cell === "string" ? { text: cell } : cell);

export const text = (kind: "title" | "heading" | "paragraph" | "right", words: string): Block => ({ kind, pieces: [{ text: words }] });

// biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 cannot hold is left out
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const escaped = (words: string): string =>
  words.replace(unwritable, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const font = (name: string, half: number): string =>
  `<w:rPr><w:rFonts w:ascii="${name}" w:hAnsi="${name}" w:eastAsia="${name}" w:cs="${name}"/><w:sz w:val="${half}"/></w:rPr>`;
const run = (words: string, properties: string): string => `<w:r>${properties}<w:t xml:space="preserve">${escaped(words)}</w:t></w:r>`;

const styles = {
  title: {
    font: font("方正小标宋简体", 44),
    paragraph: '<w:jc w:val="center"/><w:spacing w:line="640" w:lineRule="exact" w:after="290"/>',
  },
  heading: { font: font("黑体", 32), paragraph: '<w:spacing w:line="580" w:lineRule="exact"/><w:ind w:firstLineChars="200"/>' },
  paragraph: { font: font("仿宋_GB2312", 32), paragraph: '<w:spacing w:line="580" w:lineRule="exact"/><w:ind w:firstLineChars="200"/>' },
  right: { font: font("仿宋_GB2312", 32), paragraph: '<w:jc w:val="right"/><w:spacing w:line="580" w:lineRule="exact"/>' },
} as const;
const cellFont = font("仿宋_GB2312", 24);

const main = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packages = "http://schemas.openxmlformats.org/package/2006";
const types = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const noTime = 946_684_800_000;

export function writeDocument(blocks: readonly Block[]): Uint8Array {
  const notes: string[] = [];
  const piece = ({ text: words, note }: Piece, properties: string): string => {
    if (note === undefined) return run(words, properties);
    notes.push(note);
    return `${run(words, properties)}<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="${notes.length + 1}"/></w:r>`;
  };
  const body = blocks.map((block) => {
    if (block.kind === "table") return tableOf(block, (cell) => piece(pieceOf(cell), cellFont));
    const { font: properties, paragraph } = styles[block.kind];
    return `<w:p><w:pPr>${paragraph}</w:pPr>${block.pieces.map((one) => piece(one, properties)).join("")}</w:p>`;
  });
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
  const separator = (id: number, kind: string): string =>
    `<w:footnote w:type="${kind}" w:id="${id}"><w:p><w:r><w:${kind}/></w:r></w:p></w:footnote>`;
  const footnotes = notes.map(
    (note, at) =>
      `<w:footnote w:id="${at + 2}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>${run(` ${note}`, cellFont)}</w:p></w:footnote>`,
  );
  const files: Record<string, string> = {
    "[Content_Types].xml": `${head}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${types}.document.main+xml"/><Override PartName="/word/footnotes.xml" ContentType="${types}.footnotes+xml"/></Types>`,
    "_rels/.rels": `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="word/document.xml"/></Relationships>`,
    "word/_rels/document.xml.rels": `${head}<Relationships xmlns="${packages}/relationships"><Relationship Id="rId1" Type="${relations}/footnotes" Target="footnotes.xml"/></Relationships>`,
    "word/document.xml": `${head}<w:document xmlns:w="${main}"><w:body>${body.join("")}<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr></w:body></w:document>`,
    "word/footnotes.xml": `${head}<w:footnotes xmlns:w="${main}">${separator(0, "separator")}${separator(1, "continuationSeparator")}${footnotes.join("")}</w:footnotes>`,
  };
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, words]) => [name, strToU8(words)])), { level: 6, mtime: noTime });
}

function tableOf({ head, rows }: Pick<Extract<Block, { kind: "table" }>, "head" | "rows">, inside: (cell: Cell) => string): string {
  const edges = ["top", "left", "bottom", "right", "insideH", "insideV"]
    .map((edge) => `<w:${edge} w:val="single" w:sz="4" w:color="000000"/>`)
    .join("");
  const cell = (said: Cell): string => `<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr><w:p>${inside(said)}</w:p></w:tc>`;
  const row = (cells: readonly Cell[], heading: boolean): string =>
    `<w:tr><w:trPr><w:cantSplit/>${heading ? "<w:tblHeader/>" : ""}</w:trPr>${cells.map(cell).join("")}</w:tr>`;
  return `<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>${edges}</w:tblBorders></w:tblPr>${row(head, true)}${rows.map((one) => row(one, false)).join("")}</w:tbl><w:p/>`;
}
