// Modbus RTU as a master: one question in flight; what arrives is an answer only if it fits the question exactly (rtu-judge.ts).
// Source: MODBUS over Serial Line V1.02 §§2.4.1, 2.5.1. The same over a serial line and through a serial device server.
//
// RTU answers carry no number, so a late answer can be told from the right one only by time. Four rules keep them apart:
//   1. after a time-out or a bad frame the line is kept quiet for t3.5 + `late_ms` beyond the question's own deadline, counted anew from each byte that still
//      comes, and all of it is dropped. `late_ms` (200) is the longest that a device may be late; one that is later than that must declare a longer turnaround;
//   2. what comes before the question itself has left the wire answers nothing, but may be the adapter's own echo;
//   3. bytes that come while no question is open, or behind an answer, make the line wait as well (rule 1);
//   4. a question whose answer could be taken for a recent one's is not asked within `again_ms` of that one: an answer that comes twice finds nobody waiting.
// A line that never falls silent would never be asked again, so that OFF could not be said: after `mostQuiet_ms` of noise it is asked all the same.
import { confusable, type Request, rtuFrame, silenceMs } from "#protocols/modbus/frame.ts";
import { again_ms, wireTimes } from "#protocols/modbus/timing.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Cancel, Clock } from "../ports.ts";
import type { Exchange, Outcome } from "./exchange.ts";
import { type EchoSense, type Fits, judgeAtLast, judgeHeard } from "./rtu-judge.ts";

export interface RtuSettings {
  readonly line: ByteLine;
  readonly clock: Clock;
  readonly baud: number;
  /** For devices whose profile declares none. */
  readonly turnaround_ms?: number;
  readonly late_ms?: number;
  /** What a serial device server and its network add, there and back. */
  readonly network_ms?: number;
  /** Kept by the caller, so that it outlives this opening. */
  readonly echo?: EchoSense;
}

export const defaultLate_ms = 200;
export const mostQuiet_ms = 1_000;
/** Bytes of one answer come in lumps: USB adapters hold them up to 16 ms, schedulers as long again. */
export const lump_ms = 30;
/** A timer later than this says that we slept, and that bytes may lie unread: they are read before judgement. */
const overslept_ms = 10;
const readFirst_ms = 5;

interface Open {
  readonly request: Request;
  readonly frame: Uint8Array;
  readonly done: (outcome: Outcome) => void;
  /** Both undefined until it is on the wire. */
  earliest: Monotonic | undefined;
  deadline: Monotonic | undefined;
  bytes: Uint8Array;
  /** When the first byte came, and when the first that was not our own question's. */
  first: Monotonic | undefined;
  beyond: Monotonic | undefined;
}

