// What is personal is not kept for ever: how far the events have been gone through, and what stands in a stay in place of its plate.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface RetentionTable {
  name: string;
  /** Every event up to this one has been gone through. */
  ordinal: number;
  at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createRetentionSchema(db: Kysely<any>): Promise<void> {
  await table(db, "retention", "name", "ordinal at", ["name"]);
  await db.schema.alterTable("visit").addColumn("plate_key", "text").execute();
  await db.schema.createIndex("visit_retention").on("visit").columns(["left_at"]).execute();
}
