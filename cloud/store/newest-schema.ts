// The newest value of each series, where several processes share one database: each would otherwise show only what it took in itself.
import type { Kysely } from "kysely";

export interface NewestTable {
  /** The series' name, one text whatever order its tags came in. */
  series: string;
  /** Its own time: milliseconds since 1970, and the nanoseconds within. */
  at: number;
  ns: number;
  value: number;
  quality: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createNewestSchema(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable("newest")
    .addColumn("series", "text", (c) => c.primaryKey())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("ns", "integer", (c) => c.notNull())
    .addColumn("value", "bigint", (c) => c.notNull())
    .addColumn("quality", "text", (c) => c.notNull())
    .execute();
}
