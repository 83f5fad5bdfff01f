// One car, one passage: what a lane does about a read. Everything that a decision stands on comes in; nothing here knows a clock, a board or a journal.
//
// The rule of the arm. An opening is asked for whenever a car that may pass stands before the arm, also while the arm still moves: a second pulse
// to an arm that opens is harmless, a missing one leaves a car standing. There is one moment when a pulse would be lost: another car is under the
// arm, so that the arm closes behind it and the pulse is spent. Then the read waits ("gate-busy"). It is decided anew, not repeated, when that car
// is through: only if the read is still fresh and a car still stands on the loop before the arm. Otherwise a person is called. The same holds for
// a car that was let in behind another one whose opening it may have spent.
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Staleness } from "./freshness.ts";
import { differences } from "./plates.ts";

/** What the barrier board showed last; "unknown" when it does not answer. */
export type Arm =
  | "unknown"
  | {
      readonly open: boolean;
      readonly closed: boolean;
      readonly moving: boolean;
      readonly approach: boolean;
      readonly under: boolean;
    };

/** Another car that was let through here and has not been counted yet. */
export interface Ahead {
  readonly visit: string | null;
  readonly plate: Plate | null;
}

/** Why a lane stays closed, as codes that the reply's header carries. */
export type StayReason =
  | Staleness
  | "no-plate"
  | "low-confidence"
  | "turn-back"
  | "gate-busy"
  | "just-passed"
  | "no-entry"
  | "no-tariff"
  | "unpaid"
  | "wrong-direction"
  | "lot-full"
  | "lane-closed"
  | "blacklisted"
  | "duplicate-read";

export interface Legibility {
  readonly plate: Plate | null;
  readonly noPlate: boolean;
  readonly confidence: number | null;
  readonly turnedBack: boolean;
  /** The camera says that it drives against the lane. */
  readonly wrongDirection?: boolean;
}

export const usualConfidence = 60;

/** What is wrong with the read itself; undefined: it can be acted on. A camera that gives no confidence is believed. */
export function unfit(read: Legibility, stale: Staleness | undefined, minimumConfidence = usualConfidence): StayReason | undefined {
  if (stale !== undefined) return stale;
  if (read.turnedBack) return "turn-back";
  if (read.wrongDirection === true) return "wrong-direction";
  if (read.noPlate) return "no-plate";
  if (read.plate === null || (read.confidence ?? 100) < minimumConfidence) return "low-confidence";
  return undefined;
}

/** The same recognition came again, key for key. */
export interface Repeat {
  /** The first one was answered with an opening. */
  readonly opened: boolean;
  readonly gateSeenOpen: boolean;
  readonly fresh: boolean;
  readonly arm: Arm;
  /** Somebody asked this gate to open after it. */
  readonly newerOrder: boolean;
}

/** Cameras resend at once when an answer was lost on its way: then the gate was not seen open, nothing moves, and the same answer is right again. */
export function answerRepeat(repeat: Repeat): "same-answer" | "stop" {
  const moving = repeat.arm !== "unknown" && (repeat.arm.moving || repeat.arm.open);
  return repeat.opened && !repeat.gateSeenOpen && repeat.fresh && !moving && !repeat.newerOrder ? "same-answer" : "stop";
}

/** A car under the arm is another one than this. */
export function busy(arm: Arm, ahead: Ahead | null, plate: Plate): boolean {
  if (arm === "unknown" || ahead === null || sameCar(ahead, plate)) return false;
  return arm.under && !arm.closed;
}

/** Nothing differs but characters that cameras confuse: one car, read twice. Neighbours with plates in a row are two cars. */
export const samePlate = (a: Plate, b: Plate): boolean => differences(a, b)?.every((one) => one.kind === "confusable") ?? false;

/** A misreading of the car that was just let in is that car. */
export const sameCar = (ahead: Ahead, plate: Plate): boolean => ahead.plate !== null && samePlate(ahead.plate, plate);

