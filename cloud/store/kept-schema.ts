// How each lane is kept, as its gateway said last: held open, locked, up for a fire, or by its own rules.
import type { Kysely } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function addKept(db: Kysely<any>): Promise<void> {
  for (const column of ["kept", "kept_by", "kept_stamp"]) await db.schema.alterTable("lane").addColumn(column, "text").execute();
  await db.schema.alterTable("lane").addColumn("kept_until", "bigint").execute();
}
