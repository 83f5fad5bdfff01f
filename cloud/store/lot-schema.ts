// The parking lots of a gateway, as its site file names them: how many places each has, and within which other it lies.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface LotTable {
  site: string;
  gateway: string;
  lot: string;
  name: string;
  within: string | null;
  capacity: number;
  /** In the order of the site file. */
  place: number;
  /** By which start of the gateway it is known. */
  told_at: number;
}

export interface LotTables {
  lot: LotTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createLotSchema(db: Kysely<any>): Promise<void> {
  await table(db, "lot", "site:text gateway:text lot:text name:text within?:text capacity:integer place:integer told_at:bigint", [
    ...(["site", "gateway", "lot"] as const),
  ]);
  await db.schema.createIndex("visit_site_left_index").on("visit").columns(["site", "left_at"]).execute();
}
