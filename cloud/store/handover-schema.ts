// Shifts of the duty room, handed from one person to the next: what was found when it was signed, and what the next one said to it.
import type { Generated, Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface HandoverTable {
  id: string;
  site: string;
  /** Of its compound, from 1. */
  number: number;
  from_person: string;
  from_name: string;
  to_person: string;
  to_name: string;
  /** Somebody else than `from`, where whoever was on has gone without handing over. */
  signed_by: string;
  signed_name: string;
  /** Since when `from` was on; null: nobody had handed over to him. */
  begun_at: number | null;
  counted_from: number;
  signed_at: number;
  notes: string;
  /** JSON: HandoverFigures (protocols/api/handovers.ts) as they were at the signing. */
  body: string;
  /** signed | accepted | refused | withdrawn */
  state: string;
  ended_at: Generated<number | null>;
  ended_by: Generated<string | null>;
  ended_name: Generated<string | null>;
  reply: Generated<string | null>;
  /** Hash of the one before it, and of this one with it: what was signed is not changed afterwards unseen. */
  previous: string;
  hash: string;
}

export interface HandoverTables {
  handover: HandoverTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createHandoverSchema(db: Kysely<any>): Promise<void> {
  const people = "from_person:text from_name:text to_person:text to_name:text signed_by:text signed_name:text";
  const times = "begun_at?:bigint counted_from:bigint signed_at:bigint ended_at?:bigint";
  const rest = "notes:text body:text state:text ended_by?:text ended_name?:text reply?:text previous:text hash:text";
  await table(db, "handover", `id:text site:text number:bigint ${people} ${times} ${rest}`, ["id"]);
  await db.schema.createIndex("handover_number").on("handover").columns(["site", "number"]).unique().execute();
}
