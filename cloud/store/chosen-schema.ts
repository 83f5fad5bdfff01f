// As which of a person's posts a sign-in has chosen to act: each of its tabs is one of them.
import { type Kysely, sql } from "kysely";
import { table } from "./ledger-schema.ts";

export interface ChosenPostTable {
  token_hash: string;
  post: string;
}

export interface ChosenTables {
  chosen_post: ChosenPostTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createChosenSchema(db: Kysely<any>): Promise<void> {
  await table(db, "chosen_post", "token_hash:text post:text", ["token_hash", "post"]);
  await sql`insert into chosen_post (token_hash, post) select token_hash, post from sign_in`.execute(db);
}
