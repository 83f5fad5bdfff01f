// One read at one lane: decided, and written with everything that follows from it, in the transaction that is committed before the reply.
import { claimedTime, type FreshnessRule, staleness } from "#gateway/core/parking/freshness.ts";
import {
  type Ahead,
  type Arm,
  answerRepeat,
  decideEntry,
  decideExit,
  type Match,
  type Settlement,
  type StayReason,
  sameDrive_ms,
  unfit,
} from "#gateway/core/parking/lane.ts";
import { type Explained, matchPlate } from "#gateway/core/parking/plates.ts";
import type { Pass } from "#gateway/core/parking/tariff.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig, LotConfig } from "../config/schema.ts";
import type { Transaction } from "../journal/journal.ts";
import { onList } from "../register/cars.ts";
import { passesOf } from "../register/known.ts";
import { billFor, settled } from "./bills.ts";
import { answered, askWhich, correct } from "./candidates.ts";
import { correctedHere, onceReadAs } from "./entry-plate.ts";
import { keepException } from "./exceptions.ts";
import { frameOf } from "./frames.ts";
import { inferredLately } from "./lingering.ts";
import { lostEntry } from "./lost-entry.ts";
import { keptOpen, type Mode } from "./modes.ts";
import { offlineRead } from "./offline.ts";
import { foremost, newerOrder, orderById, writeOrder } from "./orders.ts";
import { freeFor } from "./places.ts";
import { type KnownRead, knownRead, type Outcome, writeRead } from "./reads.ts";
import { countInShadow } from "./shadow.ts";
import type { Tariffs } from "./tariffs.ts";
import {
  candidatesInside,
  closeVisit,
  forgetVisit,
  lastGone,
  openVisit,
  standsBefore,
  type Visit,
  visitById,
  visitInside,
} from "./visits.ts";
import { type ExceptionReason, exceptionWords, inferredWords, lostWords, misreadWords, severalWords } from "./words.ts";

