// What gateways work by, as the cloud keeps it: documents with their versions and signatures, what each gateway says that it runs, and the texts that lie on it.
import type { Kysely } from "kysely";

export interface DocumentTable {
  id: string;
  site: string;
  gateway: string;
  kind: string;
  name: string;
  version: number;
  /** Hash of the file on the gateway that it stands in for. */
  over: string | null;
  text: string;
  hash: string;
  person: string;
  approver: string | null;
  reason: string;
  /** waiting: for another person. issued: said until the gateway took or refused it. taken, running, replaced, refused: the gateway's own facts. superseded: a newer one was issued before it was taken. */
  state: string;
  signed: string | null;
  asked_as: string;
  asked_at: number;
  issued_at: number | null;
  taken_at: number | null;
  ended_at: number | null;
  code: string | null;
  zh: string | null;
  en: string | null;
}

/** The last report of each gateway. */
export interface RunningTable {
  site: string;
  gateway: string;
  kind: string;
  name: string;
  version: number;
  hash: string | null;
  local: string | null;
  trial: number;
  /** When the gateway said so, by its clock. */
  at: number;
}

export interface LocalTextTable {
  site: string;
  gateway: string;
  kind: string;
  name: string;
  hash: string;
  text: string;
  at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createDocumentSchema(db: Kysely<any>): Promise<void> {
  let document = db.schema.createTable("document").addColumn("id", "text", (c) => c.primaryKey());
  for (const column of ["site", "gateway", "kind", "name", "text", "hash", "person", "reason", "state", "asked_as"])
    document = document.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["over", "approver", "signed", "code", "zh", "en"]) document = document.addColumn(column, "text");
  for (const column of ["issued_at", "taken_at", "ended_at"]) document = document.addColumn(column, "bigint");
  await document
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("asked_at", "bigint", (c) => c.notNull())
    .execute();
  const { schema } = db;
  await schema.createIndex("document_version").on("document").columns(["gateway", "kind", "name", "version"]).unique().execute();
  await schema.createIndex("document_asked_as").on("document").columns(["person", "asked_as"]).unique().execute();
  await schema.createIndex("document_state").on("document").columns(["state", "issued_at"]).execute();
  await schema
    .createTable("running")
    .addColumn("site", "text", (c) => c.notNull())
    .addColumn("gateway", "text", (c) => c.notNull())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("version", "integer", (c) => c.notNull())
    .addColumn("hash", "text")
    .addColumn("local", "text")
    .addColumn("trial", "integer", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("running_key", ["site", "gateway", "kind", "name"])
    .execute();
  let local = schema.createTable("local_text");
  for (const column of ["site", "gateway", "kind", "name", "hash", "text"]) local = local.addColumn(column, "text", (c) => c.notNull());
  await local
    .addColumn("at", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("local_text_key", ["site", "gateway", "kind", "name", "hash"] as never[])
    .execute();
}
