// Which row of a table names its columns, and what they mean: our own names, Neuron's, and the words that Chinese and English data sheets put there, in one row or in two.
import { nearest } from "../../vocabulary/nearest.ts";
import { type Column, extraColumns, otherWords, ownColumns } from "./columns.ts";
import { plain, type TableRow } from "./row.ts";

export const neuronColumns = [
  "group",
  "name",
  "address",
  "attribute",
  "type",
  "description",
  "decimal",
  "precision",
  "bias",
  "value",
] as const;
export const neuronNeeds = ["name", "address", "attribute", "type"] as const;

/** Read over without a word: they say nothing about the device. */
const noMatter = [
  "序号",
  "编号",
  "备注",
  "说明",
  "no",
  "index",
  "remark",
  "remarks",
  "note",
  "notes",
  "comment",
  "comments",
  "分组",
  "group",
];

const bare = (text: string): string =>
  plain(text)
    .toLowerCase()
    .replace(/[\s\-_./()[\]:]/g, "");
const byWord = new Map<string, Column>(
  [...ownColumns, ...extraColumns].flatMap((column) => [column, ...otherWords[column]].map((word) => [bare(word), column] as const)),
);

export interface Headings {
  readonly kind: "own" | "neuron";
  /** Where each column stands. */
  readonly at: ReadonlyMap<string, number>;
  /** How it is called in the table, by its index. */
  readonly called: readonly string[];
  /** The row after the headings. */
  readonly first: number;
  readonly line: number;
  readonly unknown: readonly { readonly index: number; readonly word: string; readonly meant?: string }[];
}

/** A heading over several columns and the one below it: "地址" over "十六进制" is 地址十六进制. */
function joined(upper: readonly string[], lower: readonly string[]): string[] {
  return Array.from({ length: Math.max(upper.length, lower.length) }, (_, at) => {
    const [over = "", under = ""] = [upper[at], lower[at]];
    return over === under || under === "" ? over : over === "" ? under : `${over}${under}`;
  });
}

interface Found {
  readonly at: Map<string, number>;
  readonly known: number;
}

function ownFound(words: readonly string[]): Found {
  const at = new Map<string, number>();
  for (const [index, word] of words.entries()) {
    const column = byWord.get(bare(word));
    if (column !== undefined && !at.has(column)) at.set(column, index);
  }
  return { at, known: at.size };
}
function neuronFound(words: readonly string[]): Found {
  const at = new Map<string, number>();
  for (const [index, word] of words.entries()) {
    const column = neuronColumns.find((one) => one === word.trim().toLowerCase());
    if (column !== undefined && !at.has(column)) at.set(column, index);
  }
  return { at, known: at.size };
}

const isNeuron = ({ at }: Found): boolean => neuronNeeds.every((name) => at.has(name));
const isOwn = ({ at }: Found): boolean => at.has("address") || at.has("address_hex");

/** Headings stand within the first rows, below a title or not. */
const searched = 30;

/** The row, or two, that knows most columns; one that can be used before one that cannot, which is returned so that what it lacks is said. */
export function headingsOf(rows: readonly TableRow[]): Headings | undefined {
  let best:
    | { readonly words: readonly string[]; readonly found: Found; readonly index: number; readonly height: 1 | 2; readonly score: number }
    | undefined;
  for (const [index, row] of rows.slice(0, searched).entries())
    for (const height of [1, 2] as const) {
      const lower = rows[index + 1];
      if (height === 2 && lower === undefined) continue;
      const words = height === 1 ? row.cells : joined(row.cells, lower?.cells ?? []);
      const neuron = neuronFound(words);
      const found = isNeuron(neuron) ? neuron : ownFound(words);
      const usable = isNeuron(neuron) || (isOwn(found) && found.known >= 2);
      const score = found.known + (usable ? 1_000 : 0);
      if (found.known > 0 && score > (best?.score ?? 0)) best = { words, found, index, height, score };
    }
  if (best === undefined) return undefined;
  const { words, found, index, height } = best;
  const kind = isNeuron(found) ? "neuron" : "own";
  const taken = new Set(found.at.values());
  const known: readonly string[] = kind === "neuron" ? neuronColumns : [...byWord.keys()];
  const unknown = words.flatMap((word, at) => {
    if (taken.has(at) || word.trim() === "" || (kind === "own" && noMatter.includes(bare(word)))) return [];
    const meant = nearest(bare(word), known);
    return [{ index: at, word, ...(meant === undefined ? {} : { meant: kind === "own" ? (byWord.get(meant) ?? meant) : meant }) }];
  });
  return { kind, at: found.at, called: words, first: index + height, line: rows[index]?.line ?? 1, unknown };
}
