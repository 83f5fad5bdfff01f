// What owners voted on: heads and areas apart, with the rule of that day and what came of it, as it was judged when it was written down.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface OwnersVoteTable {
  site: string;
  /** Its document: "业主大会 2026 年第 4 号". What the fund pays names it. */
  number: string;
  subject: string;
  /** What was decided: a matter of the rules (vote-rules.ts). Votes of before there were several were on spending the fund. */
  matter: string;
  /** The civil day of the decision: the rule of this day judges it. */
  day: string;
  /** So much may be spent under it. */
  amount_fen: number;
  all_heads: number;
  all_areas_milli: number;
  part_heads: number;
  part_areas_milli: number;
  agree_heads: number;
  agree_areas_milli: number;
  /** JSON: the rule by which it was judged. */
  rule: string;
  passed: number;
  /** JSON list of what fell short. */
  short: string;
  /** A vote that was written down wrongly is not changed: another takes its place, and each names the other. */
  replaces: string | null;
  replaced_by: string | null;
  person: string;
  person_name: string;
  at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createVoteSchema(db: Kysely<any>): Promise<void> {
  const counts =
    "all_heads:bigint all_areas_milli:bigint part_heads:bigint part_areas_milli:bigint agree_heads:bigint agree_areas_milli:bigint";
  const columns = `site:text number:text subject:text day:text amount_fen:bigint ${counts} rule:text passed:integer short:text replaces?:text replaced_by?:text person:text person_name:text at:bigint`;
  await table(db, "owners_vote", columns, ["site", "number"]);
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function addVoteMatter(db: Kysely<any>): Promise<void> {
  await db.schema
    .alterTable("owners_vote")
    .addColumn("matter", "text", (c) => c.notNull().defaultTo("use-fund"))
    .execute();
}
