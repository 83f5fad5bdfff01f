// DNY messages: the data of a frame as one of a closed set of typed messages, and back.

import { bytesOf, toHex } from "#protocols/frames/bytes.ts";
import { type Body, decodeBody, encodeBody, type Message, walkBody } from "#protocols/frames/layout.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import { down } from "./down.ts";
import { type DnyFrame, encodeFrame } from "./frame.ts";
import { up } from "./up.ts";

/** From the pile, or from the server. The same command has another body each way. */
export type Direction = "up" | "down";
export type UpMessage = Message<(typeof up)[keyof typeof up]>;
export type DownMessage = Message<(typeof down)[keyof typeof down]>;
export interface UnknownCommand {
  readonly kind: "unknown";
  readonly command: number;
  readonly data: string;
}

const bodies: Readonly<Record<Direction, Readonly<Record<number, Body>>>> = { up, down };
const commands: Readonly<Record<Direction, ReadonlyMap<string, readonly [number, Body]>>> = {
  up: new Map(Object.entries(bodies.up).map(([command, of]) => [of.kind, [Number(command), of]])),
  down: new Map(Object.entries(bodies.down).map(([command, of]) => [of.kind, [Number(command), of]])),
};

export const bodyOf = (direction: Direction, command: number): Body | undefined => bodies[direction][command];

function decode(direction: Direction, frame: DnyFrame): UpMessage | DownMessage | UnknownCommand | Undecodable {
  const of = bodyOf(direction, frame.command);
  if (of === undefined) return { kind: "unknown", command: frame.command, data: toHex(frame.data) };
  return decodeBody(of, frame.data) as UpMessage | DownMessage | Undecodable;
}
export const decodeUp = (frame: DnyFrame) => decode("up", frame) as UpMessage | UnknownCommand | Undecodable;
export const decodeDown = (frame: DnyFrame) => decode("down", frame) as DownMessage | UnknownCommand | Undecodable;

/** `message`: a new number for every command; the same again when it is repeated, and in its answer. */
export interface Envelope {
  readonly device: number;
  readonly message: number;
}

function encode(direction: Direction, envelope: Envelope, message: UpMessage | DownMessage | UnknownCommand): Uint8Array {
  if (message.kind === "unknown") return encodeFrame({ ...envelope, command: message.command, data: bytesOf(message.data) });
  const known = commands[direction].get(message.kind);
  if (known === undefined) throw new RangeError(`${message.kind} does not go ${direction}`);
  return encodeFrame({ ...envelope, command: known[0], data: encodeBody(known[1], message) });
}
export const encodeUp = (envelope: Envelope, message: UpMessage | UnknownCommand): Uint8Array => encode("up", envelope, message);
export const encodeDown = (envelope: Envelope, message: DownMessage | UnknownCommand): Uint8Array => encode("down", envelope, message);

/** Which way a frame went, when nobody knows: the one way whose body fits it exactly; where both do, a command below 0x80 is the pile's. */
export function likelyDirection(frame: DnyFrame): { readonly direction: Direction; readonly certain: boolean } | Undecodable {
  const fits = (direction: Direction): boolean => {
    const of = bodyOf(direction, frame.command);
    if (of === undefined) return false;
    const walked = walkBody(of, frame.data);
    return walked.fault === undefined && walked.values.extra === undefined;
  };
  const [asUp, asDown] = [fits("up"), fits("down")];
  if (asUp !== asDown) return { direction: asUp ? "up" : "down", certain: true };
  if (bodyOf("up", frame.command) === undefined && bodyOf("down", frame.command) === undefined)
    return undecodable(`command ${toHex(Uint8Array.of(frame.command))} is not described`);
  return { direction: frame.command < 0x80 ? "up" : "down", certain: false };
}
