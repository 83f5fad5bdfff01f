// The server's end of DNY piles: several piles on one modem's connection, commands half a second apart, an answer within 15 s or the same question once more.
// Such a pile protects by its own firmware and tells its power every five minutes: nothing here is a promise of a second. What it bills is its settlement, and that is
// acknowledged only when it is written down. Source: the vendor's "设备-服务器通信协议指南" V8.6 §1.0, §2, §3.
import { freshStream, step } from "#protocols/frames/stream.ts";
import { type DownMessage, decodeUp, encodeDown, type UpMessage } from "#protocols/piles/dny/codec.ts";
import { type DnyFrame, dny } from "#protocols/piles/dny/frame.ts";
import { type Start, start, stop } from "#protocols/piles/dny/orders.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../../ports.ts";

export const apart_ms = 500;
export const answerWithin_ms = 15_000;
const tries = 2;
/** A modem says `link` after 30 s of silence, a pile its heartbeat every 3 minutes. */
export const silentAfter_ms = 8 * 60_000;

/** What it can be relied on for. */
export const promises = {
  telemetry_s: 300,
  heartbeat_s: 180,
  /** A second's cut-off is its firmware's own, if anybody's. */
  cutoff_s: undefined,
} as const;

export type Told =
  | { readonly kind: "modem"; readonly iccid: string }
  | { readonly kind: "said"; readonly device: number; readonly message: UpMessage }
  | { readonly kind: "odd"; readonly device: number | undefined; readonly why: string };

export interface DnyHostParts {
  readonly clock: Clock;
  readonly write: (bytes: Uint8Array) => void;
  readonly tell: (told: Told) => void;
  /** Writes the settlement down; false: not now, and the pile says it again in half an hour. */
  readonly settle: (device: number, message: Extract<UpMessage, { kind: "settlement" }>) => boolean;
  /** Someone holds a card to it; not given: no card is known. A start follows by itself, if it may. */
  readonly card?: (device: number, message: Extract<UpMessage, { kind: "card" }>) => Extract<DownMessage, { kind: "card-answer" }>;
  /** Numbers of commands, across connections: a pile takes one that it has seen for the same command again. */
  readonly numbers?: () => number;
}

export interface DnyHost {
  heard(bytes: Uint8Array): void;
  start(device: number, asked: Start, answer: (answer: UpMessage | DeviceFault) => void): void;
  stop(device: number, asked: Pick<Start, "port" | "order">, answer: (answer: UpMessage | DeviceFault) => void): void;
  /** Parameters, limits, queries: whatever goes down. */
  ask(device: number, message: DownMessage, answer: (answer: UpMessage | DeviceFault) => void): void;
  /** Registered on this connection, and when each was last heard. */
  piles(): ReadonlyMap<number, Monotonic>;
  close(why: string): void;
}

interface Question {
  readonly message: DownMessage;
  readonly number: number;
  readonly answer: (answer: UpMessage | DeviceFault) => void;
  tries: number;
}

/** Of one pile. */
interface Line {
  readonly waiting: Question[];
  underway: Question | undefined;
  lastSent: Monotonic | undefined;
  cancel: Cancel;
}

/** Begins where the clock stands, so that a restarted gateway does not begin with the numbers of before. */
export function commandNumbers({ wall }: Pick<Clock, "wall">): () => number {
  let number = Math.floor(wall() / 1000) % 65_535;
  return () => {
    number = (number % 65_535) + 1;
    return number;
  };
}

