// Smoke detectors whose operator's platform reports to the cloud: when each was heard, what it said last, and what stands.
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface DetectorTable {
  site: string;
  detector: string;
  /** Since when it is waited for: a detector that never reports is lost too. */
  known_at: number;
  heard_at: number | null;
  /** The newest label that was believed. */
  said_at: number | null;
  silent: number;
  /** The last word. */
  word: string | null;
  /** JSON: battery, signal, temperature as they were said. */
  numbers: string;
}

/** Kept when it is over too: what is delivered late is held against the newest word about the same thing. */
export interface DetectorCauseTable {
  site: string;
  detector: string;
  cause: string;
  standing: number;
  since_at: number;
  said_at: number | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createDetectorSchema(db: Kysely<any>): Promise<void> {
  await table(db, "detector", "site detector word? numbers", "known_at heard_at? said_at? silent", ["site", "detector"]);
  await table(db, "detector_cause", "site detector cause", "standing since_at said_at?", ["site", "detector", "cause"]);
}
