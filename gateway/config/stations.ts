// The two kinds of stations: one device on a line, or sockets put together from relays and meters of several.
import { builtLoads, offeredBy, type SocketSides } from "#protocols/modbus/built-socket.ts";
import { type DeviceLoad, loadOf } from "#protocols/modbus/load.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Offers } from "./limits-fit.ts";
import type { BuiltSocketConfig, SiteConfig, StationConfig } from "./schema.ts";
import type { DeviceConfig } from "./shed-schema.ts";

/** How long a relay with flash-on stays closed after its last pulse: within 3–5 s, as every dead-man window of ours. */
export const pulse_ms = 4_000;

export interface SiteDevices {
  readonly devices: readonly DeviceConfig[];
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** How many sockets the station has; undefined where its profile is not known. */
export const socketCount = (station: StationConfig, profiles: ReadonlyMap<string, Profile>): number | undefined =>
  "sockets" in station ? station.sockets.length : profiles.get(station.profile)?.sockets?.count;

/** Every pile that calls, of every host. */
export const pilesOf = ({ pile_hosts = [] }: Pick<SiteConfig, "pile_hosts">) => pile_hosts.flatMap(({ piles }) => piles);

/** Whether its sockets show that something is plugged in: a relay board with meters never does. */
export const tellsPlug = (station: StationConfig, profiles: ReadonlyMap<string, Profile>): boolean =>
  !("sockets" in station) &&
  (profiles.get(station.profile)?.points ?? []).some(({ name, bits }) => name === "plugged" || bits?.plugged !== undefined);

/** Undefined where a device or its profile is not known: complained about elsewhere. */
export function builtSocket({ relay, meter }: BuiltSocketConfig, { devices, profiles }: SiteDevices): SocketSides | undefined {
  const side = (name: string) => {
    const device = devices.find(({ id }) => id === name);
    const profile = profiles.get(device?.profile ?? "");
    return device === undefined || profile === undefined ? undefined : { unit: device.unit, profile };
  };
  const [switched, measured] = [side(relay.device), side(meter.device)];
  if (switched === undefined || measured === undefined) return undefined;
  return {
    relay: { ...switched, channel: relay.channel },
    meter: { ...measured, ...(meter.channel === undefined ? {} : { channel: meter.channel }) },
    // A board that latches needs a contactor above it that falls when nobody pulses it: held to that by station-checks.ts.
    held_by: switched.profile.relays?.flash === undefined ? "watchdog" : "flash",
    hold_ms: pulse_ms,
  };
}

/** What measures its sockets: its profile, or each different pair of relay and meter once. */
export function offersOf(station: StationConfig, site: SiteDevices): Offers[] {
  if (!("sockets" in station)) {
    const profile = site.profiles.get(station.profile);
    return profile === undefined ? [] : [profile];
  }
  const pairs = new Map<string, Offers>();
  for (const socket of station.sockets) {
    const built = builtSocket(socket, site);
    if (built === undefined) continue;
    const offers = offeredBy(built);
    pairs.set(offers.id, offers);
  }
  return [...pairs.values()];
}

/** What the stations of one line put on it. */
export function stationLoads(stations: readonly StationConfig[], site: SiteDevices): DeviceLoad[] {
  const boards = stations.flatMap((station) => ("sockets" in station ? [] : (site.profiles.get(station.profile) ?? [])));
  const built = stations.flatMap((station) => ("sockets" in station ? station.sockets : []));
  return [...boards.map(loadOf), ...builtLoads(built.flatMap((socket) => builtSocket(socket, site) ?? []))];
}
