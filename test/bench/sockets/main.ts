// `npm run bench -- sockets [--seconds 60] [--trips 60] [--json]`: 200 sockets of four kinds on one gateway, all of them charging: what its processes take, and how long from the reading that completes a
// decision to the OFF frame, while everything else goes on. Ends with 1 when a cut is later than one rotation of its line + 10 ms, or comes for another cause.
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as rest } from "node:timers/promises";
import { parseArgs } from "node:util";
import { readyLimits } from "#test/limits.ts";
import { repository } from "#test/world/program.ts";
import { machineWords } from "../cutoff/run.ts";
import type { Trip } from "../cutoff/stations.ts";
import { percentile, table } from "../table.ts";
import { allSockets, builtSockets, counts, lines, siteText, sockets, stationSockets, unitsOfLine } from "./site.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    trips: { type: "string", default: "60" },
    json: { type: "boolean", default: false },
  },
});
const [seconds, wanted] = [Number(values.seconds), Number(values.trips)];
const limits = readyLimits("e-bike-4a");
const high_mA = Math.round(Math.min(limits.socket.rated_mA * 2.5, limits.meter.range_mA * 0.95));
const margin_ms = 10;
const token = "0123456789abcdef0123456789abcdef";
const folder = mkdtempSync(join(tmpdir(), "cuobian-sockets-"));
const children: ChildProcess[] = [];

