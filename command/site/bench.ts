// The sockets of a site under a person's hand: one relay at a time, everything else OFF. It owns the lines for the visit; the gateway does not run meanwhile.
// A relay is kept closed only by re-arming, so that a laptop that dies leaves nothing energised.
import type { SiteFile } from "#gateway/config/read.ts";
import type { StationConfig } from "#gateway/config/schema.ts";
import type { SocketSaid, StationSaid } from "#gateway/drivers/station.ts";
import { drivers } from "#gateway/drivers/table.ts";
import { valueLimits } from "#protocols/modbus/encode.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Line } from "../device/line.ts";
import { openSiteLine } from "./lines.ts";

export interface SocketPlace {
  /** "station-1/3": what the gateway, the bills and a QR code call it. */
  readonly name: string;
  /** What is printed beside it; the name where the site file says nothing. */
  readonly label: string;
  readonly station: string;
  readonly index: number;
}

export interface SocketSeen extends SocketPlace {
  /** undefined: its station did not answer. */
  readonly said: SocketSaid | undefined;
}

export interface Bench {
  readonly sockets: readonly SocketPlace[];
  /** Sockets whose meter tells which way power flows. */
  readonly signed: ReadonlySet<string>;
  /** Words when a frame was not answered. */
  close(socket: SocketPlace): Promise<string | undefined>;
  open(socket: SocketPlace): Promise<string | undefined>;
  /** Re-arms the station of a closed socket; due every second. */
  keep(socket: SocketPlace): Promise<string | undefined>;
  /** Every socket of the site, or of these stations, as it is shown now. */
  look(stations?: readonly string[]): Promise<SocketSeen[]>;
  /** OFF to every socket; names those whose frame was not answered. */
  openAll(): Promise<string[]>;
  end(): Promise<void>;
}

interface Member {
  readonly config: StationConfig;
  readonly profile: Profile;
  readonly line: Line;
  readonly driver: ReturnType<typeof drivers.station>;
}

export async function openBench({ config, profiles }: SiteFile): Promise<Bench> {
  const lines = new Map<string, Line>();
  try {
    for (const line of config.lines)
      if (config.stations.some((station) => station.line === line.id)) lines.set(line.id, await openSiteLine(line));
  } catch (error) {
    for (const line of lines.values()) line.close();
    throw error;
  }
  const members = new Map<string, Member>();
  for (const station of config.stations) {
    const profile = profiles.get(station.profile);
    const line = lines.get(station.line);
    if (profile !== undefined && line !== undefined)
      members.set(station.id, { config: station, profile, line, driver: drivers.station({ profile, unit: station.unit }) });
  }
  return benchOf(members, [...lines.values()]);
}

const tellsDirection = ({ points }: Profile): boolean => points.some((point) => point.name === "power_mW" && valueLimits(point)[0] < 0);

async function saidBy({ line, driver }: Member): Promise<StationSaid | undefined> {
  const pdus: Uint8Array[] = [];
  for (const block of driver.blocks.keys()) {
    const outcome = await line.ask(driver.poll(block));
    if (outcome.kind !== "answer") return undefined;
    pdus.push(outcome.pdu);
  }
  const said = driver.understand(pdus);
  return "kind" in said ? undefined : said;
}

async function say({ line }: Member, request: Request): Promise<string | undefined> {
  const outcome = await line.ask(request);
  return outcome.kind === "answer" ? undefined : outcome.detail;
}

function benchOf(members: ReadonlyMap<string, Member>, lines: readonly Line[]): Bench {
  const sockets = [...members].flatMap(([station, { config, driver }]) =>
    Array.from({ length: driver.sockets }, (_, index): SocketPlace => {
      const name = `${station}/${index + 1}`;
      return { name, label: config.labels?.[index] ?? name, station, index };
    }),
  );
  const memberOf = ({ station }: SocketPlace): Member => {
    const member = members.get(station);
    if (member === undefined) throw new Error(`no station ${station}`);
    return member;
  };
  const open = (socket: SocketPlace) => say(memberOf(socket), memberOf(socket).driver.off(socket.index));
  async function openAll(): Promise<string[]> {
    const deaf: string[] = [];
    for (const socket of sockets) if ((await open(socket)) !== undefined) deaf.push(socket.name);
    return deaf;
  }
  return {
    sockets,
    signed: new Set(sockets.filter((socket) => tellsDirection(memberOf(socket).profile)).map(({ name }) => name)),
    open,
    openAll,
    close: (socket) => say(memberOf(socket), memberOf(socket).driver.on(socket.index)),
    keep: (socket) => say(memberOf(socket), memberOf(socket).driver.rearm()),
    async look(stations) {
      const seen: SocketSeen[] = [];
      for (const [station, member] of members) {
        if (stations !== undefined && !stations.includes(station)) continue;
        const said = await saidBy(member);
        for (const socket of sockets) if (socket.station === station) seen.push({ ...socket, said: said?.sockets[socket.index] });
      }
      return seen;
    },
    async end() {
      await openAll();
      for (const line of lines) line.close();
    },
  };
}
