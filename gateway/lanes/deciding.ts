// One read at one lane: decided, and written with everything that follows from it, in the transaction that is committed before the reply.
import { type FreshnessRule, staleness } from "#gateway/core/parking/freshness.ts";
import {
  type Ahead,
  type Arm,
  answerRepeat,
  decideEntry,
  decideExit,
  type Match,
  type Settlement,
  type StayReason,
  unfit,
} from "#gateway/core/parking/lane.ts";
import { matchPlate } from "#gateway/core/parking/plates.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { Transaction } from "../journal/journal.ts";
import { billFor, settled } from "./bills.ts";
import { offlineRead } from "./offline.ts";
import { foremost, newerOrder, orderById, writeOrder } from "./orders.ts";
import { knownRead, type Outcome, writeRead } from "./reads.ts";
import type { Tariffs } from "./tariffs.ts";
import { candidatesInside, lastGone, openVisit, type Visit, visitById, visitInside } from "./visits.ts";
import { type ExceptionReason, exceptionWords, severalWords } from "./words.ts";

export interface LaneWorld {
  readonly config: LaneConfig;
  readonly tariffs: Tariffs;
  readonly newId: () => string;
  readonly arm: () => Arm;
  /** One exception a car and reason, not one a read: what was said last, and when. */
  readonly said: Map<string, Stamp>;
}

export interface Decided {
  readonly outcome: Outcome;
  readonly opens: boolean;
  readonly order: string | null;
  readonly visit: string | null;
  /** The lane looks at this read again when it is free. */
  readonly waits: "held" | "let-in" | undefined;
}

const stays = (outcome: Outcome, visit: string | null = null): Decided => ({ outcome, opens: false, order: null, visit, waits: undefined });

export const freshnessOf = ({ camera }: LaneConfig): FreshnessRule => ({ clock: camera.clock, maxAge_ms: camera.max_age_s * 1000 });

/** `again`: the read waited and the lane is free now. It is decided anew, by what is true now. */
export function decideRead(tx: Transaction, lane: LaneWorld, sight: { read: PlateRead; now: Stamp; again?: true }): Decided {
  const { read, now } = sight;
  const stale = staleness({ ...read.seen, offline: read.offline }, freshnessOf(lane.config), now.wall);
  const known = sight.again ? undefined : knownRead(tx, read.key);
  if (known !== undefined) return repeated(tx, lane, { known, fresh: stale === undefined });
  const decided = decideNew(tx, lane, { read, now, unfitness: unfit({ ...read, turnedBack: read.trigger === "turn-back" }, stale) });
  writeRead(tx, {
    key: read.key,
    lane: lane.config.id,
    at: now.wall,
    outcome: decided.outcome,
    visit: decided.visit,
    order: decided.order,
  });
  return decided;
}

function repeated(tx: Transaction, lane: LaneWorld, is: { known: { order: string | null }; fresh: boolean }): Decided {
  const order = is.known.order === null ? undefined : orderById(tx, is.known.order);
  if (order === undefined) return stays("duplicate-read");
  const answer = answerRepeat({
    opened: true,
    gateSeenOpen: order.seen === "open",
    fresh: is.fresh,
    arm: lane.arm(),
    newerOrder: newerOrder(tx, lane.config.id, order.number),
  });
  if (answer === "stop") return stays("duplicate-read", order.visit);
  return { outcome: "repeat-opened", opens: true, order: order.id, visit: order.visit, waits: undefined };
}

interface NewSight {
  readonly read: PlateRead;
  readonly now: Stamp;
  readonly unfitness: StayReason | undefined;
}

function decideNew(tx: Transaction, lane: LaneWorld, { read, now, unfitness }: NewSight): Decided {
  if (unfitness === "offline-read") return stays("offline-read", offlineRead(tx, lane, { read, now }));
  const { plate } = read;
  if (unfitness !== undefined || plate === null) {
    const why = unfitness ?? "low-confidence";
    if (why !== "turn-back") sayException(tx, lane, { reason: exceptionOf(why), plate, now });
    return stays(why);
  }
  const sight = { read, plate, now, ahead: foremost(tx, lane.config.id, now) };
  return lane.config.direction === "entry" ? enter(tx, lane, sight) : leave(tx, lane, sight);
}

interface LegibleSight {
  readonly read: PlateRead;
  readonly plate: Plate;
  readonly now: Stamp;
  readonly ahead: Ahead | null;
}

