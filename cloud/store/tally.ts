// Running counts, kept in the same transaction as what they count, so that a total is one row to read.
import { often } from "./often.ts";
import type { Change, Queries } from "./store.ts";

export const tallies = [
  "passages",
  "openings",
  "visits",
  "bills",
  "billed_fen",
  "paid_fen",
  "sessions",
  "cutoffs",
  "welds",
  "events",
  "duplicates",
  "dead_letters",
] as const;
export type Tally = (typeof tallies)[number];

/** What a change that is under way has counted so far; written at its end, one row a name and site. */
const counting = new WeakMap<Change, Map<string, number>>();

/** Kept for each site, because whoever may see one compound may not see the sums of all. Inside a marked change (changing.ts): counted now, written with its end. Elsewhere: written at once. */
export async function addToTally(change: Change, { site }: { readonly site: string }, name: Tally, by = 1): Promise<void> {
  if (by === 0) return;
  const sums = counting.get(change);
  const counted = `${name}@${site}`;
  if (sums === undefined) return write(change, counted, by);
  sums.set(counted, (sums.get(counted) ?? 0) + by);
}

/** Runs a change whose counts are written together at its end. */
export async function countingTogether<Result>(change: Change, work: () => Promise<Result>): Promise<Result> {
  const sums = new Map<string, number>();
  counting.set(change, sums);
  try {
    const result = await work();
    for (const [name, by] of sums) if (by !== 0) await write(change, name, by);
    return result;
  } finally {
    counting.delete(change);
  }
}

const add = often((db, { name, by }: { name: string; by: number }) =>
  db
    .insertInto("tally")
    .values({ name, value: by })
    .onConflict((conflict) => conflict.column("name").doUpdateSet((eb) => ({ value: eb("tally.value", "+", by) }))),
);

async function write(change: Change, name: string, by: number): Promise<void> {
  await add(change, { name, by });
}

export type Tallies = Record<Tally, number>;

/** Read once, then summed for all sites, or for those that `counts`. A row without a site is from before sites were counted apart: part of the whole only. */
export async function readTallies(read: Queries): Promise<(counts?: (site: string) => boolean) => Tallies> {
  const rows = await read.selectFrom("tally").selectAll().execute();
  return (counts) => {
    const sums = new Map<string, number>();
    for (const { name, value } of rows) {
      const [tally = "", site] = name.split("@");
      if (counts !== undefined && (site === undefined || !counts(site))) continue;
      sums.set(tally, (sums.get(tally) ?? 0) + value);
    }
    return Object.fromEntries(tallies.map((name) => [name, sums.get(name) ?? 0])) as Tallies;
  };
}
