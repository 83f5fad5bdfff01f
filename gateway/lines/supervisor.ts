// Keeps one line open: opens it again with back-off, and closes a line that only swallows. A pulled USB adapter gives no close event; only unanswered questions tell.
import type { Request } from "#protocols/modbus/frame.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import type { Counts, Exchange, Outcome } from "./exchange.ts";

export interface LineEvents {
  readonly onFree: () => void;
  readonly onOpen: () => void;
  readonly onLost: (why: string) => void;
}

export interface SupervisedLine {
  readonly id: string;
  open(): boolean;
  free(): boolean;
  ask(request: Request, done: (outcome: Outcome) => void): void;
  counts(): Counts;
  /** Drops whatever is open and begins anew: what lies in buffers belongs to another time. */
  restart(why: string): void;
  stop(): void;
}

const againFirst_ms = 250;
const againMost_ms = 5_000;
/** So long without a single good answer to anybody, and so many questions, make a line dead. */
export const dead_ms = 10_000;
const deadQuestions = 6;

export function superviseLine(
  line: {
    readonly id: string;
    readonly clock: Clock;
    readonly connect: () => Promise<Exchange>;
    /** So long without a single good answer to anybody makes the line dead; not written: `dead_ms`. */
    readonly deadAfter_ms?: number;
  },
  events: LineEvents,
): SupervisedLine {
  const { id, clock, connect, deadAfter_ms = dead_ms } = line;
  let exchange: Exchange | undefined;
  let attempt = 0;
  let failures = 0;
  let stopped = false;
  let cancelAgain: Cancel = () => undefined;
  let unanswered: { since: Monotonic; questions: number } | undefined;
  const gone = { frames: 0, timeouts: 0, badFrames: 0 };

  function lost(old: Exchange | undefined, why: string): void {
    if (old !== undefined) {
      if (old !== exchange) return;
      const counts = old.counts();
      gone.frames += counts.frames;
      gone.timeouts += counts.timeouts;
      gone.badFrames += counts.badFrames;
    }
    exchange = undefined;
    unanswered = undefined;
    if (stopped) return;
    const wait = Math.min(againMost_ms, againFirst_ms * 2 ** Math.min(failures, 10));
    failures += 1;
    cancelAgain();
    cancelAgain = clock.wake(after(clock.monotonic(), wait), begin);
    events.onLost(why);
  }

  function begin(): void {
    attempt += 1;
    const mine = attempt;
    connect().then(
      (opened) => {
        if (stopped || mine !== attempt) return opened.close();
        exchange = opened;
        opened.onFree(events.onFree);
        opened.onClose((why) => lost(opened, why));
        events.onOpen();
      },
      (error: unknown) => {
        if (mine === attempt) lost(undefined, error instanceof Error ? error.message : String(error));
      },
    );
  }

  function drop(why: string): void {
    const old = exchange;
    if (old === undefined) return;
    lost(old, why);
    old.close();
  }

  function heard(outcome: Outcome): void {
    const now = clock.monotonic();
    if (outcome.kind === "answer" || outcome.code === "exception") {
      unanswered = undefined;
      failures = 0;
      return;
    }
    unanswered ??= { since: now, questions: 0 };
    unanswered.questions += 1;
    if (now - unanswered.since >= deadAfter_ms && unanswered.questions >= deadQuestions)
      drop(`nothing was answered for ${now - unanswered.since} ms`);
  }

  begin();
  return {
    id,
    open: () => exchange !== undefined,
    free: () => exchange?.free() ?? false,
    ask(request, done) {
      if (exchange === undefined) return done(deviceFault("closed", "the line is not open"));
      exchange.ask(request, (outcome) => {
        heard(outcome);
        done(outcome);
      });
    },
    counts() {
      const now = exchange?.counts() ?? { frames: 0, timeouts: 0, badFrames: 0 };
      return {
        frames: gone.frames + now.frames,
        timeouts: gone.timeouts + now.timeouts,
        badFrames: gone.badFrames + now.badFrames,
      };
    },
    restart: (why) => {
      const was = exchange !== undefined;
      drop(why);
      if (!was) return;
      cancelAgain();
      failures = 0;
      begin();
    },
    stop() {
      stopped = true;
      cancelAgain();
      const old = exchange;
      exchange = undefined;
      old?.close();
    },
  };
}
