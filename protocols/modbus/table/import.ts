// A table of points becomes the points of a profile: our own columns, or those that Neuron exports. Every cell that cannot be meant is said by row and column.
import type { Point } from "../profile.ts";
import type { Cells, Complain } from "./cells.ts";
import type { CsvRow } from "./csv.ts";
import { neuronRow } from "./neuron-row.ts";
import { ownColumns, ownRow } from "./own-row.ts";

export interface CellComplaint {
  readonly line: number;
  readonly column: string;
  readonly cell: string;
  readonly zh: string;
  readonly en: string;
}
export interface Imported {
  readonly points: readonly Point[];
  readonly complaints: readonly CellComplaint[];
  /** What was read and does not stand in a profile. */
  readonly notes: readonly string[];
}
const neuronColumns = ["group", "name", "address", "attribute", "type"] as const;

/** Rows with a bit become flags of one point: all bits of a register belong together. */
function gathered(rows: readonly { readonly point: Point; readonly bit?: number }[]): Point[] {
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

/** The first row names the columns. */
export function importTable(table: readonly CsvRow[]): Imported {
  const [head, ...rows] = table;
  const columns = (head?.cells ?? []).map((name) => name.toLowerCase());
  const isNeuron = neuronColumns.every((name) => columns.includes(name));
  const complaints: CellComplaint[] = [];
  const wanted = isNeuron ? neuronColumns : (["name", "address"] as const);
  for (const name of wanted)
    if (!columns.includes(name))
      complaints.push({ line: head?.line ?? 1, column: name, cell: "", zh: `缺少列 ${name}`, en: `the column ${name} is missing` });
  const known: readonly string[] = isNeuron ? [...neuronColumns, "description", "decimal", "precision"] : ownColumns;
  const unknown = columns.filter((name) => name !== "" && !known.includes(name));
  for (const name of unknown)
    complaints.push({
      line: head?.line ?? 1,
      column: name,
      cell: name,
      zh: `不认识的列；可用 ${known.join("、")}`,
      en: `unknown column; there are ${known.join(", ")}`,
    });
  if (complaints.length > 0) return { points: [], complaints, notes: [] };
  const found: { point: Point; bit?: number }[] = [];
  for (const row of rows) {
    const cells: Cells = (column) => row.cells[columns.indexOf(column)] ?? "";
    const complain: Complain = (column, zh, en) => {
      complaints.push({ line: row.line, column, cell: cells(column), zh, en });
      return undefined;
    };
    const point = isNeuron ? neuronRow(cells, complain) : ownRow(cells, complain);
    if (point !== undefined) found.push(point);
  }
  const dropped = ["poll_ms", "deadband", "precision"].filter((name) =>
    rows.some((row) => (row.cells[columns.indexOf(name)] ?? "") !== ""),
  );
  const notes = dropped.map((name) => `${name}: 不属于设备型号，未导入 / is no matter of a device model, left out`);
  return { points: gathered(found), complaints, notes };
}
