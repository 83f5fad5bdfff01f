// What the arm and the loops show besides what was ordered: a car that follows another one through, one that owed and is gone, one that backs out, an arm that stays up.
import { follow, type LoopStory, nobody } from "#gateway/core/parking/loops.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { BoardLook } from "../drivers/barrier-board.ts";
import type { Transaction } from "../journal/journal.ts";
import { type LaneWorld, sayException } from "./deciding.ts";
import { keptOpen, type Mode } from "./modes.ts";
import { closeVisit, doubtVisit, readStamp, type Visit, visitById } from "./visits.ts";

/** Who was read at the exit so lately stands there, or is the one that drove. */
const standsFor_ms = minuteMs;
/** An arm that is up so long over free loops, with nobody let in, does not come down by itself. */
export const stuckAfter_ms = minuteMs;

export interface Watch {
  story: LoopStory;
  openSince: Stamp | undefined;
  stuckTold: boolean;
}
export const newWatch = (): Watch => ({ story: nobody, openSince: undefined, stuckTold: false });

interface Sight {
  readonly look: BoardLook;
  readonly now: Stamp;
  readonly mode: Mode;
}

/** What this look tells; nothing is written. The watch goes on also when the journal cannot be written. */
export function watch(state: Watch, { look, now, mode }: Sight): "reversed-out" | "wrong-way" | "stuck-open" | null {
  const { story, moved } = follow(state.story, look);
  state.story = story;
  const idle = look.open && !look.under && !look.approach && !keptOpen(mode);
  if (!idle) state.openSince = undefined;
  else state.openSince ??= now;
  if (look.closed) state.stuckTold = false;
  // A board that counts it has told it already, and also what fell between two looks.
  if (moved !== null && (moved !== "wrong-way" || look.against === undefined)) return moved;
  if (state.stuckTold || state.openSince === undefined || elapsed(state.openSince, now) < stuckAfter_ms) return null;
  state.stuckTold = true;
  return "stuck-open";
}

/** The visit that was read at this exit last, if so lately that it is the one that stands there. */
function standing(tx: Transaction, lane: string, now: Stamp): Visit | undefined {
  const row = tx.get<{ visit: string; at: string }>("SELECT visit, at FROM exit_front WHERE lane = ?", lane);
  if (row === undefined || elapsed(readStamp(row.at), now) > standsFor_ms) return undefined;
  const visit = visitById(tx, row.visit);
  return visit?.state === "gone" ? undefined : visit;
}

/** A car went under the arm that no order let through. At an exit it is the one that was just read there: it has left, and what it owes stays owed. */
export function passedByItself(
  tx: Transaction,
  lane: LaneWorld,
  { now, mode, known_late }: { now: Stamp; mode: Mode; known_late: boolean },
): void {
  const { config } = lane;
  const visit = config.direction === "exit" ? standing(tx, config.id, now) : undefined;
  if (visit !== undefined) {
    closeVisit(tx, visit.id, { lane: config.id, at: now });
    if (visit.state === "quoted") sayException(tx, lane, { reason: "left-unpaid", plate: visit.plate, now });
    if (visit.state !== "inside") return;
  }
  // Of the time when nobody looked only the count is known.
  if (!keptOpen(mode) && !known_late) sayException(tx, lane, { reason: "tailgating", plate: visit?.plate ?? null, now });
}

/** It was let in, the arm came down again over free loops, and nobody had passed. Its visit stays, but counts no more as a car inside. */
export function turnedBack(tx: Transaction, lane: LaneWorld, { visit: id, now }: { visit: string; now: Stamp }): void {
  const visit = visitById(tx, id);
  if (visit === undefined || visit.passed !== null || visit.state === "gone") return;
  if (lane.config.direction === "entry") doubtVisit(tx, id, now);
  sayException(tx, lane, { reason: "turned-back", plate: visit.plate, now });
}
