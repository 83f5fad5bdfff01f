// The audit log as it is kept: rows that only come, a head that says where they end, and anchors. The database itself refuses to change or remove a row.
import { type Kysely, sql } from "kysely";

export interface AuditTable {
  ordinal: number;
  at: number;
  /** null: the machine's own console, or somebody whom nobody knows. */
  person: string | null;
  person_name: string;
  role: string | null;
  organisation: string | null;
  site: string | null;
  action: string;
  /** What it was done to: an id. */
  object: string | null;
  /** done | refused */
  outcome: string;
  /** Why it was refused. */
  code: string | null;
  /** JSON; never a secret, a plate or a card. */
  detail: string;
  /** Where the request came from, as the socket says. */
  address: string | null;
  previous: string;
  hash: string;
}

export interface AuditHeadTable {
  id: string;
  ordinal: number;
  hash: string;
}

/** "At this moment the log ended with this row": a shorter log, or another history, cannot say so any more. */
export interface AuditAnchorTable {
  ordinal: number;
  hash: string;
  at: number;
  /** The civil day in China of which it is the first; null when it was asked for, or made at a stop. */
  day: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createAuditSchema(db: Kysely<any>, dialect: "sqlite" | "postgres"): Promise<void> {
  let table = db.schema.createTable("audit").addColumn("ordinal", "bigint", (c) => c.primaryKey());
  for (const column of ["person_name", "action", "outcome", "detail", "previous", "hash"])
    table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["person", "role", "organisation", "site", "object", "code", "address"]) table = table.addColumn(column, "text");
  await table.addColumn("at", "bigint", (c) => c.notNull()).execute();
  await db.schema.createIndex("audit_site_index").on("audit").columns(["site", "ordinal"]).execute();
  await db.schema
    .createTable("audit_head")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("ordinal", "bigint", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull())
    .execute();
  await db.schema
    .createTable("audit_anchor")
    .addColumn("ordinal", "bigint", (c) => c.primaryKey())
    .addColumn("hash", "text", (c) => c.notNull())
    .addColumn("at", "bigint", (c) => c.notNull())
    .addColumn("day", "text")
    .execute();
  await db.insertInto("audit_head").values({ id: "audit", ordinal: 0, hash: "" }).execute();
  await (dialect === "sqlite" ? onlyAppendSqlite(db) : onlyAppendPostgres(db));
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function onlyAppendSqlite(db: Kysely<any>): Promise<void> {
  for (const table of ["audit", "audit_anchor"])
    for (const what of ["UPDATE", "DELETE"])
      await sql
        .raw(
          `CREATE TRIGGER ${table}_no_${what.toLowerCase()} BEFORE ${what} ON ${table} BEGIN SELECT RAISE(ABORT, '${table} only grows'); END`,
        )
        .execute(db);
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function onlyAppendPostgres(db: Kysely<any>): Promise<void> {
  await sql
    .raw(
      "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$",
    )
    .execute(db);
  for (const table of ["audit", "audit_anchor"])
    await sql
      .raw(
        `CREATE TRIGGER ${table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()`,
      )
      .execute(db);
}
