// What a socket is doing, in one word for people: derived from its parts, never stored.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { energised, type Socket } from "./socket.ts";

export const socketStates = ["idle", "energising", "charging", "opening", "latched", "welded", "blind", "waiting"] as const;
export type SocketState = (typeof socketStates)[number];

export function stateOf(socket: Socket, now: Monotonic): SocketState {
  if (socket.latch?.cause === "welded") return "welded";
  if (socket.latch !== undefined) return "latched";
  const seen = socket.watch.wholeSeen;
  if (seen === undefined || now - seen > socket.limits.blind.trip_ms) return "blind";
  if (socket.charge !== undefined) return "charging";
  if (energised(socket) || socket.authority !== undefined) return "energising";
  if (socket.check !== undefined) return "opening";
  return socket.waiting === undefined ? "idle" : "waiting";
}
