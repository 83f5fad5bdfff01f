// Migration 1: the tables of schema.ts. Column lists are data, so that both databases get the same ones.
import type { Kysely } from "kysely";

type ColumnType = "text" | "bigint" | "integer";
interface TableShape {
  readonly key: readonly string[];
  /** "name:type", with a "?" behind the name where absent is allowed. */
  readonly columns: string;
}

const tables: Readonly<Record<string, TableShape>> = {
  inbox: {
    key: ["gateway", "epoch", "stream", "seq"],
    columns: "gateway:text epoch:text stream:text seq:bigint hash:text received_at:bigint",
  },
  cursor: {
    key: ["gateway", "epoch", "stream"],
    columns: "site:text gateway:text epoch:text stream:text up_to:bigint seen_to:bigint updated_at:bigint",
  },
  event: {
    key: ["ordinal"],
    columns:
      "ordinal:bigint site:text gateway:text epoch:text stream:text seq:bigint type:text at:bigint received_at:bigint late:integer subject?:text stamp:text data:text",
  },
  dead_letter: {
    key: ["id"],
    columns:
      "id:bigint fingerprint:text site:text gateway:text topic:text event_key?:text reason:text payload:text times:bigint first_at:bigint last_at:bigint",
  },
  tally: { key: ["name"], columns: "name:text value:bigint" },
  gateway: { key: ["site", "gateway"], columns: "site:text gateway:text state:text since?:bigint last_event_at?:bigint" },
  lane: {
    key: ["site", "gateway", "lane"],
    columns:
      "site:text gateway:text lane:text name:text direction:text last_stamp?:text last_at?:bigint last_plate?:text last_what?:text last_zh?:text last_en?:text passages:bigint openings:bigint",
  },
  socket: {
    key: ["site", "gateway", "socket"],
    columns:
      "site:text gateway:text socket:text station:text number:integer state:text session?:text since?:bigint trip?:text cause?:text stamp?:text",
  },
  visit: {
    key: ["visit"],
    columns:
      "visit:text site:text gateway:text lot?:text lane_in?:text lane_out?:text plate?:text plate_colour?:text tariff?:text offline:integer state:text entered_at?:bigint left_at?:bigint total_fen?:bigint paid_fen:bigint",
  },
  bill: {
    key: ["bill"],
    columns:
      "bill:text visit:text site:text lane:text tariff:text lines:text total_fen:bigint paid_fen:bigint due_fen:bigint entered_at:bigint left_at:bigint",
  },
  payment: {
    key: ["payment"],
    columns: "payment:text visit:text site:text lane?:text method:text amount_fen:bigint collector:text at:bigint",
  },
  session: {
    key: ["session"],
    columns:
      "session:text site:text gateway:text socket:text card?:text started_at?:bigint ended_at?:bigint cause?:text start_mWh?:bigint energy_mWh?:bigint seconds?:bigint",
  },
  trip: { key: ["gateway", "trip"], columns: "gateway:text trip:text socket:text confirmed_after_ms?:bigint" },
  alarm: {
    key: ["id"],
    columns:
      "id:text site:text gateway:text rule:text source:text priority:integer zh:text en:text open:integer active:integer count:bigint first_at:bigint last_at:bigint last_stamp:text acknowledged_by?:text acknowledged_at?:bigint cleared_at?:bigint events:text",
  },
  alarm_acknowledgement: { key: ["alarm", "person", "count"], columns: "alarm:text person:text at:bigint count:bigint" },
  clearance: { key: ["site", "gateway", "rule", "source"], columns: "site:text gateway:text rule:text source:text stamp:text" },
  entry: {
    key: ["id"],
    columns:
      "id:text site:text gateway:text source:text trip?:text cause:text at:bigint zh:text en:text event:text seen_at?:bigint decided_after_ms?:bigint off_after_ms?:bigint received_at:bigint state:text handled_by?:text handled_at?:bigint note?:text hazard?:text",
  },
  hazard: {
    key: ["id"],
    columns:
      "id:text site:text gateway:text compound:text place:text category:text rule:text grade:text zh:text en:text found_at:bigint source:text state:text false_alarm:integer deadline?:bigint responsible?:text rectifier?:text reinspector?:text events:text updated_at:bigint",
  },
  hazard_step: {
    key: ["ordinal"],
    columns:
      "ordinal:bigint hazard:text seq:bigint at:bigint person?:text person_name:text action:text from_state?:text to_state:text note:text previous:text hash:text",
  },
  ledger_head: { key: ["id"], columns: "id:text ordinal:bigint hash:text" },
  hazard_number: { key: ["compound", "day"], columns: "compound:text day:text n:bigint" },
  person: {
    key: ["id"],
    columns: "id:text name:text role:text organisation:text password_hash?:text must_change:integer origin:text active:integer",
  },
  sign_in: { key: ["token_hash"], columns: "token_hash:text person:text created_at:bigint expires_at:bigint" },
};

/** Where the database itself gives the number. */
const counted = new Set(["event.ordinal", "dead_letter.id"]);

const indexes: readonly { readonly name: string; readonly on: string; readonly columns: readonly string[]; readonly unique?: true }[] = [
  { name: "event_key", on: "event", columns: ["gateway", "epoch", "stream", "seq"], unique: true },
  { name: "event_type_at", on: "event", columns: ["type", "at"] },
  { name: "dead_letter_fingerprint", on: "dead_letter", columns: ["fingerprint"], unique: true },
  { name: "alarm_cause", on: "alarm", columns: ["site", "gateway", "rule", "source", "open"] },
  { name: "entry_trip", on: "entry", columns: ["gateway", "trip"] },
  { name: "entry_source_at", on: "entry", columns: ["site", "source", "at"] },
  { name: "hazard_step_of", on: "hazard_step", columns: ["hazard", "seq"], unique: true },
  { name: "visit_state", on: "visit", columns: ["state", "entered_at"] },
];

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createFirstSchema(db: Kysely<any>, dialect: "sqlite" | "postgres"): Promise<void> {
  for (const [name, shape] of Object.entries(tables)) {
    let table = db.schema.createTable(name);
    for (const text of shape.columns.split(" ")) {
      const [named = "", type = "text"] = text.split(":");
      const column = named.replace("?", "");
      if (counted.has(`${name}.${column}`)) {
        table =
          dialect === "sqlite"
            ? table.addColumn(column, "integer", (c) => c.primaryKey().autoIncrement())
            : table.addColumn(column, "bigserial", (c) => c.primaryKey());
      } else table = table.addColumn(column, type as ColumnType, (c) => (named.endsWith("?") ? c : c.notNull()));
    }
    if (!shape.key.some((column) => counted.has(`${name}.${column}`)))
      table = table.addPrimaryKeyConstraint(`${name}_key`, [...shape.key] as never[]);
    await table.execute();
  }
  for (const index of indexes) {
    const made = db.schema
      .createIndex(`${index.name}_index`)
      .on(index.on)
      .columns([...index.columns] as never[]);
    await (index.unique ? made.unique() : made).execute();
  }
  await db.insertInto("ledger_head").values({ id: "ledger", ordinal: 0, hash: "" }).execute();
}
