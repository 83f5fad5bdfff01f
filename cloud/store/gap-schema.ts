// What is known to be lost: events that a gateway had to drop, readings that were thinned or dropped, from when to when.
import type { Kysely } from "kysely";

export interface GapTable {
  /** The event's key, or the gateway's name and the gap's own id: told twice, it counts once. */
  id: string;
  site: string;
  gateway: string;
  stream: string;
  reason: string;
  /** null: nobody knows since when. */
  from_at: number | null;
  to_at: number;
  /** Events or readings; null: nobody could count them. */
  lost: number | null;
  received_at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createGapSchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("gap");
  for (const column of ["id", "site", "gateway", "stream", "reason"]) table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["to_at", "received_at"]) table = table.addColumn(column, "bigint", (c) => c.notNull());
  for (const column of ["from_at", "lost"]) table = table.addColumn(column, "bigint");
  await table.addPrimaryKeyConstraint("gap_key", ["id"] as never[]).execute();
  await db.schema.createIndex("gap_of").on("gap").columns(["site", "gateway", "to_at"]).execute();
}