export function dnyHost({ clock, write, tell, settle, card, numbers = commandNumbers(clock) }: DnyHostParts): DnyHost {
  let stream = freshStream;
  const piles = new Map<number, Monotonic>();
  const lines = new Map<number, Line>();

  const lineOf = (device: number): Line => {
    const known = lines.get(device);
    if (known !== undefined) return known;
    const made: Line = { waiting: [], underway: undefined, lastSent: undefined, cancel: () => undefined };
    lines.set(device, made);
    return made;
  };

  const send = (device: number, question: Question): void => {
    const line = lineOf(device);
    question.tries += 1;
    line.underway = question;
    line.lastSent = clock.monotonic();
    // The clock runs before the bytes go: an answer may come while they are handed over.
    line.cancel = clock.wake(after(clock.monotonic(), answerWithin_ms), () => {
      if (question.tries < tries) return send(device, question); // the same number again: the pile carries it out once
      ended(device, question, deviceFault("timeout", `no answer to ${question.message.kind} within ${tries} × ${answerWithin_ms} ms`));
    });
    write(encodeDown({ device, message: question.number }, question.message));
  };

  const next = (device: number): void => {
    const line = lineOf(device);
    const [first] = line.waiting;
    if (line.underway !== undefined || first === undefined) return;
    const at = line.lastSent === undefined ? clock.monotonic() : after(line.lastSent, apart_ms);
    line.cancel();
    if (at <= clock.monotonic()) {
      line.waiting.shift();
      send(device, first);
    } else line.cancel = clock.wake(at, () => next(device));
  };

  const ended = (device: number, question: Question, outcome: UpMessage | DeviceFault): void => {
    const line = lineOf(device);
    line.cancel();
    line.underway = undefined;
    question.answer(outcome);
    next(device);
  };

  const ask: DnyHost["ask"] = (device, message, answer) => {
    lineOf(device).waiting.push({ message, number: numbers(), answer, tries: 0 });
    next(device);
  };

  const hear = (frame: DnyFrame): void => {
    const { device } = frame;
    const message = decodeUp(frame);
    if (message.kind === "undecodable" || message.kind === "unknown") {
      tell({ kind: "odd", device, why: message.kind === "unknown" ? `command ${message.command}` : message.reason });
      return;
    }
    piles.set(device, clock.monotonic());
    const line = lines.get(device);
    const asked = line?.underway;
    if (asked !== undefined && asked.number === frame.message && frame.command >= 0x70) {
      ended(device, asked, message);
      return;
    }
    const reply = replyTo(device, message);
    // First what is to be kept, then the acknowledgement.
    if (reply !== undefined) write(encodeDown({ device, message: frame.message }, reply));
    if (message.kind !== "settlement") tell({ kind: "said", device, message });
  };

  const replyTo = (device: number, message: UpMessage): DownMessage | undefined => {
    const timestamp_s = Math.floor(clock.wall() / 1000);
    switch (message.kind) {
      case "register":
        return { kind: "register-accepted", result: 0 };
      case "heartbeat":
        return { kind: "heartbeat-accepted", result: 0 };
      case "old-heartbeat":
        return { kind: "old-heartbeat-accepted", result: 0 };
      case "settlement":
        return settle(device, message) ? { kind: "settlement-accepted", result: 0 } : undefined;
      case "card":
        return card?.(device, message);
      case "time-request":
        return { kind: "time", timestamp_s };
      case "host-time-request":
        return { kind: "host-time", timestamp_s };
      default:
        return undefined;
    }
  };

  return {
    heard(bytes) {
      const stepped = step(dny, stream, bytes);
      stream = stepped.state;
      for (const { why } of stepped.noise) if (why !== undefined) tell({ kind: "odd", device: undefined, why: why.reason });
      for (const { frame } of stepped.frames)
        if (frame.kind === "frame") hear(frame);
        else if (frame.kind === "iccid") tell({ kind: "modem", iccid: frame.iccid });
    },
    ask,
    start: (device, asked, answer) => ask(device, start(asked), answer),
    stop: (device, asked, answer) => ask(device, stop(asked), answer),
    piles: () => piles,
    close(why) {
      for (const line of lines.values()) {
        line.cancel();
        const left = [...(line.underway === undefined ? [] : [line.underway]), ...line.waiting.splice(0)];
        line.underway = undefined;
        // Whether it was carried out is not known: the pile's next heartbeat says.
        for (const question of left) question.answer(deviceFault("closed", why));
      }
    },
  };
}
