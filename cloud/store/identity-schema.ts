// Who has spoken under a gateway's name: a journal and a boot. One box never goes back to an earlier boot; two boxes with one identity take turns.
import type { Kysely } from "kysely";

export interface IdentityTable {
  site: string;
  gateway: string;
  epoch: string;
  boot: string;
  /** The newest moment of that boot at which it said that it was online. */
  mono: number;
  /** Counts the changes of who it was. */
  turn: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createIdentitySchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("identity");
  for (const column of ["site", "gateway", "epoch", "boot"]) table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["mono", "turn"]) table = table.addColumn(column, "bigint", (c) => c.notNull());
  await table.addPrimaryKeyConstraint("identity_key", ["site", "gateway", "epoch", "boot"] as never[]).execute();
}
