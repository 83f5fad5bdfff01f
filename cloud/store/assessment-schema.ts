// What a frozen week rests on, and what assessment writes down: visits, points taken or given, vetoes, appeals decided by two.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

/** Which hazards stand behind which number of which week. */
export interface SnapshotRowTable {
  week: string;
  unit: string;
  number: string;
  hazard: string;
}

export interface AssessmentVisitTable {
  scheme: string;
  period: string;
  site: string;
  /** town | department */
  source: string;
  person: string;
  person_name: string;
  at: number;
}

export interface AssessmentEntryTable {
  id: string;
  scheme: string;
  period: string;
  site: string;
  source: string;
  /** An item, a bonus or a veto of the scheme. */
  item: string;
  /** Thousandths of a point, as taken off (or given, for a bonus). */
  milli: number;
  reason: string;
  evidence: string | null;
  person: string;
  person_name: string;
  at: number;
  /** open | standing | void: after an appeal. */
  state: string;
}

export interface AppealTable {
  entry: string;
  by_person: string;
  words: string;
  at: number;
  first_person: string | null;
  first_says: string | null;
  second_person: string | null;
  second_says: string | null;
  decided_at: number | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createAssessmentSchema(db: Kysely<any>): Promise<void> {
  await table(db, "snapshot_row", "week:text unit:text number:text hazard:text", ["week", "unit", "number", "hazard"]);
  await db.schema.createIndex("snapshot_row_hazard_index").on("snapshot_row").columns(["hazard"]).execute();
  const visit = "scheme:text period:text site:text source:text person:text person_name:text at:bigint";
  await table(db, "assessment_visit", visit, ["scheme", "period", "site", "source"]);
  const entry =
    "id:text scheme:text period:text site:text source:text item:text milli:bigint reason:text evidence?:text person:text person_name:text at:bigint state:text";
  await table(db, "assessment_entry", entry, ["id"]);
  await db.schema.createIndex("assessment_entry_of_index").on("assessment_entry").columns(["scheme", "period", "site"]).execute();
  const appeal =
    "entry:text by_person:text words:text at:bigint first_person?:text first_says?:text second_person?:text second_says?:text decided_at?:bigint";
  await table(db, "appeal", appeal, ["entry"]);
}

/** Who said something in a week, and what was ever opened again: asked of the steps of all years. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function createStepIndexes(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex("hazard_step_at_index").on("hazard_step").columns(["at", "hazard", "person"]).execute();
  await db.schema.createIndex("hazard_step_action_index").on("hazard_step").columns(["action", "hazard"]).execute();
}
