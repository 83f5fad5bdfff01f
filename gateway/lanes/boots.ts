// What each boot of the machine knew of time: its first and last moment, and the newest at which a time server had been heard. By these a stay across a power cut is bounded.
import type { Boots } from "#gateway/core/parking/stay-times.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { readStamp } from "./visits.ts";

const writeEvery_ms = 30_000;

interface BootRow {
  first: string;
  last: string;
  heard: string | null;
}

export const bootsOf =
  (reads: Reads): Boots =>
  (boot) => {
    const row = reads.get<BootRow>("SELECT first, last, heard FROM boot WHERE boot = ?", boot);
    return row && { first: readStamp(row.first), last: readStamp(row.last), heard: row.heard === null ? null : readStamp(row.heard) };
  };

/** Whether this moment should be written; asked first, so that most seconds cost no transaction. A clock that is heard, or stepped, is written at once. */
export function isBootNews(reads: Reads, now: Stamp): boolean {
  const known = bootsOf(reads)(now.boot);
  if (known === undefined || elapsed(known.last, now) >= writeEvery_ms) return true;
  return now.synchronised && known.heard === null;
}

export function writeBoot(tx: Transaction, now: Stamp): void {
  const text = JSON.stringify(now);
  tx.run(
    "INSERT INTO boot (boot, first, last, heard) VALUES (?, ?, ?, ?) ON CONFLICT (boot) DO UPDATE SET last = excluded.last, heard = coalesce(excluded.heard, heard)",
    now.boot,
    text,
    text,
    now.synchronised ? text : null,
  );
}
