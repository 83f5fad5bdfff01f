// One lane at work: its camera's reads, its arm, the orders that a person or a payment gives. What it decides is in gateway/core/parking; what it did is in the journal.

import { staleness } from "#gateway/core/parking/freshness.ts";
import { type Arm, whenFree } from "#gateway/core/parking/lane.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { after, minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { BarrierBoard, BoardListener, BoardLook } from "../drivers/barrier-board.ts";
import { opensBy } from "../drivers/cameras/table.ts";
import type { Transaction } from "../journal/journal.ts";
import type { Measure, SiteContext } from "../site-context.ts";
import { cameraHealth } from "./camera-health.ts";
import { boardRow, hasUnanswered, isNews, journalContact, journalUnanswered, type Told } from "./counting.ts";
import { type Decided, decideRead, freshnessOf, type LaneWorld, sayException } from "./deciding.ts";
import { frameOf } from "./frames.ts";
import { type Keeping, keepLane } from "./keeping.ts";
import { laneMeasures, skewMeasure } from "./lane-measures.ts";
import { forgetLost, hasLost } from "./lost-entry.ts";
import { foremost, type NewOrder, notTaken, writeOrder } from "./orders.ts";
import type { Outcome } from "./reads.ts";
import { inShadow } from "./shadow.ts";
import type { Tariffs } from "./tariffs.ts";
import { startTrace, type Traced } from "./trace.ts";
import { takenBack } from "./trying.ts";
import { readStamp, type Visit, visitById } from "./visits.ts";
import { newWatch, passedByItself, turnedBack, type Watch, watch } from "./watching.ts";
import type { ExceptionReason } from "./words.ts";

/** A pulse is sent, and a reply opens, within this of the decision, or never. */
export const openWithin_ms = 3_000;
/** An older look at the board says nothing about now. */
const lookHolds_ms = 1_500;
const frontHolds_ms = 10 * minuteMs;
const pictureHolds_ms = minuteMs;
const notSent = deviceFault("closed", "shadow: another system opens here, nothing is sent");

export interface GateAnswer {
  readonly gate: "opening" | "already-open" | "not-opened";
  readonly reason?: string;
}

export interface Lane {
  readonly config: LaneConfig;
  /** Committed before it returns; the reply follows. */
  read(read: PlateRead): Decided;
  /** Writes the order together with what it follows from, then pulses the board; never later than 3 s after. */
  open(
    order: Pick<NewOrder, "cause" | "by"> & {
      visit: Pick<Visit, "id" | "plate"> | null;
      write?: (tx: Transaction, now: Stamp) => void;
      /** What is written belongs to the opening: where the lane opens nothing, nothing is written either. */
      unlessShut?: true;
    },
  ): Promise<GateAnswer>;
  /** A person is called, within a transaction of somebody else's. */
  say(tx: Transaction, what: { readonly reason: ExceptionReason; readonly plate: Plate | null }): void;
  /** The visit before the exit's arm. */
  front(): Visit | undefined;
  /** The car that an opening by hand is for, as far as known. */
  expected(): Pick<Visit, "id" | "plate"> | null;
  arm(): Arm;
  /** Modes and the closing by hand. */
  readonly keeping: Pick<Keeping, "mode" | "set" | "hold" | "close">;
  /** The newest look at its board, if it is of now. */
  look(): BoardLook | undefined;
  /** Its last reads with their times, the newest first. */
  traced(): readonly Traced[];
  /** What would be decided about a read of now: nothing is written, said or opened. */
  tryOut(read: PlateRead): Decided;
  tick(): void;
  /** Told while its camera is heard. */
  cameraLives(): void;
  answering(): boolean;
  measures(): Measure[];
  stop(): void;
}

