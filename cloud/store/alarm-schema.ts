// What an alarm's life needs beyond its row: holds that outlive a row, every step of every alarm, and every time that somebody was called.
import type { Generated, Kysely } from "kysely";

/** A person's shelf, or works on the thing: kept by cause, so that the next raising is born held. */
export interface AlarmHoldTable {
  site: string;
  gateway: string;
  rule: string;
  source: string;
  hold: string;
  until: number;
  person: string;
  reason: string;
  at: number;
}

export interface AlarmStepTable {
  alarm: string;
  seq: number;
  at: number;
  input: string;
  from_state: string;
  to_state: string;
  person: string | null;
  reason: string | null;
}

/** One call to the people on duty. */
export interface AlarmCallTable {
  id: string;
  alarm: string;
  site: string;
  cause: string;
  priority: number;
  at: number;
  acknowledged_at: number | null;
}

/** What the row of an alarm has beyond its first columns. */
export interface AlarmLifeColumns {
  /** 1: the condition is gone, and a person must reset it. */
  latched: number;
  /** none | shelved | suppressed | out-of-service */
  hold: string;
  hold_until: number | null;
  hold_by: string | null;
  hold_reason: string | null;
  /** "raise" or "clear": what happens at `due_at` if nothing speaks against it until then. */
  due: string | null;
  due_at: number | null;
  /** JSON list of the newest raisings, for chattering. */
  raisings: string;
  chattering: number;
  /** Since when it stands unseen; how many levels have been told. */
  called_at: number | null;
  escalated: number;
  /** The maintenance window in which it is a test. */
  test: string | null;
  zone: string | null;
  steps: number;
  /** Since when its condition stands without a break; null before it stood. */
  stood_at: number | null;
}

/** Its life columns have their defaults. */
type WithDefaults<T> = { [K in keyof T]: Generated<T[K]> };
export interface AlarmTable extends WithDefaults<AlarmLifeColumns> {
  id: string;
  site: string;
  gateway: string;
  rule: string;
  source: string;
  priority: number;
  zh: string;
  en: string;
  open: number;
  active: number;
  count: number;
  first_at: number;
  last_at: number;
  last_stamp: string;
  acknowledged_by: string | null;
  acknowledged_at: number | null;
  cleared_at: number | null;
  events: string;
}

export interface AlarmAcknowledgementTable {
  alarm: string;
  person: string;
  at: number;
  count: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createAlarmSchema(db: Kysely<any>): Promise<void> {
  for (const [column, value] of [
    ["latched", 0],
    ["chattering", 0],
    ["escalated", 0],
    ["steps", 0],
  ] as const)
    await db.schema
      .alterTable("alarm")
      .addColumn(column, "integer", (c) => c.notNull().defaultTo(value))
      .execute();
  for (const [column, value] of [
    ["hold", "none"],
    ["raisings", "[]"],
  ] as const)
    await db.schema
      .alterTable("alarm")
      .addColumn(column, "text", (c) => c.notNull().defaultTo(value))
      .execute();
  for (const column of ["hold_by", "hold_reason", "due", "test", "zone"])
    await db.schema.alterTable("alarm").addColumn(column, "text").execute();
  for (const column of ["hold_until", "due_at", "called_at"]) await db.schema.alterTable("alarm").addColumn(column, "bigint").execute();
  await db.schema.createIndex("alarm_open_index").on("alarm").columns(["open", "priority", "last_at"]).execute();
  await db.schema.createIndex("alarm_due_index").on("alarm").columns(["due_at"]).execute();

  await table(db, "alarm_hold", "site gateway rule source hold person reason", "until at", ["site", "gateway", "rule", "source"]);
  await table(db, "alarm_step", "alarm input from_state to_state person? reason?", "seq at", ["alarm", "seq"]);
  await table(db, "alarm_call", "id alarm site cause", "priority at acknowledged_at?", ["id"]);
  await db.schema.createIndex("alarm_call_at_index").on("alarm_call").columns(["site", "at"]).execute();
  await db.schema.createIndex("alarm_call_alarm_index").on("alarm_call").columns(["alarm"]).execute();
}

/** Whatever stood at that moment has stood since it was first raised, as far as anybody knows. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function addStood(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable("alarm").addColumn("stood_at", "bigint").execute();
  await db
    .updateTable("alarm")
    .set((eb) => ({ stood_at: eb.ref("first_at") }))
    .where("active", "=", 1)
    .execute();
}

/** "name?" may be absent. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function table(db: Kysely<any>, name: string, texts: string, numbers: string, key: readonly string[]): Promise<void> {
  let made = db.schema.createTable(name);
  for (const [list, type] of [
    [texts, "text"],
    [numbers, "bigint"],
  ] as const)
    for (const column of list.split(" ").filter((one) => one !== ""))
      made = made.addColumn(column.replace("?", ""), type, (c) => (column.endsWith("?") ? c : c.notNull()));
  await made.addPrimaryKeyConstraint(`${name}_key`, [...key] as never[]).execute();
}
