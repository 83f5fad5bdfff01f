// One run of the cut-off benchmark: stations, the safety process, a link client in the site's place, and trips one after another on each line.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connectLink } from "#gateway/link/client.ts";
import type { SafetyToSite } from "#gateway/link/messages.ts";
import { safetyFlags } from "#gateway/link/supervised.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { readyLimits } from "#test/limits.ts";
import { repository } from "#test/world/program.ts";
import type { Trip } from "./stations.ts";

export interface RunOptions {
  readonly trips: number;
  readonly lines: number;
  readonly units: number;
  readonly baud: number;
  /** Started before the trips, ended after them. */
  readonly load: (link: string) => ChildProcess[];
}
export interface RunResult {
  readonly trips: readonly Trip[];
  readonly lateness_ms: readonly number[];
  readonly samples: number;
  /** Cuts for another reason than the one that was put there. */
  readonly others: number;
}

const limits = readyLimits("e-bike-4a");
/** Two and a half times the rated current, as far as the meter can show it. */
const high_mA = Math.round(Math.min(limits.socket.rated_mA * 2.5, limits.meter.range_mA * 0.95));

/** As the unit does, where it is allowed. */
export function fifo(priority: number): readonly string[] {
  const words = ["chrt", "--fifo", String(priority)];
  return spawnSync("chrt", [...words.slice(1), "true"]).status === 0 ? words : [];
}

/** With a channel: what keeps one ends when we are gone, however we went. */
function program(through: readonly string[], words: readonly string[], channel: "ipc" | "ignore" = "ignore"): ChildProcess {
  const [command = "", ...rest] = [...through, process.execPath, ...words];
  return spawn(command, rest, {
    cwd: repository,
    stdio: ["pipe", "pipe", "ignore", channel],
    detached: false,
  });
}

function lines(child: ChildProcess, hear: (message: Record<string, unknown>) => void): void {
  if (child.stdout === null) throw new Error("no output");
  createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("{") && hear(JSON.parse(line)));
}

export async function run(options: RunOptions): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), "cutoff-"));
  mkdirSync(join(folder, "spool"));
  const ending: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const { stations, paths, onMessage } = await startStations(options, ending);
    const link = await startSafety({ folder, paths, options }, ending);
    return await measure({ stations, link, onMessage, options }, ending);
  } finally {
    for (const end of ending.reverse()) await end();
  }
}

const gone = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve(undefined)));

async function startStations({ lines: count, units, baud }: RunOptions, ending: (() => unknown)[]) {
  const words = [join(import.meta.dirname, "stations.ts"), "--lines", `${count}`, "--units", `${units}`, "--baud", `${baud}`];
  const stations = program(fifo(15), words);
  ending.push(async () => {
    stations.stdin?.end();
    await gone(stations);
  });
  let listener: (message: Record<string, unknown>) => void = () => undefined;
  const paths = await new Promise<string[]>((resolve, reject) => {
    stations.once("exit", (code) => reject(new Error(`the stations ended with ${code}`)));
    lines(stations, (message) => (message.ready === "stations" ? resolve(message.paths as string[]) : listener(message)));
  });
  return { stations, paths, onMessage: (one: typeof listener) => (listener = one) };
}

async function startSafety(
  { folder, paths, options }: { folder: string; paths: readonly string[]; options: RunOptions },
  ending: (() => unknown)[],
): Promise<string> {
  const wiring = join(folder, "wiring.json");
  const serial = (path: string, i: number) => ({ id: `line-${i}`, kind: "serial", path, baud: options.baud, parity: "none", stop_bits: 1 });
  const stations = paths.flatMap((_, line) =>
    Array.from({ length: options.units }, (__, i) => ({
      id: `station-${line}-${i + 1}`,
      line: `line-${line}`,
      unit: i + 1,
      profile: "stations/ten-socket",
      limits,
    })),
  );
  const link = join(folder, "link");
  writeFileSync(wiring, JSON.stringify({ link, spool: join(folder, "spool"), lines: paths.map(serial), stations }));
  const safety = program(
    fifo(20),
    [...safetyFlags, join(repository, "gateway/protection/main.ts"), "--wiring", wiring, "--ready-json"],
    "ipc",
  );
  ending.push(async () => {
    safety.kill("SIGTERM");
    await gone(safety);
  });
  await new Promise<void>((resolve, reject) => {
    safety.once("exit", (code) => reject(new Error(`the safety process ended with ${code}`)));
    lines(safety, () => resolve());
  });
  return link;
}

