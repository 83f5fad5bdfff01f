// Envelopes for the day on which nobody who may can sign in: only the hashes of what they hold, and what became of each.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface EmergencyCodeTable {
  code_hash: string;
  /** As it is written on the envelope: "2026-11-27/1". */
  label: string;
  sealed_at: number;
  sealed_by: string;
  /** Opened, or replaced by newer ones. */
  ended_at: number | null;
  opened_by: string | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createEmergencySchema(db: Kysely<any>): Promise<void> {
  await table(db, "emergency_code", "code_hash label sealed_by opened_by?", "sealed_at ended_at?", ["code_hash"]);
}
