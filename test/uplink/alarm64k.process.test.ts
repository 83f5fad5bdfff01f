// A live alarm behind a million waiting rows, on a link of 64 kbit/s that the test makes: it is committed in the cloud within two seconds, and the backlog moves all the while.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, expect, test } from "vitest";
import { counted, full, plain } from "../promise.ts";
import { startTestCloud } from "../world/cloud.ts";
import { canMakeNetworks, makeNetwork, type TestNetwork } from "../world/network.ts";
import { endEveryProgram, repository } from "../world/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-alarm64k-"));
let network: TestNetwork | undefined;
afterEach(async () => {
  await endEveryProgram();
  network?.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface Said {
  readonly round_trip_ms?: number;
  readonly behind?: number;
  readonly alarm?: number;
  readonly after_ms?: number;
  readonly states_moved?: number;
  readonly readings_moved?: number;
  readonly seconds?: number;
  readonly window?: number;
  readonly connections?: number;
}

test.skipIf(!canMakeNetworks)(
  "P 04.alarm64k: a live alarm overtakes a million rows on 64 kbit/s, and the backlog moves",
  async (context) => {
    network = makeNetwork();
    network.narrow(64);
    const cloud = await startTestCloud({ folder, host: network.far });
    const site = join(folder, "site");
    mkdirSync(site);
    const rows = full ? 1_000_000 : plain ? 60_000 : 120_000;
    const alarms = plain ? 20 : 50;
    const asked = { folder: site, broker: cloud.ready.mqtt, states: rows * 0.9, readings: rows * 0.1, alarms, every_ms: 700 };
    const [command = "", ...through] = network.near.through;
    const script = join(repository, "test/children/backlogged-site.ts");
    const child = spawn(command, [...through, process.execPath, script, JSON.stringify(asked)], { stdio: ["ignore", "pipe", "inherit"] });
    const said: Said[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => said.push(JSON.parse(line) as Said));
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);

    const [greeting] = said;
    const roundTrip = greeting?.round_trip_ms ?? Number.NaN;
    const times = said.flatMap(({ after_ms }) => after_ms ?? []).sort((a, b) => a - b);
    const end = said.at(-1);
    expect(times.length).toBe(asked.alarms);
    // Until the acknowledgement was heard on site: the cloud had committed before it.
    const p99 = times[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
    expect(p99).toBeLessThanOrEqual(2000 + roundTrip);
    expect(end?.states_moved).toBeGreaterThan(0);
    expect(end?.readings_moved).toBeGreaterThan(0);
    expect(end?.connections).toBe(1);
    counted(context, {
      rows_behind: greeting?.behind ?? 0,
      alarms: times.length,
      p50_ms: Math.round(times[Math.floor(times.length / 2)] ?? 0),
      p99_ms: Math.round(p99),
      round_trip_ms: roundTrip.toFixed(1),
      states_moved: end?.states_moved ?? 0,
      readings_moved: end?.readings_moved ?? 0,
      seconds: (end?.seconds ?? 0).toFixed(1),
      window_bytes: end?.window ?? 0,
    });
  },
  240_000,
);