export interface LaneWorld {
  readonly config: LaneConfig;
  readonly lots: readonly LotConfig[];
  /** Of the whole site: what lies at a lot's edge. */
  readonly lanes: readonly LaneConfig[];
  readonly tariffs: Tariffs;
  readonly newId: () => string;
  readonly arm: () => Arm;
  readonly mode: () => Mode;
  /** One exception a car and reason, not one a read: what was said last, and when. */
  readonly said: Map<string, Stamp>;
  /** While a read is decided: the name of its frame. */
  readonly frame?: string;
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
export function decideRead(tx: Transaction, world: LaneWorld, sight: { read: PlateRead; now: Stamp; again?: true }): Decided {
  const { read, now } = sight;
  const lane = { ...world, frame: frameOf(read.key) };
  const stale = staleness({ ...read.seen, offline: read.offline }, freshnessOf(lane.config), now.wall);
  const known = sight.again ? undefined : knownRead(tx, read.key);
  const unfitness = unfit(legible(lane, read), stale);
  if (known !== undefined && !tellsMore(known, unfitness)) return repeated(tx, lane, { known, fresh: stale === undefined });
  const decided = decideNew(tx, lane, { read, now, unfitness });
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

/** Makers that tell a recognition twice under one name (first at once, then whole) may read the plate only the second time: that is no repeat. */
const tellsMore = ({ outcome, order }: KnownRead, unfitness: StayReason | undefined): boolean =>
  unfitness === undefined && order === null && (outcome === "no-plate" || outcome === "low-confidence");

/** A camera that tells headings is told by the site file which one this lane has. */
const legible = ({ config }: LaneWorld, read: PlateRead): Parameters<typeof unfit>[0] => ({
  ...read,
  turnedBack: read.trigger === "turn-back",
  wrongDirection: config.camera.heading !== undefined && read.heading !== undefined && read.heading !== config.camera.heading,
});

function repeated(tx: Transaction, lane: LaneWorld, is: { known: { order: string | null }; fresh: boolean }): Decided {
  const order = is.known.order === null ? undefined : orderById(tx, is.known.order);
  if (order === undefined || lane.mode().mode === "closed") return stays("duplicate-read");
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
  if (lane.mode().mode === "closed") {
    sayException(tx, lane, { reason: "lane-closed", plate, now });
    return stays("lane-closed");
  }
  const { id, direction } = lane.config;
  const sight = { read, plate, now, ahead: foremost(tx, id, now) };
  if (direction === "exit") return leave(tx, lane, sight);
  return enter(tx, lane, { ...sight, plate: correctedHere(tx, { lane: id, plate, now }) ?? plate });
}

/** How long ago the camera saw the car: a look that came late belongs to the passage of then, and not to a car that comes again now. */
function ageOf({ config }: LaneWorld, { seen }: PlateRead, now: Stamp): number {
  const claimed = claimedTime(seen, config.camera.clock);
  return claimed === null ? 0 : Math.max(0, now.wall - claimed);
}

interface LegibleSight {
  readonly read: PlateRead;
  readonly plate: Plate;
  readonly now: Stamp;
  readonly ahead: Ahead | null;
}

function enter(tx: Transaction, lane: LaneWorld, { read, plate, now, ahead }: LegibleSight): Decided {
  const { config } = lane;
  const age_ms = ageOf(lane, read, now);
  const own = visitInside(tx, config.lot, plate);
  // One that had turned back before the arm, or was only seen at the exit without having come in, and comes now, begins anew.
  const anew = own !== undefined && (own.turnedBack || own.entryLost);
  const inside =
    own === undefined || anew
      ? null
      : {
          visit: own.id,
          thisLane: own.entryLane === config.id,
          passedAgo_ms: own.passed === null ? null : elapsed(own.passed, now) - age_ms,
        };
  const decision = decideEntry({ plate, arm: lane.arm(), ahead, inside });
  if (decision.do === "stay") return { ...stays(decision.why, decision.visit), waits: decision.why === "gate-busy" ? "held" : undefined };
  if (decision.visit === "new" && !keptOpen(lane.mode()) && onList(tx, "blocked", { plate, lot: config.lot, at: now.wall })) {
    sayException(tx, lane, { reason: "blacklisted", plate, now });
    return stays("blacklisted");
  }
  if (decision.visit === "new" && full(tx, lane, { plate, now })) {
    sayException(tx, lane, { reason: "lot-full", plate, now });
    return stays("lot-full");
  }
  if (decision.visit === "new" && anew) (own.entryLost ? forgetVisit : closeVisit)(tx, own.id, { lane: config.id, at: now });
  else if (decision.why === "already-inside") sayException(tx, lane, { reason: "already-inside", plate, now });
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

/** Whether only pass holders may come in now, and this is none. An arm that is kept up keeps nobody out. */
function full(tx: Transaction, lane: LaneWorld, { plate, now }: { plate: Plate; now: Stamp }): boolean {
  const { lot: id } = lane.config;
  const lot = lane.lots.find((one) => one.id === id);
  if (lot?.when_full !== "pass-holders" || keptOpen(lane.mode()) || freeFor(tx, lane, id) > 0) return false;
  if (onList(tx, "special", { plate, lot: id, at: now.wall })) return false;
  return passesOf(tx, { lot: id, plate, visit: "" }, { entered: now.wall, left: now.wall }).every((pass) => !covers(pass, now));
}
const covers = ({ from, until, suspended }: Pass, { wall: at }: Stamp): boolean =>
  from <= at && at < until && !(suspended ?? []).some((span) => span.from <= at && at < span.until);

function leave(tx: Transaction, lane: LaneWorld, { read, plate, now, ahead }: LegibleSight): Decided {
  const { config } = lane;
  const gone = lastGone(tx, config.id, plate);
  const found = matchPlate({ plate, colour: read.colour }, candidatesInside(tx, config.lot));
  const leftAgo_ms = gone === undefined ? null : elapsed(gone, now) - ageOf(lane, read, now);
  // Where several could be meant a person chooses; an arm that is kept up asks nobody; whoever has just left, or was taken to have left, is no new car.
  const inferred = found.kind === "none" && inferredLately(tx, { lot: config.lot, plate, now });
  const unseen = found.kind === "none" && !inferred && !keptOpen(lane.mode()) && !(leftAgo_ms !== null && leftAgo_ms < sameDrive_ms);
  const lost = unseen ? lostEntry(tx, lane, { plate, colour: read.colour, now }) : undefined;
  const known: Match = "found" in found ? { kind: found.kind, visit: found.found.visit } : { kind: "none" };
  const match: Match = lost === undefined ? known : { kind: "exact", visit: lost };
  const sight = { plate, arm: lane.arm(), ahead, match, leftAgo_ms };
  const decision = decideExit(sight, (id) => settlementOf(tx, lane, { visit: visitById(tx, id), now }));
  if (decision.visit !== null) {
    standsBefore(tx, config.id, { visit: decision.visit, now });
    answered(tx, config.id);
  }
  if (decision.do === "open") return opens(tx, lane, { visit: decision.visit, plate, now, behind: decision.behind, again: false });
  if (decision.why === "gate-busy") return { ...stays(decision.why, decision.visit), waits: "held" };
  const several = decision.why === "no-entry" && found.kind === "ambiguous" ? found.candidates : undefined;
  const [otherwise] = decision.why === "no-entry" && found.kind === "none" ? onceReadAs(tx, config.lot, plate) : [];
  if (several !== undefined) askWhich(tx, config.id, { plate, colour: read.colour, at: now });
  if (otherwise !== undefined) {
    askWhich(tx, config.id, { plate, colour: read.colour, at: now });
    correct(tx, { lane: config.id, now }, otherwise);
  }
  const candidates = several ?? (found.kind === "similar" ? [found.found] : []);
  const words =
    several !== undefined
      ? severalWords
      : otherwise !== undefined
        ? misreadWords
        : inferred && decision.why === "no-entry"
          ? inferredWords
          : lost !== undefined && decision.why === "unpaid"
            ? lostWords
            : undefined;
  if (decision.why !== "just-passed")
    sayException(tx, lane, { reason: exceptionOf(decision.why), plate, now, candidates, ...(words && { words }) });
  return stays(decision.why, decision.visit);
}

function settlementOf(tx: Transaction, lane: LaneWorld, { visit, now }: { visit: Visit | undefined; now: Stamp }): Settlement {
  if (visit === undefined) return "no-tariff";
  const priced = billFor(tx, visit, { tariffs: lane.tariffs, lane: lane.config.id, now, newId: lane.newId });
  if ("kind" in priced) return "no-tariff";
  return settled(priced.bill) ? "nothing-owed" : "owed";
}

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
  /** Whose plate it may be: which characters differ, and at which cost. */
  readonly candidates?: readonly Explained[];
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
  countInShadow(tx, `exception ${what.reason}`, { now: what.now });
  const exception = { lane: lane.config.id, exception: lane.newId(), plate: what.plate, reason: what.reason };
  const words = what.words ?? exceptionWords[what.reason];
  keepException(tx, { ...exception, ...words, now: what.now, frame: lane.frame ?? null });
  tx.event("lane.exception", {
    ...exception,
    ...words,
    ...(lane.frame === undefined ? {} : { frame: lane.frame }),
    ...(what.candidates === undefined || what.candidates.length === 0 ? {} : { candidates: what.candidates.slice(0, mostTold).map(told) }),
  });
}

/** A person looks at a few; the booth shows them all. */
const mostTold = 8;

/** Without the plate of a car that may have nothing to do with this exit. */
const told = ({ visit, cost, differences }: Explained) => ({
  visit,
  cost,
  characters: differences.map(({ at, kind, expected, read }) => ({ at: at + 1, kind, expected, read })),
});
