// What makes a ledger of many years quick: the words that hazards are looked for by, narrow and beside the wide row; and all that a week's ranking asks, in one index.
import { type Kysely, sql } from "kysely";
import { table } from "./ledger-schema.ts";

export interface HazardWordsTable {
  hazard: string;
  /** Number, compound, place, words and who is responsible, a line each, as `searchable` writes them. */
  words: string;
}

export interface SearchTables {
  hazard_words: HazardWordsTable;
}

/** Full-width digits and capitals are found by what people type. The same for what is kept and what is asked. */
export const searchable = (text: string): string => text.normalize("NFKC").toLowerCase();

export const wordsOf = (row: {
  readonly id: string;
  readonly compound: string;
  readonly place: string;
  readonly zh: string;
  readonly responsible: string | null;
  readonly matter?: string | undefined;
}): string =>
  // What is said in a mediation is found by nobody: most who search may not read it.
  searchable([row.id, row.compound, row.place, row.matter === "mediation" ? "" : row.zh, row.responsible ?? ""].join("\n"));

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createLedgerSearch(db: Kysely<any>): Promise<void> {
  await table(db, "hazard_words", "hazard:text words:text", ["hazard"]);
  const ranked = ["matter", "closed_at", "found_at", "site", "source", "deadline", "false_alarm", "merged_into", "id"];
  await db.schema.createIndex("hazard_ranked_index").on("hazard").columns(ranked).execute();
  await db.schema.createIndex("hazard_site_state_index").on("hazard").columns(["site", "matter", "state", "deadline"]).execute();
  // Hazards of before this day, a page at a time: five years of them are no reason to need their memory at once.
  for (let after = ""; ; ) {
    const page = (
      await sql<{ id: string; compound: string; place: string; zh: string; responsible: string | null }>`
      select id, compound, place, zh, responsible from hazard where id > ${after} order by id limit 400`.execute(db)
    ).rows;
    if (page.length === 0) return;
    await db
      .insertInto("hazard_words")
      .values(page.map((row) => ({ hazard: row.id, words: wordsOf(row) })))
      .execute();
    after = page.at(-1)?.id ?? "";
  }
}
