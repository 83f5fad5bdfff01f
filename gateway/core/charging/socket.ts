// One socket: what is known of it. Every way out of "energised" passes through OFF first; nothing closes without authority, sight and a proven open relay.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Charge } from "./charge.ts";
import type { Effect, Latch, SocketName } from "./facts.ts";
import type { Limits } from "./limits.ts";
import type { Rearmed, Waiting } from "./rearm.ts";
import { good, type SocketSample } from "./sample.ts";
import type { Trial } from "./trial.ts";
import type { Warnings } from "./warn.ts";
import type { Watch } from "./watch.ts";
import { type Check, newCheck } from "./weld.ts";

export interface Held {
  readonly id: string;
  readonly session: string;
  readonly since: Monotonic;
  readonly until: Monotonic;
  /** When ON was first and last asked for; before that the authority waits for sight and an open relay. */
  readonly on: { readonly first: Monotonic; readonly last: Monotonic } | undefined;
}

export interface Socket {
  readonly name: SocketName;
  readonly index: number;
  readonly limits: Limits;
  readonly authority: Held | undefined;
  readonly charge: Charge | undefined;
  readonly latch: Latch | undefined;
  readonly check: Check | undefined;
  readonly watch: Watch;
  readonly warnings: Warnings;
  /** Cut, and to be tried again; and the re-arms that were given, oldest first. */
  readonly waiting: Waiting | undefined;
  readonly rearms: readonly Rearmed[];
  /** A trip test that is running: a lower limit beside its own. */
  readonly trial: Trial | undefined;
  readonly sample: SocketSample | undefined;
  readonly seen: Monotonic | undefined;
  /** Authorities that are over, newest last: a repeated message must not close a relay again. */
  readonly over: readonly string[];
  /** What the next trip will be called. */
  readonly tripName: string;
  readonly trips: number;
}

export interface Move {
  readonly socket: Socket;
  readonly effects: readonly Effect[];
}

export const stay = (socket: Socket): Move => ({ socket, effects: [] });
export const remembered = 16;
export const energised = (socket: Socket): boolean => socket.authority?.on !== undefined;
export const energyOf = (socket: Socket): number | null => good(socket.sample?.energy_mWh) ?? null;
export const nextTrip = (socket: Socket): { trip: string; socket: Socket } => ({
  trip: `${socket.tripName}-${socket.trips + 1}`,
  socket: { ...socket, trips: socket.trips + 1 },
});

export function released(socket: Socket, trip: string | undefined, now: Monotonic): Socket {
  const { authority } = socket;
  return {
    ...socket,
    authority: undefined,
    charge: undefined,
    check: newCheck(trip, now),
    over: authority === undefined ? socket.over : [...socket.over, authority.id].slice(-remembered),
  };
}

export const secondsOf = (socket: Socket, now: Monotonic): number =>
  socket.charge === undefined ? 0 : Math.max(0, Math.round((now - socket.charge.closedAt) / 1000));
