// GB/T 26875.3-2011 frames: "@@", serial, version, time, addresses, length, command, unit, sum, "##". Source: §6.6, tables 1 and 2.
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import type { Framing, Look } from "#protocols/frames/stream.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { readLabel, writeLabel } from "./label.ts";
import type { Profile } from "./profile.ts";

export const command = { control: 1, data: 2, confirm: 3, request: 4, response: 5, deny: 6 } as const;

export interface FireFrame {
  /** Given by the side that begins an exchange, repeated by the answer. */
  readonly serial: number;
  readonly major: number;
  readonly minor: number;
  /** When it was sent, China civil time: "2020-08-01 19:18:48". */
  readonly sent: string;
  /** 12 hex digits, high byte first. */
  readonly source: string;
  readonly target: string;
  readonly command: number;
  readonly unit: Uint8Array;
  /** Only on answers that a profile lets pass with a sum that is not theirs. */
  readonly wrongSum?: true;
}

export const headerBytes = 27;
export const overhead = 30;
export const mostUnit = 1024;

/** Sum of bytes 2 … 26 + n, of a whole frame. */
export const fireSum = (frame: Uint8Array): number => frame.subarray(2, -3).reduce((sum, byte) => sum + byte, 0) & 0xff;

export function encodeFrame(frame: Omit<FireFrame, "wrongSum">): Uint8Array {
  const { unit, serial } = frame;
  if (unit.length > mostUnit) throw new RangeError(`${unit.length} bytes in one unit, at most ${mostUnit}`);
  const bytes = concat(
    Uint8Array.of(0x40, 0x40, serial & 0xff, serial >> 8, frame.major, frame.minor),
    writeLabel(frame.sent),
    bytesOf(frame.source).toReversed(),
    bytesOf(frame.target).toReversed(),
    Uint8Array.of(unit.length & 0xff, unit.length >> 8, frame.command),
    unit,
    Uint8Array.of(0, 0x23, 0x23),
  );
  bytes[bytes.length - 3] = fireSum(bytes);
  return bytes;
}

/** The control unit, of at least 27 bytes; also of a frame that is refused, so that it can be denied. */
export function readHeader(bytes: Uint8Array): Omit<FireFrame, "unit"> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, headerBytes);
  return {
    serial: view.getUint16(2, true),
    major: view.getUint8(4),
    minor: view.getUint8(5),
    sent: readLabel(bytes.subarray(6, 12)),
    source: toHex(bytes.slice(12, 18).toReversed()),
    target: toHex(bytes.slice(18, 24).toReversed()),
    command: view.getUint8(26),
  };
}

/** What is wrong with a whole frame; §6.5.3 lists what must be denied. */
function complaint(frame: Uint8Array, profile: Profile): Undecodable | undefined {
  const last = frame.length - 1;
  if (frame[last] !== 0x23 || frame[last - 1] !== 0x23)
    return undecodable(`ends with ${toHex(frame.subarray(-2))}, should be 2323`, last - 1);
  const expected = fireSum(frame);
  const found = frame[last - 2];
  const answer = frame[26] === command.confirm || frame[26] === command.deny;
  if (found !== expected && !(answer && profile.wrongSumOfAnswers))
    return undecodable(`checksum ${toHex(frame.subarray(-3, -2))}, should be ${toHex(Uint8Array.of(expected))}`, last - 2);
  if (profile.majorVersion !== "any" && frame[4] !== profile.majorVersion)
    return undecodable(`major version ${frame[4]}, should be ${profile.majorVersion}`, 4);
  return undefined;
}

const look =
  (profile: Profile) =>
  (bytes: Uint8Array): Look<FireFrame> => {
    if (bytes[0] !== 0x40) return { kind: "none" };
    if (bytes.length === 1) return { kind: "more" };
    if (bytes[1] !== 0x40) return { kind: "none" };
    if (bytes.length < headerBytes) return { kind: "more" };
    const header = readHeader(bytes);
    const length = (bytes[24] ?? 0) | ((bytes[25] ?? 0) << 8);
    const bad = (reason: string, at: number): Look<FireFrame> => ({ kind: "bad", size: headerBytes, why: undecodable(reason, at) });
    if (length > mostUnit) return bad(`length ${length}, at most ${mostUnit}`, 24);
    if (header.command === 0 || (header.command > 6 && header.command < 128)) return bad(`command ${header.command} is not known`, 26);
    const size = overhead + length;
    if (bytes.length < size) return { kind: "more" };
    const frame = bytes.subarray(0, size);
    const why = complaint(frame, profile);
    if (why !== undefined) return { kind: "bad", size, why };
    const wrongSum = frame[size - 3] !== fireSum(frame);
    return { kind: "frame", size, frame: { ...header, unit: frame.slice(headerBytes, -3), ...(wrongSum && { wrongSum }) } };
  };

export const gbt26875 = (profile: Profile): Framing<FireFrame> => ({ longest: overhead + mostUnit, look: look(profile) });
