// What a month's money is explained by: bills and payments by their stay (stays by when they left: lot-schema), and the few events that say what people did at a gate.
import { type Kysely, sql } from "kysely";

/** The condition of a partial index. A query has to say it word for word, or SQLite does not see that the index answers it. */
export const handEvents = sql<boolean>`type in ('gate.ordered', 'lane.passed', 'money.entered')`;

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPassageIndexes(db: Kysely<any>): Promise<void> {
  await sql`create index event_hand_index on event (site, type, at) where ${handEvents}`.execute(db);
  await db.schema.createIndex("bill_visit_index").on("bill").columns(["visit"]).execute();
  await db.schema.createIndex("payment_visit_index").on("payment").columns(["visit"]).execute();
}
