// The safety process, put together: spool, link, lines, log, and whoever watches us. What is decided is elsewhere; here is how it starts, and how it ends.
import { setPriority } from "node:os";
import { join } from "node:path";
import type { Logger } from "pino";
import { type KeptLines, logTeller } from "../link/log-lines.ts";
import type { SafetyToSite, SiteToSafety } from "../link/messages.ts";
import { type LinkServer, openLinkServer } from "../link/server.ts";
import { type MachineAppendFile, openAppendFile } from "../world/append-file.ts";
import { machineChance, machineClock } from "../world/clock.ts";
import { machineDevices } from "../world/devices.ts";
import { type Safety, startSafety } from "./safety.ts";
import { type Entry, openSpool, type Spool } from "./spool/spool.ts";
import { openDevice } from "./watch/device.ts";
import { statusLine } from "./watch/status.ts";
import { supervisorFeed } from "./watch/supervisor.ts";
import { type ServiceManager, serviceManager } from "./watch/systemd.ts";
import { type Watch, watchOver } from "./watch/watch.ts";
import type { Wiring } from "./wiring.ts";

const lineWords = { open: "line open", lost: "line lost", replanned: "line replanned" } as const;
const stopWithin_ms = 1_500;
const lastWords_ms = 300;
const statusEvery_ms = 5_000;

export interface Running {
  readonly link: string;
  /** Opens everything, ends in order, and leaves with this code. */
  end(code: number): Promise<void>;
}

/** Where it is allowed, before others; a real-time policy from the unit stands above this. */
function goFirst(): void {
  try {
    setPriority(-10);
  } catch {
    // not allowed: docs/how-to/install-gateway.md says how to allow it, and `cuobian doctor` that it is not
  }
}

/**
 * Leaves for certain. An orderly exit waits for the pool's threads, and one of them may hang in a write to a dead disk: then only SIGKILL ends us,
 * and somebody can begin anew.
 */
export function leave(code: number, idle: boolean): never {
  if (!idle) process.kill(process.pid, "SIGKILL");
  process.exit(code);
}

export async function runSafety(wiring: Wiring, { log, kept }: { readonly log: Logger; readonly kept: KeptLines }): Promise<Running> {
  goFirst();
  const clock = machineClock();
  /** Names this run: the machine's boot, our own beginning, and our number, so that no two runs share a name even without a set clock. */
  const run = `${clock.stamp().boot.slice(0, 8)}-${clock.monotonic().toString(36)}-${process.pid.toString(36)}`;
  const manager = await serviceManager();
  const watch = await watchedBy(wiring, manager, log);
  const file = await openAppendFile(join(wiring.spool, "spool"));
  for (const damage of file.damage) log.error({ ...damage }, "the spool is damaged; the bytes were kept beside it");
  const spool = openSpool(file, { clock, chance: machineChance(), onTrouble: (what) => log.error(what) });
  let safety: Safety | undefined;
  let restart: (why: string) => void = () => undefined;
  const tell = logTeller(kept, run);
  let say: (message: SafetyToSite) => void = () => undefined;
  const hear = (message: SiteToSafety): void => {
    if (message.type === "restart") restart(message.why);
    else if (message.type === "log-wanted") {
      const told = tell(message, clock.monotonic());
      if (told !== undefined) say(told);
    } else safety?.hear(message);
  };
  const link = await openLinkServer(wiring.link, {
    onMessage: hear,
    onClient: () => (safety?.greeting() ?? []).map((one) => (one.type === "hello" ? { ...one, tells_log: true } : one)),
    onTrouble: (what) => log.warn(what),
  });
  say = (message) => void link.send(message);
  const status = statusOf(manager, clock);
  safety = startSafety({
    wiring,
    clock,
    devices: machineDevices(),
    spool,
    run,
    watch,
    link: {
      send(message) {
        if (message.type === "readings") status(statusLine(message));
        return link.send(message);
      },
      cutAll: link.cutAll,
    },
    log: {
      fact: (entry) => sayFact(log, entry),
      line: (what, line, why) => log[what === "open" ? "info" : "warn"]({ line, why }, lineWords[what]),
      gap: (stood_ms) => log.error({ stood_ms }, "this process stood still; every socket is opened"),
    },
  });
  manager.ready();
  log.info({ link: link.path, stations: wiring.stations.length, run }, "ready");
  const end = ending({ safety, spool, link, file, watch, manager, log });
  restart = (why) => {
    log.warn({ why }, "asked to begin anew");
    void end(0);
  };
  return { link: link.path, end };
}

async function watchedBy(wiring: Wiring, manager: ServiceManager, log: Logger): Promise<Watch> {
  const device = wiring.watchdog === undefined ? undefined : await openDevice(wiring.watchdog);
  const feeds = [manager.watchdog, device, supervisorFeed()].filter((feed) => feed !== undefined);
  for (const { name, window_ms } of feeds) log.info({ by: name, window_ms }, "watched");
  if (device?.stopsInOrder === false)
    log.warn({ device: device.name }, "this watchdog cannot be stopped: the machine restarts after an orderly end too");
  const blind_ms = Math.max(0, ...wiring.stations.map(({ limits }) => limits.blind.trip_ms));
  for (const { name, window_ms } of feeds)
    if (window_ms < 2 * blind_ms)
      log.warn(
        { by: name, window_ms, blind_ms },
        "shorter than twice blind_ms: a shed without power would restart this process before its sockets are cut as blind",
      );
  return watchOver(feeds, {
    onBehind(what) {
      manager.status(`落后 / behind: ${what}`);
      log.error({ what }, "work is behind: whoever watches us is not fed");
    },
    onCaughtUp: (after_ms) => log.warn({ after_ms }, "work has caught up"),
    onRefused: (by) => log.error({ by }, "a watchdog did not take its feed"),
  });
}

function statusOf(manager: ServiceManager, clock: { monotonic(): number }): (text: string) => void {
  let said = "";
  let due = 0;
  return (text) => {
    if (text === said || clock.monotonic() < due) return;
    said = text;
    due = clock.monotonic() + statusEvery_ms;
    manager.status(text);
  };
}

function sayFact(log: Logger, entry: Entry): void {
  if (entry.kind === "fact") log[entry.fact.kind === "cut" || entry.fact.kind === "welded" ? "warn" : "info"](entry.fact, entry.fact.kind);
  else log.info(entry, entry.kind);
}

interface Ending {
  readonly safety: Safety;
  readonly spool: Spool;
  readonly link: LinkServer;
  readonly file: MachineAppendFile;
  readonly watch: Watch;
  readonly manager: ServiceManager;
  readonly log: Logger;
}

function ending({ safety, spool, link, file, watch, manager, log }: Ending): (code: number) => Promise<void> {
  let ending = false;
  return async (code) => {
    if (ending) return;
    ending = true;
    manager.stopping();
    await safety.stop(stopWithin_ms);
    const within = (work: Promise<unknown>): Promise<boolean> =>
      Promise.race([work.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), stopWithin_ms))]);
    const idle = (await within(spool.flushed())) && (await within(file.close()));
    await within(link.close());
    watch.close(true);
    log.info("stopped");
    setTimeout(() => leave(code, idle), lastWords_ms);
  };
}
