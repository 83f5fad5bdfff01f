// Who may become a gateway, and which certificates the cloud has given: codes only as hashes, certificates by their serial numbers.
import type { Kysely } from "kysely";

export interface EnrolmentCodeTable {
  code_hash: string;
  site: string;
  gateway: string;
  person: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface CertificateTable {
  serial: string;
  site: string;
  gateway: string;
  /** SHA-256 of the key, hexadecimal: the same key is never certified twice. */
  key_hash: string;
  issued_at: number;
  from_at: number;
  until_at: number;
  /** The certificate with which this one was asked for; null: a code. */
  before: string | null;
  revoked_at: number | null;
  revoked_by: string | null;
  reason: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createEnrolmentSchema(db: Kysely<any>): Promise<void> {
  let code = db.schema.createTable("enrolment_code").addColumn("code_hash", "text", (c) => c.primaryKey());
  for (const column of ["site", "gateway", "person"]) code = code.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["created_at", "expires_at"]) code = code.addColumn(column, "bigint", (c) => c.notNull());
  await code.addColumn("used_at", "bigint").execute();
  let certificate = db.schema.createTable("certificate").addColumn("serial", "text", (c) => c.primaryKey());
  for (const column of ["site", "gateway", "key_hash"]) certificate = certificate.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["issued_at", "from_at", "until_at"]) certificate = certificate.addColumn(column, "bigint", (c) => c.notNull());
  for (const column of ["before", "revoked_by", "reason"]) certificate = certificate.addColumn(column, "text");
  await certificate.addColumn("revoked_at", "bigint").execute();
  await db.schema.createIndex("certificate_gateway").on("certificate").columns(["gateway", "issued_at"]).execute();
  await db.schema.createIndex("certificate_key").on("certificate").column("key_hash").unique().execute();
}
