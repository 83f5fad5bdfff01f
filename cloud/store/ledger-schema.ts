// The ledger grown up: what a hazard's steps have set, the evidence with its hash, rules as versions, reports that were due, frozen weeks.
import { type Generated, type Kysely, sql } from "kysely";

/** What the hazard's row had before, and what its steps set now. The row is the sum of its steps: verify adds them up again. */
interface HazardColumns {
  matter: string;
  clause: string | null;
  priority: number;
  original_deadline: number | null;
  deadline_provisional: number;
  postponements: number;
  responsible_person: string | null;
  responsible_phone: string | null;
  supervisor: string | null;
  measure: string | null;
  interim_control: string | null;
  interim_due: number | null;
  funding_source: string | null;
  budget_fen: number | null;
  actual_fen: number | null;
  dispatched_at: number | null;
  dispatched_by: string | null;
  received_at: number | null;
  rectified_at: number | null;
  reinspection_due: number | null;
  reinspected_at: number | null;
  /** Who looked at the work, and for whom. */
  inspector: string | null;
  inspector_organisation: string | null;
  closed_at: number | null;
  closed_by: string | null;
  level: number;
  /** JSON list: the rungs of the ladder that it stood on for this deadline. */
  rungs: string;
  paused_until: number | null;
  listed: number;
  /** JSON list of { kind, reference, at }. */
  papers: string;
  /** JSON: what waits for somebody's word. */
  pending: string | null;
  merged_into: string | null;
  published: number;
  /** So many steps, and the hash of the last. */
  version: number;
  head: string;
}

export interface HazardTable extends HazardColumns {
  id: string;
  site: string;
  gateway: string;
  compound: string;
  place: string;
  category: string;
  rule: string;
  grade: string;
  zh: string;
  en: string;
  found_at: number;
  source: string;
  state: string;
  false_alarm: number;
  deadline: number | null;
  responsible: string | null;
  rectifier: string | null;
  reinspector: string | null;
  /** For whom they did it: who judges the work must be of another organisation too. */
  rectifier_organisation: string | null;
  reinspector_organisation: string | null;
  events: string;
  updated_at: number;
}

export interface HazardStepTable {
  ordinal: number;
  hazard: string;
  seq: number;
  at: number;
  person: string | null;
  person_name: string;
  action: string;
  from_state: string | null;
  to_state: string;
  note: string;
  /** JSON: the columns that the step set; "" where it set none. */
  data: string;
  previous: string;
  hash: string;
}

export interface LedgerHeadTable {
  id: string;
  ordinal: number;
  hash: string;
}

export interface HazardNumberTable {
  compound: string;
  day: string;
  n: number;
}

export interface EvidenceTable {
  hazard: string;
  sha256: string;
  kind: string;
  mime: string;
  bytes: number;
  taken_at: number | null;
  taken: string;
  place: string | null;
  person: string;
  person_name: string;
  uploaded_at: number;
  used_before: string | null;
  /** JSON list of Alike: pictures that look like this one; a hint for whoever judges the work, never a verdict. */
  alike: Generated<string>;
}

export interface EvidenceBytesTable {
  sha256: string;
  base64: string;
}

/** Rules as data: never changed, only followed by the next version. */
export interface RuleTable {
  kind: string;
  /** Of which compound, year, scheme; "" where there is but one. */
  scope: string;
  version: number;
  /** From this civil day on. */
  valid_from: string;
  body: string;
  note: string;
  person: string;
  at: number;
}

export interface SnapshotTable {
  /** "2026-W48" */
  week: string;
  number: number;
  frozen_at: number;
  body: string;
  hash: string;
  previous: string;
}

export interface SnapshotCorrectionTable {
  week: string;
  seq: number;
  at: number;
  person: string;
  person_name: string;
  note: string;
  body: string;
  previous: string;
  hash: string;
}