export interface LaneParts {
  readonly context: SiteContext;
  readonly config: LaneConfig;
  readonly tariffs: Tariffs;
  readonly board: (listener: BoardListener) => BarrierBoard;
  readonly onFire: () => void;
  /** A payment opened here: the card says so. */
  readonly onPaid?: (plate: Plate | null) => void;
  /** A person opened upon this read: its picture belongs to the opening. */
  readonly onByHand?: (frame: string) => void;
}

interface State {
  last: { look: BoardLook; at: Stamp } | undefined;
  waiting: { read: PlateRead; plate: Plate; letIn: boolean } | undefined;
  silent: boolean;
  /** The order of a read for which the board was pulsed last in this life. */
  pulsed: string | null;
  /** The read that came last, and where the camera itself keeps its picture. */
  picture: { readonly path: string | null; readonly frame: string; readonly at: Stamp } | undefined;
  readonly watch: Watch;
  readonly outcomes: Map<Outcome, number>;
}

export function startLane({ context, config, tariffs, board: start, onFire, onPaid, onByHand }: LaneParts): Lane {
  const { journal, clock } = context;
  const log = context.log.child({ lane: config.id });
  const state: State = {
    last: undefined,
    waiting: undefined,
    silent: false,
    pulsed: null,
    picture: undefined,
    watch: newWatch(),
    outcomes: new Map(),
  };
  const { lots, lanes } = context.config;
  let stopped = false;
  const mode = () => keeping.mode();
  const world: LaneWorld = { config, lots, lanes, tariffs, newId: () => context.chance.id(), arm, mode, said: new Map() };
  const trace = startTrace();
  const health = cameraHealth(config, clock.stamp());
  const keeping = keepLane({ context, config, look: lookNow, board: () => board, pulse, onFire });
  const board = unlessShadow(start({ onLook: (look) => unlessFull(() => onLook(look)), onFault }));

  /** Where another system opens the gates nothing is sent, but for a fire. */
  function unlessShadow(real: BarrierBoard): BarrierBoard {
    const held = (): boolean => mode().mode !== "fire" && inShadow(journal);
    return {
      pulseOpen: (...given) => (held() ? given[1](notSent) : real.pulseOpen(...given)),
      pulseClose: (...given) => (held() ? given[1](notSent) : real.pulseClose(...given)),
      stop: () => real.stop(),
    };
  }

  function lookNow(): BoardLook | undefined {
    const { last } = state;
    return last === undefined || elapsed(last.at, clock.stamp()) > lookHolds_ms ? undefined : last.look;
  }

  function arm(): Arm {
    return lookNow() ?? "unknown";
  }

  const say = (tx: Transaction, reason: ExceptionReason, now: Stamp): void => sayException(tx, world, { reason, plate: null, now });
  const toldAt = (now: Stamp): Told => ({
    passedByItself: (tx, known_late) => passedByItself(tx, world, { now, mode: mode(), known_late }),
    turnedBack: (tx, visit) => turnedBack(tx, world, { visit, now }),
    openedByNobody: (tx) => say(tx, "opened-by-nobody", now),
    wentAgainst: (tx) => say(tx, "wrong-way", now),
    stepsOf: (order) => trace.stepsOf(order),
  });

  function onLook(look: BoardLook): void {
    const now = clock.stamp();
    const last = state.last?.at;
    if (state.silent) log.info("the barrier board answers again");
    state.silent = false;
    if (isNews(journal, config, { look, now, last })) {
      const before = boardRow(journal, config.id);
      const news = journal.commit((tx) => journalContact(tx, config, { look, now, last, told: toldAt(now) }));
      if (news === "counted" && before !== undefined) health.passed(look.passed - before.passed);
      if (news === "replaced")
        log.warn(
          { before, opened: look.opened, passed: look.passed },
          "the board's counters fell or leapt: another board? counting from here",
        );
    }
    // Only what is written counts as seen: a commit that failed is looked at again.
    state.last = { look, at: now };
    trace.look(look, now);
    const moved = watch(state.watch, { look, now, mode: mode() });
    if (moved !== null) journal.commit((tx) => say(tx, moved, now));
    keeping.onLook(look, now);
    lookAtWaiting(now);
  }

  /** On a full disk nothing is written and nothing is called seen; the next look sees it again. */
  function unlessFull(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof Error) || !String((error as { code?: unknown }).code).startsWith("SQLITE_FULL")) throw error;
      log.error({ error: error.message }, "the disk is full: the lane is not written");
    }
  }

  function onFault(fault: DeviceFault): void {
    if (state.silent || (state.last !== undefined && elapsed(state.last.at, clock.stamp()) <= lookHolds_ms)) return;
    state.silent = true;
    log.warn({ code: fault.code, detail: fault.detail }, "the barrier board does not answer");
  }

  function lookAtWaiting(now: Stamp): void {
    const { waiting } = state;
    if (waiting === undefined) return;
    const { read, plate, letIn } = waiting;
    const fresh = staleness({ ...read.seen, offline: read.offline }, freshnessOf(config), now.wall) === undefined;
    const answer = whenFree({ plate, fresh, letIn }, arm(), foremost(journal, config.id, now));
    if (answer === "wait") return;
    state.waiting = undefined;
    if (answer === "call-a-person") journal.commit((tx) => sayException(tx, world, { reason: "gate-busy", plate, now }));
    if (answer !== "open") return;
    const decided = journal.commit((tx) => decideRead(tx, world, { read, now, again: true }));
    note(decided, read);
    if (!decided.opens) return;
    state.pulsed = decided.order;
    void pulse(now, decided.order);
  }

  /** A resend, or a poor second look at the same car, does not send a waiting car away. */
  function note(decided: Decided, read: PlateRead): void {
    const { plate } = read;
    const served = decided.outcome === "opened" || decided.outcome === "opened-again" || decided.outcome === "just-passed";
    if (plate !== null && decided.waits !== undefined) state.waiting = { read, plate, letIn: decided.waits === "let-in" };
    else if (plate !== null && plate === state.waiting?.plate && (served || decided.outcome === "turn-back")) state.waiting = undefined;
    state.outcomes.set(decided.outcome, (state.outcomes.get(decided.outcome) ?? 0) + 1);
    log.info({ outcome: decided.outcome, visit: decided.visit, order: decided.order }, "plate read");
  }

  function pulse(at: Stamp, order: string | null): Promise<GateAnswer> {
    const seen = arm();
    const wasOpen = seen !== "unknown" && seen.open;
    return new Promise((resolve) =>
      board.pulseOpen(after(at.mono, openWithin_ms), (outcome) => {
        if (outcome === "done") {
          trace.gate(clock.stamp());
          return resolve({ gate: wasOpen ? "already-open" : "opening" });
        }
        log.warn({ code: outcome.code, detail: outcome.detail }, "the opening pulse was not confirmed");
        if (order !== null && outcome !== notSent && !stopped)
          unlessFull(() => journal.commit((tx) => notTaken(tx, { lane: config.id, order, code: outcome.code, detail: outcome.detail })));
        resolve({ gate: "not-opened", reason: outcome.code });
      }),
    );
  }

  const front = (): Visit | undefined => {
    const row = journal.get<{ visit: string; at: string }>("SELECT visit, at FROM exit_front WHERE lane = ?", config.id);
    if (row === undefined || elapsed(readStamp(row.at), clock.stamp()) > frontHolds_ms) return undefined;
    const visit = visitById(journal, row.visit);
    return visit?.state === "gone" ? undefined : visit;
  };

  const pictureNow = (now: Stamp): State["picture"] =>
    state.picture === undefined || elapsed(state.picture.at, now) > pictureHolds_ms ? undefined : state.picture;

  return {
    config,
    arm,
    keeping,
    read(read) {
      const now = clock.stamp();
      state.picture = { path: read.image, frame: frameOf(read.key), at: now };
      const clockNews = health.read(read, now);
      const decided = journal.commit((tx) => {
        if (clockNews !== null) say(tx, clockNews, now);
        return decideRead(tx, world, { read, now });
      });
      note(decided, read);
      const byReply = opensBy(config.camera.protocol) !== "board";
      trace.read(read, { ...decided, from: now, decided: clock.stamp(), byReply, opened: state.last?.look.opened });
      if (!decided.opens) return decided;
      // What it would have done is written; the reply opens nothing.
      if (inShadow(journal)) return { ...decided, opens: false };
      if (elapsed(now, clock.stamp()) <= openWithin_ms) {
        // A camera that cannot open by its reply leaves it to the board: once an order, unless we died before it was sent.
        if (opensBy(config.camera.protocol) === "board" && decided.order !== state.pulsed) {
          state.pulsed = decided.order;
          void pulse(now, decided.order);
        }
        return decided;
      }
      // The disk took so long that somebody else may stand there by now. A repeat of the read is asked anew.
      log.warn({ visit: decided.visit, order: decided.order }, "the journal was too slow: the reply does not open");
      return { ...decided, outcome: "too-late", opens: false };
    },
    say: (tx, { reason, plate }) => sayException(tx, world, { reason, plate, now: clock.stamp() }),
    async open({ cause, by, visit, write, unlessShut }) {
      const now = clock.stamp();
      // In the shadow a person's order is the other system's to carry out: it is not written as ours.
      const shadow = inShadow(journal);
      const closed = mode().mode === "closed" || shadow;
      const id = world.newId();
      const seen = by === undefined ? undefined : pictureNow(now);
      journal.commit((tx) => {
        if (!closed || unlessShut !== true) write?.(tx, now);
        if (closed) return;
        if (by !== undefined)
          tx.event("gate.ordered", {
            lane: config.id,
            ...by,
            visit: visit?.id ?? null,
            picture: seen?.path ?? null,
            ...(seen && { frame: seen.frame }),
          });
        const order = {
          id,
          lane: config.id,
          cause,
          visit: visit?.id ?? null,
          plate: visit?.plate ?? null,
          at: now,
          frame: seen?.frame ?? null,
        };
        writeOrder(tx, by === undefined ? order : { ...order, by });
      });
      if (closed) return { gate: "not-opened", reason: shadow ? "shadow" : "lane-closed" };
      const opening = pulse(now, id);
      // After the gate has its order.
      if (seen !== undefined) setImmediate(() => onByHand?.(seen.frame));
      if (cause === "payment") onPaid?.(visit?.plate ?? null);
      return opening;
    },
    look: lookNow,
    traced: () => trace.all(),
    tryOut: (read) => takenBack(journal, (tx) => decideRead(tx, { ...world, said: new Map(world.said) }, { read, now: clock.stamp() })),
    front,
    expected() {
      const known = config.direction === "exit" ? front() : undefined;
      if (known !== undefined) return known;
      const ahead = foremost(journal, config.id, clock.stamp());
      return ahead === null || ahead.visit === null || ahead.plate === null ? null : { id: ahead.visit, plate: ahead.plate };
    },
    tick: () =>
      unlessFull(() => {
        const now = clock.stamp();
        keeping.tick(now);
        if (hasUnanswered(journal, config, now)) journal.commit((tx) => journalUnanswered(tx, config, now));
        if (hasLost(journal, config.id, now)) journal.commit((tx) => forgetLost(tx, config.id, now));
        if (arm() === "unknown") lookAtWaiting(now);
      }),
    cameraLives: () =>
      unlessFull(() => {
        const now = clock.stamp();
        if (health.blind(now)) journal.commit((tx) => say(tx, "camera-blind", now));
      }),
    answering: () => arm() !== "unknown",
    measures: () => [...laneMeasures(config.id, state.outcomes, arm() !== "unknown"), ...skewMeasure(config, health.skew_ms())],
    stop() {
      stopped = true;
      board.stop();
    },
  };
}
