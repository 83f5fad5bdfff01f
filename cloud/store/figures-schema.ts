// What the ledger's figures are counted from: one index that holds all their columns, in the order in which they are grouped. No row of the ledger itself is read for them.
import { type Kysely, sql } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createFiguresIndex(db: Kysely<any>): Promise<void> {
  await sql`create index hazard_figures_index on hazard (matter, site, state, deadline, id)`.execute(db);
}
