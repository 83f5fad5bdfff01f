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

export async function addToTally(change: Change, name: Tally, by = 1): Promise<void> {
  if (by === 0) return;
  await change
    .insertInto("tally")
    .values({ name, value: by })
    .onConflict((conflict) => conflict.column("name").doUpdateSet((eb) => ({ value: eb("tally.value", "+", by) })))
    .execute();
}

export async function readTallies(read: Queries): Promise<Record<Tally, number>> {
  const rows = await read.selectFrom("tally").selectAll().execute();
  const known = new Map(rows.map((row) => [row.name, row.value]));
  return Object.fromEntries(tallies.map((name) => [name, known.get(name) ?? 0])) as Record<Tally, number>;
}