function enter(tx: Transaction, lane: LaneWorld, { read, plate, now, ahead }: LegibleSight): Decided {
  const { config } = lane;
  const own = visitInside(tx, config.lot, plate);
  const inside =
    own === undefined
      ? null
      : { visit: own.id, thisLane: own.entryLane === config.id, passedAgo_ms: own.passed === null ? null : elapsed(own.passed, now) };
  const decision = decideEntry({ plate, arm: lane.arm(), ahead, inside });
  if (decision.do === "stay") return { ...stays(decision.why, decision.visit), waits: decision.why === "gate-busy" ? "held" : undefined };
  if (decision.why === "already-inside") sayException(tx, lane, { reason: "already-inside", plate, now });
  const visit = decision.visit === "new" ? lane.newId() : decision.visit;
  if (decision.visit === "new")
    openVisit(tx, {
      id: visit,
      lot: config.lot,
      plate,
      colour: read.colour,
      entryLane: config.id,
      entered: now,
      tariff: lane.tariffs.label(config.lot, now.wall),
      tariffHash: lane.tariffs.hash(config.lot),
      received: null,
      offline: false,
    });
  return opens(tx, lane, { visit, plate, now, behind: decision.behind, again: decision.why === "same-visit" });
}

function leave(tx: Transaction, lane: LaneWorld, { read, plate, now, ahead }: LegibleSight): Decided {
  const { config } = lane;
  const gone = lastGone(tx, config.id, plate);
  const found = matchPlate({ plate, colour: read.colour }, candidatesInside(tx, config.lot));
  const match: Match = "found" in found ? { kind: found.kind, visit: found.found.visit } : { kind: "none" };
  const sight = { plate, arm: lane.arm(), ahead, match, leftAgo_ms: gone === undefined ? null : elapsed(gone, now) };
  const decision = decideExit(sight, (id) => settlementOf(tx, lane, { visit: visitById(tx, id), now }));
  if (decision.visit !== null) standsBefore(tx, config.id, { visit: decision.visit, now });
  if (decision.do === "open") return opens(tx, lane, { visit: decision.visit, plate, now, behind: decision.behind, again: false });
  if (decision.why === "gate-busy") return { ...stays(decision.why, decision.visit), waits: "held" };
  const several = decision.why === "no-entry" && found.kind === "ambiguous";
  if (decision.why !== "just-passed")
    sayException(tx, lane, { reason: exceptionOf(decision.why), plate, now, ...(several ? { words: severalWords } : {}) });
  return stays(decision.why, decision.visit);
}

function settlementOf(tx: Transaction, lane: LaneWorld, { visit, now }: { visit: Visit | undefined; now: Stamp }): Settlement {
  if (visit === undefined) return "no-tariff";
  const priced = billFor(tx, visit, { tariffs: lane.tariffs, lane: lane.config.id, now, newId: lane.newId });
  if ("kind" in priced) return "no-tariff";
  return settled(priced.bill) ? "nothing-owed" : "owed";
}

/** Which visit stands before the exit's arm: for the booth, and for an opening by hand. */
const standsBefore = (tx: Transaction, lane: string, { visit, now }: { visit: string; now: Stamp }): unknown =>
  tx.run(
    "INSERT INTO exit_front (lane, visit, at) VALUES (?, ?, ?) ON CONFLICT (lane) DO UPDATE SET visit = excluded.visit, at = excluded.at",
    lane,
    visit,
    JSON.stringify(now),
  );

interface Opening {
  readonly visit: string;
  readonly plate: Plate;
  readonly now: Stamp;
  readonly behind: boolean;
  readonly again: boolean;
}

function opens(tx: Transaction, lane: LaneWorld, { visit, plate, now, behind, again }: Opening): Decided {
  const order = lane.newId();
  writeOrder(tx, { id: order, lane: lane.config.id, cause: "read", visit, plate, at: now });
  return { outcome: again ? "opened-again" : "opened", opens: true, order, visit, waits: behind ? "let-in" : undefined };
}

const exceptionOf = (why: StayReason): ExceptionReason => (why === "turn-back" || why === "just-passed" ? "duplicate-read" : why);

export interface Exception {
  readonly reason: ExceptionReason;
  readonly plate: Plate | null;
  readonly now: Stamp;
  /** Other than the reason's usual ones. */
  readonly words?: { readonly zh: string; readonly en: string };
}

/** A car that is read again and again is one exception in so long. */
const sayAgainAfter_ms = 60_000;

export function sayException(tx: Transaction, lane: LaneWorld, what: Exception): void {
  const key = `${what.reason} ${what.plate}`;
  const last = lane.said.get(key);
  if (last !== undefined && elapsed(last, what.now) < sayAgainAfter_ms) return;
  if (lane.said.size > 200) lane.said.clear();
  lane.said.set(key, what.now);
  tx.event("lane.exception", {
    lane: lane.config.id,
    exception: lane.newId(),
    plate: what.plate,
    reason: what.reason,
    ...(what.words ?? exceptionWords[what.reason]),
  });
}
