// People who charge: they plug in and tap, and come back for the bike when it is full, when the current went off, or when nothing happened at all.
import type { Chance } from "../chance.ts";
import type { Battery } from "./battery.ts";
import type { Bay } from "./station.ts";

export interface Owner {
  readonly bay: Bay;
  readonly since: number;
  /** The moment from which the relay has been open after it had been closed. */
  offSince: number | undefined;
  wasOn: boolean;
  readonly patience_ms: number;
  /** Comes back for the bike after so long, whatever it does. */
  readonly pulled_ms: number;
  readonly battery: Battery | undefined;
}

const givesUpMs = 90_000;

export const newOwner = (
  bay: Bay,
  chance: Chance,
  now: number,
  habits: Partial<Pick<Owner, "patience_ms" | "pulled_ms" | "battery">> = {},
): Owner => ({
  bay,
  since: now,
  offSince: undefined,
  wasOn: false,
  patience_ms: chance.between(15_000, 60_000),
  pulled_ms: Number.POSITIVE_INFINITY,
  battery: undefined,
  ...habits,
});

/** True when the owner takes the bike now. */
export function leaves(owner: Owner, now: number): boolean {
  const { commanded, socket } = owner.bay;
  if (socket.load === undefined || now - owner.since >= owner.pulled_ms) return true;
  if (commanded) {
    owner.wasOn = true;
    owner.offSince = undefined;
    return socket.charged_ms > socket.load.full_ms * 1.1 + owner.patience_ms;
  }
  if (!owner.wasOn) return now - owner.since > givesUpMs;
  owner.offSince ??= now;
  return now - owner.offSince > owner.patience_ms;
}
