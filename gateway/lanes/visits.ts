// Visits in the journal: found by plate, opened, moved on.
import { samePlate } from "#gateway/core/parking/lane.ts";
import type { OpenVisit } from "#gateway/core/parking/plates.ts";
import type { VisitState } from "#gateway/core/parking/visit.ts";
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import type { Plate, PlateColour } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";

export interface Visit {
  readonly id: string;
  readonly lot: string;
  readonly plate: Plate;
  readonly colour: PlateColour;
  readonly state: VisitState;
  readonly entryLane: string;
  readonly entered: Stamp;
  readonly tariff: string;
  /** Of the tariff's text when it entered. */
  readonly tariffHash: string | null;
  readonly offline: boolean;
  /** When a camera's stored record of the entry arrived. */
  readonly received: Stamp | null;
  readonly passed: Stamp | null;
  /** It was let in, and did not come through: it seems to have turned back. */
  readonly turnedBack: boolean;
  /** Nobody saw it come in: it began at the exit, by the rule that the lot's file has for that. */
  readonly entryLost: boolean;
  readonly total: Fen;
  readonly paid: Fen;
}

interface VisitRow {
  id: string;
  lot: string;
  plate: string;
  colour: string;
  state: string;
  entry_lane: string;
  entered: string;
  tariff: string;
  tariff_hash: string | null;
  offline: number;
  received: string | null;
  passed: string | null;
  turned_back: string | null;
  entry_lost: number;
  total_fen: number;
  paid_fen: number;
}

/** Stamps were written by us. */
export const readStamp = (text: string): Stamp => JSON.parse(text) as Stamp;

const visitOf = (row: VisitRow): Visit => ({
  id: row.id,
  lot: row.lot,
  plate: row.plate as Plate,
  colour: row.colour as PlateColour,
  state: row.state as VisitState,
  entryLane: row.entry_lane,
  entered: readStamp(row.entered),
  tariff: row.tariff,
  tariffHash: row.tariff_hash,
  received: row.received === null ? null : readStamp(row.received),
  offline: row.offline === 1,
  passed: row.passed === null ? null : readStamp(row.passed),
  turnedBack: row.turned_back !== null,
  entryLost: row.entry_lost === 1,
  total: fen(row.total_fen),
  paid: fen(row.paid_fen),
});

export function visitById(reads: Reads, id: string): Visit | undefined {
  const row = reads.get<VisitRow>("SELECT * FROM visit WHERE id = ?", id);
  return row === undefined ? undefined : visitOf(row);
}

/** The newest one of this plate that is not gone. */
export function visitInside(reads: Reads, lot: string, plate: Plate): Visit | undefined {
  const row = reads.get<VisitRow>(
    "SELECT * FROM visit WHERE lot = ? AND plate = ? AND state <> 'gone' ORDER BY entered_at DESC LIMIT 1",
    lot,
    plate,
  );
  return row === undefined ? undefined : visitOf(row);
}

/** Everybody who was seen to come in and is inside, newest first. */
export const candidatesInside = (reads: Reads, lot: string): OpenVisit[] =>
  reads.all<{ visit: string; plate: Plate; colour: PlateColour }>(
    "SELECT id AS visit, plate, colour FROM visit WHERE lot = ? AND state <> 'gone' AND entry_lost = 0 ORDER BY entered_at DESC",
    lot,
  );

/** When this car left by this lane, if it was one of the last; a misreading of it is that car too. */
export function lastGone(reads: Reads, lane: string, plate: Plate): Stamp | undefined {
  const last = reads.all<{ plate: Plate; gone: string }>(
    "SELECT v.plate, v.gone FROM gate_order o JOIN visit v ON v.id = o.visit WHERE o.lane = ? AND v.exit_lane = o.lane AND v.state = 'gone' ORDER BY o.number DESC LIMIT 4",
    lane,
  );
  const own = last.find((visit) => visit.plate === plate) ?? last.find((visit) => samePlate(visit.plate, plate));
  return own === undefined ? undefined : readStamp(own.gone);
}

/** Whether this plate came in at or after that moment, by any lane: then a stored read of then is no news. */
export const enteredSince = (reads: Reads, plate: Plate, since: number): boolean =>
  reads.get("SELECT 1 FROM visit WHERE plate = ? AND entered_at >= ? LIMIT 1", plate, since) !== undefined;

