// Which car inside is the one at the exit? Its very plate; else the only one that a camera could have misread this way; never a choice between two. The explanation is part of the answer.
import { displayPlate, type Plate, type PlateColour } from "#protocols/vocabulary/plate.ts";

export interface OpenVisit {
  readonly visit: string;
  readonly plate: Plate;
  readonly colour?: PlateColour;
}

/** One difference between the plate read at the exit and the plate of a visit. */
export interface Difference {
  /** Counted in the plate of the visit, from 0. */
  readonly at: number;
  readonly kind: "confusable" | "other" | "missing" | "added";
  /** What the visit has there, and what was read. Empty where nothing stands. */
  readonly expected: string;
  readonly read: string;
}

export interface Explained {
  readonly visit: string;
  readonly plate: Plate;
  /** Edits that no confusion explains; confusions cost nothing. */
  readonly cost: number;
  readonly differences: readonly Difference[];
  readonly zh: string;
  readonly en: string;
}

export type PlateMatch =
  /** `rivals`: other cars inside that a camera may have read as this plate; before money is taken a person looks at the plate. */
  | { readonly kind: "exact"; readonly found: Explained; readonly rivals: readonly Explained[] }
  | { readonly kind: "similar"; readonly found: Explained }
  /** Only a person may choose. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly Explained[] }
  | { readonly kind: "none" };

/** Characters that plate cameras take for one another. Sources: CN114092928A (0/D/Q, B/8, 2/Z, 5/S, 4/A); an OpenALPR sample run (0/U/G, 1/I, 6/G). I and O occur in no serial and are read as 1 and 0. */
export const confusables: readonly string[] = ["0DQ", "8B", "2Z", "5S", "4A", "0U", "0G", "6G"];

const confused = (a: string, b: string): boolean => confusables.some((group) => group.includes(a) && group.includes(b));

/**
 * How a read differs from a plate: any number of confusable characters and at most one other edit (a wrong, missing or added character, the province included;
 * a new-energy plate cut to seven characters is one missing). undefined when it takes more than that.
 */
export function differences(plate: Plate, read: Plate): readonly Difference[] | undefined {
  return compare(plate, read, { at: 0, from: 0, edits: 1 });
}

interface Place {
  readonly at: number;
  readonly from: number;
  readonly edits: number;
}

function compare(plate: string, read: string, { at, from, edits }: Place): readonly Difference[] | undefined {
  const [expected, seen] = [plate[at] ?? "", read[from] ?? ""];
  if (expected === "" && seen === "") return [];
  const both = expected !== "" && seen !== "";
  const next = (place: Place, difference?: Difference) => {
    const rest = compare(plate, read, place);
    return rest && (difference ? [difference, ...rest] : rest);
  };
  const ways: (readonly Difference[] | undefined)[] = [];
  if (both && expected === seen) ways.push(next({ at: at + 1, from: from + 1, edits }));
  if (both && confused(expected, seen))
    ways.push(next({ at: at + 1, from: from + 1, edits }, { at, kind: "confusable", expected, read: seen }));
  if (edits > 0) {
    const rest = edits - 1;
    if (both && expected !== seen)
      ways.push(next({ at: at + 1, from: from + 1, edits: rest }, { at, kind: "other", expected, read: seen }));
    if (expected !== "") ways.push(next({ at: at + 1, from, edits: rest }, { at, kind: "missing", expected, read: "" }));
    if (seen !== "") ways.push(next({ at, from: from + 1, edits: rest }, { at, kind: "added", expected: "", read: seen }));
  }
  return ways.filter((way) => way !== undefined).sort((a, b) => weight(a) - weight(b))[0];
}

const cost = (found: readonly Difference[]): number => found.filter((difference) => difference.kind !== "confusable").length;
const weight = (found: readonly Difference[]): number => cost(found) * 100 + found.length;

/**
 * `inside`: the open visits, newest first. Of two under one plate the newest is meant. The very plate wins, unless a similar car is inside too and the colours say that it is that one;
 * without the very plate exactly one similar car may be meant.
 */
export function matchPlate(read: { plate: Plate; colour?: PlateColour }, inside: readonly OpenVisit[]): PlateMatch {
  const candidates: Explained[] = [];
  const seen = new Map<Plate, OpenVisit>();
  for (const visit of inside) {
    if (seen.has(visit.plate)) continue;
    const found = differences(visit.plate, read.plate);
    if (found === undefined) continue;
    seen.set(visit.plate, visit);
    candidates.push(explain(visit, read.plate, found));
  }
  const exact = candidates.find((candidate) => candidate.plate === read.plate);
  if (exact !== undefined) {
    const contradicts = (plate: Plate) => coloursContradict(seen.get(plate)?.colour, read.colour);
    const other = contradicts(exact.plate) && candidates.some((candidate) => candidate !== exact && !contradicts(candidate.plate));
    return other
      ? { kind: "ambiguous", candidates }
      : { kind: "exact", found: exact, rivals: candidates.filter((candidate) => candidate !== exact) };
  }
  const [only, another] = candidates;
  if (only === undefined) return { kind: "none" };
  return another === undefined ? { kind: "similar", found: only } : { kind: "ambiguous", candidates };
}

const coloursContradict = (a: PlateColour | undefined, b: PlateColour | undefined): boolean =>
  a !== undefined && b !== undefined && a !== "unknown" && b !== "unknown" && a !== b;

function explain(visit: OpenVisit, read: Plate, found: readonly Difference[]): Explained {
  const base = { visit: visit.visit, plate: visit.plate, cost: cost(found), differences: found };
  if (found.length === 0) return { ...base, zh: `${displayPlate(visit.plate)}：完全一致`, en: `${visit.plate}: the very plate` };
  const zh = found.map(({ at, kind, expected, read: seen }) =>
    kind === "missing"
      ? `第${at + 1}位${expected}没有读到`
      : kind === "added"
        ? `第${at + 1}位前多读了${seen}`
        : `第${at + 1}位${expected}读成${seen}${kind === "confusable" ? "（易混）" : ""}`,
  );
  const en = found.map(({ at, kind, expected, read: seen }) =>
    kind === "missing"
      ? `character ${at + 1} ${expected} not read`
      : kind === "added"
        ? `${seen} added before character ${at + 1}`
        : `character ${at + 1} ${expected} read as ${seen}${kind === "confusable" ? " (confusable)" : ""}`,
  );
  return {
    ...base,
    zh: `读到 ${displayPlate(read)}，在场 ${displayPlate(visit.plate)}：${zh.join("，")}`,
    en: `read ${read}, inside ${visit.plate}: ${en.join(", ")}`,
  };
}
