// Node-RED with its Modbus nodes, installed into a temporary folder. Later versions of the nodes than this one want a package that is not on the npm registry.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Client, Measured } from "./clients.ts";
import type { Slaves } from "./slaves.ts";

export const wanted = ["node-red@5.0.7", "node-red-contrib-modbus@5.23.3"] as const;
const ticksPerSecond = 100; // USER_HZ, as /proc counts

/** The folder with it, or why it cannot be had. */
export function installNodeRed(folder: string): { readonly folder: string } | { readonly why: string } {
  const home = join(folder, "node-red");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), '{ "name": "bench", "private": true }\n');
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", ...wanted];
  const made = spawnSync("npm", args, { cwd: home, encoding: "utf8", timeout: 240_000 });
  if (made.status === 0) return { folder: home };
  return { why: made.error?.message ?? made.stderr.split("\n")[0] ?? "npm failed" };
}

interface Loop {
  readonly tab: string;
  readonly registers: number;
}

/** One slave: its connection, a getter, and a function that asks again as soon as an answer came. */
function loopOf(port: number, at: number, { tab, registers }: Loop): object[] {
  const id = (name: string): string => `${name}${at}`.padEnd(16, "0");
  const client = {
    ...{ id: id("client"), type: "modbus-client", name: `slave ${at}`, clienttype: "tcp", bufferCommands: true },
    ...{ stateLogEnabled: false, queueLogEnabled: false, failureLogEnabled: true, tcpHost: "127.0.0.1", tcpPort: String(port) },
    ...{ tcpType: "DEFAULT", unit_id: 1, commandDelay: 1, clientTimeout: 1000, reconnectOnTimeout: true, reconnectTimeout: 1000 },
    ...{ parallelUnitIdsAllowed: true, serialPort: "", serialType: "RTU-BUFFERD", serialBaudrate: "9600" },
    ...{ serialDatabits: "8", serialStopbits: "1", serialParity: "none", serialConnectionDelay: "100" },
  };
  const func = `let n = (context.get("n") || 0) + 1; context.set("n", n); return { payload: { fc: 4, unitid: 1, address: n % 100, quantity: ${registers} } };`;
  return [
    client,
    { id: id("begin"), type: "inject", z: tab, once: true, onceDelay: 2, repeat: "", props: [{ p: "payload" }], wires: [[id("next")]] },
    { id: id("next"), type: "function", z: tab, func, outputs: 1, wires: [[id("getter")]] },
    {
      ...{ id: id("getter"), type: "modbus-flex-getter", z: tab, name: "", showStatusActivities: false, showErrors: true },
      ...{ logIOActivities: false, server: client.id, useIOFile: false, ioFile: "", useIOForPayload: false, emptyMsgOnFail: true },
      ...{ keepMsgProperties: false, delayOnStart: false, startDelayTime: "", wires: [[id("next")], []] },
    },
  ];
}

const settings = `module.exports = { httpAdminRoot: false, httpNodeRoot: false, uiHost: "127.0.0.1", uiPort: 0, flowFile: "flows.json",
  logging: { console: { level: "warn" } }, disableEditor: true, telemetry: { enabled: false } };\n`;

const cpuTicks = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
};

/** What it did is counted by the slaves; what it cost, by the kernel. */
export function nodeRed(home: string, slaves: Slaves): Client {
  return {
    name: "Node-RED Modbus node",
    async run({ seconds, registers, ports }): Promise<Measured> {
      const tab = "benchtab00000000";
      const flows = [{ id: tab, type: "tab", label: "bench" }, ...ports.flatMap((port, at) => loopOf(port, at, { tab, registers }))];
      const folder = join(home, "user");
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "flows.json"), JSON.stringify(flows));
      writeFileSync(join(folder, "settings.js"), settings);
      writeFileSync(join(folder, "package.json"), '{ "name": "user", "private": true }\n');
      const child = spawn(process.execPath, [join(home, "node_modules/node-red/red.js"), "-u", folder, "-s", join(folder, "settings.js")], {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, NODE_PATH: join(home, "node_modules") },
      });
      try {
        return await watch(child, slaves, seconds);
      } finally {
        child.kill("SIGKILL");
      }
    },
  };
}

async function watch(child: ChildProcess, slaves: Slaves, seconds: number): Promise<Measured> {
  const total = async (): Promise<number> => (await slaves.stats()).reduce((sum, one) => sum + one.reads, 0);
  const before = await total();
  for (let waited = 0; (await total()) === before; waited += 1) {
    if (waited > 60 || child.exitCode !== null) throw new Error("Node-RED asked nothing within 30 s");
    await pause(500);
  }
  await pause(1_000); // warm
  await slaves.reset();
  const ticks = cpuTicks(child.pid ?? 0);
  const begun = performance.now();
  await pause(seconds * 1_000);
  const reads = await total();
  const took = (performance.now() - begun) / 1_000;
  return { reads, wrong: 0, seconds: took, cpu_us: ((cpuTicks(child.pid ?? 0) - ticks) * 1e6) / ticksPerSecond };
}
