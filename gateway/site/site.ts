// The site process: opens the journal, gives every room its context, and mounts the rooms. What one of them cannot do at the start, the start does not pretend.

import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mountCommands } from "../commands/door.ts";
import { isAnalog } from "../config/facility-schema.ts";
import { fireRulesOf } from "../config/fire-rules.ts";
import type { Running } from "../config/running.ts";
import { pilesOf, socketCount } from "../config/stations.ts";
import { mountConsole } from "../console/door.ts";
import { mountDocuments } from "../documents/door.ts";
import { type MountedFacilities, mountFacilities, unitOf } from "../facility/door.ts";
import { mountFire } from "../fire/door.ts";
import { openStorage, type Storage } from "../journal/storage.ts";
import { mountLanes } from "../lanes/door.ts";
import { mountSessions } from "../sessions/door.ts";
import type { Check, Health, Log, Mounted, Probes, SiteContext } from "../site-context.ts";
import { mountUplink } from "../uplink/door.ts";
import { machineChance, machineClock } from "../world/clock.ts";
import { machineDevices } from "../world/devices.ts";
import { diskOf, processor_mC } from "../world/machine-health.ts";
import { machineDatagrams } from "../world/udp.ts";
import { filesCheck } from "./files-check.ts";
import { startHealth } from "./health.ts";
import { allMeasures, metricsText } from "./metrics.ts";
import { tables } from "./tables.ts";

export interface Site {
  readonly http: string;
  stop(): Promise<void>;
}

