// A two-wire line that answers in every bad way there is, told the time. Every answer carries the number of its question, so that whatever is taken for another's shows.
import { type Request, readRequest, rtuFrame, silenceMs, writeCoilRequest, writeRegisterRequest } from "#protocols/modbus/frame.ts";
import { again_ms, wireTimes } from "#protocols/modbus/timing.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Chance, Clock } from "../ports.ts";
import { lump_ms } from "./rtu.ts";

/** Replies that are right, whole and in time; "twice" and "noise behind" begin with one. */
export const goodKinds = ["whole", "split", "at the last moment", "twice", "twice, with a pause", "noise behind"] as const;
export const badKinds = [
  "late",
  "late, after noise",
  "truncated",
  "truncated, the rest late",
  "foreign unit",
  "foreign function",
  "foreign length",
  "foreign write",
  "noise before",
  "noise alone",
  "bits flipped",
  "exception",
  "silent",
  "the last answer again",
] as const;
export type Kind = (typeof goodKinds)[number] | (typeof badKinds)[number];
/** Kinds in which no answer of this question's own comes in time: whatever is taken for one is wrong. */
export const isForeign = (kind: Kind): boolean => !isGood(kind) && kind !== "noise before" && kind !== "late";
export const isGood = (kind: Kind): boolean => (goodKinds as readonly string[]).includes(kind);

export interface LineManner {
  readonly baud: number;
  readonly turnaround_ms: number;
  readonly late_ms: number;
  readonly network_ms: number;
  readonly echoes: boolean;
}

export interface BadLine {
  readonly line: ByteLine;
  /** Plays one reply to the question that is written next. */
  play(kind: Kind, question: Asked): void;
  /** Whether something of an earlier reply was still to come when the question went out: then two speak at once, and no reply is a good one. */
  collided(): boolean;
}

export interface Asked {
  readonly request: Request;
  /** What the device has to say to this question and to no other. */
  readonly truth: Uint8Array;
}

const word = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

/** The n-th question, and its answer, which no other question has. */
export function askedAt(n: number, chance: Chance, manner: LineManner): Asked {
  const pick = (least: number, most: number): number => least + Math.floor(chance.unit() * (most - least + 1));
  const unit = pick(1, 3);
  const paced = { turnaround_ms: manner.turnaround_ms };
  if (chance.unit() < 0.15) {
    const write =
      chance.unit() < 0.5 ? writeCoilRequest(unit, pick(0, 9), 0xff00 * pick(0, 1)) : writeRegisterRequest(unit, pick(0, 9), n & 0xffff);
    return { request: { ...write, ...paced }, truth: write.pdu };
  }
  const fn = pick(1, 4) as 1 | 2 | 3 | 4;
  const count = fn <= 2 ? pick(24, 64) : pick(2, 12);
  const request = { ...readRequest(unit, fn, pick(0, 600), count), ...paced };
  const bytes = fn <= 2 ? Math.ceil(count / 8) : 2 * count;
  const data = Array.from({ length: bytes }, (_, at) => (at < 2 ? (word(n & 0xffff)[at] ?? 0) : (n * 31 + at * 7 + unit) & 0xff));
  return { request, truth: Uint8Array.of(fn, bytes, ...data) };
}

