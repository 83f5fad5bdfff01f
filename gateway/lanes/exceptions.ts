// Why the lanes lately needed a person: kept for the booth, the newest ones only.
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { readStamp } from "./visits.ts";

const mostKept = 200;

export interface KeptException {
  readonly exception: string;
  readonly lane: string;
  readonly reason: string;
  readonly plate: Plate | null;
  readonly zh: string;
  readonly en: string;
  readonly now: Stamp;
}

export function keepException(tx: Transaction, { exception, lane, reason, plate, zh, en, now }: KeptException): void {
  tx.run(
    "INSERT INTO lane_exception (id, lane, reason, plate, zh, en, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    ...[exception, lane, reason, plate, zh, en, JSON.stringify(now)],
  );
  tx.run("DELETE FROM lane_exception WHERE number <= (SELECT max(number) FROM lane_exception) - ?", mostKept);
}

/** Newest first. */
export const newestExceptions = (reads: Reads, most: number): KeptException[] =>
  reads
    .all<{ id: string; lane: string; reason: string; plate: Plate | null; zh: string; en: string; at: string }>(
      "SELECT id, lane, reason, plate, zh, en, at FROM lane_exception ORDER BY number DESC LIMIT ?",
      most,
    )
    .map(({ id, at, ...row }) => ({ ...row, exception: id, now: readStamp(at) }));
