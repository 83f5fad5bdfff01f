// What pictures look like, so that one that was scaled, packed anew or mirrored is still known: a look of 64 bits, and its parts, by which the few that may be near are found.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface PictureLookTable {
  sha256: string;
  /** null: it was looked at, and there is nothing to tell it by. */
  look: string | null;
}

export interface PicturePartTable {
  value: number;
  sha256: string;
}

export interface PictureTables {
  picture_look: PictureLookTable;
  picture_part: PicturePartTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPictureSchema(db: Kysely<any>): Promise<void> {
  await table(db, "picture_look", "sha256:text look?:text", ["sha256"]);
  await table(db, "picture_part", "value:integer sha256:text", ["value", "sha256"]);
  await db.schema
    .alterTable("evidence")
    .addColumn("alike", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
}
