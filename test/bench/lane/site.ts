// The parking half of a gateway at its real work: machine's clock, journal on a disk (an fsync stands behind each commit), the console's HTTP server, barrier boards over Modbus TCP.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { stringify } from "yaml";
import { parseSiteConfig } from "#gateway/config/read.ts";
import { mountConsole } from "#gateway/console/door.ts";
import { type Journal, openJournal } from "#gateway/journal/journal.ts";
import { mountLanes } from "#gateway/lanes/door.ts";
import { tables } from "#gateway/site/tables.ts";
import type { Sessions, SiteContext } from "#gateway/site-context.ts";
import { machineChance, machineClock } from "#gateway/world/clock.ts";
import { sources } from "#protocols/cameras/sources-for-tests.ts";
import { testQueue } from "#test/telemetry-queue.ts";
import { startBoards, type TestBoard } from "#test/world/barrier-boards.ts";
import { repository } from "#test/world/program.ts";

export const dahua = sources.find(({ name }) => name === "dahua itsapi") ?? missing("dahua itsapi");
export const vzenithSerial = "fe71e106-57263272";
function missing(name: string): never {
  throw new Error(`no source ${name}`);
}

export interface BenchSite {
  readonly http: string;
  board(unit: number): TestBoard;
  /** Milliseconds that commits took since the last call, in order. */
  commits(): number[];
  stop(): Promise<void>;
}

export async function openBenchSite(under: string): Promise<BenchSite> {
  const folder = mkdtempSync(join(under, "cuobian-lane-"));
  mkdirSync(join(folder, "gateway"));
  writeFileSync(join(folder, "tariff.yaml"), readFileSync(join(repository, "tariffs/residential-free-hour.yaml")));
  writeFileSync(join(folder, "booth.token"), "0123456789abcdef0123456789abcdef\n", { mode: 0o600 });
  const boards = await startBoards();
  const camera = (id: string, protocol: string, serialno: string) => ({ id, protocol, serialno, clock: "both", max_age_s: 30 });
  const lane = (id: string, unit: number, its: ReturnType<typeof camera>, direction = "entry") => ({
    id,
    name: id,
    direction,
    lot: "main",
    camera: its,
    barrier: { profile: "barriers/loop-board", host: boards.host, port: boards.port, unit },
  });
  const text = stringify({
    site: "bench",
    gateway: "gw-1",
    name: "测量",
    data: "./gateway",
    http: { host: "127.0.0.1", port: 0 },
    booth: { token_file: "./booth.token" },
    uplink: { broker: "mqtt://127.0.0.1:9", username: "gw-1", password_file: "./none", keepalive_s: 10 },
    lots: [{ id: "main", name: "地面", capacity: 100_000, tariff: "./tariff.yaml" }],
    lanes: [
      lane("in-reply", 1, camera("cam-1", "vzenith-http", vzenithSerial)),
      lane("in-board", 2, camera("cam-2", dahua.http?.protocol ?? "", dahua.http?.serialno ?? "")),
      lane("in-pictures", 3, camera("cam-3", "vzenith-http", "pictures-00000001"), "exit"),
    ],
    limits: [],
    lines: [],
    stations: [],
  });
  const file = parseSiteConfig(text, join(folder, "site.yaml"));
  if (file.kind === "complaints") throw new Error(JSON.stringify(file.complaints));
  const [clock, chance] = [machineClock(), machineChance()];
  const onDisk = openJournal({ path: join(file.data, "journal.sqlite"), clock, chance, tables });
  let taken: number[] = [];
  const journal: Journal = {
    ...onDisk,
    commit(work) {
      const from = performance.now();
      const result = onDisk.commit(work);
      taken.push(performance.now() - from);
      return result;
    },
  };
  const { config, data, profiles, limits } = file;
  const telemetry = testQueue();
  const log = pino({ level: "silent" });
  const context: SiteContext = { config, folder, data, profiles, limits, clock, chance, journal, telemetry, log };
  const lanes = await mountLanes(context);
  const probes = { health: () => ({ ok: true, checks: [] }), metrics: async () => ({ contentType: "text/plain", text: "" }) };
  // Nobody asks for a charging station here.
  const console = await mountConsole(context, { lanes, probes, sessions: {} as Sessions });
  return {
    http: console.http,
    board: boards.unit,
    commits() {
      const said = taken;
      taken = [];
      return said;
    },
    async stop() {
      await console.stop();
      await lanes.stop();
      onDisk.close();
      telemetry.close();
      await boards.down();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
