// What the safety process needs to know of its site: no more than this. From the site file, or as JSON of exactly this form (--wiring).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SocketSides } from "#protocols/modbus/built-socket.ts";
import { profileComplaints } from "#protocols/modbus/check.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { type Path, pathText } from "../config/complaint.ts";
import { readBeside } from "../config/contact-checks.ts";
import { checkFacilities } from "../config/facility-checks.ts";
import type { FacilityConfig } from "../config/facility-schema.ts";
import { checkLimits } from "../config/limits-file.ts";
import { unfit } from "../config/limits-fit.ts";
import { loadProfile } from "../config/profiles.ts";
import type { SiteFile } from "../config/read.ts";
import type { BuiltSocketConfig } from "../config/schema.ts";
import { checkSheds } from "../config/shed-checks.ts";
import type { DeviceConfig, ShedConfig, TransformerConfig } from "../config/shed-schema.ts";
import { checkStations } from "../config/station-checks.ts";
import { builtSocket, offersOf } from "../config/stations.ts";
import type { Limits } from "../core/charging/limits.ts";
import type { LineAddress } from "../lines/open.ts";
import { linkPath } from "../link/path.ts";
import { type ShedsWiring, wireSheds } from "./shed-wiring.ts";
import type { DeviceWiring } from "./watch/device.ts";

export type { BoardOnLine, CoilOnLine, ShedsWiring } from "./shed-wiring.ts";

export type LineWiring = LineAddress & {
  readonly id: string;
  /** The promise that its measured rounds are held against; a --wiring file may leave it out. */
  readonly cutoff_ms?: number;
};

interface AnyStation {
  readonly id: string;
  readonly line: string;
  readonly limits: Limits;
}
export interface BoardStation extends AnyStation {
  readonly unit: number;
  readonly profile: Profile;
}
/** Put together from relays and meters of several devices. */
export interface BuiltStation extends AnyStation {
  readonly sockets: readonly SocketSides[];
}
export type StationWiring = BoardStation | BuiltStation;

export const socketsIn = (station: StationWiring): number =>
  "sockets" in station ? station.sockets.length : (station.profile.sockets?.count ?? 0);

export interface Wiring {
  /** Path of the Unix socket. */
  readonly link: string;
  /** Folder of the spool. */
  readonly spool: string;
  readonly lines: readonly LineWiring[];
  readonly stations: readonly StationWiring[];
  readonly sheds: ShedsWiring;
  /** A hardware watchdog, where the site has one. */
  readonly watchdog?: DeviceWiring;
  /** Digest of what this was made from: the site process compares it with its own. */
  readonly runs?: string;
}

/** The same with profiles by name or whole, as it stands in a --wiring file; sheds as in a site file. */
interface WrittenWiring extends Omit<Wiring, "stations" | "sheds"> {
  readonly stations: readonly (WrittenBoard | WrittenBuilt)[];
  readonly devices?: readonly DeviceConfig[] | undefined;
  readonly sheds?: readonly ShedConfig[] | undefined;
  readonly transformers?: readonly TransformerConfig[] | undefined;
  readonly facilities?: readonly FacilityConfig[] | undefined;
}

type WrittenBoard = Omit<BoardStation, "profile"> & { readonly profile: Profile | string };
type WrittenBuilt = AnyStation & { readonly sockets: BuiltSocketConfig[] };

/** Words for whoever started us; each says what and where. */
export type Complaints = readonly string[];

export function wiringOf(site: SiteFile & { readonly digest?: string }): Wiring | Complaints {
  const { config } = site;
  return checked({
    ...(site.digest === undefined ? {} : { runs: site.digest }),
    link: linkPath(site.data),
    spool: join(site.data, "spool"),
    lines: config.lines,
    ...(config.watchdog === undefined ? {} : { watchdog: config.watchdog }),
    stations: config.stations.map((station) => {
      const limits = site.limits.get(station.limits) as Limits; // the site file was held against itself
      return "sockets" in station
        ? { ...station, limits }
        : { ...station, limits, profile: site.profiles.get(station.profile) ?? station.profile };
    }),
    devices: config.devices,
    sheds: config.sheds,
    transformers: config.transformers,
    facilities: readBeside(config.facilities, config.fire),
  });
}

export function readWiring(path: string): Wiring | Complaints {
  try {
    return checked(JSON.parse(readFileSync(path, "utf8")) as WrittenWiring);
  } catch (error) {
    return [`${path}: ${error instanceof Error ? error.message : error}`];
  }
}