export function rtuExchange(settings: RtuSettings): Exchange {
  const { line, clock, baud, network_ms = 0 } = settings;
  const late_ms = (settings.late_ms ?? defaultLate_ms) + network_ms;
  const echo: EchoSense = settings.echo ?? { state: "unknown" };
  const silence_ms = silenceMs(baud);
  const counts = { frames: 0, timeouts: 0, badFrames: 0 };
  let open: Open | undefined;
  let cancelDeadline: Cancel = () => undefined;
  /** The line is not asked before `until`; noise can push it no further than `atMost`. */
  let quiet: { until: Monotonic; atMost: Monotonic } | undefined;
  let cancelQuiet: Cancel = () => undefined;
  /** Questions that were answered a moment ago. */
  let recent: { request: Request; at: Monotonic }[] = [];
  let closed = false;
  let onFree = (): void => undefined;
  let onClose = (_: string): void => undefined;

  const withTurnaround = (request: Request): Request =>
    settings.turnaround_ms === undefined ? request : { turnaround_ms: settings.turnaround_ms, ...request };

  /** Whole milliseconds lose up to one at either end: one more keeps the silence whole. */
  function keepQuiet(ms: number, from: Monotonic = clock.monotonic()): void {
    const now = clock.monotonic();
    const until = after(from, Math.ceil(ms) + 1);
    const atMost = quiet?.atMost ?? after(now, Math.max(until - now, mostQuiet_ms));
    quiet = { until: Math.min(Math.max(until, quiet?.until ?? until), atMost) as Monotonic, atMost };
    cancelQuiet();
    cancelQuiet = clock.wake(quiet.until, () => quietOver(false));
  }

  /** The t3.5 behind a good answer: a whole millisecond more on each of them would be a tenth of a fast line. */
  function keepSilence(): void {
    if (quiet !== undefined) {
      keepQuiet(silence_ms);
      return;
    }
    const now = clock.monotonic();
    quiet = { until: after(now, Math.ceil(silence_ms) + 1), atMost: after(now, mostQuiet_ms) };
    cancelQuiet();
    cancelQuiet = clock.pause(silence_ms, () => quietOver(false));
  }

  function quietOver(read: boolean): void {
    if (quiet === undefined || closed) return;
    const now = clock.monotonic();
    if (!read && now - quiet.until > overslept_ms) {
      cancelQuiet = clock.wake(after(now, readFirst_ms), () => quietOver(true));
      return;
    }
    quiet = undefined;
    if (open === undefined) onFree();
    else begin(open);
  }

  /** On the wire now, or, if its answer could be taken for a recent one's, as soon as that one cannot come again. */
  function begin(one: Open): void {
    const now = clock.monotonic();
    recent = recent.filter(({ at }) => now - at < again_ms);
    const like = recent.filter(({ request }) => confusable(request, one.request)).map(({ at }) => at);
    if (like.length > 0) {
      keepQuiet(again_ms, Math.max(...like) as Monotonic);
      return;
    }
    const { question_ms, turnaround_ms, answer_ms } = wireTimes(withTurnaround(one.request), baud);
    one.earliest = after(now, Math.floor(question_ms));
    one.deadline = after(now, Math.ceil(question_ms + silence_ms + turnaround_ms + answer_ms + lump_ms + network_ms));
    cancelDeadline = clock.wake(one.deadline, () => timedOut(one, false));
    line.write(one.frame);
  }

  function settle(outcome: Outcome, surplus = 0): void {
    const settled = open;
    if (settled === undefined) return;
    open = undefined;
    cancelDeadline();
    if (outcome.kind === "answer") counts.frames += 1;
    else if (outcome.code === "timeout") counts.timeouts += 1;
    else if (outcome.code === "bad-frame") counts.badFrames += 1;
    const now = clock.monotonic();
    const known = outcome.kind === "answer" || outcome.code === "exception";
    if (known) recent.push({ request: settled.request, at: now });
    if (!closed) {
      if (known && surplus === 0) keepSilence();
      // The answer may still be under way until its own deadline, and late beyond that.
      else keepQuiet(silence_ms + late_ms, known ? now : (Math.max(now, settled.deadline ?? now) as Monotonic));
    }
    settled.done(outcome);
  }

  function timedOut(one: Open, read: boolean): void {
    if (open !== one || one.deadline === undefined) return;
    const now = clock.monotonic();
    if (!read && now - one.deadline > overslept_ms) {
      cancelDeadline = clock.wake(after(now, readFirst_ms), () => timedOut(one, true));
      return;
    }
    const heard = one.bytes.length;
    const last = judgeAtLast(one.request, one.bytes, echo.state);
    const own = heard === one.frame.length && one.frame.every((byte, at) => byte === one.bytes[at]);
    if (heard === 0) settle(deviceFault("timeout", "no answer"));
    else if (typeof last === "object" && "pdu" in last) answered(one, last);
    else settle(own ? deviceFault("timeout", "nothing but our own echo") : deviceFault("bad-frame", `only ${heard} bytes came`));
  }

  function answered(one: Open, { pdu, echoed, surplus }: Fits): void {
    const write = (one.request.pdu[0] ?? 0) >= 5;
    const unsure = write && !echoed && echo.state === "unknown";
    if (echo.declared !== true && (echoed || !write)) echo.state = echoed ? "yes" : "no";
    const seen = (echoed ? one.beyond : one.first) ?? clock.monotonic();
    settle({ kind: "answer", pdu, seen, ...(unsure ? { unsure } : {}) }, surplus);
  }

  line.onBytes((bytes) => {
    const now = clock.monotonic();
    const one = open;
    if (one?.earliest === undefined) {
      keepQuiet(silence_ms + late_ms);
      return;
    }
    const heard = new Uint8Array(one.bytes.length + bytes.length);
    heard.set(one.bytes);
    heard.set(bytes, one.bytes.length);
    one.bytes = heard;
    one.first ??= now;
    if (heard.length > one.frame.length) one.beyond ??= now;
    const early = now < one.earliest;
    const echoing = echo.state !== "no" && heard.every((byte, at) => byte === one.frame[at]);
    // Even a whole copy is an echo while the question is still going out.
    const verdict = early ? "more" : judgeHeard(one.request, one.frame, heard, echo.state);
    if (early && !echoing) settle(deviceFault("bad-frame", "bytes came before the question was out"));
    else if (verdict === "more") return;
    else if ("pdu" in verdict) answered(one, verdict);
    else settle(verdict);
  });

  line.onClose((why) => {
    closed = true;
    cancelQuiet();
    settle(deviceFault("closed", why));
    onClose(why);
  });

  return {
    free: () => !closed && open === undefined && quiet === undefined,
    ask(request, done) {
      if (closed || open !== undefined || quiet !== undefined) throw new Error("the line is not free");
      open = {
        request,
        frame: rtuFrame(request),
        done,
        earliest: undefined,
        deadline: undefined,
        bytes: new Uint8Array(0),
        first: undefined,
        beyond: undefined,
      };
      begin(open);
    },
    onFree: (listener) => {
      onFree = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    counts: () => ({ ...counts }),
    close: () => line.close(),
  };
}
