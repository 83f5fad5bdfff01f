// The plate of a car at an entry, put right by a person: one that was let in under a wrong plate keeps its visit and gets its own plate; one that nobody let in is taken in by what he reads.
// What the camera read stays beside it. Where another camera reads the same wrong plate again, the car is one that a person may choose.
import { sameDrive_ms } from "#gateway/core/parking/lane.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { closeVisit, forgetVisit, readStamp, type Visit, visitById, visitInside } from "./visits.ts";

/** What stands at an entry is corrected while it stands there, or soon after; later it is an exit's affair. */
const holds_ms = 10 * minuteMs;

/** Which car a person means who stands at this entry: the one that was let in last, or the one whose read called him after that. */
export type AtEntry =
  | { readonly kind: "let-in"; readonly visit: Visit }
  | { readonly kind: "waits"; readonly read: Plate | null }
  | { readonly kind: "nobody" };

export function atEntry(reads: Reads, { lane, now }: { lane: string; now: Stamp }): AtEntry {
  const asked = reads.get<{ plate: Plate | null; at: string }>(
    "SELECT plate, at FROM lane_exception WHERE lane = ? AND frame IS NOT NULL ORDER BY number DESC LIMIT 1",
    lane,
  );
  const row = reads.get<{ id: string }>("SELECT id FROM visit WHERE entry_lane = ? AND offline = 0 ORDER BY entered_at DESC LIMIT 1", lane);
  const visit = row === undefined ? undefined : visitById(reads, row.id);
  const ago = (at: Stamp | undefined): number => (at === undefined ? Number.POSITIVE_INFINITY : elapsed(at, now));
  const [waits_ms, in_ms] = [ago(asked && readStamp(asked.at)), ago(visit?.entered)];
  if (asked !== undefined && waits_ms < in_ms && waits_ms <= holds_ms) return { kind: "waits", read: asked.plate };
  if (visit !== undefined && in_ms <= holds_ms) return { kind: "let-in", visit };
  return { kind: "nobody" };
}

export const nobodyAtEntry = refusal(
  "no-read",
  "十分钟内入口没有可更正的识别；请人工开闸并写明车牌",
  "nothing was read at this entry within ten minutes: open by hand, with the plate as the reason",
);

/** undefined: it may have another plate. */
export function refuseCorrection(visit: Visit): Refusal | undefined {
  if (visit.state === "gone") return refusal("visit-gone", "这辆车已离场", "this car is gone");
  if (visit.paid > 0 || visit.state === "settled")
    return refusal(
      "already-paid",
      "该车已按原车牌缴费，请用“改错单”处理",
      "it was paid under the plate that was read: correct the payment instead",
    );
  return undefined;
}

export interface EntryCorrection {
  readonly visit: string;
  readonly lane: string;
  /** null: nothing was read. */
  readonly read: Plate | null;
  readonly plate: Plate;
  readonly person: string;
  readonly now: Stamp;
}

/** Both plates and who said so, in one row and one event. */
export function writeCorrection(tx: Transaction, { visit, lane, read, plate, person, now }: EntryCorrection): void {
  tx.run(
    "INSERT INTO entry_correction (visit, lane, read, plate, person, at) VALUES (?, ?, ?, ?, ?, ?)",
    ...[visit, lane, read, plate, person, JSON.stringify(now)],
  );
  tx.event("visit.corrected", { visit, lane, read, plate, person });
}

/** The visit goes on under its own plate; true: another car of this plate is inside by what is written. */
export function rekeyVisit(tx: Transaction, visit: Visit, correction: Omit<EntryCorrection, "visit" | "read">): boolean {
  const { plate, lane, now } = correction;
  if (visit.plate === plate) return false;
  const other = visitInside(tx, visit.lot, plate);
  // One that turned back before the arm, or that nobody saw come in, is this car.
  const ghost = other !== undefined && (other.turnedBack || other.entryLost);
  if (ghost) (other.entryLost ? forgetVisit : closeVisit)(tx, other.id, { lane, at: now });
  tx.run("UPDATE visit SET plate = ? WHERE id = ?", plate, visit.id);
  tx.run("UPDATE gate_order SET plate = ? WHERE visit = ?", plate, visit.id);
  writeCorrection(tx, { ...correction, visit: visit.id, read: visit.plate });
  return other !== undefined && !ghost;
}

/** The camera goes on reading the car as it did before: until it is through, that plate is this car. */
export function correctedHere(reads: Reads, { lane, plate, now }: { lane: string; plate: Plate; now: Stamp }): Plate | undefined {
  const row = reads.get<{ plate: Plate; at: string; passed: string | null; state: string }>(
    "SELECT c.plate, c.at, v.passed, v.state FROM entry_correction c JOIN visit v ON v.id = c.visit WHERE c.lane = ? AND c.read = ? ORDER BY c.number DESC LIMIT 1",
    lane,
    plate,
  );
  if (row === undefined || row.state === "gone" || elapsed(readStamp(row.at), now) > holds_ms) return undefined;
  return row.passed === null || elapsed(readStamp(row.passed), now) < sameDrive_ms ? row.plate : undefined;
}

/** Cars inside that an entry's camera read as this plate. */
export const onceReadAs = (reads: Reads, lot: string, plate: Plate): Plate[] =>
  reads
    .all<{ plate: Plate }>(
      "SELECT DISTINCT v.plate FROM entry_correction c JOIN visit v ON v.id = c.visit WHERE c.read = ? AND v.lot = ? AND v.state <> 'gone' ORDER BY v.plate",
      plate,
      lot,
    )
    .map((row) => row.plate);
