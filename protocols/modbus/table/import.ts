// A table of points becomes the points of a profile: our own columns, those that Neuron exports, or those of a data sheet. Every cell that cannot be meant is said by its place.
import type { Point } from "../profile.ts";
import type { Cells, Complain } from "./cells.ts";
import { ownColumns } from "./columns.ts";
import { type Headings, headingsOf, neuronColumns, neuronNeeds } from "./headings.ts";
import { neuronRow } from "./neuron-row.ts";
import { ownRow } from "./own-row.ts";
import { columnLetters, plain, type TableRow } from "./row.ts";

export interface CellComplaint {
  readonly line: number;
  /** Our name for the column, and the table's. */
  readonly column: string;
  readonly called: string;
  /** C5, as a spreadsheet names the cell; a missing column has none. */
  readonly at?: string;
  readonly cell: string;
  readonly zh: string;
  readonly en: string;
}
export interface Imported {
  readonly points: readonly Point[];
  readonly complaints: readonly CellComplaint[];
  /** What was read and does not stand in a profile, and names that were made. */
  readonly notes: readonly string[];
  /** The unit that Neuron's addresses name, where they all name one. */
  readonly unit?: number;
}

interface Read {
  readonly point: Point;
  readonly bit?: number;
  readonly made?: true;
}

/** Rows with a bit become flags of one point: all bits of a register belong together. */
function gathered(rows: readonly Read[]): Point[] {
  const points: Point[] = [];
  const words = new Map<string, Point>();
  for (const { point, bit } of rows) {
    if (bit === undefined) {
      points.push(point);
      continue;
    }
    const place = `${point.table} ${point.address}`;
    const word = words.get(place) ?? {
      name: `flags_${point.table}_${point.address}`,
      per: "device",
      table: point.table,
      address: point.address,
      type: "u16",
      bits: {},
    };
    if (!words.has(place)) points.push(word);
    words.set(place, word);
    Object.assign(word.bits ?? {}, { [point.name]: bit });
  }
  return points;
}

/** Columns in which a dash, or "none" in words, is nothing. */
const mayBeNothing = new Set([
  "scale",
  "unit",
  "order",
  "bit",
  "offset",
  "min",
  "max",
  "enum",
  "registers",
  "decimal",
  "precision",
  "bias",
  "access",
  "type",
]);
const nothing = /^(-+|—+|\/|无|none|n\/a|na)$/i;
const labels = new Set(["label_zh", "label_en", "description"]);

interface Reader {
  readonly headings: Headings;
  readonly complaints: CellComplaint[];
}

function readerOf({ headings, complaints }: Reader, row: TableRow): { readonly cells: Cells; readonly complain: Complain } {
  const { at, called } = headings;
  const cells: Cells = (column) => {
    const index = at.get(column);
    const written = index === undefined ? "" : (row.cells[index] ?? "");
    const text = labels.has(column) ? written.trim() : plain(written);
    return mayBeNothing.has(column) && nothing.test(text) ? "" : text;
  };
  const complain: Complain = (column, zh, en) => {
    const index = at.get(column);
    complaints.push({
      line: row.line,
      column,
      called: (index === undefined ? undefined : called[index]) ?? column,
      ...(index === undefined ? {} : { at: `${columnLetters(index)}${row.line}` }),
      cell: index === undefined ? "" : (row.cells[index] ?? ""),
      zh,
      en,
    });
    return undefined;
  };
  return { cells, complain };
}

/** Titles between the rows, and headings that are printed again. */
function isNoPoint(row: TableRow, { at, called }: Headings): boolean {
  const filled = row.cells.filter((cell) => cell !== "");
  if (row.troubles !== undefined) return false;
  if (new Set(filled).size <= 1 && filled.length !== 1) return true;
  if (filled.length === 1) return (row.cells[at.get("address") ?? at.get("address_hex") ?? -1] ?? "") === "";
  return row.cells.filter((cell, index) => cell !== "" && cell === called[index]).length >= Math.min(3, filled.length);
}

function headingComplaints(headings: Headings | undefined, rows: readonly TableRow[]): CellComplaint[] {
  if (headings === undefined) {
    const head = rows[0];
    const columns = `${ownColumns.join("、")}`;
    const words = head?.cells.join(", ") ?? "";
    return [
      {
        line: head?.line ?? 1,
        column: "address",
        called: "address",
        cell: words.slice(0, 80),
        zh: `找不到表头：要有 name（名称）与 address（地址）两列；可用 ${columns}，或 Neuron 的 ${neuronNeeds.join("、")}`,
        en: `no headings found: the columns name and address are needed; there are ${ownColumns.join(", ")}, or Neuron's ${neuronNeeds.join(", ")}`,
      },
    ];
  }
  const { kind, line, at, called, unknown } = headings;
  const lacks = (words: { zh: string; en: string }, column: string) => [{ line, column, called: column, cell: "", ...words }];
  const place = at.has("address") || at.has("address_hex");
  const label = at.has("name") || at.has("label_zh") || at.has("label_en");
  const known: readonly string[] = kind === "neuron" ? neuronColumns : ownColumns;
  return [
    ...(place ? [] : lacks({ zh: "缺少地址列 address", en: "the column address is missing" }, "address")),
    ...(label ? [] : lacks({ zh: "缺少名称列 name", en: "the column name is missing" }, "name")),
    ...unknown.map(({ index, word, meant }) => ({
      line,
      column: word.toLowerCase(),
      called: called[index] ?? word,
      at: `${columnLetters(index)}${line}`,
      cell: word,
      zh: `不认识的列${meant === undefined ? `；可用 ${known.join("、")}` : `，是否想写 ${meant}？`}；不需要的列用 --ignore`,
      en: `unknown column${meant === undefined ? `; there are ${known.join(", ")}` : `; did you mean ${meant}?`}; --ignore leaves it out`,
    })),
  ];
}

