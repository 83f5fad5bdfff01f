// The list that a camera keeps for itself, whoever made it: what is to stand there, and what it says stands there. The two are compared, never assumed to be one.
import { canonicalPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { fromRfc3339, toCivil, type Wall } from "#protocols/vocabulary/time.ts";

export interface ListRow {
  readonly plate: Plate;
  readonly from_at: Wall;
  readonly until_at: Wall;
}

/** One entry as the camera tells it. */
export interface Listed {
  /** The camera's own name for it: what it is changed and taken off by. */
  readonly key: string;
  /** As it is written there, perhaps with a colour before it. */
  readonly text: string;
  readonly plate: Plate | null;
  /** null: not told, or not in a form that is understood here. */
  readonly from_at: Wall | null;
  readonly until_at: Wall | null;
}

export const listed = ({ key, text, from, until }: { key: string; text: string; from: string; until: string }): Listed => ({
  key,
  text,
  plate: canonicalPlate(text) ?? null,
  from_at: fromRfc3339(from) ?? null,
  until_at: fromRfc3339(until) ?? null,
});

const two = (value: number): string => String(value).padStart(2, "0");
/** "2026-11-26 08:00:00", or with a T between: civil time, as cameras write it. */
export function civilText(at: Wall, between: " " | "T" = " "): string {
  const { year, month, day, hour, minute, second } = toCivil(at);
  return `${year}-${two(month)}-${two(day)}${between}${two(hour)}:${two(minute)}:${two(second)}`;
}

export interface Differences {
  /** Wanted, and not there. */
  readonly missing: readonly ListRow[];
  /** Wanted, and there for another span. */
  readonly other: readonly (readonly [ListRow, Listed])[];
  /** Put there from here, and wanted no more; or there twice. */
  readonly left: readonly Listed[];
  /** Neither wanted nor ours: somebody else put it there, and it is left alone. */
  readonly foreign: readonly Listed[];
}

const second = (at: number): number => Math.floor(at / 1000);
/** A time that the camera does not tell cannot differ. */
const sameTime = (wanted: Wall, told: Wall | null): boolean => told === null || second(wanted) === second(told);

export function differences(wanted: readonly ListRow[], there: readonly Listed[], ours: ReadonlySet<string>): Differences {
  const rows = new Map(wanted.map((row) => [row.plate, row]));
  const found = new Set<Plate>();
  const other: [ListRow, Listed][] = [];
  const left: Listed[] = [];
  const foreign: Listed[] = [];
  for (const entry of there) {
    const { plate } = entry;
    const row = plate === null ? undefined : rows.get(plate);
    if (plate === null || (row === undefined && !ours.has(plate))) foreign.push(entry);
    else if (row === undefined || found.has(plate)) left.push(entry);
    else {
      found.add(plate);
      if (!sameTime(row.from_at, entry.from_at) || !sameTime(row.until_at, entry.until_at)) other.push([row, entry]);
    }
  }
  return { missing: wanted.filter(({ plate }) => !found.has(plate)), other, left, foreign };
}

export const isSame = ({ missing, other, left }: Differences): boolean => missing.length + other.length + left.length === 0;

/** For an event: numbers, never plates. */
export function inWords({ missing, other, left, foreign }: Differences): string {
  const said: readonly (readonly [number, string])[] = [
    [missing.length, "missing"],
    [other.length, "with another span"],
    [left.length, "still there"],
    [foreign.length, "not put there from here"],
  ];
  return said
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ");
}
