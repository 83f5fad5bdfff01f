// Inspections drawn by lot, results of an assessment frozen one after another, and courses: a compound's way through dated steps (replacing a company that failed, work paid by the maintenance fund).
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

/** One compound's result in one period by one scheme, as it was frozen. */
export interface AwardTable {
  scheme: string;
  period: string;
  site: string;
  company: string | null;
  score_milli: number | null;
  stars: number;
  failed: number;
  model: number;
  body: string;
  frozen_at: number;
  person: string;
  /** Over the body and the award before it of the same scheme. */
  seq: number;
  previous: string;
  hash: string;
}

export interface CourseTable {
  id: string;
  /** replacement | fund-work */
  kind: string;
  site: string;
  title: string;
  /** Of a replacement: the company that failed; of a work: the hazard that it mends. */
  about: string | null;
  budget_fen: number | null;
  opened_at: number;
  opened_by: string;
  state: string;
}

export interface CourseStepTable {
  course: string;
  seq: number;
  step: string;
  /** The civil day on which it was done. */
  day: string;
  note: string;
  reference: string | null;
  person: string;
  person_name: string;
  at: number;
  previous: string;
  hash: string;
}

/** A draw of compounds and pairs of inspectors: with its seed anybody can draw it again. */
export interface InspectionTable {
  id: string;
  day: string;
  seed: string;
  /** JSON: the check list as it was then. */
  checklist: string;
  /** JSON: the compounds and the people that were drawn from, sorted. */
  pool: string;
  note: string;
  person: string;
  person_name: string;
  at: number;
}

export interface InspectionVisitTable {
  inspection: string;
  site: string;
  first_person: string;
  second_person: string;
  /** JSON: the answers with the hazards that they became; null: nobody has handed them in. */
  answers: string | null;
  handed_by: string | null;
  handed_at: number | null;
}

export interface CourseTables {
  inspection: InspectionTable;
  inspection_visit: InspectionVisitTable;
  award: AwardTable;
  course: CourseTable;
  course_step: CourseStepTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createCourseSchema(db: Kysely<any>): Promise<void> {
  const award =
    "scheme:text period:text site:text company?:text score_milli?:bigint stars:integer failed:integer model:integer body:text frozen_at:bigint person:text seq:bigint previous:text hash:text";
  await table(db, "award", award, ["scheme", "period", "site"]);
  await db.schema.createIndex("award_seq_index").on("award").columns(["scheme", "seq"]).unique().execute();
  const course = "id:text kind:text site:text title:text about?:text budget_fen?:bigint opened_at:bigint opened_by:text state:text";
  await table(db, "course", course, ["id"]);
  await db.schema.createIndex("course_site_index").on("course").columns(["kind", "site"]).execute();
  const step =
    "course:text seq:bigint step:text day:text note:text reference?:text person:text person_name:text at:bigint previous:text hash:text";
  await table(db, "course_step", step, ["course", "seq"]);
  await table(db, "inspection", "id:text day:text seed:text checklist:text pool:text note:text person:text person_name:text at:bigint", [
    "id",
  ]);
  const visit = "inspection:text site:text first_person:text second_person:text answers?:text handed_by?:text handed_at?:bigint";
  await table(db, "inspection_visit", visit, ["inspection", "site"]);
}