export const version = (): string =>
  (JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8")) as { version: string }).version;

interface SiteEnds {
  readonly onFailure: (why: string) => void;
  /** Other documents are in their place. */
  readonly onRestart: (why: string) => void;
  /** The last lines of the log. */
  readonly recent?: () => readonly string[];
}

/** `onFailure`: the disk refused; nothing may be believed until a new start has read the file again. */
export async function startSite(file: Running, { log, onFailure, onRestart, recent }: SiteEnds & { readonly log: Log }): Promise<Site> {
  const { context, storage } = openContext(file, { log, onFailure });
  sayStarted(context, file);
  const rooms: Mounted[] = [];
  const mount = async <M extends Mounted>(mounting: Promise<M>): Promise<M> => {
    const room = await mounting;
    rooms.push(room);
    return room;
  };
  const stop = async (): Promise<void> => {
    for (const room of rooms.splice(0).reverse()) await room.stop();
    storage.close();
  };
  const files = filesCheck(file, context.clock);
  const probes: Probes = {
    health: () => health(context, storage, [{ checks: () => [files()] }, ...rooms]),
    metrics: () => metricsText(allMeasures(rooms, { version: version() })),
    ...(recent === undefined ? {} : { recent }),
    measures: () => rooms.flatMap((room) => room.measures?.() ?? []),
  };
  try {
    const sessions = await mount(mountSessions(context, machineDevices()));
    const lanes = await mount(mountLanes(context));
    const facilities: MountedFacilities = await mount(
      Promise.resolve(mountFacilities({ ...context, facilities: file.config.facilities ?? [] })),
    );
    sessions.onPoints(facilities.read);
    const fire = await mount(
      mountFire({ ...context, fire: file.config.fire }, { sessions, devices: { ...machineDevices(), ...machineDatagrams() } }),
    );
    sessions.onPoints(fire.read);
    if (fire.port !== undefined) context.log.info({ port: fire.port }, "fire: transmission devices may connect");
    const console = await mount(mountConsole(context, { lanes, probes, sessions, fire, facilities }));
    const examine = () => ({
      version: version(),
      checks: probes.health().checks,
      measures: allMeasures(rooms, { version: version() }),
    });
    // The uplink hears commands, and is heard by them: it comes last.
    let cloudNow = (): number | undefined => undefined;
    const commands = await mount(
      mountCommands(context, { lanes, sessions, examine, cashier: console.cashier, cloudNow: () => cloudNow() }),
    );
    const protection = { runs: sessions.protectionRuns, restart: sessions.restartProtection };
    const documents = await mount(mountDocuments(context, file, { lanes, charges: sessions, protection, restart: onRestart }));
    const uplink = await mount(
      mountUplink(context, {
        ...{ take: commands.take, takeDocument: documents.take, onReached: documents.reached },
        ...(context.config.booth.frames_to_cloud === false ? {} : { frames: lanes.frames }),
      }),
    );
    cloudNow = uplink.cloudNow;
    const machine = { disk: () => diskOf(context.data), cpu_mC: () => processor_mC() };
    await mount(Promise.resolve(startHealth({ ...context, ...machine, lines: sessions.lines, ahead_ms: uplink.ahead_ms })));
    return { http: console.http, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function openContext(
  file: Running,
  { log, onFailure }: Pick<SiteEnds, "onFailure"> & { readonly log: Log },
): { context: SiteContext; storage: Storage } {
  const { config, folder, data, profiles, limits, tariffs, price } = file;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  chmodSync(data, 0o700);
  const clock = machineClock();
  const chance = machineChance();
  const storage = openStorage({
    ...{ folder: data, clock, chance, tables, onFailure },
    ...{ telemetry: config.telemetry, storage: config.storage },
    say: (what, detail) => log.error(detail, what),
  });
  const { journal, telemetry } = storage;
  return { context: { config, folder, data, profiles, limits, tariffs, price, clock, chance, journal, telemetry, log }, storage };
}

/** The cloud learns the site's names from this event, before the first car and the first charge. */
function sayStarted({ journal, config, profiles, limits }: SiteContext, { hash }: Running): void {
  const rules = Map.groupBy(fireRulesOf(config, limits), ({ shed }) => shed);
  journal.commit((tx) =>
    tx.event("gateway.started", {
      version: version(),
      config_hash: hash,
      lanes: config.lanes.map(({ id, name, direction }) => ({ id, name, direction })),
      lots: config.lots.map(({ id, name, within, capacity }) => ({ id, name, within: within ?? null, capacity })),
      stations: [
        ...config.stations.map((one) => ({ id: one.id, name: one.name, sockets: socketCount(one, profiles) ?? 1 })),
        ...pilesOf(config).map(({ id, name, ports }) => ({ id, name, sockets: ports })),
      ],
      sheds: (config.sheds ?? []).map(({ id, name, stations }) => ({
        ...{ id, name },
        stations: [...stations, ...pilesOf(config).flatMap((pile) => (pile.shed === id ? [pile.id] : []))],
        rules: (rules.get(id) ?? []).map(({ rule, state, found }) => ({ rule, state, found: found.slice(0, 300) })),
      })),
      facilities: (config.facilities ?? []).map(({ id, name, kind, responsible, points }) => ({
        ...{ id, name, kind, responsible },
        points: points.map((one) => ({
          ...{ id: one.id, name: one.name, kind: one.kind, unit: isAnalog(one.kind) ? unitOf(one.point) : "" },
          ...{ low: one.low ?? null, high: one.high ?? null },
        })),
      })),
    }),
  );
}

function health({ journal }: SiteContext, storage: Storage, rooms: readonly Pick<Mounted, "checks">[]): Health {
  const failed = journal.failed();
  const written: Check = {
    name: "journal",
    ok: failed === undefined,
    zh: failed === undefined ? "日志库可写" : `日志库已停写：${failed}`,
    en: failed === undefined ? "the journal is written" : `the journal is closed for writing: ${failed}`,
  };
  const short = storage.short();
  const disk: Check = {
    name: "disk",
    ok: !short,
    zh: short ? "磁盘空间不足：遥测已让出，安全与收费照常" : "磁盘有余量",
    en: short ? "the disk is short: readings have given way, safety and money go on" : "the disk has room",
  };
  const checks = [written, disk, ...rooms.flatMap((room) => room.checks?.() ?? [])];
  return { ok: checks.every((check) => check.ok), checks };
}