export function badLine(clock: Clock, chance: Chance, manner: LineManner): BadLine {
  let listener = (_: Uint8Array): void => undefined;
  let next: { kind: Kind; question: Asked } | undefined;
  let last: Uint8Array | undefined;
  let coming = 0;
  let collided = false;
  const { baud, network_ms, late_ms } = manner;
  const within = (least: number, most: number): number => least + chance.unit() * (most - least);
  const at = (ms: number, bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    coming += 1;
    void clock.wake(monotonic(ms), () => {
      coming -= 1;
      listener(bytes);
    });
  };
  const noise = (most: number): Uint8Array =>
    Uint8Array.from({ length: 1 + Math.floor(chance.unit() * most) }, () => Math.floor(chance.unit() * 256));

  /** Bytes as an adapter hands them over: when they are all there, or in two to four lumps, each not before its bytes were on the wire. */
  function say(from: number, bytes: Uint8Array, lumps = 1): number {
    const character = 11_000 / baud;
    const cuts = Array.from({ length: lumps - 1 }, () => Math.floor(chance.unit() * bytes.length)).sort((a, b) => a - b);
    let begin = 0;
    let time = from;
    for (const end of [...cuts, bytes.length]) {
      time = Math.max(time, from + end * character) + (lumps === 1 ? 0 : within(0, lump_ms / 8));
      at(time, bytes.subarray(begin, end));
      begin = end;
    }
    return time;
  }

  function reply({ kind, question: { request, truth } }: { kind: Kind; question: Asked }): void {
    const now = clock.monotonic();
    const { question_ms, turnaround_ms, answer_ms } = wireTimes(request, baud);
    const out = now + question_ms;
    const frame = rtuFrame({ unit: request.unit, pdu: truth });
    // Bytes keep their order: an answer is never handed over before the echo of its question.
    const echoed = manner.echoes ? say(now, rtuFrame(request), chance.unit() < 0.3 ? 2 : 1) : now;
    const soon = Math.max(echoed, out + silenceMs(baud) + within(0, Math.min(10, turnaround_ms)) + network_ms / 2);
    const deadline = Math.ceil(out + silenceMs(baud) + turnaround_ms + answer_ms + lump_ms + network_ms) + 1;
    const foreign = (pdu: Uint8Array, unit = request.unit): void => void say(soon, rtuFrame({ unit, pdu }));
    const [fn = 0] = request.pdu;
    const previous = last;
    last = frame;
    switch (kind) {
      case "whole":
        say(soon, frame);
        return;
      case "split":
        say(soon, frame, 2 + Math.floor(chance.unit() * 3));
        return;
      case "at the last moment":
        say(Math.max(echoed, out + silenceMs(baud) + turnaround_ms + network_ms), frame);
        return;
      case "twice":
        at(say(soon, frame) + within(0, silenceMs(baud)), frame);
        return;
      case "twice, with a pause":
        at(say(soon, frame) + within(0, again_ms - 1), frame);
        return;
      case "noise behind":
        at(say(soon, frame), noise(5));
        return;
      case "late, after noise":
        at(soon, noise(3));
        at(within(deadline, deadline + late_ms - 1), frame);
        return;
      case "late":
        // In one lump, or with its beginning before the end of the time.
        if (chance.unit() < 0.5) at(within(deadline, deadline + late_ms - 1), frame);
        else say(deadline - within(0, answer_ms), frame, 3);
        return;
      case "truncated":
        say(soon, frame.subarray(0, 1 + Math.floor(chance.unit() * (frame.length - 1))));
        return;
      case "truncated, the rest late": {
        const cut = 1 + Math.floor(chance.unit() * (frame.length - 1));
        say(soon, frame.subarray(0, cut));
        at(within(deadline, deadline + late_ms - 1), frame.subarray(cut));
        return;
      }
      case "foreign unit":
        foreign(truth, (request.unit % 3) + 1);
        return;
      case "foreign function":
        foreign(Uint8Array.of((fn % 6) + 1, ...truth.subarray(1)));
        return;
      case "foreign length":
        foreign(Uint8Array.of(4, 2, ...word(0xdead)));
        return;
      case "foreign write":
        foreign(writeCoilRequest(request.unit, 77, 0xff00).pdu);
        return;
      case "noise before":
        at(soon - 0.1, noise(4));
        say(soon, frame);
        return;
      case "noise alone":
        at(soon, noise(20));
        return;
      case "bits flipped": {
        const bad = frame.slice();
        const bit = Math.floor(chance.unit() * bad.length * 8);
        bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        say(soon, bad);
        return;
      }
      case "exception":
        foreign(Uint8Array.of(fn | 0x80, 1 + Math.floor(chance.unit() * 11)));
        return;
      case "the last answer again":
        if (previous !== undefined) at(deadline + within(0, late_ms), previous);
        return;
      case "silent":
        return;
    }
  }

  return {
    line: {
      write: () => {
        const one = next;
        next = undefined;
        collided = coming > 0;
        if (one !== undefined) reply(one);
      },
      onBytes: (one) => {
        listener = one;
      },
      onClose: () => undefined,
      close: () => undefined,
    },
    play: (kind, question) => {
      next = { kind, question };
    },
    collided: () => collided,
  };
}
