// With the maintenance company: windows by zone in which alarms are tests, what a zone consists of, and things that fall due on a date.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface MaintenanceTable {
  id: string;
  site: string;
  zone: string;
  company: string;
  reason: string;
  person: string;
  from_at: number;
  until_at: number;
  ended_at: number | null;
  ended_by: string | null;
}

/** What should report when the zone is tested: "device/point". */
export interface ZonePointTable {
  site: string;
  zone: string;
  source: string;
  name: string;
}

export interface DatedItemTable {
  id: string;
  site: string;
  /** contract | inspection | battery | extinguisher | other */
  category: string;
  what: string;
  due_at: number;
  note: string | null;
  done_at: number | null;
  done_by: string | null;
  /** 0: nothing said; 1: due soon was said; 2: overdue was said. */
  said: number;
}

export interface PatrolTable {
  id: string;
  site: string;
  place: string;
  /** normal | problem */
  result: string;
  note: string | null;
  person: string;
  at: number;
  received_at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: as below
export async function createPatrolSchema(db: Kysely<any>): Promise<void> {
  await table(db, "patrol", "id site place result note? person", "at received_at", ["id"]);
  await db.schema.createIndex("patrol_site_index").on("patrol").columns(["site", "at"]).execute();
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createMaintenanceSchema(db: Kysely<any>): Promise<void> {
  await table(db, "maintenance", "id site zone company reason person ended_by?", "from_at until_at ended_at?", ["id"]);
  await table(db, "zone_point", "site zone source name", "", ["site", "zone", "source"]);
  await table(db, "dated_item", "id site category what note? done_by?", "due_at done_at? said", ["id"]);
  await db.schema.createIndex("maintenance_open_index").on("maintenance").columns(["site", "zone", "ended_at"]).execute();
  await db.schema.createIndex("alarm_test_index").on("alarm").columns(["test"]).execute();
  await db.schema.createIndex("dated_item_due_index").on("dated_item").columns(["done_at", "due_at"]).execute();
}
