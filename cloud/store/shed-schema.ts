// Sheds as the cloud shows them. Three things of a shed change apart and travel in two streams, so each keeps the moment of its newest fact.
import type { Kysely } from "kysely";

export interface ShedTable {
  site: string;
  gateway: string;
  shed: string;
  name: string;
  /** JSON list of station ids. */
  stations: string;
  /** unknown | serving | blind | latched */
  state: string;
  cause: string | null;
  source: string | null;
  trip: string | null;
  since: number | null;
  stamp: string | null;
  /** unknown | none | well | stuck | lost */
  contactor: string;
  contactor_stamp: string | null;
  leaking: number;
  leaking_stamp: string | null;
  /** JSON: input -> { of, state, stamp }. */
  inputs: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createShedSchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("shed");
  for (const column of ["site", "gateway", "shed", "name", "stations", "state", "contactor", "inputs"])
    table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["cause", "source", "trip", "stamp", "contactor_stamp", "leaking_stamp"]) table = table.addColumn(column, "text");
  table = table.addColumn("since", "bigint").addColumn("leaking", "integer", (c) => c.notNull());
  await table.addPrimaryKeyConstraint("shed_key", ["site", "gateway", "shed"] as never[]).execute();
}
