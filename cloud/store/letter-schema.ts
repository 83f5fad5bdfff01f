// Dead letters: what could have no effect, kept whole, with everything that was tried with it and by whom.
import type { Generated, Kysely } from "kysely";

/**
 * event, batch: has its place in a stream, which went on without it; may be tried again.
 * message: could not be read at all and was never acknowledged; may be tried again.
 * conflict: its key belongs to other content; never tried, for people to compare.
 */
export type LetterKind = "event" | "batch" | "message" | "conflict";

export interface DeadLetterTable {
  id: Generated<number>;
  fingerprint: string;
  site: string;
  gateway: string;
  topic: string;
  event_key: string | null;
  reason: string;
  payload: string;
  times: number;
  first_at: number;
  last_at: number;
  kind: string;
  /** waiting | delivered */
  state: string;
  /** How often an effect was tried in vain before it came here. */
  tries: number;
}

/** Every try of a person with a letter, whatever came of it. Rows are only ever added. */
export interface LetterTryTable {
  letter: number;
  n: number;
  at: number;
  person: string;
  /** delivered | refused */
  outcome: string;
  reason: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createLetterSchema(db: Kysely<any>): Promise<void> {
  const text = { kind: "message", state: "waiting" };
  for (const [column, first] of Object.entries(text))
    await db.schema
      .alterTable("dead_letter")
      .addColumn(column, "text", (c) => c.notNull().defaultTo(first))
      .execute();
  await db.schema
    .alterTable("dead_letter")
    .addColumn("tries", "integer", (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex("dead_letter_state_index").on("dead_letter").columns(["state", "site", "gateway"]).execute();
  let table = db.schema.createTable("letter_try");
  for (const column of ["letter", "n", "at"]) table = table.addColumn(column, "bigint", (c) => c.notNull());
  for (const column of ["person", "outcome", "reason"]) table = table.addColumn(column, "text", (c) => c.notNull());
  await table.addPrimaryKeyConstraint("letter_try_key", ["letter", "n"] as never[]).execute();
}
