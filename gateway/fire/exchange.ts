// One end of a GB/T 26875.3 connection, either end: frames out of bytes, confirmations, denials, repeats that are told once, and our own words until they are confirmed. Pure, told the time.
import { answerWithin_ms, confirm, deny, denyNoise, repetitions, wantsConfirmation } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, type FireFrame, gbt26875 } from "#protocols/fire/gbt26875/frame.ts";
import type { Profile } from "#protocols/fire/gbt26875/profile.ts";
import { toHex } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream, type StreamState, step as stepStream } from "#protocols/frames/stream.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";

export interface Saying {
  /** Ours: to know it again when it is confirmed or has failed. */
  readonly id: string;
  readonly command: number;
  readonly unit: FireUnit;
  /** Whoever it is for, where that is not the other end itself: 12 hex digits. */
  readonly to?: string | undefined;
}

interface Waiting {
  readonly saying: Saying;
  readonly serial: number;
  readonly bytes: Uint8Array;
  readonly until: Monotonic;
  /** How often it was said. */
  readonly said: number;
}

export interface Exchange {
  readonly profile: Profile;
  /** 12 hex digits. */
  readonly own: string;
  readonly other: string;
  readonly stream: StreamState;
  readonly serial: number;
  readonly queue: readonly Saying[];
  readonly waiting: Waiting | undefined;
}

export interface Heard {
  readonly frame: FireFrame;
  readonly unit: FireUnit;
}

export interface Stepped {
  readonly exchange: Exchange;
  /** To be sent, in this order, at once. */
  readonly out: readonly Uint8Array[];
  /** To be taken in; each is answered by `answer` afterwards, once it is durable. */
  readonly heard: readonly Heard[];
  readonly confirmed: readonly string[];
  readonly failed: readonly string[];
  /** Said four times and denied at the last: saying it again would change nothing. */
  readonly denied: readonly string[];
  /** Bytes that were no frame, or a frame that was denied. */
  readonly refused: number;
}

export const newExchange = (given: Pick<Exchange, "profile" | "own" | "other">): Exchange => ({
  ...given,
  stream: freshStream,
  serial: 0,
  queue: [],
  waiting: undefined,
});

interface At {
  readonly now: Monotonic;
  /** Time label. */
  readonly label: string;
}

/** The next of what waits is said, one at a time. */
function pump(exchange: Exchange, { now, label }: At, out: Uint8Array[]): Exchange {
  const [saying, ...queue] = exchange.queue;
  if (exchange.waiting !== undefined || saying === undefined) return exchange;
  const { serial, own, other } = exchange;
  const bytes = encodeFrame({
    serial,
    major: 1,
    minor: 0,
    sent: label,
    source: own,
    target: saying.to ?? other,
    command: saying.command,
    unit: encodeUnit(saying.unit),
  });
  out.push(bytes);
  const waiting: Waiting = { saying, serial, bytes, until: after(now, answerWithin_ms), said: 1 };
  return { ...exchange, queue, waiting, serial: (serial + 1) & 0xffff };
}

export function say(exchange: Exchange, saying: Saying, at: At): Stepped {
  const out: Uint8Array[] = [];
  const next = pump({ ...exchange, queue: [...exchange.queue, saying] }, at, out);
  return { exchange: next, out, heard: [], confirmed: [], failed: [], denied: [], refused: 0 };
}

/** Said again, or given up after three repetitions. `given`: where it belongs then. */
function again(exchange: Exchange, at: At, found: { out: Uint8Array[]; given: string[] }): Exchange {
  const { waiting } = exchange;
  if (waiting === undefined) return exchange;
  if (waiting.said > repetitions) {
    found.given.push(waiting.saying.id);
    return pump({ ...exchange, waiting: undefined }, at, found.out);
  }
  found.out.push(waiting.bytes);
  return { ...exchange, waiting: { ...waiting, until: after(at.now, answerWithin_ms), said: waiting.said + 1 } };
}

export function hearBytes(before: Exchange, bytes: Uint8Array, at: At): Stepped {
  const { state, frames, noise } = stepStream(gbt26875(before.profile), before.stream, bytes);
  let exchange: Exchange = { ...before, stream: state };
  const out: Uint8Array[] = [];
  const heard: Heard[] = [];
  const confirmed: string[] = [];
  const denied: string[] = [];
  let refused = 0;
  for (const one of noise) {
    refused += 1;
    const denial = denyNoise(one, at.label);
    if (denial !== undefined) out.push(encodeFrame(denial));
  }
  for (const { frame } of frames) {
    const { waiting } = exchange;
    if (frame.command === command.confirm || frame.command === command.response) {
      if (waiting === undefined || waiting.serial !== frame.serial) continue;
      confirmed.push(waiting.saying.id);
      exchange = pump({ ...exchange, waiting: undefined }, at, out);
    } else if (frame.command === command.deny) {
      if (waiting !== undefined && waiting.serial === frame.serial) exchange = again(exchange, at, { out, given: denied });
      continue;
    }
    if (frame.command === command.confirm) continue;
    const unit = decodeUnit(frame, exchange.profile);
    if (isUndecodable(unit)) {
      refused += 1;
      out.push(encodeFrame(deny(frame, at.label)));
    } else heard.push({ frame, unit });
  }
  return { exchange, out, heard, confirmed, failed: [], denied, refused };
}

export function timed(before: Exchange, at: At): Stepped {
  const found = { out: [] as Uint8Array[], given: [] as string[] };
  const due = before.waiting !== undefined && before.waiting.until <= at.now;
  const exchange = due ? again(before, at, found) : before;
  return { exchange, out: found.out, heard: [], confirmed: [], failed: found.given, denied: [], refused: 0 };
}

/** The confirmation of what has been taken in; undefined where the standard wants none. */
export const answerTo = ({ frame }: Heard, label: string): Uint8Array | undefined =>
  wantsConfirmation(frame) ? encodeFrame(confirm(frame, label)) : undefined;

/** A repeat is the same serial with the same content, within the time in which it may be said again: it is confirmed again and told once; the label of the frame does not count.
 * Later it is another saying: a device that began anew counts from 0 again, and a fire must not be taken for one of before. The same with a serial that meanwhile said something
 * else: such a device counts nothing, and a second fire is no repeat of the first. */
export interface Repeats {
  isRepeat(heard: Heard, now: Monotonic): boolean;
  /** It is durable: from now on the same is a repeat. */
  taken(heard: Heard, now: Monotonic): void;
}
const remembered = 256;
/** Ten seconds and three repetitions by the standard; devices in the field take up to half a minute each. */
const repeatedWithin_ms = 120_000;
export function newRepeats(): Repeats {
  const seen = new Map<string, Monotonic>();
  /** What each serial said last. */
  const said = new Map<number, string>();
  const keyOf = ({ frame }: Heard): string => `${frame.serial} ${frame.command} ${toHex(frame.unit)}`;
  return {
    isRepeat(heard, now) {
      const before = seen.get(keyOf(heard));
      return before !== undefined && now - before <= repeatedWithin_ms && said.get(heard.frame.serial) === keyOf(heard);
    },
    taken(heard, now) {
      const key = keyOf(heard);
      seen.delete(key);
      seen.set(key, now);
      said.delete(heard.frame.serial);
      said.set(heard.frame.serial, key);
      for (const [oldest] of said) {
        if (said.size <= remembered) break;
        said.delete(oldest);
      }
      for (const [oldest] of seen) {
        if (seen.size <= remembered) break;
        seen.delete(oldest);
      }
    },
  };
}