/** Its first line is its word that it is ready; what it says later goes to `hear`. */
function start(words: readonly string[], hear: (message: Record<string, unknown>) => void = () => undefined) {
  const child = spawn(process.execPath, words, {
    cwd: repository,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, CUOBIAN_CLOCK: "synchronised" },
  });
  children.push(child);
  return new Promise<{ child: ChildProcess; ready: Record<string, unknown> }>((resolve, reject) => {
    let ready = false;
    child.once("exit", (code) => reject(new Error(`${words[0]} ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const message = JSON.parse(line) as Record<string, unknown>;
      if (ready) hear(message);
      else {
        ready = true;
        resolve({ child, ready: message });
      }
    });
  });
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const ticks_per_s = 100;
/** Processor time so far, and what it holds in memory. */
function taken(pid: number): { readonly cpu_ms: number; readonly MB: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const rss = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? "0";
  return { cpu_ms: ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticks_per_s, MB: Number(rss) / 1024 };
}

async function bench() {
  const own = (file: string): string => join(import.meta.dirname, file);
  const trips: Trip[] = [];
  let stationsWord: (message: Record<string, unknown>) => void = () => undefined;
  const stations = await start(
    [own("../cutoff/stations.ts"), "--lines", `${lines}`, "--units", `${unitsOfLine}`, "--baud", "19200"],
    (message) => stationsWord(message),
  );
  const meters = Array.from({ length: builtSockets }, (_, n) => `meters/pzem-004t@${11 + n}`);
  const built = await start([
    "firmware-sim/main.ts",
    "line",
    "relays/waveshare-8@1",
    ...meters,
    "--loads",
    "300",
    "--port",
    "0",
    "--ready-json",
  ]);
  const [dny, dc589] = [await freePort(), await freePort()];
  cpSync(join(repository, "tariffs/charging/demonstration.yaml"), join(folder, "price.yaml"));
  const where = { serial: stations.ready.paths as string[], built: String(built.ready.serial), dny, dc589, price: "./price.yaml" };
  writeFileSync(join(folder, "site.yaml"), siteText(where));
  writeFileSync(join(folder, "booth.token"), `${token}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  const gateway = await start(["gateway/main.ts", "run", "--config", join(folder, "site.yaml"), "--ready-json"]);
  const { http, pids } = gateway.ready as { http: string; pids: { supervisor: number; safety: number; site: number } };
  let pilesCharge = 0;
  await start([own("piles.ts"), "--dny", `${dny}`, "--dc589", `${dc589}`], (said) => {
    pilesCharge = Number(said.charging);
  });

  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = (method: string, path: string, body?: object) =>
    fetch(`${http}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const ofPile = (socket: string): boolean => socket.startsWith("dny-") || socket.startsWith("dc589-");
  /** Piles are asked themselves: a DNY pile tells its gateway only every three minutes. */
  const charging = async (): Promise<Set<string>> => {
    const told = (await (await ask("GET", "/sockets")).json()) as { sockets: { socket: string; state: string }[] };
    return new Set(told.sockets.filter(({ state, socket }) => state === "charging" && !ofPile(socket)).map(({ socket }) => socket));
  };
  const began = performance.now();
  for (let now = await charging(); now.size + pilesCharge < sockets; now = await charging()) {
    if (performance.now() - began > 150_000) {
      const still = allSockets.filter((socket) => !now.has(socket)).join(" ");
      throw new Error(`${now.size + pilesCharge} of ${sockets} sockets charge after two and a half minutes; not: ${still}`);
    }
    // A device is asked for one socket after another, and all devices at once.
    await Promise.all(
      Object.values(Object.groupBy(allSockets, (socket) => socket.split("/")[0] ?? "")).map(async (ofDevice = []) => {
        for (const socket of ofDevice)
          if (!now.has(socket)) await ask("POST", `/sockets/${socket}/charges`, { charge: randomUUID(), person: "bench" });
      }),
    );
    await rest(2_000);
  }
  const full_s = (performance.now() - began) / 1_000;

  const processes = Object.entries(pids);
  const before = processes.map(([, pid]) => taken(pid));
  const from = performance.now();
  await rest(seconds * 1_000);
  const passed_s = (performance.now() - from) / 1_000;
  const used = processes.map(([name, pid], n) => {
    const now = taken(pid);
    return { name, cpu_ms_per_s: (now.cpu_ms - (before[n]?.cpu_ms ?? 0)) / passed_s, MB: now.MB };
  });

  // Each line for itself: a socket's current rises at any moment of the rotation, and its OFF frame comes; everything else goes on.
  const waiting = new Map<number, () => void>();
  stationsWord = (message) => {
    const trip = message.trip as Trip | undefined;
    if (trip === undefined) return;
    trips.push(trip);
    waiting.get(trip.line)?.();
  };
  await Promise.all(
    stationSockets.map(async (own_, line) => {
      for (const socket of own_) {
        if (trips.length >= wanted) return;
        await rest(100 + 500 * Math.random());
        const [, unit = "1", index = "1"] = /^station-\d+-(\d+)\/(\d+)$/.exec(socket) ?? [];
        const done = new Promise<void>((resolve) => waiting.set(line, resolve));
        stations.child.stdin?.write(
          `${JSON.stringify({ rise: { line, unit: Number(unit), socket: Number(index) - 1, current_mA: high_mA } })}\n`,
        );
        await done;
      }
    }),
  );
  await rest(1_500);
  const left = await charging();
  return { used, trips, full_s, left: left.size + pilesCharge };
}

const last = (trip: Trip): number => trip.shown_ms.at(-1) ?? Number.NaN;
const round = (value: number, to = 10): number => Math.round(value * to) / to;

async function main(): Promise<void> {
  const { used, trips, full_s, left } = await bench();
  const decisions = trips.map((trip) => trip.off_ms - last(trip));
  const risen = trips.map((trip) => trip.off_ms - trip.risen_ms);
  const rotations = trips.map((trip) => last(trip) - trip.before_ms);
  const late = trips.filter((trip) => !(trip.off_ms - last(trip) <= last(trip) - trip.before_ms + margin_ms)).length;
  const of = (name: string) => used.find((one) => one.name === name) ?? { cpu_ms_per_s: Number.NaN, MB: Number.NaN };
  const figures = {
    "sockets.sockets": sockets,
    "sockets.full_s": round(full_s),
    "sockets.safety_cpu_ms_per_s": round(of("safety").cpu_ms_per_s),
    "sockets.site_cpu_ms_per_s": round(of("site").cpu_ms_per_s),
    "sockets.safety_MB": Math.round(of("safety").MB),
    "sockets.site_MB": Math.round(of("site").MB),
    "sockets.all_MB": Math.round(used.reduce((sum, { MB }) => sum + MB, 0)),
    "sockets.trips": trips.length,
    "sockets.decision_p50_ms": round(percentile(decisions, 50), 100),
    "sockets.decision_p99_ms": round(percentile(decisions, 99), 100),
    "sockets.risen_p50_ms": Math.round(percentile(risen, 50)),
    "sockets.risen_p99_ms": Math.round(percentile(risen, 99)),
    "sockets.rotation_p99_ms": Math.round(percentile(rotations, 99)),
  };
  const broken = [
    ...(late > 0 ? [`${late} cuts later than one rotation + ${margin_ms} ms`] : []),
    ...(left !== sockets - trips.length ? [`${left} sockets charge after ${trips.length} cuts, not ${sockets - trips.length}`] : []),
  ];
  if (values.json)
    process.stdout.write(`${JSON.stringify({ machine: `${availableParallelism()} × ${machineWords()}`, counts, figures, broken })}\n`);
  else {
    const kinds = `${counts.modbus} Modbus（${lines} × 19200）, ${counts.built} 继电器板+电表 relay + meter, ${counts.dny} DNY, ${counts.dc589} dc589`;
    process.stdout.write(`${availableParallelism()} × ${machineWords()}\n${sockets} 路都在充电 / sockets, all charging: ${kinds}\n\n`);
    process.stdout.write(
      table([
        ["进程 / process", "处理器 / CPU", "内存 / memory"],
        ...used.map(({ name, cpu_ms_per_s, MB }) => [name, `${(cpu_ms_per_s / 10).toFixed(1)} %`, `${Math.round(MB)} MB`]),
      ]),
    );
    const { "sockets.decision_p50_ms": p50, "sockets.decision_p99_ms": p99 } = figures;
    process.stdout.write(
      `\n断电 / cuts ${trips.length}: 判定读数首字节到断开帧 / first byte of the reading that completes the decision to the OFF frame p50 ${p50} ms, p99 ${p99} ms\n` +
        `电流升起到断开帧 / current rises to OFF frame p50 ${figures["sockets.risen_p50_ms"]} ms, p99 ${figures["sockets.risen_p99_ms"]} ms（一轮 / a rotation p99 ${figures["sockets.rotation_p99_ms"]} ms）\n` +
        `桩由其固件断电，网关不承诺时限 / piles are cut by their own firmware: no time of it is promised here\n` +
        `${broken.length === 0 ? "✓" : `✗ ${broken.join("; ")}`}\n`,
    );
  }
  process.exitCode = broken.length > 0 ? 1 : 0;
}

try {
  await main();
} finally {
  for (const child of [...children].reverse()) {
    child.stdin?.end();
    child.kill("SIGTERM");
  }
  await rest(1_500);
  for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