export type EntryDecision =
  | {
      readonly do: "open";
      readonly visit: string | "new";
      readonly why: "new-visit" | "same-visit" | "already-inside";
      readonly behind: boolean;
    }
  | { readonly do: "stay"; readonly why: StayReason; readonly visit: string | null };

export interface EntrySight {
  readonly plate: Plate;
  readonly arm: Arm;
  readonly ahead: Ahead | null;
  /** The newest visit under this plate that is not gone. */
  readonly inside: { readonly visit: string; readonly thisLane: boolean; readonly passedAgo_ms: number | null } | null;
}

/** A camera reads a car several times while it drives through: such reads belong to the passage that was. */
export const sameDrive_ms = 10_000;

export function decideEntry({ plate, arm, ahead, inside }: EntrySight): EntryDecision {
  if (inside?.thisLane === true && inside.passedAgo_ms !== null && inside.passedAgo_ms < sameDrive_ms)
    return { do: "stay", why: "just-passed", visit: inside.visit };
  const own = inside?.thisLane === true && inside.passedAgo_ms === null ? inside.visit : null;
  if (busy(arm, ahead, plate)) return { do: "stay", why: "gate-busy", visit: own };
  const behind = ahead !== null && !sameCar(ahead, plate);
  if (own !== null) return { do: "open", visit: own, why: "same-visit", behind };
  if (ahead !== null && ahead.visit !== null && !behind) return { do: "open", visit: ahead.visit, why: "same-visit", behind };
  return { do: "open", visit: "new", why: inside === null ? "new-visit" : "already-inside", behind };
}

/** Which visit inside is meant (plates.ts); none when nobody is, or only a person may choose. */
export type Match = { readonly kind: "exact" | "similar"; readonly visit: string } | { readonly kind: "none" };

/** What is known of the matched visit's money. */
export type Settlement = "nothing-owed" | "owed" | "no-tariff";

export type ExitDecision =
  | { readonly do: "open"; readonly visit: string; readonly why: "nothing-owed"; readonly behind: boolean }
  | { readonly do: "stay"; readonly why: StayReason; readonly visit: string | null };

export interface ExitSight {
  readonly plate: Plate;
  readonly arm: Arm;
  readonly ahead: Ahead | null;
  readonly match: Match;
  /** The plate left by this lane so long ago; null: not lately. */
  readonly leftAgo_ms: number | null;
}

export function decideExit(sight: ExitSight, settlement: (visit: string) => Settlement): ExitDecision {
  const { plate, arm, ahead, match, leftAgo_ms } = sight;
  if (match.kind === "none") {
    const justLeft = leftAgo_ms !== null && leftAgo_ms < sameDrive_ms;
    return { do: "stay", why: justLeft ? "just-passed" : "no-entry", visit: null };
  }
  const settled = settlement(match.visit);
  if (settled !== "nothing-owed") return { do: "stay", why: settled === "owed" ? "unpaid" : "no-tariff", visit: match.visit };
  if (busy(arm, ahead, plate)) return { do: "stay", why: "gate-busy", visit: match.visit };
  return { do: "open", visit: match.visit, why: "nothing-owed", behind: ahead !== null && !sameCar(ahead, plate) };
}

/** A read that waits for the lane to be free; asked at every look at the board. */
export interface Waiting {
  readonly plate: Plate;
  readonly fresh: boolean;
  /** It was already let in behind another car, whose opening it may have spent. */
  readonly letIn: boolean;
}

export function whenFree(waiting: Waiting, arm: Arm, ahead: Ahead | null): "wait" | "open" | "call-a-person" | "done" {
  const late = waiting.letIn ? "done" : "call-a-person";
  if (!waiting.fresh) return late;
  if (arm === "unknown") return "wait";
  const others = ahead !== null && !sameCar(ahead, waiting.plate);
  if (others || arm.under) return "wait";
  // It went through on the opening that it shared, or drove off.
  if (!arm.approach) return arm.closed ? late : "wait";
  return arm.open && waiting.letIn ? "wait" : "open";
}
