// Running counts, kept in the same transaction as what they count, so that a total is one row to read.
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

/** Kept for each site, because whoever may see one compound may not see the sums of all. */
export async function addToTally(change: Change, { site }: { readonly site: string }, name: Tally, by = 1): Promise<void> {
  if (by === 0) return;
  await change
    .insertInto("tally")
    .values({ name: `${name}@${site}`, value: by })
    .onConflict((conflict) => conflict.column("name").doUpdateSet((eb) => ({ value: eb("tally.value", "+", by) })))
    .execute();
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
