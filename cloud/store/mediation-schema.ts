// What was said and agreed in a mediation: apart from the hazard's row and its steps, which more people read. Versions are only ever added; each one's hash stands in the ledger's chain.
import { type Kysely, sql } from "kysely";
import { table } from "./ledger-schema.ts";
import { wordsOf } from "./ledger-search-schema.ts";

export interface MediationTable {
  hazard: string;
  /** From 1; the newest is what holds. */
  seq: number;
  /** JSON list of { name, side }. */
  parties: string;
  agreement: string | null;
  outcome: string;
  confidential: number;
  person: string;
  person_name: string;
  at: number;
  previous: string;
  hash: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createMediationSchema(db: Kysely<any>): Promise<void> {
  const columns =
    "hazard:text seq:bigint parties:text agreement?:text outcome:text confidential:integer person:text person_name:text at:bigint previous:text hash:text";
  await table(db, "mediation", columns, ["hazard", "seq"]);
  // Whoever may search the ledger could find out by asking what is said in one of before this day.
  const known = await sql<{ id: string; compound: string; place: string; zh: string; responsible: string | null; matter: string }>`
    select id, compound, place, zh, responsible, matter from hazard where matter = 'mediation'`.execute(db);
  for (const row of known.rows)
    await db
      .updateTable("hazard_words")
      .set({ words: wordsOf(row) })
      .where("hazard", "=", row.id)
      .execute();
}
