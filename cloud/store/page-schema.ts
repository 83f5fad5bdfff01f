// Pages of events by type or by subject, however many events there are: the reader must not look through, or sort, a million rows for fifty.
import type { Kysely } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPageIndexes(db: Kysely<any>): Promise<void> {
  await db.schema.dropIndex("event_type_at_index").execute();
  await db.schema.createIndex("event_type_page_index").on("event").columns(["type", "ordinal"]).execute();
  await db.schema.createIndex("event_subject_page_index").on("event").columns(["subject", "ordinal"]).execute();
}
