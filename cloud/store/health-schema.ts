// How each gateway said last that it is, and when that was heard.
import type { Kysely } from "kysely";

export interface GatewayHealthTable {
  site: string;
  gateway: string;
  /** The word's own place in its journal: an older one never stands in for a newer. */
  epoch: string;
  seq: number;
  /** By the cloud's clock. */
  seen_at: number;
  /** How old it was then by the gateway's clock; null: that clock was not set. */
  delayed_ms: number | null;
  /** As it came, as JSON. */
  said: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createHealthSchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("gateway_health");
  for (const column of ["site", "gateway", "epoch", "said"]) table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["seq", "seen_at"]) table = table.addColumn(column, "bigint", (c) => c.notNull());
  await table
    .addColumn("delayed_ms", "bigint")
    .addPrimaryKeyConstraint("gateway_health_key", ["site", "gateway"] as never[])
    .execute();
}

/** The newest commissioning record of each gateway. */
export interface GatewayCommissioningTable {
  site: string;
  gateway: string;
  epoch: string;
  seq: number;
  at: number;
  /** As it came, as JSON. */
  said: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createCommissioningSchema(db: Kysely<any>): Promise<void> {
  let table = db.schema.createTable("gateway_commissioning");
  for (const column of ["site", "gateway", "epoch", "said"]) table = table.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["seq", "at"]) table = table.addColumn(column, "bigint", (c) => c.notNull());
  await table.addPrimaryKeyConstraint("gateway_commissioning_key", ["site", "gateway"] as never[]).execute();
}
