// GB/T 26875.3-2011 application data units as a closed set of typed messages, and back.
import { bytesOf, concat, toHex } from "#protocols/frames/bytes.ts";
import { decodeBody, encodeBody, isUndecodable } from "#protocols/frames/layout.ts";
import { type Undecodable, undecodable } from "#protocols/vocabulary/faults.ts";
import type { FireFrame } from "./frame.ts";
import type { Profile } from "./profile.ts";
import { type KnownUnit, unitBody, units } from "./units.ts";

/** Confirmations and denials carry nothing, or what a vendor puts there. */
export interface EmptyUnit {
  readonly kind: "empty";
}
export interface Heartbeat22 {
  readonly kind: "heartbeat";
}
/** 128–254 are the user's, and an answer may carry anything: bytes as they are. */
export interface OtherUnit {
  readonly kind: "other";
  readonly type: number;
  readonly data: string;
}
export type FireUnit = KnownUnit | EmptyUnit | Heartbeat22 | OtherUnit;

const heartbeatType = 22;
const typeOf = new Map(Object.entries(units).map(([type, of]) => [of.kind as string, Number(type)] as const));
export const typeFlag = (kind: KnownUnit["kind"]): number => typeOf.get(kind) ?? 0;

/** Reserved types, too many objects and bytes that are left over are undecodable, but for what the profile allows. */
export function decodeUnit({ unit, command }: Pick<FireFrame, "unit" | "command">, profile: Profile): FireUnit | Undecodable {
  const [type] = unit;
  if (type === undefined) return { kind: "empty" };
  const other: OtherUnit = { kind: "other", type, data: toHex(unit.subarray(1)) };
  if (command === 3 || command === 6 || type >= 128) return other;
  if (type === heartbeatType && unit.length === 1 && profile.heartbeat22) return { kind: "heartbeat" };
  const of = unitBody(type);
  if (of === undefined) return undecodable(`type ${type} is reserved`, 0);
  const message = decodeBody(of, unit.subarray(1));
  if (isUndecodable(message)) return message.at === undefined ? message : undecodable(message.reason, message.at + 1);
  if (typeof message.extra === "string" && !profile.bytesBehindObjects)
    return undecodable(`${message.extra.length / 2} bytes behind the last object`, unit.length - message.extra.length / 2);
  return message as KnownUnit;
}

export function encodeUnit(message: FireUnit): Uint8Array {
  if (message.kind === "empty") return new Uint8Array(0);
  if (message.kind === "heartbeat") return Uint8Array.of(heartbeatType);
  if (message.kind === "other") return concat(Uint8Array.of(message.type), bytesOf(message.data));
  const type = typeFlag(message.kind);
  const of = unitBody(type);
  if (of === undefined) throw new RangeError(`${message.kind} is no unit of GB/T 26875.3`);
  return concat(Uint8Array.of(type), encodeBody(of, message));
}