function checked(written: WrittenWiring): Wiring | Complaints {
  const complaints: string[] = [];
  const taken = new Set<string>();
  const profiles = deviceProfiles(written, { taken, complaints });
  const stations = written.stations.flatMap((station) => {
    if (!written.lines.some(({ id }) => id === station.line)) complaints.push(`${station.id}: no line ${station.line}`);
    const limits = checkLimits(station.limits, (path, { zh, en }) =>
      complaints.push(`${station.id}: limits.${pathText(path)}  ${zh} / ${en}`),
    );
    if ("sockets" in station) return builtStation(station, { written, profiles, limits, complaints }) ?? [];
    return boardStation(station, { taken, limits, complaints }) ?? [];
  });
  const { watchdog } = written;
  if (watchdog !== undefined && (typeof watchdog.path !== "string" || !(watchdog.timeout_s >= 10 && watchdog.timeout_s <= 600)))
    complaints.push("watchdog: 需要 path 与 timeout_s（10～600） / needs path, and timeout_s between 10 and 600");
  const sheds = complaints.length > 0 ? undefined : shedsOf(written, { stations, profiles, complaints });
  if (sheds === undefined || complaints.length > 0) return complaints;
  const { link, spool, lines: wired, runs } = written;
  const optional = { ...(watchdog === undefined ? {} : { watchdog }), ...(runs === undefined ? {} : { runs }) };
  return { link, spool, lines: wired, stations, sheds, ...optional };
}

interface Held {
  readonly limits: Limits | undefined;
  readonly complaints: string[];
}

function boardStation(station: WrittenBoard, { taken, limits, complaints }: Held & { taken: Set<string> }): BoardStation | undefined {
  const profile = typeof station.profile === "string" ? loadProfile(station.profile) : station.profile;
  const place = `${station.line} unit ${station.unit}`;
  if (taken.has(place)) complaints.push(`${station.id}: ${place} is taken`);
  taken.add(place);
  if (profile.kind === "no-profile") {
    complaints.push(`${station.id}: ${profile.zh} / ${profile.en}`);
    return undefined;
  }
  if (profile.kind !== "station") complaints.push(`${station.id}: ${profile.id} is no station`);
  else if (limits !== undefined) complaints.push(...unfit(limits, profile).map(({ zh, en }) => `${station.id}: ${zh} / ${en}`));
  complaints.push(...profileComplaints(profile).map((what) => `${station.id}: ${profile.id}: ${what}`));
  return { ...station, profile };
}

type BuiltParts = Held & { readonly written: WrittenWiring; readonly profiles: ReadonlyMap<string, Profile> };

function builtStation(station: WrittenBuilt, { written, profiles, limits, complaints }: BuiltParts): BuiltStation | undefined {
  const { devices = [], sheds = [] } = written;
  const held = { ...station, name: station.id, limits: "" };
  const before = complaints.length;
  checkStations({ stations: [[0, held]], devices: [...devices.entries()], sheds: [...sheds.entries()], profiles }, (path, { zh, en }) =>
    complaints.push(`${station.id}: ${pathText(path)}  ${zh} / ${en}`),
  );
  if (complaints.length > before) return undefined;
  for (const offers of offersOf(held, { devices, profiles }))
    if (limits !== undefined) complaints.push(...unfit(limits, offers).map(({ zh, en }) => `${station.id}: ${zh} / ${en}`));
  const { id, line } = station;
  return { id, line, limits: station.limits, sockets: station.sockets.flatMap((one) => builtSocket(one, { devices, profiles }) ?? []) };
}

function deviceProfiles(
  { devices = [], lines }: WrittenWiring,
  { taken, complaints }: { taken: Set<string>; complaints: string[] },
): Map<string, Profile> {
  const profiles = new Map<string, Profile>();
  for (const device of devices) {
    const profile = loadProfile(device.profile);
    if (profile.kind === "no-profile") complaints.push(`${device.id}: ${profile.zh} / ${profile.en}`);
    else profiles.set(device.profile, profile);
    const place = `${device.line} unit ${device.unit}`;
    if (!lines.some(({ id }) => id === device.line)) complaints.push(`${device.id}: no line ${device.line}`);
    if (taken.has(place)) complaints.push(`${device.id}: ${place} is taken`);
    taken.add(place);
  }
  return profiles;
}

interface ShedsOf {
  readonly stations: readonly StationWiring[];
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly complaints: string[];
}

function shedsOf(written: WrittenWiring, { stations, profiles, complaints }: ShedsOf): ShedsWiring | undefined {
  const { devices = [], sheds = [], transformers = [], facilities = [] } = written;
  const counts = new Map(stations.map((station) => [station.id, socketsIn(station)]));
  const numbered = <Item>(items: readonly Item[]) => [...items.entries()];
  checkSheds(
    { sheds: numbered(sheds), devices: numbered(devices), transformers: numbered(transformers), stations: counts, profiles },
    (path: Path, { zh, en }) => complaints.push(`${pathText(path)}  ${zh} / ${en}`),
  );
  checkFacilities({ facilities: numbered(facilities), devices: numbered(devices), profiles, fireIds: [] }, (path, { zh, en }) =>
    complaints.push(`${pathText(path)}  ${zh} / ${en}`),
  );
  return complaints.length > 0
    ? undefined
    : wireSheds({ devices, sheds, transformers, facilities, profiles, sockets: (station) => counts.get(station) ?? 0 });
}
