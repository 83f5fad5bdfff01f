// A socket put together from a relay of one board and a meter of its own: what is asked of the two, and why two devices cannot make one.
import type { Request } from "./frame.ts";
import { type Coil, holdFrames, relayPlace, type UnfitCoil, unfitCoil } from "./hold.ts";
import type { DeviceLoad } from "./load.ts";
import { blockRequest, paced, planReads } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { onlyWanted, type Place } from "./wanted.ts";

export interface Side {
  readonly unit: number;
  readonly profile: Profile;
  readonly channel?: number | undefined;
}

export interface SocketSides {
  /** `channel` from 1, as printed on the board. */
  readonly relay: Side & { readonly channel: number };
  readonly meter: Side;
  readonly held_by: Coil["held_by"];
  readonly hold_ms: number;
}

/** What protection and bills may look at, by the names that every profile uses. */
export const measured = ["voltage_mV", "current_mA", "power_mW", "temperature_mC", "energy_mWh", "residual_mA"] as const;
export type Measured = (typeof measured)[number];
/** Without these nobody is protected, or nobody can be billed. */
const needed: readonly Measured[] = ["current_mA", "power_mW", "energy_mWh"];

/** What a socket took is what its meter imported, where the meter tells the directions apart. */
const alsoCalled: Partial<Readonly<Record<Measured, readonly string[]>>> = { energy_mWh: ["import_energy_mWh", "total_energy_mWh"] };

/** The meter's point for this: of one channel where it is named, of the device otherwise. */
export function meterPoint({ profile, channel }: Side, what: Measured): Point | undefined {
  const per = channel === undefined ? "device" : "socket";
  const own = profile.points.filter((point) => point.per === per);
  return [what, ...(alsoCalled[what] ?? [])].map((name) => own.find((point) => point.name === name)).find((point) => point !== undefined);
}

const meterPoints = (side: Side): { readonly what: Measured; readonly point: Point }[] =>
  measured.flatMap((what) => {
    const point = meterPoint(side, what);
    return point === undefined ? [] : [{ what, point }];
  });

export const meterPlaces = (side: Side): Place[] => meterPoints(side).map(({ point }) => ({ point: point.name, channel: side.channel }));

export type UnfitSocket =
  | { readonly side: "relay"; readonly why: UnfitCoil | "unseen" }
  | { readonly side: "meter"; readonly why: "needs-channel" | "no-channel" }
  | { readonly side: "meter"; readonly why: "not-measured"; readonly point: Measured };

/** Undefined: they make a socket. */
export function unfitSocket({ relay, meter, held_by, hold_ms }: SocketSides): UnfitSocket | undefined {
  const coil = unfitCoil(relay.profile, { relay: relay.channel, held_by, hold_ms });
  if (coil !== undefined) return { side: "relay", why: coil };
  if (relayPlace(relay.profile, relay.channel) === undefined) return { side: "relay", why: "unseen" };
  if (meter.channel !== undefined && meter.channel > (meter.profile.sockets?.count ?? 0)) return { side: "meter", why: "no-channel" };
  const missing = needed.find((what) => meterPoint(meter, what) === undefined);
  if (missing === undefined) return undefined;
  const perChannel = meter.channel === undefined && meterPoint({ ...meter, channel: 1 }, missing) !== undefined;
  return perChannel ? { side: "meter", why: "needs-channel" } : { side: "meter", why: "not-measured", point: missing };
}

/** What the two say of a socket together, as a station's profile would: for rules that lean on what is measured. */
export const offeredBy = ({ relay, meter }: SocketSides): Pick<Profile, "id" | "points"> => ({
  id: `${relay.profile.id} + ${meter.profile.id}`,
  points: meterPoints(meter).map(({ what, point }) => ({ ...point, name: what, per: "socket" as const })),
});

const readsOf = ({ profile, unit }: Side, wanted: readonly Place[]): Request[] =>
  planReads(onlyWanted(profile, wanted)).map((block) => paced(profile, blockRequest(unit, block)));
const paceOf = (profile: Profile) => ({ pause_ms: profile.read.pause_ms ?? 0, in_flight: profile.read.in_flight ?? 1 });

/** One question to a board shows the relays of all its sockets. */
export function boardLoad({ relay }: SocketSides): DeviceLoad {
  const shown = relayPlace(relay.profile, relay.channel);
  return { reads: shown === undefined ? [] : readsOf(relay, [shown]), ...paceOf(relay.profile) };
}

/** The meter is read, the relay is kept. */
export function socketLoad({ relay, meter, held_by, hold_ms }: SocketSides): DeviceLoad {
  const { off, hold } = holdFrames(relay.profile, relay.unit, { relay: relay.channel, held_by, hold_ms });
  const pace = [paceOf(relay.profile), paceOf(meter.profile)];
  return {
    reads: readsOf(meter, meterPlaces(meter)),
    keep: paced(relay.profile, hold),
    off: paced(relay.profile, off),
    hold_ms,
    pause_ms: Math.max(...pace.map(({ pause_ms }) => pause_ms)),
    in_flight: Math.min(...pace.map(({ in_flight }) => in_flight)),
  };
}

/** What such sockets cost their line in one round. Those that two devices cannot make are left out. */
export function builtLoads(sockets: readonly SocketSides[]): DeviceLoad[] {
  const fit = sockets.filter((sides) => unfitSocket(sides) === undefined);
  const boards = new Map(fit.map((sides) => [sides.relay.unit, sides]));
  return [...[...boards.values()].map(boardLoad), ...fit.map(socketLoad)];
}
