// What gateways said of their clocks, and the labels that wait for a clock to be set.
import type { Kysely } from "kysely";

/** A moment at which a gateway's wall clock was true: the fact by which labels of its boot are derived. */
export interface AnchorTable {
  gateway: string;
  boot: string;
  mono: number;
  wall: number;
  /** The event that said it. */
  event: string;
  off_ms: number;
  received_at: number;
}

/** A time that we show for want of a better one. When the anchor comes it is derived, unless something else has been written there since. */
export interface LabelTable {
  site: string;
  gateway: string;
  boot: string;
  /** "entry.at": a column of labels.ts. */
  place: string;
  key: string;
  mono: number;
  /** What was written there. */
  was: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createClockSchema(db: Kysely<any>): Promise<void> {
  let anchor = db.schema.createTable("clock_anchor");
  for (const column of ["gateway", "boot", "event"]) anchor = anchor.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["mono", "wall", "off_ms", "received_at"]) anchor = anchor.addColumn(column, "bigint", (c) => c.notNull());
  await anchor.addPrimaryKeyConstraint("clock_anchor_key", ["gateway", "boot", "mono"] as never[]).execute();
  let label = db.schema.createTable("label");
  for (const column of ["site", "gateway", "boot", "place", "key"]) label = label.addColumn(column, "text", (c) => c.notNull());
  for (const column of ["mono", "was"]) label = label.addColumn(column, "bigint", (c) => c.notNull());
  await label.addPrimaryKeyConstraint("label_key", ["gateway", "place", "key"] as never[]).execute();
  await db.schema.createIndex("label_of").on("label").columns(["gateway", "boot", "mono"]).execute();
  await db.schema
    .alterTable("event")
    .addColumn("clock", "text", (c) => c.notNull().defaultTo("true"))
    .execute();
}
