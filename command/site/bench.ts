// The sockets of a site under a person's hand: one relay at a time, everything else OFF. It owns the lines for the visit; the gateway does not run meanwhile.
// A relay is kept closed only by re-arming, so that a laptop that dies leaves nothing energised.
import type { SiteFile } from "#gateway/config/read.ts";
import type { BoardStationConfig, BuiltStationConfig, StationConfig } from "#gateway/config/schema.ts";
import { builtSocket } from "#gateway/config/stations.ts";
import type { SocketSaid } from "#gateway/drivers/station.ts";
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

/** Sockets that are asked together: those of one board, or one that is put together from a relay and a meter. */
interface Part {
  readonly station: string;
  readonly sockets: readonly SocketPlace[];
  readonly line: Line;
  readonly signed: boolean;
  readonly blocks: number;
  poll(block: number): Request;
  /** In the order of `sockets`. */
  understand(pdus: readonly Uint8Array[]): readonly SocketSaid[] | undefined;
  on(socket: SocketPlace): Request;
  off(socket: SocketPlace): Request;
  keep(): Request;
}

export async function openBench(site: SiteFile): Promise<Bench> {
  const { config } = site;
  const lines = new Map<string, Line>();
  try {
    for (const line of config.lines)
      if (config.stations.some((station) => station.line === line.id)) lines.set(line.id, await openSiteLine(line));
  } catch (error) {
    for (const line of lines.values()) line.close();
    throw error;
  }
  const parts = config.stations.flatMap((station) => {
    const line = lines.get(station.line);
    if (line === undefined) return [];
    return "sockets" in station ? builtParts(station, { site, line }) : boardPart(station, { site, line });
  });
  return benchOf(parts, [...lines.values()]);
}

const tellsDirection = ({ points }: Profile): boolean => points.some((point) => point.name === "power_mW" && valueLimits(point)[0] < 0);

interface On {
  readonly site: SiteFile;
  readonly line: Line;
}

function placeOf({ id, labels }: StationConfig, index: number): SocketPlace {
  const name = `${id}/${index + 1}`;
  return { name, label: labels?.[index] ?? name, station: id, index };
}

function boardPart(station: BoardStationConfig, { site, line }: On): Part[] {
  const profile = site.profiles.get(station.profile);
  if (profile === undefined) return [];
  const driver = drivers.station({ profile, unit: station.unit });
  return [
    {
      station: station.id,
      sockets: Array.from({ length: driver.sockets }, (_, index) => placeOf(station, index)),
      line,
      signed: tellsDirection(profile),
      blocks: driver.blocks.length,
      poll: driver.poll,
      understand(pdus) {
        const said = driver.understand(pdus);
        return "kind" in said ? undefined : said.sockets;
      },
      on: ({ index }) => driver.on(index),
      off: ({ index }) => driver.off(index),
      keep: driver.rearm,
    },
  ];
}

function builtParts(station: BuiltStationConfig, { site, line }: On): Part[] {
  const { devices = [] } = site.config;
  return station.sockets.flatMap((socket, index): Part[] => {
    const sides = builtSocket(socket, { devices, profiles: site.profiles });
    if (sides === undefined) return [];
    const driver = drivers.builtSocket(sides);
    const { board, meter } = driver;
    const split = board.blocks.length;
    return [
      {
        station: station.id,
        sockets: [placeOf(station, index)],
        line,
        signed: tellsDirection(sides.meter.profile),
        blocks: split + meter.blocks.length,
        poll: (block) => (block < split ? board.poll(block) : meter.poll(block - split)),
        understand(pdus) {
          const relays = board.understand(pdus.slice(0, split));
          const values = meter.understand(pdus.slice(split));
          return "kind" in relays || "kind" in values ? undefined : [driver.said(relays, values)];
        },
        on: driver.hold,
        off: driver.off,
        keep: driver.hold,
      },
    ];
  });
}

async function saidBy({ line, blocks, poll, understand }: Part): Promise<readonly SocketSaid[] | undefined> {
  const pdus: Uint8Array[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const outcome = await line.ask(poll(block));
    if (outcome.kind !== "answer") return undefined;
    pdus.push(outcome.pdu);
  }
  return understand(pdus);
}

async function say({ line }: Part, request: Request): Promise<string | undefined> {
  const outcome = await line.ask(request);
  return outcome.kind === "answer" ? undefined : outcome.detail;
}

function benchOf(parts: readonly Part[], lines: readonly Line[]): Bench {
  const sockets = parts.flatMap((part) => part.sockets);
  const partOf = ({ name }: SocketPlace): Part => {
    const part = parts.find((one) => one.sockets.some((socket) => socket.name === name));
    if (part === undefined) throw new Error(`no socket ${name}`);
    return part;
  };
  const open = (socket: SocketPlace) => say(partOf(socket), partOf(socket).off(socket));
  async function openAll(): Promise<string[]> {
    const deaf: string[] = [];
    for (const socket of sockets) if ((await open(socket)) !== undefined) deaf.push(socket.name);
    return deaf;
  }
  return {
    sockets,
    signed: new Set(parts.filter(({ signed }) => signed).flatMap((part) => part.sockets.map(({ name }) => name))),
    open,
    openAll,
    close: (socket) => say(partOf(socket), partOf(socket).on(socket)),
    keep: (socket) => say(partOf(socket), partOf(socket).keep()),
    async look(stations) {
      const seen: SocketSeen[] = [];
      for (const part of parts) {
        if (stations !== undefined && !stations.includes(part.station)) continue;
        const said = await saidBy(part);
        for (const [at, socket] of part.sockets.entries()) seen.push({ ...socket, said: said?.[at] });
      }
      return seen;
    },
    async end() {
      await openAll();
      for (const line of lines) line.close();
    },
  };
}