/** Whether a slip tells of this plate's coming in at about that moment: a guard's watch is half an hour off at most. */
export const enteredBySlip = (reads: Reads, plate: Plate, at: number): boolean =>
  reads.get(
    "SELECT 1 FROM visit WHERE plate = ? AND entered_at BETWEEN ? AND ? AND json_extract(entered, '$.boot') = 'slip' LIMIT 1",
    ...[plate, at - slipWithin_ms, at + slipWithin_ms],
  ) !== undefined;
const slipWithin_ms = 1_800_000;

export type NewVisit = Pick<
  Visit,
  "id" | "lot" | "plate" | "colour" | "entryLane" | "entered" | "tariff" | "tariffHash" | "offline" | "received"
> & { readonly entryLost?: boolean };

export function openVisit(tx: Transaction, visit: NewVisit): void {
  tx.run(
    "INSERT INTO visit (id, lot, plate, colour, state, entry_lane, entered, entered_at, tariff, offline, tariff_hash, received, entry_lost) VALUES (?, ?, ?, ?, 'inside', ?, ?, ?, ?, ?, ?, ?, ?)",
    visit.id,
    visit.lot,
    visit.plate,
    visit.colour,
    visit.entryLane,
    JSON.stringify(visit.entered),
    visit.entered.wall,
    visit.tariff,
    visit.offline ? 1 : 0,
    visit.tariffHash,
    visit.received === null ? null : JSON.stringify(visit.received),
    visit.entryLost === true ? 1 : 0,
  );
  tx.event("visit.opened", {
    visit: visit.id,
    lot: visit.lot,
    lane: visit.entryLane,
    plate: visit.plate,
    plate_colour: visit.colour,
    entered_at: visit.entered.wall,
    tariff: visit.tariff,
    offline: visit.offline,
    ...(visit.entryLost === true ? { entry_lost: true } : {}),
  });
}

export function moveVisit(tx: Transaction, id: string, to: { state: VisitState; total?: Fen; paid?: Fen }): void {
  tx.run(
    "UPDATE visit SET state = ?, total_fen = coalesce(?, total_fen), paid_fen = coalesce(?, paid_fen) WHERE id = ?",
    to.state,
    to.total ?? null,
    to.paid ?? null,
    id,
  );
}

export const passedEntry = (tx: Transaction, id: string, at: Stamp): unknown =>
  tx.run("UPDATE visit SET passed = ?, turned_back = NULL WHERE id = ? AND passed IS NULL", JSON.stringify(at), id);

export const doubtVisit = (tx: Transaction, id: string, at: Stamp): unknown =>
  tx.run("UPDATE visit SET turned_back = ? WHERE id = ?", JSON.stringify(at), id);

/** The car is under the exit's arm and away. A visit ends once. */
export function closeVisit(tx: Transaction, id: string, leaving: { lane: string; at: Stamp }): void {
  const visit = visitById(tx, id);
  if (visit === undefined || visit.state === "gone") return;
  tx.run("UPDATE visit SET state = 'gone', exit_lane = ?, gone = ? WHERE id = ?", leaving.lane, JSON.stringify(leaving.at), id);
  tx.event("visit.closed", { visit: id, lane: leaving.lane, left_at: leaving.at.wall, total_fen: visit.total, paid_fen: visit.paid });
}

/** It owed by a rule alone, and did not leave: nothing is owed, and nobody stood here. */
export function forgetVisit(tx: Transaction, id: string, at: { lane: string; at: Stamp }): void {
  tx.run("UPDATE visit SET total_fen = paid_fen WHERE id = ?", id);
  closeVisit(tx, id, at);
}

/** Which visit stands before the exit's arm: for the booth, and for an opening by hand. */
export const standsBefore = (tx: Transaction, lane: string, { visit, now }: { visit: string; now: Stamp }): unknown =>
  tx.run(
    "INSERT INTO exit_front (lane, visit, at) VALUES (?, ?, ?) ON CONFLICT (lane) DO UPDATE SET visit = excluded.visit, at = excluded.at",
    lane,
    visit,
    JSON.stringify(now),
  );
