// DL/T 645-2007 meters on one line, serial (2400 bit/s, even parity by the standard) or behind a serial server: one question in flight, a reading with the time of its
// first byte, and nothing that came late is taken for an answer. A meter that does not have a value says so, and the value is absent, never 0. Source: DL/T 645-2007 §§5.2, 7.1.
import { type Framed, freshStream, silence, step } from "#protocols/frames/stream.ts";
import { type Dlt645Message, decode, encode, type ItemValues, valuesOf } from "#protocols/piles/dlt645/codec.ts";
import { anyAddress, type Dlt645Frame, dlt645 } from "#protocols/piles/dlt645/frame.ts";
import type { ItemCode } from "#protocols/piles/dlt645/items.ts";
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Cancel, Clock, Devices, SerialSettings } from "../../ports.ts";

export type ItemValue<Code extends ItemCode = ItemCode> = Extract<ItemValues, { item: Code }>;
export interface ItemReading<Code extends ItemCode = ItemCode> {
  readonly kind: "reading";
  readonly address: string;
  readonly value: ItemValue<Code>;
  /** When the first byte of its answer came. */
  readonly seen: Monotonic;
}

export interface Dlt645Line {
  read<Code extends ItemCode>(address: string, item: Code, answer: (answer: ItemReading<Code> | DeviceFault) => void): void;
  /** Of the only meter on the line: everybody answers to it. */
  address(answer: (answer: string | DeviceFault) => void): void;
  close(why: string): void;
}

export interface Dlt645Timing {
  readonly baud: number;
  /** What a serial server and its network add to a question and its answer together. */
  readonly network_ms?: number;
}

/** A meter begins its answer within so long (§7.1: Td at most 500 ms). */
const begins_ms = 500;
const bitsPerByte = 11;
/** Of a question and its answer with their wake-up bytes; no item here is longer. */
const bytesThereAndBack = 20 + 28;
/** After a question without an answer the line is quiet for so long: what still comes belongs to nobody. */
const quiet_ms = 300;
const tries = 2;

interface Question {
  readonly address: string;
  readonly message: Dlt645Message;
  /** undefined: not the answer to this. */
  readonly take: (from: string, message: Dlt645Message, seen: Monotonic) => boolean;
  readonly fail: (fault: DeviceFault) => void;
  tries: number;
}

export const answersWithin_ms = ({ baud, network_ms = 0 }: Dlt645Timing): number =>
  Math.ceil(begins_ms + (bytesThereAndBack * bitsPerByte * 1000) / baud + network_ms);

export function dlt645Line({ clock, line, timing }: { clock: Clock; line: ByteLine; timing: Dlt645Timing }): Dlt645Line {
  let stream = freshStream;
  let began: Monotonic | undefined;
  let underway: Question | undefined;
  let quietUntil: Monotonic | undefined;
  let closed: string | undefined;
  const waiting: Question[] = [];
  let cancel: Cancel = () => undefined;

  const next = (): void => {
    if (underway !== undefined || closed !== undefined) return;
    const [first] = waiting;
    if (first === undefined) return;
    if (quietUntil !== undefined && quietUntil > clock.monotonic()) {
      cancel();
      cancel = clock.wake(quietUntil, next);
      return;
    }
    waiting.shift();
    underway = first;
    first.tries += 1;
    stream = freshStream;
    began = undefined;
    cancel = clock.wake(after(clock.monotonic(), answersWithin_ms(timing)), () => missed(first));
    line.write(encode(first.address, first.message));
  };
  const missed = (question: Question): void => {
    // Noise that began like a frame may hold the answer back: now that all is silent it is looked for behind it.
    const left = silence(dlt645, stream);
    stream = left.state;
    if (heard(question, left.frames)) return;
    underway = undefined;
    quietUntil = after(clock.monotonic(), quiet_ms);
    if (question.tries < tries) waiting.unshift(question);
    else question.fail(deviceFault("timeout", `no answer of ${question.address} within ${tries} × ${answersWithin_ms(timing)} ms`));
    next();
  };
  const hear = (bytes: Uint8Array): void => {
    const asked = underway;
    if (asked === undefined) return;
    began ??= clock.monotonic();
    const stepped = step(dlt645, stream, bytes);
    stream = stepped.state;
    heard(asked, stepped.frames);
  };
  /** Whether the answer was among them. */
  const heard = (asked: Question, frames: readonly Framed<Dlt645Frame>[]): boolean => {
    for (const { frame } of frames) {
      const message = decode(frame);
      // Our own question, where the adapter hears itself; another meter; another question's answer.
      if (message.kind === "undecodable" || (frame.control & 0x80) === 0) continue;
      if (asked.address !== anyAddress && frame.address !== asked.address) continue;
      if (!asked.take(frame.address, message, began ?? clock.monotonic())) continue;
      cancel();
      underway = undefined;
      next();
      return true;
    }
    return false;
  };
  const ask = (question: Omit<Question, "tries">): void => {
    if (closed !== undefined) {
      question.fail(deviceFault("closed", closed));
      return;
    }
    waiting.push({ ...question, tries: 0 });
    next();
  };
  const end = (why: string): void => {
    if (closed !== undefined) return;
    closed = why;
    cancel();
    const left = [...(underway === undefined ? [] : [underway]), ...waiting.splice(0)];
    underway = undefined;
    for (const { fail } of left) fail(deviceFault("closed", why));
  };
  line.onBytes(hear);
  line.onClose(end);

  return {
    read(address, item, answer) {
      ask({
        ...{ address, message: { kind: "read", item }, fail: answer },
        take(from, message, seen) {
          if (message.kind === "refused" && message.function === 0x11) {
            answer(deviceFault("exception", `${from} refuses ${item}: error ${message.error.toString(16)}`));
            return true;
          }
          if (message.kind !== "values" || message.item !== item) return false;
          const value = valuesOf(message);
          if ("kind" in value) answer(deviceFault("bad-frame", value.reason));
          else answer({ kind: "reading", address: from, value: value as ItemValue<typeof item>, seen });
          return true;
        },
      });
    },
    address(answer) {
      ask({
        ...{ address: anyAddress, message: { kind: "read-address" }, fail: answer },
        take(_, message) {
          if (message.kind !== "address") return false;
          answer(message.address);
          return true;
        },
      });
    },
    close(why) {
      end(why);
      line.close();
    },
  };
}

export type Dlt645Place =
  | { readonly kind: "serial"; readonly path: string; readonly settings: SerialSettings }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly baud: number; readonly network_ms: number };

/** As the standard leaves the works. */
export const usualSerial: SerialSettings = { baud: 2400, parity: "even", stopBits: 1 };

/** Rejects with words that say what to check; whoever holds it opens it anew once it is closed. */
export async function openDlt645(parts: { clock: Clock; devices: Devices }, place: Dlt645Place): Promise<Dlt645Line> {
  const { clock, devices } = parts;
  if (place.kind === "tcp") {
    const line = await devices.openTcp(place.host, place.port);
    return dlt645Line({ clock, line, timing: { baud: place.baud, network_ms: place.network_ms } });
  }
  return dlt645Line({ clock, line: await devices.openSerial(place.path, place.settings), timing: { baud: place.settings.baud } });
}