const text = "matter:text clause?:text priority:integer original_deadline?:bigint deadline_provisional:integer postponements:integer";
const more =
  "responsible_person?:text responsible_phone?:text supervisor?:text measure?:text interim_control?:text interim_due?:bigint funding_source?:text budget_fen?:bigint actual_fen?:bigint";
const steps =
  "dispatched_at?:bigint dispatched_by?:text received_at?:bigint rectified_at?:bigint reinspection_due?:bigint reinspected_at?:bigint inspector?:text inspector_organisation?:text closed_at?:bigint closed_by?:text";
const rest =
  "level:integer rungs:text paused_until?:bigint listed:integer papers:text pending?:text merged_into?:text published:integer version:bigint head:text";
const usual: Readonly<Record<string, string | number>> = { matter: "hazard", priority: 3, rungs: "[]", papers: "[]", head: "" };

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createLedgerSchema(db: Kysely<any>): Promise<void> {
  for (const column of `${text} ${more} ${steps} ${rest}`.split(" ")) {
    const [named = "", type = "text"] = column.split(":");
    const name = named.replace("?", "");
    await db.schema
      .alterTable("hazard")
      .addColumn(name, type as "text", (c) => (named.endsWith("?") ? c : c.notNull().defaultTo(usual[name] ?? 0)))
      .execute();
  }
  await db.schema
    .alterTable("hazard_step")
    .addColumn("data", "text", (c) => c.notNull().defaultTo(""))
    .execute();
  await sql`update hazard set original_deadline = deadline`.execute(db);
  await sql`update hazard set version = (select count(*) from hazard_step where hazard_step.hazard = hazard.id)`.execute(db);
  await sql`update hazard set head = coalesce((select hash from hazard_step s where s.hazard = hazard.id order by s.seq desc limit 1), '')`.execute(
    db,
  );
  // Hazards that were closed before this day: the step that closed them says when.
  await sql`update hazard set closed_at = (select max(at) from hazard_step s where s.hazard = hazard.id) where state = '已销号'`.execute(
    db,
  );

  await table(
    db,
    "evidence",
    "hazard:text sha256:text kind:text mime:text bytes:bigint taken_at?:bigint taken:text place?:text person:text person_name:text uploaded_at:bigint used_before?:text",
    ["hazard", "sha256"],
  );
  await table(db, "evidence_bytes", "sha256:text base64:text", ["sha256"]);
  await table(db, "rule", "kind:text scope:text version:bigint valid_from:text body:text note:text person:text at:bigint", [
    "kind",
    "scope",
    "version",
  ]);
  await table(db, "snapshot", "week:text number:bigint frozen_at:bigint body:text hash:text previous:text", ["week"]);
  await table(
    db,
    "snapshot_correction",
    "week:text seq:bigint at:bigint person:text person_name:text note:text body:text previous:text hash:text",
    ["week", "seq"],
  );
  await table(db, "due_report", "town:text month:text count:bigint person:text at:bigint", ["town", "month"]);
  for (const [name, on, columns] of [
    ["hazard_site_found", "hazard", ["site", "found_at", "id"]],
    ["hazard_found", "hazard", ["found_at", "id"]],
    ["hazard_state_deadline", "hazard", ["state", "deadline"]],
    ["hazard_closed", "hazard", ["closed_at"]],
    ["hazard_matter", "hazard", ["matter", "published"]],
    ["evidence_picture", "evidence", ["sha256"]],
  ] as const)
    await db.schema
      .createIndex(`${name}_index`)
      .on(on)
      .columns([...columns] as never[])
      .execute();
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function table(db: Kysely<any>, name: string, columns: string, key: readonly string[]): Promise<void> {
  let made = db.schema.createTable(name);
  for (const column of columns.split(" ")) {
    const [named = "", type = "text"] = column.split(":");
    made = made.addColumn(named.replace("?", ""), type as "text", (c) => (named.endsWith("?") ? c : c.notNull()));
  }
  await made.addPrimaryKeyConstraint(`${name}_key`, [...key] as never[]).execute();
}
