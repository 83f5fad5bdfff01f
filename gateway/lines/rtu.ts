// Modbus RTU as a master: one question in flight; what arrives is an answer only if unit, function, length and CRC fit the question exactly.
// Source: MODBUS over Serial Line V1.02 §§2.4.1, 2.5.1.
//
// RTU answers carry no number, so a late answer can be told from the right one only by time. Three rules keep them apart:
//   1. after a time-out or a bad frame the line is kept quiet for t3.5 + `late_ms`, counted anew from each byte that still comes, and all of it is dropped.
//      `late_ms` (200) is the longest that a device may be late beyond its own time-out: a device that is later than that must get a longer `turnaround_ms`;
//   2. what comes before the question itself has left the wire answers nothing;
//   3. bytes that come while no question is open make the line wait as well (rule 1).
// A line that never falls silent would never be asked again, so that OFF could not be said: after `mostQuiet_ms` of noise it is asked all the same.
import { type Request, rtuAnswerLength, rtuFrame, rtuIntact, silenceMs } from "#protocols/modbus/frame.ts";
import { wireTimes } from "#protocols/modbus/timing.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Cancel, Clock } from "../ports.ts";
import { type Exchange, judgePdu, type Outcome } from "./exchange.ts";

export interface RtuSettings {
  readonly line: ByteLine;
  readonly clock: Clock;
  readonly baud: number;
  /** From the question's last bit to the answer's first. */
  readonly turnaround_ms?: number;
  readonly late_ms?: number;
}

export const defaultTurnaround_ms = 60;
export const defaultLate_ms = 200;
export const mostQuiet_ms = 1_000;
/** Bytes of one answer come in lumps: USB adapters hold them up to 16 ms, schedulers as long again. */
export const lump_ms = 30;
/** A timer later than this says that we slept, and that bytes may lie unread: they are read before judgement. */
const overslept_ms = 10;
const readFirst_ms = 5;

interface Open {
  readonly request: Request;
  readonly earliest: Monotonic;
  readonly deadline: Monotonic;
  readonly done: (outcome: Outcome) => void;
  bytes: Uint8Array;
  first: Monotonic | undefined;
}

export function rtuExchange(settings: RtuSettings): Exchange {
  const { line, clock, baud } = settings;
  const turnaround_ms = settings.turnaround_ms ?? defaultTurnaround_ms;
  const late_ms = settings.late_ms ?? defaultLate_ms;
  const counts = { frames: 0, timeouts: 0, badFrames: 0 };
  let open: Open | undefined;
  let cancelDeadline: Cancel = () => undefined;
  /** The line is not asked before `until`; noise can push it no further than `atMost`. */
  let quiet: { until: Monotonic; atMost: Monotonic } | undefined;
  let cancelQuiet: Cancel = () => undefined;
  let closed = false;
  let onFree = (): void => undefined;
  let onClose = (_: string): void => undefined;

  function keepQuiet(ms: number): void {
    const now = clock.monotonic();
    const atMost = quiet?.atMost ?? after(now, Math.max(ms, mostQuiet_ms));
    quiet = { until: Math.min(after(now, Math.ceil(ms)), atMost) as Monotonic, atMost };
    cancelQuiet();
    cancelQuiet = clock.wake(quiet.until, () => quietOver(false));
  }

  function quietOver(read: boolean): void {
    if (quiet === undefined || closed) return;
    const now = clock.monotonic();
    if (!read && now - quiet.until > overslept_ms) {
      cancelQuiet = clock.wake(after(now, readFirst_ms), () => quietOver(true));
      return;
    }
    quiet = undefined;
    onFree();
  }

  function settle(outcome: Outcome): void {
    const settled = open;
    if (settled === undefined) return;
    open = undefined;
    cancelDeadline();
    const { silence_ms } = wireTimes(settled.request.pdu, baud, settled.request.registerBytes);
    if (outcome.kind === "answer") counts.frames += 1;
    else if (outcome.code === "timeout") counts.timeouts += 1;
    else if (outcome.code === "bad-frame") counts.badFrames += 1;
    const known = outcome.kind === "answer" || outcome.code === "exception";
    if (!closed) keepQuiet(known ? silence_ms : silence_ms + late_ms);
    settled.done(outcome);
  }

  function timedOut(read: boolean): void {
    if (open === undefined) return;
    const now = clock.monotonic();
    if (!read && now - open.deadline > overslept_ms) {
      cancelDeadline = clock.wake(after(now, readFirst_ms), () => timedOut(true));
      return;
    }
    const heard = open.bytes.length;
    settle(heard === 0 ? deviceFault("timeout", "no answer") : deviceFault("bad-frame", `only ${heard} bytes came`));
  }

  line.onBytes((bytes) => {
    const now = clock.monotonic();
    if (open === undefined) return keepQuiet(silenceMs(baud) + late_ms);
    if (now < open.earliest) return settle(deviceFault("bad-frame", "bytes came before the question was out"));
    open.first ??= now;
    const heard = new Uint8Array(open.bytes.length + bytes.length);
    heard.set(open.bytes);
    heard.set(bytes, open.bytes.length);
    open.bytes = heard;
    const verdict = judgeFrame(open.request, heard);
    if (verdict === "more") return;
    settle(verdict === "fits" ? { kind: "answer", pdu: heard.slice(1, -2), seen: open.first } : verdict);
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
      const now = clock.monotonic();
      const { question_ms, answer_ms } = wireTimes(request.pdu, baud, request.registerBytes);
      open = {
        request,
        earliest: after(now, Math.floor(question_ms)),
        deadline: after(now, Math.ceil(question_ms + turnaround_ms + answer_ms + lump_ms)),
        done,
        bytes: new Uint8Array(0),
        first: undefined,
      };
      cancelDeadline = clock.wake(open.deadline, () => timedOut(false));
      line.write(rtuFrame(request));
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

/** Bytes heard so far against the question. Anything that cannot become its answer is refused at once. */
function judgeFrame({ unit, pdu, registerBytes }: Request, heard: Uint8Array): "more" | "fits" | DeviceFault {
  const bad = (detail: string): DeviceFault => deviceFault("bad-frame", detail);
  if (heard[0] !== unit) return bad(`unit ${heard[0]} for ${unit}`);
  const fn = heard[1];
  if (fn === undefined) return "more";
  const [asked = 0] = pdu;
  if (fn !== asked && fn !== (asked | 0x80)) return bad(`function ${fn} for ${asked}`);
  const length = fn === asked ? rtuAnswerLength(pdu, registerBytes) : 5;
  if (fn === asked && asked <= 4 && heard[2] !== undefined && heard[2] !== length - 5)
    return bad(`${heard[2]} data bytes for ${length - 5}`);
  if (heard.length < length) return "more";
  if (heard.length > length) return bad(`${heard.length} bytes for ${length}`);
  if (!rtuIntact(heard)) return bad("checksum");
  return judgePdu(pdu, heard.slice(1, -2), registerBytes) ?? "fits";
}
