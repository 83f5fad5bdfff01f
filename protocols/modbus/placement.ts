// Where a point stands for each socket: its registers move by a stride or by a list of starts; or its bits move within registers that stand still.
import type { Point, Profile } from "./profile.ts";
import { has } from "./quirks.ts";
import { shapes } from "./shapes.ts";

export const isBits = (table: Point["table"]): boolean => table === "coil" || table === "discrete";

/** 16-bit words of one register address: two where the device's registers have four bytes. */
export const wordsPer = (profile: Pick<Profile, "quirks">, point: Pick<Point, "table">): 1 | 2 =>
  has(profile, "four-byte-registers") && !isBits(point.table) ? 2 : 1;

/** Register addresses that a point takes. */
export const widthOf = (point: Pick<Point, "type">, each: 1 | 2 = 1): number => Math.ceil(shapes[point.type].bytes / 2 / each);

/** How far the registers of this socket (from 0) stand from those of the first. */
function movedBy({ sockets }: Profile, point: Point, socket: number): number {
  if (point.per === "device") return 0;
  if (point.starts !== undefined) return point.starts[socket] ?? 0;
  if (point.stride !== undefined) return socket * point.stride;
  if (point.field?.stride !== undefined) return 0;
  return sockets?.starts === undefined ? socket * (sockets?.stride ?? 0) : (sockets.starts[socket] ?? 0);
}

/** Bits that move from socket to socket, and leave their register at its end. */
const movedBit = (at: { readonly low: number; readonly stride: number; readonly bits: number }, socket: number) => ({
  registers: Math.floor((at.low + socket * at.stride) / at.bits),
  low: (at.low + socket * at.stride) % at.bits,
});

/** The address of the point for this socket. */
export function addressAt(profile: Profile, point: Point, socket: number): number {
  const address = point.address + movedBy(profile, point, socket);
  const { field } = point;
  if (field?.stride === undefined || point.per === "device") return address;
  const bits = shapes[point.type].bytes * 8;
  return address + movedBit({ low: field.low, stride: field.stride, bits }, socket).registers * widthOf(point, wordsPer(profile, point));
}

/** Where its sign stands, if that is another register. */
export function signAddressAt(profile: Profile, point: Point, socket: number): number | undefined {
  const { sign } = point;
  if (typeof sign !== "object") return undefined;
  if (sign.stride === undefined || point.per === "device") return sign.address + movedBy(profile, point, socket);
  return sign.address + movedBit({ low: sign.bit, stride: sign.stride, bits: 16 }, socket).registers;
}

/** The point as this socket has it: the same, unless its bits move. */
export function pointAt(point: Point, socket: number): Point {
  const { field, sign } = point;
  if (point.per === "device" || (field?.stride === undefined && (typeof sign !== "object" || sign.stride === undefined))) return point;
  const low = (at: number, stride: number | undefined, bits: number): number =>
    movedBit({ low: at, stride: stride ?? 0, bits }, socket).low;
  return {
    ...point,
    ...(field === undefined ? {} : { field: { ...field, low: low(field.low, field.stride, shapes[point.type].bytes * 8) } }),
    ...(typeof sign === "object" ? { sign: { ...sign, bit: low(sign.bit, sign.stride, 16) } } : {}),
  };
}

/** How often the point is there. */
export const timesOf = (profile: Profile, point: Point): number => (point.per === "device" ? 1 : (profile.sockets?.count ?? 0));
const eachSocket = (profile: Profile, point: Point): number[] => Array.from({ length: timesOf(profile, point) }, (_, socket) => socket);

/** Where the point stands for each socket; a device point stands once. */
export const addressesOf = (profile: Profile, point: Point): number[] =>
  eachSocket(profile, point).map((socket) => addressAt(profile, point, socket));

export const signAddressesOf = (profile: Profile, point: Point): number[] =>
  eachSocket(profile, point).flatMap((socket) => signAddressAt(profile, point, socket) ?? []);