interface Measuring {
  readonly stations: ChildProcess;
  readonly link: string;
  readonly onMessage: (listener: (message: Record<string, unknown>) => void) => unknown;
  readonly options: RunOptions;
}

/** Each line for itself: a socket that charges is chosen, its current rises at any moment of the rotation, OFF comes, and the socket is reset and charges again. */
async function measure({ stations, link, onMessage, options }: Measuring, ending: (() => unknown)[]): Promise<RunResult> {
  const trips: Trip[] = [];
  /** Sockets that charge, and since when. */
  const charging: { socket: string; since: number }[][] = Array.from({ length: options.lines }, () => []);
  const tripOf = new Map<string, string>();
  let round = 0;
  let others = 0;
  let lateness_ms: number[] = [];
  const nameOf = (line: number, unit: number, socket: number): string => `station-${line}-${unit}/${socket + 1}`;
  const tell = (order: object): void => void stations.stdin?.write(`${JSON.stringify(order)}\n`);

  const client = connectLink({ path: link, clock: machineClock() }, { onMessage: (message) => hear(message) });
  ending.push(() => client.close());
  const energise = (socket: string): void => {
    round += 1;
    client.send({ type: "energise", authority: { id: `bench-${round}`, socket, session: `bench-${round}`, duration_ms: 3_600_000 } });
  };

  function hear(message: SafetyToSite): void {
    if (message.type === "hello")
      for (let line = 0; line < options.lines; line += 1)
        for (let unit = 1; unit <= options.units; unit += 1)
          for (let socket = 0; socket < 10; socket += 1) energise(nameOf(line, unit, socket));
    if (message.type !== "facts") return;
    client.send({ type: "spool-taken", upTo: Math.max(...message.facts.map(({ id }) => id)) });
    for (const { fact } of message.facts) {
      if (fact.kind === "closed") charging[Number(fact.socket.split("-")[1])]?.push({ socket: fact.socket, since: performance.now() });
      if (fact.kind === "cut" && fact.cause !== "instantaneous") others += 1;
      if (fact.kind === "cut") tripOf.set(fact.trip, fact.socket);
      // Not seen well enough yet, or not ready: once more.
      if (fact.kind === "refused" && fact.authority.startsWith("bench-")) setTimeout(() => energise(fact.socket), 500);
      const socket = fact.kind === "opened" ? tripOf.get(fact.trip) : undefined;
      if (fact.kind === "opened" && socket !== undefined) {
        client.send({ type: "reset-latch", socket, trip: fact.trip, person: "bench", reason: "the next trip" });
        energise(socket);
      }
    }
  }

  async function next(line: number): Promise<void> {
    for (;;) {
      const [oldest] = charging[line] ?? [];
      // Within the grace after closing a high current is inrush, and no sample counts.
      if (oldest !== undefined && performance.now() - oldest.since > limits.instantaneous.grace_ms + 500) {
        const { socket } = oldest;
        charging[line]?.shift();
        await new Promise((resolve) => setTimeout(resolve, 100 + 500 * Math.random()));
        const [, of = "0", unit = "1", index = "1"] = /^station-(\d+)-(\d+)\/(\d+)$/.exec(socket) ?? [];
        const done = new Promise<void>((resolve) => waiting.set(line, resolve));
        tell({ rise: { line: Number(of), unit: Number(unit), socket: Number(index) - 1, current_mA: high_mA } });
        return done;
      }
      await new Promise<void>((resolve) => setTimeout(resolve, 50));
    }
  }

  const waiting = new Map<number, () => void>();
  const reported = new Promise<void>((resolve) => {
    onMessage((message) => {
      const trip = message.trip as Trip | undefined;
      if (trip !== undefined) {
        trips.push(trip);
        waiting.get(trip.line)?.();
      }
      if (message.lateness !== undefined) {
        lateness_ms = message.lateness as number[];
        resolve();
      }
    });
  });

  const all = options.lines * options.units * 10;
  const settled = performance.now() + 60_000;
  while (charging.reduce((sum, one) => sum + one.length, 0) < all) {
    if (performance.now() > settled) throw new Error(`${charging.map((one) => one.length)} of ${all} sockets charge after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const busy = options.load(link);
  try {
    await Promise.all(
      charging.map(async (_, line) => {
        while (trips.length < options.trips) await next(line);
      }),
    );
  } finally {
    for (const one of busy) one.kill("SIGKILL");
  }
  tell({ report: true });
  await reported;
  return { trips, lateness_ms, samples: limits.instantaneous.samples, others };
}

export const machineWords = (): string => {
  const model = /model name\s*:\s*(.+)/.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1] ?? "processor unknown";
  return `${model.trim()}, Node ${process.version}`;
};
