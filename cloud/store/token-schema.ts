// API tokens, and the code with which the first administrator comes in: secrets only as hashes, what became of each beside it.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";
import type { EmergencyCodeTable } from "./emergency-schema.ts";

export interface ApiTokenTable {
  id: string;
  name: string;
  /** Who answers for it: it acts as this person, as this post, and never beyond. */
  person: string;
  post: string;
  /** Within the post's own area. */
  area: string;
  /** JSON list: "alarms:read". */
  scopes: string;
  made_by: string;
  created_at: number;
  expires_at: number;
  /** Null until its person has taken it: before that there is no secret. */
  secret_hash: string | null;
  taken_at: number | null;
  /** To the hour. */
  used_at: number | null;
  revoked_at: number | null;
  revoked_by: string | null;
}

export interface FirstCodeTable {
  code_hash: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

/** How one comes in without a password. */
export interface AccessTables {
  api_token: ApiTokenTable;
  first_code: FirstCodeTable;
  emergency_code: EmergencyCodeTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createTokenSchema(db: Kysely<any>): Promise<void> {
  const texts = "id name person post area scopes made_by secret_hash? revoked_by?";
  await table(db, "api_token", texts, "created_at expires_at taken_at? used_at? revoked_at?", ["id"]);
  await db.schema.createIndex("api_token_secret").on("api_token").column("secret_hash").unique().execute();
  await db.schema.createIndex("api_token_page").on("api_token").columns(["created_at", "id"]).execute();
  await table(db, "first_code", "code_hash", "created_at expires_at used_at?", ["code_hash"]);
}
