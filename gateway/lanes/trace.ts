// The last reads of a lane as a person with a stopwatch would write them down: when the camera triggered, when its word came, when it was decided, when the gate was told, when the arm was seen in place.
// In memory, for whoever sets a lane up; what counts is in the journal. No whole plate is kept here.
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { type Stamp, secondMs } from "#protocols/vocabulary/time.ts";
import type { BoardLook } from "../drivers/barrier-board.ts";
import type { Outcome } from "./reads.ts";

const mostKept = 20;
/** An arm that is seen up later was opened by something else. */
const placeWithin_ms = 15 * secondMs;
/** A camera's clock that is further off says nothing about how long its word took. */
const believed_ms = 60 * secondMs;

export interface Traced {
  readonly at: Stamp;
  /** The province and the last two: enough to know one's own test car by. */
  readonly plate: string | null;
  readonly confidence: number | null;
  readonly characters: readonly number[];
  readonly outcome: Outcome;
  /** Milliseconds from one to the next; null: not known, or it did not happen. */
  readonly read_ms: number | null;
  readonly decided_ms: number;
  readonly gate_ms: number | null;
  readonly in_place_ms: number | null;
}

/** What the cloud is told of a read that opened: it has the arm's own moment already. */
export type Steps = Pick<Traced, "read_ms" | "decided_ms" | "gate_ms">;

interface Kept extends Omit<Traced, "gate_ms" | "in_place_ms"> {
  readonly order: string | null;
  gate_ms: number | null;
  in_place_ms: number | null;
  readonly opens: boolean;
  readonly openedBefore: number | undefined;
  told: Stamp | undefined;
}

export interface Trace {
  /** A read that was decided; `told` is when the gate was told, if it was by the reply itself. */
  read(
    read: PlateRead,
    at: {
      readonly from: Stamp;
      readonly decided: Stamp;
      readonly outcome: Outcome;
      readonly opens: boolean;
      readonly byReply: boolean;
      readonly opened: number | undefined;
      readonly order: string | null;
    },
  ): void;
  /** The board has echoed the pulse. */
  gate(now: Stamp): void;
  look(look: BoardLook, now: Stamp): void;
  /** Of the read that gave this order, in this life of ours; a repeat of it gives the same order and is not the one. */
  stepsOf(order: string): Steps | undefined;
  /** Newest first. */
  all(): readonly Traced[];
}

const masked = (plate: Plate | null): string | null => {
  if (plate === null) return null;
  const text = displayPlate(plate);
  return `${text.slice(0, 1)}***${text.slice(-2)}`;
};

/** The camera's own moment, where its clock may be believed. */
function sinceTrigger({ seen, offline }: PlateRead, at: Stamp): number | null {
  const trigger = seen.dec ?? seen.sec;
  if (offline || trigger === null) return null;
  const taken = at.wall - trigger;
  return taken >= 0 && taken < believed_ms ? taken : null;
}

export function startTrace(): Trace {
  let kept: Kept[] = [];
  /** The newest one whose gate or arm is still awaited. */
  const open = (now: Stamp): Kept | undefined =>
    kept.find((one) => one.opens && one.in_place_ms === null && elapsed(one.at, now) < placeWithin_ms);
  return {
    read(read, { from, decided, outcome, opens, byReply, opened, order }) {
      const one: Kept = {
        ...{ at: from, plate: masked(read.plate), confidence: read.confidence, characters: read.characters ?? [], outcome, opens, order },
        ...{ read_ms: sinceTrigger(read, from), decided_ms: elapsed(from, decided), openedBefore: opened },
        ...{ gate_ms: opens && byReply ? 0 : null, in_place_ms: null, told: opens && byReply ? decided : undefined },
      };
      kept = [one, ...kept].slice(0, mostKept);
    },
    gate(now) {
      const one = open(now);
      if (one === undefined || one.told !== undefined) return;
      one.gate_ms = Math.max(0, elapsed(one.at, now) - one.decided_ms);
      one.told = now;
    },
    look(look, now) {
      const one = open(now);
      if (one === undefined) return;
      // An arm that was up already was not raised by this one.
      const raised = one.openedBefore === undefined ? look.open : look.opened > one.openedBefore;
      if (raised) one.in_place_ms = elapsed(one.told ?? one.at, now);
    },
    stepsOf(order) {
      const one = kept.findLast((kept) => kept.order === order && kept.opens);
      return one && { read_ms: one.read_ms, decided_ms: one.decided_ms, gate_ms: one.gate_ms };
    },
    all: () => kept.map(({ opens: _, order: __, openedBefore: ___, told: ____, ...traced }) => traced),
  };
}
