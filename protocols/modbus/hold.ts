// Which boards can hold a contactor so that it falls by itself when nobody asks any more, and the frames of it.
import type { Request } from "./frame.ts";
import type { Profile } from "./profile.ts";
import { switchAddress, switchedBy } from "./switching.ts";
import type { Place } from "./wanted.ts";
import { type RelayOrder, relayRequest } from "./write.ts";

export interface Coil {
  /** From 1, as printed on the board. */
  readonly relay: number;
  /** "flash": the board ends each pulse by itself. "watchdog": a device of its own between board and contactor falls when the pulses stop; here it is told ON again and again. */
  readonly held_by: "flash" | "watchdog";
  /** How long one pulse holds. */
  readonly hold_ms: number;
}

export type UnfitCoil = "no-relays" | "no-switching" | "no-such-relay" | "no-flash" | "flash-too-short";

export function unfitCoil({ relays, functions }: Profile, { relay, held_by, hold_ms }: Coil): UnfitCoil | undefined {
  if (relays === undefined) return "no-relays";
  if (functions !== undefined && !functions.includes(switchedBy(relays).fn)) return "no-switching";
  if (!(Number.isInteger(relay) && relay >= 1 && relay <= relays.count)) return "no-such-relay";
  if (held_by === "watchdog") return undefined;
  if (relays.flash === undefined) return "no-flash";
  return Math.round(hold_ms / relays.flash.step_ms) > relays.flash.most ? "flash-too-short" : undefined;
}

export interface HoldFrames {
  readonly off: Request;
  /** The first pulse, and every later one. */
  readonly hold: Request;
}

/** Throws where `unfitCoil` says why not. */
export function holdFrames(profile: Profile, unit: number, coil: Coil): HoldFrames {
  const { relay, held_by, hold_ms } = coil;
  const frame = (order: RelayOrder): Request => {
    const request = relayRequest({ profile, unit }, order);
    if ("kind" in request) throw new Error(`${profile.id} cannot hold a contactor: ${request.en}`);
    return request;
  };
  const hold: RelayOrder = held_by === "flash" ? { relay, order: "flash-on", for_ms: hold_ms } : { relay, order: "on" };
  return { off: frame({ relay, order: "off" }), hold: frame(hold) };
}

/** Where the board shows this relay; undefined where it does not. */
export function relayPlace({ relays, points }: Profile, relay: number): Place | undefined {
  if (relays === undefined || switchedBy(relays).fn !== 5) return undefined;
  const first = switchAddress(relays, 0);
  const shown = points.find(({ table, per, address }) => table === "coil" && per === "socket" && address === first);
  return shown === undefined ? undefined : { point: shown.name, channel: relay };
}
