// What is to be told, and what became of every telling. A notice is written with the alarm that it tells; deliveries are the notifier's record of each try.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface NoticeTable {
  id: string;
  alarm: string;
  site: string;
  /** raised | recovered | escalated; reminder: of no alarm */
  kind: string;
  priority: number;
  rule: string;
  source: string;
  zh: string;
  en: string;
  count: number;
  level: number;
  at: number;
  /** 1: it was put before every channel. */
  taken: number;
  /** JSON list of the roles it is for; null: those of its rule, or of an alarm's priority and level. */
  roles: string | null;
}

/** One message to one channel; several notices may share it as a digest. */
export interface DeliveryTable {
  id: string;
  channel: string;
  site: string;
  /** single | digest | later | test */
  kind: string;
  priority: number;
  /** waiting | delivered | failed | refused */
  state: string;
  /** JSON list of notice ids. */
  notices: string;
  /** What is said: JSON of Message (cloud/notify/message.ts). */
  message: string;
  made_at: number;
  tries: number;
  next_at: number;
  ended_at: number | null;
  /** What the last try met: a status, a refusal in words. Never an address or a key. */
  detail: string | null;
}

export interface DeliveryTryTable {
  delivery: string;
  n: number;
  at: number;
  took_ms: number;
  outcome: string;
  detail: string;
}

/** Of a rung of the ladder: whom it tells stands with it. */
// biome-ignore lint/suspicious/noExplicitAny: as below
export async function addNoticeRoles(db: Kysely<any>): Promise<void> {
  await db.schema.alterTable("notice").addColumn("roles", "text").execute();
}

/** How often a channel was tried in the last minute is asked before every try. */
// biome-ignore lint/suspicious/noExplicitAny: as below
export async function createTryIndex(db: Kysely<any>): Promise<void> {
  await db.schema.createIndex("delivery_try_at_index").on("delivery_try").columns(["at"]).execute();
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createNoticeSchema(db: Kysely<any>): Promise<void> {
  await table(db, "notice", "id alarm site kind rule source zh en", "priority count level at taken", ["id"]);
  await table(db, "delivery", "id channel site kind state notices message detail?", "priority made_at tries next_at ended_at?", ["id"]);
  await table(db, "delivery_try", "delivery outcome detail", "n at took_ms", ["delivery", "n"]);
  await db.schema.createIndex("notice_taken_index").on("notice").columns(["taken", "at"]).execute();
  await db.schema.createIndex("notice_alarm_index").on("notice").columns(["alarm"]).execute();
  await db.schema.createIndex("delivery_state_index").on("delivery").columns(["state", "next_at"]).execute();
  await db.schema.createIndex("delivery_channel_index").on("delivery").columns(["channel", "made_at"]).execute();
}
