// One chain for every record that is entered once and never changed (seals.ts): its digest, and the hash of the seal before it.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";
import { sealAll } from "./seals.ts";

export interface SealTable {
  ordinal: number;
  /** A name of `sealedKinds`. */
  kind: string;
  /** The record's key, as words. */
  ref: string;
  digest: string;
  previous: string;
  hash: string;
}

export interface SealHeadTable {
  id: string;
  ordinal: number;
  hash: string;
}

export interface SealTables {
  seal: SealTable;
  seal_head: SealHeadTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createSealSchema(db: Kysely<any>): Promise<void> {
  await table(db, "seal", "ordinal:bigint kind:text ref:text digest:text previous:text hash:text", ["ordinal"]);
  await db.schema.createIndex("seal_ref_index").on("seal").columns(["kind", "ref"]).unique().execute();
  await table(db, "seal_head", "id:text ordinal:bigint hash:text", ["id"]);
  await db.insertInto("seal_head").values({ id: "seals", ordinal: 0, hash: "" }).execute();
}

/** After every other change of the schema of that day: what stands there is sealed as it stands. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export const sealWhatIsThere = (db: Kysely<any>): Promise<void> => sealAll(db as Parameters<typeof sealAll>[0]);
