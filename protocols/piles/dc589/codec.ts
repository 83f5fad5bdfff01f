// dc589 frames and messages: EE, length, command, session, data, XOR of all between the first and the last byte. Source: protocol 5.8.9 §2.
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import { type Body, decodeBody, encodeBody, leastBytes, type Message } from "#protocols/frames/layout.ts";
import type { Framing, Look } from "#protocols/frames/stream.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { bodies } from "./bodies.ts";

export interface Dc589Frame {
  readonly command: number;
  /** 12 hex digits: the platform's session, echoed in answers; zeros when the board speaks first. */
  readonly session: string;
  readonly data: Uint8Array;
}
export type Dc589Message = Message<(typeof bodies)[keyof typeof bodies]>;
export const ownSession = "000000000000";

const known: Readonly<Record<number, Body>> = bodies;
const byKind = new Map(Object.entries(known).map(([command, of]) => [of.kind, Number(command)] as const));
export const dc589Body = (command: number): Body | undefined => known[command];
const least = new Map(Object.entries(known).map(([command, of]) => [Number(command), leastBytes(of)]));

export const dc589Xor = (frame: Uint8Array): number => frame.subarray(1, -1).reduce((sum, byte) => sum ^ byte, 0);

export function encodeFrame({ command, session, data }: Dc589Frame): Uint8Array {
  const length = 8 + data.length;
  if (length > 255) throw new RangeError(`${data.length} bytes of data do not fit into one dc589 frame`);
  const frame = concat(Uint8Array.of(0xee, length, command), bytesOf(session), data, Uint8Array.of(0));
  frame[frame.length - 1] = dc589Xor(frame);
  return frame;
}

/** One XOR byte proves little: a start is only believed with a known command and a length that its body can have. */
function look(bytes: Uint8Array): Look<Dc589Frame> {
  if (bytes[0] !== 0xee) return { kind: "none" };
  const [, length, command] = bytes;
  if (length === undefined || command === undefined) return { kind: "more" };
  const smallest = least.get(command);
  if (smallest === undefined)
    return { kind: "bad", size: 3, why: undecodable(`command ${toHex(Uint8Array.of(command))} is not described`, 2) };
  if (length < 8 + smallest)
    return { kind: "bad", size: 3, why: undecodable(`length ${length}, at least ${8 + smallest} for this command`, 1) };
  const size = 2 + length;
  if (bytes.length < size) return { kind: "more" };
  const frame = bytes.subarray(0, size);
  const expected = dc589Xor(frame);
  if (frame[size - 1] !== expected)
    return {
      kind: "bad",
      size,
      why: undecodable(`checksum ${toHex(frame.subarray(-1))}, should be ${toHex(Uint8Array.of(expected))}`, size - 1),
    };
  return { kind: "frame", size, frame: { command, session: toHex(frame.subarray(3, 9)), data: frame.slice(9, -1) } };
}

export const dc589: Framing<Dc589Frame> = { longest: 257, look };

export function decode(frame: Dc589Frame): Dc589Message | Undecodable {
  const of = known[frame.command];
  if (of === undefined) return undecodable(`command ${toHex(Uint8Array.of(frame.command))} is not described`, 2);
  return decodeBody(of, frame.data) as Dc589Message | Undecodable;
}

export function encode(session: string, message: Dc589Message): Uint8Array {
  const command = byKind.get(message.kind);
  const of = command === undefined ? undefined : known[command];
  if (command === undefined || of === undefined) throw new RangeError(`${message.kind} is no dc589 message`);
  return encodeFrame({ command, session, data: encodeBody(of, message) });
}
