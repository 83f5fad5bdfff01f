// Which recognitions were seen, and how each was answered: a repeat is known by its key, across restarts.
import type { StayReason } from "#gateway/core/parking/lane.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";

/** What the reply's header says; "opened" and its kin mean that the reply opens. */
export type Outcome = StayReason | "opened" | "opened-again" | "repeat-opened" | "too-late" | "unknown-camera" | "noted" | "heard";

export interface KnownRead {
  readonly outcome: Outcome;
  readonly order: string | null;
}

export function knownRead(reads: Reads, key: string): KnownRead | undefined {
  return reads.get<{ outcome: Outcome; order: string | null }>('SELECT outcome, gate_order AS "order" FROM camera_read WHERE key = ?', key);
}

export interface ReadRecord {
  readonly key: string;
  readonly lane: string;
  readonly at: number;
  readonly outcome: Outcome;
  readonly visit: string | null;
  readonly order: string | null;
}

/** A read that waited for the lane is written twice: as it was answered, and as it was decided then. */
export function writeRead(tx: Transaction, read: ReadRecord): void {
  tx.run(
    "INSERT INTO camera_read (key, lane, at, outcome, visit, gate_order) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET outcome = excluded.outcome, visit = excluded.visit, gate_order = excluded.gate_order",
    read.key,
    read.lane,
    read.at,
    read.outcome,
    read.visit,
    read.order,
  );
}

/** Cameras keep some 9,000 records; after this nothing is repeated any more. */
const keptFor = 90 * dayMs;
export const forgetReads = (tx: Transaction, now: number): unknown => tx.run("DELETE FROM camera_read WHERE at < ?", now - keptFor);
