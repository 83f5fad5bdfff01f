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
  /** The read that it was said of, by the name of its frame; null: of none. */
  readonly frame: string | null;
}

export function keepException(tx: Transaction, { exception, lane, reason, plate, zh, en, now, frame }: KeptException): void {
  tx.run(
    "INSERT INTO lane_exception (id, lane, reason, plate, zh, en, at, frame) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    ...[exception, lane, reason, plate, zh, en, JSON.stringify(now), frame],
  );
  tx.run("DELETE FROM lane_exception WHERE number <= (SELECT max(number) FROM lane_exception) - ?", mostKept);
}

/** Newest first. */
export const newestExceptions = (reads: Reads, most: number): KeptException[] =>
  reads
    .all<{ id: string; lane: string; reason: string; plate: Plate | null; zh: string; en: string; at: string; frame: string | null }>(
      "SELECT id, lane, reason, plate, zh, en, at, frame FROM lane_exception ORDER BY number DESC LIMIT ?",
      most,
    )
    .map(({ id, at, ...row }) => ({ ...row, exception: id, now: readStamp(at) }));

/** Of one exception: the read that it was said of; undefined: there is no such exception. */
export const frameOfException = (reads: Reads, exception: string): string | null | undefined =>
  reads.get<{ frame: string | null }>("SELECT frame FROM lane_exception WHERE id = ?", exception)?.frame;

/** An exception was said of this read, or a person opened upon it. */
export const hasFrame = (reads: Reads, frame: string): boolean =>
  reads.get("SELECT 1 FROM lane_exception WHERE frame = ? LIMIT 1", frame) !== undefined ||
  reads.get(
    "SELECT 1 FROM (SELECT frame FROM gate_order WHERE command IS NOT NULL ORDER BY number DESC LIMIT ?) WHERE frame = ? LIMIT 1",
    ...[mostKept, frame],
  ) !== undefined;

export interface OpenedByHand {
  readonly command: string;
  readonly lane: string;
  readonly at: Stamp;
  readonly person: string;
  readonly reason: string;
  readonly plate: Plate | null;
  /** What the lane's camera saw last before; null: nothing lately. */
  readonly frame: string | null;
}

/** Newest first. */
export const openedByHand = (reads: Reads, most: number): OpenedByHand[] =>
  reads
    .all<Omit<OpenedByHand, "at"> & { at: string }>(
      "SELECT command, lane, at, person, reason, plate, frame FROM gate_order WHERE command IS NOT NULL ORDER BY number DESC LIMIT ?",
      most,
    )
    .map((row) => ({ ...row, at: readStamp(row.at) }));

export const frameOfOpening = (reads: Reads, command: string): string | null | undefined =>
  reads.get<{ frame: string | null }>("SELECT frame FROM gate_order WHERE command = ?", command)?.frame;

export const framesSince = (reads: Reads, wall_ms: number): ReadonlySet<string> =>
  new Set([
    ...openedByHand(reads, mostKept).flatMap(({ frame, at }) => (frame === null || at.wall < wall_ms ? [] : [frame])),
    ...reads
      .all<{ frame: string }>("SELECT frame FROM lane_exception WHERE frame IS NOT NULL AND json_extract(at, '$.wall') >= ?", wall_ms)
      .map(({ frame }) => frame),
  ]);