/** Two points of one name: the place tells them apart. */
function distinct(rows: readonly Read[]): Read[] {
  const seen = new Map<string, number>();
  for (const { point, made } of rows) if (made) seen.set(point.name, (seen.get(point.name) ?? 0) + 1);
  return rows.map((row) => {
    if (!row.made || (seen.get(row.point.name) ?? 0) < 2) return row;
    const [, body = row.point.name, unit = ""] = row.point.name.match(/^(.*?)(_m?[A-Z][A-Za-z]*|_m[A-Z]\w*|_permille|_milli)?$/) ?? [];
    return { ...row, point: { ...row.point, name: `${body}_${row.point.address}${unit}` } };
  });
}

const droppedColumns = ["poll_ms", "deadband", "precision"];

function notesOf(
  headings: Headings,
  rows: readonly TableRow[],
  read: { readonly made: readonly Read[]; readonly statics: number; readonly titles: number },
): string[] {
  const dropped = droppedColumns.filter((name) => rows.some((row) => (row.cells[headings.at.get(name) ?? -1] ?? "") !== ""));
  return [
    ...dropped.map((name) => `${name}: 不属于设备型号，未导入 / is no matter of a device model, left out`),
    ...(read.statics > 0 ? [`${read.statics} 个静态点未导入 / static tags left out`] : []),
    ...(read.titles > 0 ? [`跳过 ${read.titles} 行标题 / ${read.titles} rows of titles passed over`] : []),
    ...read.made.map(({ point }) => `${point.zh ?? ""} → ${point.name}：名字是代起的，请核对 / this name was made; look at it`),
  ];
}

export interface ImportWishes {
  /** Columns that nobody needs, as they are called in the table. */
  readonly ignore?: readonly string[];
  /** How addresses are written where the table does not say: zero, one, hex, 4xxxx, 4xxxxx. */
  readonly addresses?: string | undefined;
  /** What reads a row that says no function: many sheets say "read by 03H" once, above the table. */
  readonly fc?: string | undefined;
}

export function importTable(table: readonly TableRow[], { ignore = [], addresses = "", fc = "" }: ImportWishes = {}): Imported {
  const found = headingsOf(table);
  const headings =
    found === undefined ? undefined : { ...found, unknown: found.unknown.filter(({ word }) => !ignore.includes(word.trim())) };
  const complaints = headingComplaints(headings, table);
  if (headings === undefined || complaints.length > 0) return { points: [], complaints, notes: [] };
  const rows = table.slice(headings.first);
  const read: Read[] = [];
  const units = new Set<number>();
  let statics = 0;
  let titles = 0;
  for (const row of rows) {
    if (isNoPoint(row, headings)) {
      titles += 1;
      continue;
    }
    const { cells, complain } = readerOf({ headings, complaints }, row);
    const spoilt = [...headings.at].filter(([, index]) => row.troubles?.has(index));
    for (const [column, index] of spoilt) {
      const trouble = row.troubles?.get(index);
      if (trouble !== undefined) complain(column, trouble.zh, trouble.en);
    }
    if (spoilt.length > 0) continue;
    const one = headings.kind === "neuron" ? neuronRow(cells, complain) : ownRow(defaults(cells, { addresses, fc }), complain);
    if (one === "static") statics += 1;
    else if (one !== undefined) {
      read.push(one);
      if ("unit" in one) units.add(one.unit);
    }
  }
  const made = distinct(read);
  const [unit, ...otherUnits] = units;
  return {
    points: gathered(made),
    complaints,
    notes: [
      ...notesOf(headings, rows, { made: made.filter((one) => one.made), statics, titles }),
      ...(otherUnits.length > 0 ? [`从站 ${[...units].join("、")} 合成了一个型号 / several units became one model`] : []),
    ],
    ...(unit === undefined || otherUnits.length > 0 ? {} : { unit }),
  };
}

/** A table with labels and no names: the label is the name. One that does not say how it writes addresses: as the person says. */
const defaults =
  (cells: Cells, { addresses, fc }: { readonly addresses: string; readonly fc: string }): Cells =>
  (column) => {
    if (column === "name") return cells("name") || cells("label_en") || cells("label_zh");
    if (column === "addr_style") return cells("addr_style") || addresses;
    return column === "fc" ? cells("fc") || fc : cells(column);
  };
