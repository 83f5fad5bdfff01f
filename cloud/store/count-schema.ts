// How much a frozen week counted, as it was counted at the freeze: a list of years of weeks says it without counting anything again.
import { type Kysely, sql } from "kysely";
import { table } from "./ledger-schema.ts";

export interface SnapshotCountTable {
  week: string;
  units: number;
  /** Hazards behind all of its numbers. */
  rows: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createSnapshotCounts(db: Kysely<any>): Promise<void> {
  await table(db, "snapshot_count", "week:text units:bigint rows:bigint", ["week"]);
  const weeks = await db.selectFrom("snapshot").select("week").orderBy("number").execute();
  // Weeks of before this day, one after another: they are counted here for the last time.
  for (const { week } of weeks) {
    const { body } = await db.selectFrom("snapshot").select("body").where("week", "=", week).executeTakeFirstOrThrow();
    const counted = await sql<{ n: number | string }>`select count(*) as n from snapshot_row where week = ${week}`.execute(db);
    const units = (JSON.parse(body) as { units: unknown[] }).units.length;
    await db
      .insertInto("snapshot_count")
      .values({ week, units, rows: Number(counted.rows[0]?.n ?? 0) })
      .execute();
  }
}
