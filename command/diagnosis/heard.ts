// What came back after one question, sorted: an answer, two, a spoiled one, our own echo, zeros, nothing. Only what the bytes prove.
import { rtuAnswerLength, rtuIntact } from "#protocols/modbus/frame.ts";

export interface Try {
  /** The question as it stood on the wire. */
  readonly asked: Uint8Array;
  readonly heard: Uint8Array;
}

export type HeardKind =
  /** Not one byte. */
  | "nothing"
  /** Our own question, and nothing else. */
  | "echo"
  /** One whole answer. */
  | "answer"
  /** One whole answer, with a byte or two of nothing before or after it. */
  | "strays"
  /** Two whole answers to one question. */
  | "answers"
  /** One whole answer, and a good deal more. */
  | "more"
  /** A whole frame of another unit. */
  | "foreign"
  /** Nothing but zeros. */
  | "zeros"
  /** As long as the answer should be, beginning like it, with a wrong checksum. */
  | "spoiled"
  /** Begins like the answer, and ends before it is whole. */
  | "half"
  /** The answer without its first bytes: put back, its checksum is right. */
  | "headless"
  /** More bytes than one answer has, none of them a whole frame. */
  | "too-long"
  | "garbage";

export interface Sorted {
  readonly kind: HeardKind;
  /** The first whole frame: unit, PDU and checksum. */
  readonly frame?: Uint8Array;
  /** What came where no frame was whole, without our own echo. */
  readonly broken?: Uint8Array;
}

/** Bytes of nothing that a floating pair makes at the edges of a frame. */
const mostStrays = 3;
const exceptionLength = 5;

const startsWith = (bytes: Uint8Array, head: Uint8Array): boolean =>
  head.length > 0 && bytes.length >= head.length && head.every((byte, at) => bytes[at] === byte);

/** A whole frame that answers the question's function, beginning at `at`. */
function frameAt(bytes: Uint8Array, at: number, asked: Uint8Array): Uint8Array | undefined {
  const fn = bytes[at + 1];
  const [, askedFn = 0] = asked;
  const length = fn === askedFn ? rtuAnswerLength(asked.slice(1, -2)) : fn === (askedFn | 0x80) ? exceptionLength : undefined;
  if (length === undefined || at + length > bytes.length) return undefined;
  const frame = bytes.slice(at, at + length);
  return rtuIntact(frame) ? frame : undefined;
}

function framesIn(bytes: Uint8Array, asked: Uint8Array): { frames: Uint8Array[]; rest: number } {
  const frames: Uint8Array[] = [];
  let rest = 0;
  for (let at = 0; at < bytes.length; ) {
    const frame = frameAt(bytes, at, asked);
    if (frame !== undefined) frames.push(frame);
    else rest += 1;
    at += frame?.length ?? 1;
  }
  return { frames, rest };
}

/** A write is answered by its own bytes: only the same twice is an echo and an answer. */
function withoutEcho({ asked, heard }: Try): { bytes: Uint8Array; echoed: boolean } {
  const after = heard.slice(asked.length);
  const writes = asked[1] === 5 || asked[1] === 6;
  const echoed = startsWith(heard, asked) && (!writes || startsWith(after, asked));
  return { bytes: echoed ? after : heard, echoed };
}

export function sortHeard(one: Try): Sorted {
  const { asked, heard } = one;
  if (heard.length === 0) return { kind: "nothing" };
  const { bytes } = withoutEcho(one);
  if (bytes.length === 0) return { kind: "echo" };
  const { frames, rest } = framesIn(bytes, asked);
  const [frame] = frames;
  if (frame === undefined) return { kind: brokenKind(bytes, asked), broken: bytes };
  const own = frames.filter(([unit]) => unit === asked[0]);
  if (own.length === 0) return { kind: "foreign", frame };
  if (own.length > 1) return { kind: "answers", frame };
  if (frames.length > 1 || rest > mostStrays) return { kind: "more", frame };
  return { kind: rest === 0 ? "answer" : "strays", frame };
}

function brokenKind(bytes: Uint8Array, asked: Uint8Array): HeardKind {
  if (bytes.every((byte) => byte === 0)) return "zeros";
  const length = rtuAnswerLength(asked.slice(1, -2));
  if (bytes.length > length + mostStrays) return "too-long";
  if (isHeadless(bytes, asked)) return "headless";
  const whole = bytes[1] === asked[1] ? length : bytes[1] === ((asked[1] ?? 0) | 0x80) ? exceptionLength : undefined;
  if (bytes[0] === asked[0] && bytes.length === whole) return "spoiled";
  return startsWith(bytes, answerHead(asked)) ? "half" : "garbage";
}

/** What every answer to this read begins with: unit, function, count of bytes. */
const answerHead = (asked: Uint8Array): Uint8Array => Uint8Array.of(asked[0] ?? 0, asked[1] ?? 0, rtuAnswerLength(asked.slice(1, -2)) - 5);
const isRead = (asked: Uint8Array): boolean => (asked[1] ?? 0) >= 1 && (asked[1] ?? 0) <= 4;

/** A whole answer, were it not for one to three bytes that are known anyhow. */
function isHeadless(bytes: Uint8Array, asked: Uint8Array): boolean {
  const length = rtuAnswerLength(asked.slice(1, -2));
  const lost = length - bytes.length;
  return isRead(asked) && lost >= 1 && lost <= 3 && rtuIntact(Uint8Array.of(...answerHead(asked).slice(0, lost), ...bytes));
}

export function countKinds(sorted: readonly Sorted[]): ReadonlyMap<HeardKind, number> {
  const counts = new Map<HeardKind, number>();
  for (const { kind } of sorted) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
