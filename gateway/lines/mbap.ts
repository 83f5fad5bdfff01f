// Modbus TCP as a master, over any line of bytes. Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1.3 (the header).
// The header's number says which question an answer belongs to: a late one is dropped by its number, so the line is free as soon as a question has run out of time.
// Where everybody on the line allows it, several questions wait for their answers at once.
import { type Request, tcpFrame } from "#protocols/modbus/frame.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Cancel, Clock } from "../ports.ts";
import { type Exchange, judgePdu, type Outcome } from "./exchange.ts";

export interface MbapSettings {
  readonly line: ByteLine;
  readonly clock: Clock;
  /** For devices whose profile declares no turnaround. */
  readonly answerWithin_ms?: number;
  /** Questions that may wait for their answers at once. */
  readonly in_flight?: number;
}

export const defaultAnswerWithin_ms = 500;
/** What a network may add to a device's own time, there and back, before its answer is given up. */
const network_ms = 200;
/** A number that ran out of time is not used again for so long: its answer may still be on its way. */
const retired_ms = 60_000;
const header = 7;
const longestPdu = 253;
const nothing = new Uint8Array(0);

interface Open {
  readonly request: Request;
  readonly deadline: Monotonic;
  readonly done: (outcome: Outcome) => void;
}

function wrongHeader(bytes: Uint8Array, from: number, length: number): string | undefined {
  if (bytes[from + 2] !== 0 || bytes[from + 3] !== 0) return `protocol ${bytes[from + 2]}.${bytes[from + 3]}`;
  return length < 2 || length > longestPdu + 1 ? `a length of ${length}` : undefined;
}

export function mbapExchange({ line, clock, answerWithin_ms = defaultAnswerWithin_ms, in_flight = 1 }: MbapSettings): Exchange {
  const counts = { frames: 0, timeouts: 0, badFrames: 0 };
  const open = new Map<number, Open>();
  const retired = new Map<number, Monotonic>();
  let number = 0;
  let pending = nothing;
  /** While answers are being read, questions gather, and go out in one write. */
  let gathered: Uint8Array[] | undefined;
  let timer: { readonly at: Monotonic; readonly cancel: Cancel } | undefined;
  let closed = false;
  let onFree = (): void => undefined;
  let onClose = (_: string): void => undefined;

  function nextNumber(now: Monotonic): number {
    do number = (number + 1) & 0xffff;
    while (open.has(number) || now - (retired.get(number) ?? Number.NEGATIVE_INFINITY) < retired_ms);
    return number;
  }

  /** One timer, for the earliest deadline of all; it is only ever brought forward, and looks again when it rings. */
  function watch(at: Monotonic): void {
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.wake(at, ring) };
  }

  function ring(): void {
    timer = undefined;
    const now = clock.monotonic();
    for (const [id, at] of retired) if (now - at >= retired_ms) retired.delete(id);
    for (const [id, { deadline }] of [...open])
      if (deadline <= now) {
        retired.set(id, now);
        settle(id, deviceFault("timeout", "no answer"));
      }
    const deadlines = [...open.values()].map((one) => one.deadline);
    if (deadlines.length > 0) watch(monotonic(Math.min(...deadlines)));
  }

  function settle(id: number, outcome: Outcome): void {
    const settled = open.get(id);
    if (settled === undefined) return;
    open.delete(id);
    if (outcome.kind === "answer") counts.frames += 1;
    else if (outcome.code === "timeout") counts.timeouts += 1;
    else if (outcome.code === "bad-frame") counts.badFrames += 1;
    settled.done(outcome);
    if (!closed && open.size < in_flight) onFree();
  }

  function gone(why: string): void {
    if (closed) return;
    closed = true;
    timer?.cancel();
    for (const id of [...open.keys()]) settle(id, deviceFault("closed", why));
    onClose(why);
  }

  /** What is no Modbus TCP at all cannot be resynchronised: there is no mark to look for. */
  function nonsense(detail: string): void {
    counts.badFrames += 1;
    line.close();
    gone(`that is no Modbus TCP: ${detail}`);
  }

  function heardFrame(adu: Uint8Array, now: Monotonic): void {
    const id = ((adu[0] ?? 0) << 8) | (adu[1] ?? 0);
    const asked = open.get(id);
    if (asked === undefined) {
      retired.delete(id); // it came late, and will not come again
      return;
    }
    const { unit, pdu, registerBytes } = asked.request;
    const answer = adu.slice(header);
    const fault = adu[6] === unit ? judgePdu(pdu, answer, registerBytes) : deviceFault("bad-frame", `unit ${adu[6]} for ${unit}`);
    settle(id, fault ?? { kind: "answer", pdu: answer, seen: now });
  }

  line.onBytes((bytes) => {
    const now = clock.monotonic();
    let rest = bytes;
    if (pending.length > 0) {
      rest = new Uint8Array(pending.length + bytes.length);
      rest.set(pending);
      rest.set(bytes, pending.length);
    }
    gathered = [];
    let from = 0;
    while (!closed && rest.length - from >= header) {
      const length = ((rest[from + 4] ?? 0) << 8) | (rest[from + 5] ?? 0);
      const wrong = wrongHeader(rest, from, length);
      if (wrong !== undefined) {
        nonsense(wrong);
        return;
      }
      if (rest.length - from < 6 + length) break;
      heardFrame(rest.subarray(from, from + 6 + length), now);
      from += 6 + length;
    }
    pending = from === rest.length ? nothing : rest.slice(from);
    flush();
  });
  line.onClose(gone);

  function flush(): void {
    const frames = gathered ?? [];
    gathered = undefined;
    const [first] = frames;
    if (first === undefined || closed) return;
    if (frames.length === 1) {
      line.write(first);
      return;
    }
    const all = new Uint8Array(frames.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const frame of frames) {
      all.set(frame, at);
      at += frame.length;
    }
    line.write(all);
  }

  return {
    free: () => !closed && open.size < in_flight,
    ask(request, done) {
      if (closed || open.size >= in_flight) throw new Error("the line is not free");
      const now = clock.monotonic();
      const id = nextNumber(now);
      const within = request.turnaround_ms === undefined ? answerWithin_ms : request.turnaround_ms + network_ms;
      const deadline = after(now, within);
      open.set(id, { request, deadline, done });
      watch(deadline);
      const frame = tcpFrame(id, request);
      // An only question goes out at once: an OFF must not wait for what else is done in this turn.
      if (gathered === undefined || in_flight === 1) line.write(frame);
      else gathered.push(frame);
    },
    onFree: (listener) => {
      onFree = listener;
    },
    onClose: (listener) => {
      onClose = listener;
    },
    counts: () => ({ ...counts }),
    close: () => {
      line.close();
      gone("closed by us");
    },
  };
}
