// Commands as the cloud keeps them: who asked for what, who approved, the text that was signed, and what the gateway said of it.
import type { Kysely } from "kysely";

export interface CommandTable {
  id: string;
  site: string;
  gateway: string;
  action: string;
  args: string;
  person: string;
  approver: string | null;
  reason: string;
  /** waiting: for another person's approval. issued: said until it is received or has expired. */
  state: string;
  /** What was signed and how; null until it is issued. */
  signed: string | null;
  /** The name under which a person asked: the same name again is the same command. */
  asked_as: string;
  asked_at: number;
  issued_at: number | null;
  expires_at: number | null;
  received_at: number | null;
  ended_at: number | null;
  code: string | null;
  zh: string | null;
  en: string | null;
}

/** Journals whose place another has taken. */
export interface SuccessionTable {
  gateway: string;
  epoch: string;
  by_epoch: string;
  at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createSuccessionSchema(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable("succession")
    .addColumn("gateway", "text", (c) => c.notNull())
    .addColumn("epoch", "text", (c) => c.notNull())
    .addColumn("by_epoch", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("succession_key", ["gateway", "epoch"])
    .execute();
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createCommandSchema(db: Kysely<any>): Promise<void> {
  const text = ["id", "site", "gateway", "action", "args", "person", "reason", "state", "asked_as"];
  let table = db.schema.createTable("command");
  for (const column of text) table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["approver", "signed", "code", "zh", "en"]) table = table.addColumn(column, "text");
  table = table.addColumn("asked_at", "bigint", (c) => c.notNull());
  for (const column of ["issued_at", "expires_at", "received_at", "ended_at"]) table = table.addColumn(column, "bigint");
  await table.addPrimaryKeyConstraint("command_key", ["id"] as never[]).execute();
  await db.schema.createIndex("command_asked_as").on("command").columns(["person", "asked_as"]).unique().execute();
  await db.schema.createIndex("command_state").on("command").columns(["state", "asked_at"]).execute();
}
