// The whole gateway as its supervisor starts it: ready, well, killed in parts, stopped. The world is a tiny acknowledging cloud; there are no devices.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import { type AcknowledgingCloud, startAcknowledgingCloud } from "#test/acknowledging-cloud.ts";
import { hasCommand } from "#test/debian.ts";
import { counted, plain } from "#test/promise.ts";
import { notifySocket } from "#test/world/notify-socket.ts";

const program = join(import.meta.dirname, "../main.ts");
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function site(broker: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-gateway-"));
  writeFileSync(join(folder, "booth.token"), "0123456789abcdef0123456789abcdef\n", { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  const nothing = { lots: [], lanes: [], limits: [], lines: [], stations: [] };
  const config = {
    site: "jinxiu",
    gateway: "gw-1",
    name: "测试",
    data: "./gateway",
    http: { host: "127.0.0.1", port: 0 },
    booth: { token_file: "./booth.token" },
    uplink: { broker, username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    ...nothing,
  };
  const path = join(folder, "site.yaml");
  writeFileSync(path, stringify(config));
  return path;
}

interface Ready {
  readonly ready: string;
  readonly http: string;
  readonly pids: { readonly supervisor: number; readonly safety: number; readonly site: number };
}

interface Gateway {
  readonly child: ChildProcess;
  readonly log: string[];
  readonly ready: Promise<Ready>;
  readonly code: Promise<number | null>;
}

/** `sh` tells the program its own number, as systemd does. */
const asService = ["-c", 'WATCHDOG_PID=$$ exec "$@"', "sh"];

function run(args: readonly string[], service?: { readonly NOTIFY_SOCKET: string; readonly WATCHDOG_USEC: string }): Gateway {
  const words = [process.execPath, program, ...args];
  const [command = "", ...rest] = service === undefined ? words : ["sh", ...asService, ...words];
  const child = spawn(command, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...service, CUOBIAN_CLOCK: "synchronised" },
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  const ready = new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => line.startsWith("{") && resolve(JSON.parse(line)));
    code.then((ended) => reject(new Error(`ended with ${ended}: ${log.slice(-5).join("\n")}`)));
  });
  ready.catch(() => undefined);
  closing.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await code;
  });
  return { child, log, ready, code };
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const startedSite = ({ log }: Gateway): number[] =>
  log.flatMap((line) => {
    if (!line.startsWith("{")) return [];
    const said = JSON.parse(line) as { msg?: string; program?: string; pid?: number };
    return said.msg === "supervisor: started" && said.program === "site" && said.pid !== undefined ? [said.pid] : [];
  });
const begun = ({ effects }: AcknowledgingCloud): number[] =>
  [...effects.values()].filter((one) => one.content.includes('"gateway.started"')).map((one) => one.seq);

test("ready with three pids; healthy and measured; SIGTERM stops all of it", async () => {
  const cloud = await startAcknowledgingCloud();
  closing.push(cloud.stop);
  const gateway = run(["run", "--config", site(cloud.url), "--ready-json"]);
  const { ready, http, pids } = await gateway.ready;
  expect([ready, pids.supervisor]).toEqual(["gateway", gateway.child.pid]);
  expect(http).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await vi.waitFor(async () => expect((await fetch(`${http}/healthz`)).status).toBe(200), { timeout: 5000 });
  await vi.waitFor(() => expect(begun(cloud)).toEqual([1]), { timeout: 5000 });
  const metrics = await (await fetch(`${http}/metrics`)).text();
  for (const name of ["cuobian_build_info", "cuobian_uplink_waiting", "cuobian_sockets", "cuobian_telemetry_lost_total"])
    expect(metrics).toContain(name);
  gateway.child.kill("SIGTERM");
  expect(await gateway.code).toBe(0);
  expect([pids.safety, pids.site].some(alive)).toBe(false);
  expect(cloud.statuses.at(-1)).toBe("offline");
});

