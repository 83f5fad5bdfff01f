// Posts that are given and ended on the page: who asked, who approved; and of each post whether the cloud's file or the page holds it.
import type { Generated, Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface PostChangeTable {
  id: string;
  person: string;
  /** give | end */
  what: string;
  role: string;
  organisation: string;
  area: string;
  reason: string;
  asked_by: string;
  asked_at: number;
  /** waiting | done | withdrawn */
  state: string;
  ended_by: Generated<string | null>;
  ended_at: Generated<number | null>;
}

export interface PostChangeTables {
  post_change: PostChangeTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPostChangeSchema(db: Kysely<any>): Promise<void> {
  const texts = "id:text person:text what:text role:text organisation:text area:text reason:text asked_by:text";
  await table(db, "post_change", `${texts} asked_at:bigint state:text ended_by?:text ended_at?:bigint`, ["id"]);
  await db.schema.createIndex("post_change_page").on("post_change").columns(["asked_at", "id"]).execute();
  await db.schema
    .alterTable("post")
    .addColumn("origin", "text", (c) => c.notNull().defaultTo("config"))
    .execute();
}
