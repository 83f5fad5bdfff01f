// DNY frames: "DNY", length, device, message number, command, data, sum of all bytes before it. Source: vendor's guide V8.6 §1.0.2, §1.04.
// Between frames the modem speaks for itself: its ICCID once a connection, `link` after 30 s of silence.
import { toHex } from "#protocols/frames/bytes.ts";
import type { Framing, Look } from "#protocols/frames/stream.ts";
import { undecodable } from "#protocols/vocabulary/faults.ts";

export interface DnyFrame {
  readonly kind: "frame";
  readonly device: number;
  readonly message: number;
  readonly command: number;
  readonly data: Uint8Array;
}
export interface ModemLink {
  readonly kind: "link";
}
export interface ModemIccid {
  readonly kind: "iccid";
  readonly iccid: string;
}
export type DnyHeard = DnyFrame | ModemLink | ModemIccid;

/** Bytes of a frame without data. */
export const overhead = 14;
/** The guide says 256, and sends 256 bytes of firmware in one 0xF8 frame: that one is the longest. */
const longest = overhead + 4 + 256;

export const dnySum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) & 0xffff;

const word = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

export function encodeFrame(frame: Omit<DnyFrame, "kind">): Uint8Array {
  const bytes = new Uint8Array(overhead + frame.data.length);
  if (bytes.length > longest) throw new RangeError(`${bytes.length} bytes: a DNY frame has at most ${longest}`);
  const view = new DataView(bytes.buffer);
  bytes.set([0x44, 0x4e, 0x59]);
  view.setUint16(3, 9 + frame.data.length, true);
  view.setUint32(5, frame.device, true);
  view.setUint16(9, frame.message, true);
  view.setUint8(11, frame.command);
  bytes.set(frame.data, 12);
  view.setUint16(bytes.length - 2, dnySum(bytes.subarray(0, -2)), true);
  return bytes;
}

const startsLike = (bytes: Uint8Array, text: string): "whole" | "so far" | undefined => {
  const upTo = Math.min(bytes.length, text.length);
  for (let index = 0; index < upTo; index += 1) if (bytes[index] !== text.charCodeAt(index)) return undefined;
  return upTo === text.length ? "whole" : "so far";
};

function lookFrame(bytes: Uint8Array): Look<DnyHeard> {
  if (bytes.length < 5) return { kind: "more" };
  const length = word(bytes, 3);
  const size = 5 + length;
  if (size < overhead || size > longest)
    return { kind: "bad", size: 5, why: undecodable(`length ${length} is no length of a DNY frame`, 3) };
  if (bytes.length < size) return { kind: "more" };
  const expected = dnySum(bytes.subarray(0, size - 2));
  const found = word(bytes, size - 2);
  if (expected !== found)
    return {
      kind: "bad",
      size,
      why: undecodable(
        `checksum ${toHex(bytes.subarray(size - 2, size))}, should be ${toHex(Uint8Array.of(expected & 0xff, expected >> 8))}`,
        size - 2,
      ),
    };
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const frame: DnyFrame = {
    kind: "frame",
    device: view.getUint32(5, true),
    message: view.getUint16(9, true),
    command: view.getUint8(11),
    data: bytes.slice(12, size - 2),
  };
  return { kind: "frame", size, frame };
}

/** 20 digits that begin with the telecom prefix 89; some cards carry letters. A `D` may also be the start of a frame: the digits must go on. */
function lookIccid(bytes: Uint8Array): Look<DnyHeard> {
  const text = String.fromCharCode(...bytes.subarray(0, 20));
  if (!/^8(9[0-9A-Fa-f]*)?$/.test(text)) return { kind: "none" };
  return text.length < 20 ? { kind: "more" } : { kind: "frame", size: 20, frame: { kind: "iccid", iccid: text } };
}

export const dny: Framing<DnyHeard> = {
  longest,
  look(bytes) {
    const start = startsLike(bytes, "DNY");
    if (start === "whole") return lookFrame(bytes);
    const link = startsLike(bytes, "link");
    if (link === "whole") return { kind: "frame", size: 4, frame: { kind: "link" } };
    return start !== undefined || link !== undefined ? { kind: "more" } : lookIccid(bytes);
  },
};

/** The device's number as printed below its QR code: the first byte is its kind, the other three the number. */
export const printedNumber = (device: number): { readonly kind: number; readonly number: number } => ({
  kind: device >>> 24,
  number: device & 0xff_ffff,
});