test("the site process killed again and again: protection goes on, and every start is known in the cloud once", async (context) => {
  const cloud = await startAcknowledgingCloud();
  closing.push(cloud.stop);
  const gateway = run(["run", "--config", site(cloud.url), "--ready-json"]);
  const { http, pids } = await gateway.ready;
  const kills = plain ? 2 : 4;
  for (let n = 1; n <= kills; n += 1) {
    await vi.waitFor(() => expect(startedSite(gateway)).toHaveLength(n), { timeout: 10_000 });
    const pid = startedSite(gateway)[n - 1] ?? 0;
    // The first falls when well, the others at some moment of their start.
    await new Promise((resolve) => setTimeout(resolve, n === 1 ? 300 : 400 + n * 150));
    process.kill(pid, "SIGKILL");
  }
  await vi.waitFor(() => expect(startedSite(gateway)).toHaveLength(kills + 1), { timeout: 15_000 });
  expect(alive(pids.safety)).toBe(true);
  const last = await vi.waitFor(
    () => {
      const seqs = begun(cloud);
      expect(seqs.length).toBeGreaterThanOrEqual(2);
      expect(cloud.statuses.at(-1)).toBe("online");
      return seqs;
    },
    { timeout: 15_000, interval: 50 },
  );
  expect(last).toEqual([...new Set(last)]);
  expect([cloud.gaps, cloud.conflicts]).toEqual([[], []]);
  expect(http).toBeDefined();
  counted(context, { kills, "starts that were committed": last.length, duplicates: cloud.conflicts.length });
});

test("kill -9 of the supervisor: neither process outlives it", async () => {
  const cloud = await startAcknowledgingCloud();
  closing.push(cloud.stop);
  const gateway = run(["run", "--config", site(cloud.url), "--ready-json"]);
  const { pids } = await gateway.ready;
  gateway.child.kill("SIGKILL");
  await vi.waitFor(() => expect([pids.safety, pids.site].map(alive)).toEqual([false, false]), { timeout: 10_000 });
});

test("without a safety process the site runs, and says that it is not well", async () => {
  const gateway = run(["run", "--config", site("mqtt://127.0.0.1:9"), "--ready-json", "--only", "site"]);
  const { ready, http } = await gateway.ready;
  expect(ready).toBe("site");
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${http}/healthz`);
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain("safety");
    },
    { timeout: 10_000, interval: 200 },
  );
});

const environmentOf = (pid: number): string[] => readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");

test.skipIf(!hasCommand("python3"))(
  "P 02.watchdog under the built-in supervisor the safety process alone speaks to systemd",
  {
    timeout: 60_000,
  },
  async (context) => {
    const manager = await notifySocket(join(mkdtempSync(join(tmpdir(), "notify-")), "notify"));
    closing.push(manager.close);
    const gateway = run(["run", "--config", site("mqtt://127.0.0.1:9"), "--ready-json"], {
      NOTIFY_SOCKET: manager.address,
      WATCHDOG_USEC: "2000000",
    });
    const { pids } = await gateway.ready;
    await vi.waitFor(() => expect(manager.pings().length).toBeGreaterThan(3), { timeout: 15_000 });
    expect(new Set(manager.heard.map(({ pid }) => pid))).toEqual(new Set([pids.safety]));
    expect(environmentOf(pids.site).filter((word) => /^(NOTIFY|WATCHDOG)_/.test(word))).toEqual([]);
    process.kill(pids.safety, "SIGSTOP");
    const before = manager.pings().length;
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const after = manager.pings().length - before;
    expect(after).toBeLessThanOrEqual(1); // one may have been on its way
    process.kill(pids.safety, "SIGKILL");
    // The next one speaks as well, and the gateway goes on.
    await vi.waitFor(() => expect(new Set(manager.heard.map(({ pid }) => pid)).size).toBe(2), { timeout: 15_000 });
    counted(context, { "pings before": before, "pings of a stopped process, late": after, "processes that spoke": 2 });
  },
);

test("--only safety is the safety process itself, with nobody in between", async () => {
  const gateway = run(["run", "--config", site("mqtt://127.0.0.1:9"), "--ready-json", "--only", "safety"]);
  expect(await gateway.ready).toMatchObject({ ready: "protection" });
  expect(readFileSync(`/proc/${gateway.child.pid}/cmdline`, "utf8")).toContain("protection/main.ts");
  gateway.child.kill("SIGTERM");
  expect(await gateway.code).toBe(0);
});

const calls: readonly (readonly [what: string, args: string[], code: number])[] = [
  ["no such file", ["run", "--config", "/nowhere/site.yaml"], 3],
  ["an unknown option", ["run", "--colour"], 2],
  ["no config", ["run"], 2],
  ["an unknown part", ["run", "--config", "x", "--only", "half"], 2],
  ["help", ["--help"], 0],
];
test.each(calls.slice(0, plain ? 2 : calls.length))("%s: exit %j -> %i", async (_what, args, code) => {
  expect(await run(args).code).toBe(code);
});
