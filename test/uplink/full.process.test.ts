// The gateway's disk is full to the last byte, and the cloud is away: cars go in and out and pay, sockets are energised and cut off; readings give way,
// which is known; and when there is room again everything is as before, without anybody's help.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { layOut, writeSiteConfig } from "#command/demo/files.ts";
import { freePort } from "#command/demo/ports.ts";
import { Visitor } from "#command/demo/visitor.ts";
import type { GapView } from "#protocols/api/gaps.ts";
import type { SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import type { Counts, EventView } from "#protocols/api/views.ts";
import { counted, full } from "../promise.ts";
import { gatewayPassword, startTestCloud } from "../world/cloud.ts";
import { type CommittingSite, commitsOf, killCommittingSites, startCommittingSite } from "../world/committing-site.ts";
import { canMakeDisks, type MemoryDisk, makeDisk } from "../world/memory-disk.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "../world/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-full-"));
let disk: MemoryDisk | undefined;
afterAll(async () => {
  await endEveryProgram();
  killCommittingSites();
  disk?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const reserveMB = 4;
/** How long it stays full once somebody has paid. */
const fullFor = 240_000;

interface Site {
  readonly simulator: TestProgram<SimulatorReady>;
  readonly gateway: TestProgram<{ http: string; pids: Record<string, number> }>;
  readonly mqttPort: number;
}

async function startSite(data: string): Promise<Site> {
  const files = layOut(folder);
  const http = await freePort(0, new Set());
  const mqttPort = await freePort(0, new Set([http]));
  const url = `http://127.0.0.1:${http}`;
  const places = ["--entry-url", url, "--exit-url", url, "--booth-url", url, "--booth-token-file", files.boothToken];
  const simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", ...places, "--ready-json"]);
  writeFileSync(join(folder, "gateway.password"), gatewayPassword, { mode: 0o600 });
  const broker = `mqtt://127.0.0.1:${mqttPort}`;
  writeSiteConfig(files, { gateway: http, broker, passwordFile: "./gateway.password", simulator: simulator.ready });
  const site = parse(readFileSync(files.siteConfig, "utf8")) as Record<string, unknown>;
  writeFileSync(files.siteConfig, stringify({ ...site, data, storage: { reserve_MB: reserveMB } }), { mode: 0o600 });
  const gateway = await startProgram<{ http: string; pids: Record<string, number> }>(
    "gateway/main.ts",
    ["run", "--config", files.siteConfig, "--ready-json"],
    { env: { CUOBIAN_CLOCK: "synchronised" } },
  );
  return { simulator, gateway, mqttPort };
}

const stateOf = async ({ simulator }: Site): Promise<SimulatorState> =>
  (await (await fetch(`${simulator.ready.control}/state`)).json()) as SimulatorState;
const tell = async ({ simulator }: Site, path: string, body: unknown): Promise<void> => {
  const answer = await fetch(`${simulator.ready.control}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status, path).toBeLessThan(300);
};
const diskIsWell = async ({ gateway }: Site): Promise<boolean> => {
  const { checks } = (await (await fetch(`${gateway.ready.http}/healthz`)).json()) as { checks: { name: string; ok: boolean }[] };
  return checks.find(({ name }) => name === "disk")?.ok === true;
};

/** 2.5 times its current on a socket that charges; resolves when its relay has opened, in simulator milliseconds. */
async function overload(site: Site): Promise<number> {
  const charging = await until(
    "a socket that charges",
    async () => (await stateOf(site)).sockets.find((one) => one.relay && one.faults.length === 0),
    {
      within_ms: 60_000,
      every_ms: 200,
    },
  );
  const before = (await stateOf(site)).clock_ms;
  await tell(site, "/faults", { name: "over-current", socket: charging.socket, amount: 2500 });
  const opened = await until(
    "its relay opens",
    async () => {
      const now = (await stateOf(site)).sockets.find((one) => one.socket === charging.socket);
      return now?.relay === false ? now : undefined;
    },
    { within_ms: 20_000 },
  );
  expect(opened.why).toBe("commanded");
  return opened.relay_changed_ms - before;
}

const hears = (site: CommittingSite, text: string) =>
  until(text, () => site.said.some(({ line }) => line.includes(text)) || undefined, { within_ms: 30_000, every_ms: 10 });

test.skipIf(!canMakeDisks)(
  "P 04.full: a journal on a full disk takes every alarm and payment, readings give way to them, the gap travels, and it heals by itself",
  { timeout: 120_000 },
  async (context) => {
    const small = makeDisk(join(folder, "small"), 32);
    try {
      const data = join(small.folder, "gateway");
      mkdirSync(data);
      // Its own cloud, not that of the whole site below.
      const own = join(folder, "own");
      mkdirSync(own);
      const cloud = await startTestCloud({ folder: own });
      const [port, away] = [Number(new URL(cloud.ready.mqtt).port), "mqtt://127.0.0.1:1"];
      const run = (broker: string, commits: number) => startCommittingSite({ folder: data, broker, commits, every_ms: 25 });
      const offline = run(away, 1_000_000);
      const committed = (): string[] => commitsOf(offline.said).map(({ line }) => line);
      await until("commits", () => committed().length >= 100 || undefined, { within_ms: 30_000, every_ms: 10 });
      const taken = small.fill();
      await hears(offline, "the disk is short");
      const before = committed().length;
      await until("commits on a full disk", () => committed().length >= before + 400 || undefined, { within_ms: 30_000, every_ms: 10 });
      const during = committed().slice(before);
      small.clear();
      await hears(offline, "the disk has room again");
      await offline.kill();
      // Nothing was refused: whatever makes room does so within the commit that needs it.
      expect(offline.said.filter(({ line }) => line.startsWith("refused"))).toEqual([]);

      // The link is back.
      const online = run(`mqtt://127.0.0.1:${port}`, 20);
      await hears(online, "done");
      const visitor = new Visitor(cloud.ready.http);
      await visitor.signIn("booth");
      const keys = commitsOf([...offline.said, ...online.said]).map(({ line }) => line);
      const ofClass = (name: string): string[] => keys.filter((key) => key.startsWith(`${name} `));
      const counts = await until(
        "the cloud has every event",
        async () => {
          const now = await visitor.counts();
          return now.missing === 0 && now.events >= keys.length ? now : undefined;
        },
        { within_ms: 60_000, every_ms: 100 },
      );
      const gaps = await until(
        "the gap of the readings",
        async () => {
          const found = (await visitor.get<{ items: GapView[] }>("/api/v1/gaps?limit=500")).items.filter(
            ({ reason }) => reason === "disk-full",
          );
          return found.length > 0 ? found : undefined;
        },
        { within_ms: 30_000, every_ms: 100 },
      );
      const told = await until(
        "both of what the disk did",
        async () => {
          const { items } = await visitor.get<{ items: EventView[] }>("/api/v1/events?type=storage.short&type=storage.well&limit=50");
          return items.length >= 2 ? items.map(({ type }) => type).sort() : undefined;
        },
        { within_ms: 30_000, every_ms: 100 },
      );
      expect(told).toEqual(["storage.short", "storage.well"]);
      await online.kill();
      const [gap] = gaps;
      expect([gap?.stream, typeof gap?.from, typeof gap?.to, (gap?.lost ?? 0) > 100]).toEqual(["bulk", "string", "string", true]);
      expect(Date.parse(gap?.to ?? "")).toBeGreaterThan(Date.parse(gap?.from ?? ""));
      expect(await cloud.end()).toBe(0);
      counted(context, {
        bytes_taken: taken,
        commits_on_a_full_disk: during.length,
        ...{ urgent: ofClass("urgent").length, money: ofClass("money").length, state: ofClass("state").length },
        events_in_the_cloud: counts.events,
        events_missing: counts.missing,
        gap_records: gaps.length,
        readings_given_up: gaps.reduce((sum, { lost }) => sum + (lost ?? 0), 0),
      });
    } finally {
      small.remove();
    }
  },
);

if (full)
  test.skipIf(!canMakeDisks)(
    "P 04.full: on a full disk safety and money go on, what gave way is known, and it heals by itself",
    async (context) => {
      disk = makeDisk(join(folder, "disk"), 48);
      const data = join(disk.folder, "gateway");
      const site = await startSite(data);
      await until(
        "cars and charging",
        async () => ((await stateOf(site)).counts.passages >= 1 && (await stateOf(site)).counts.sessions >= 3) || undefined,
        {
          within_ms: 90_000,
          every_ms: 250,
        },
      );
      expect(await diskIsWell(site)).toBe(true);

      for (const n of [1, 2]) await tell(site, "/cars", { plate: `闽C2000${n}`, lane: "east-in", stay_s: 31 });
      const passed = (await stateOf(site)).counts.passages;
      await until("cars go in", async () => (await stateOf(site)).counts.passages >= passed + 2 || undefined, {
        within_ms: 60_000,
        every_ms: 250,
      });

      const taken = disk.fill();
      const before = await stateOf(site);
      await until("the gateway knows", async () => !(await diskIsWell(site)) || undefined, { within_ms: 20_000, every_ms: 200 });
      const cut_ms = await overload(site);
      await until(
        "cars come, go and pay on a full disk",
        async () => {
          const { counts } = await stateOf(site);
          return (
            (counts.payments > before.counts.payments &&
              counts.passages > before.counts.passages + 2 &&
              counts.sessions > before.counts.sessions) ||
            undefined
          );
        },
        { within_ms: 180_000, every_ms: 250 },
      );
      await new Promise((resolve) => setTimeout(resolve, fullFor));
      const during = await stateOf(site);
      const gained = (what: keyof SimulatorState["counts"]): number => during.counts[what] - before.counts[what];
      expect([gained("passages") > 2, gained("payments") > 0, gained("sessions") > 0, gained("cutoffs") > 0]).toEqual([
        true,
        true,
        true,
        true,
      ]);
      for (const [name, pid] of Object.entries(site.gateway.ready.pids)) expect(() => process.kill(pid, 0), name).not.toThrow();

      disk.clear();
      await until("it heals by itself", () => diskIsWell(site), { within_ms: 20_000, every_ms: 200 });
      expect(statSync(join(data, "reserve")).size).toBe(reserveMB * 1_000_000);
      await tell(site, "/traffic", { state: "stop" });
      await until(
        "nobody waits",
        async () => {
          const { counts } = await stateOf(site);
          return (counts.cars_waiting === 0 && counts.payments_waiting === 0) || undefined;
        },
        { within_ms: 120_000, every_ms: 250 },
      );

      // Now the cloud: every fact of those minutes, exactly once, and what was lost with its name.
      const cloud = await startTestCloud({ folder, mqttPort: site.mqttPort });
      const visitor = new Visitor(cloud.ready.http);
      await visitor.signIn("booth");
      const theirs = (await stateOf(site)).counts;
      const agreed = (counts: Counts): boolean =>
        (["passages", "openings", "sessions", "cutoffs", "paid_fen"] as const).every((what) => counts[what] === theirs[what]);
      const counts = await until(
        "the cloud counts what the simulators counted",
        async () => {
          const now = await visitor.counts();
          return agreed(now) ? now : undefined;
        },
        { within_ms: 60_000, every_ms: 250 },
      ).catch(async () => visitor.counts());
      const cuts = await visitor.get<{ items: EventView[] }>("/api/v1/events?type=charging.cut&limit=50");
      const why = cuts.items.map(({ subject, data }) => `${subject} ${(data as { cause: string }).cause}`);
      expect({ ...pick(counts), missing: counts.missing, dead_letters: counts.dead_letters }, why.join(", ")).toEqual({
        ...pick(theirs),
        missing: 0,
        dead_letters: 0,
      });
      // On a machine that is too busy to be in time every reading is too old in the end, and what is not seen is cut: more of those is right, anything else is not.
      const others = cuts.items.filter(({ data }) => (data as { cause: string }).cause !== "blind");
      expect(others.length, why.join(", ")).toBe(1);
      const gaps = await until(
        "gap records",
        async () => {
          const { items: found } = await visitor.get<{ items: GapView[] }>("/api/v1/gaps?limit=500");
          return found.some(({ reason }) => reason === "disk-full") ? found : undefined;
        },
        { within_ms: 30_000, every_ms: 250 },
      );
      const readings = gaps
        .filter(({ stream, reason }) => stream === "bulk" && reason === "disk-full")
        .reduce((sum, gap) => sum + (gap.lost ?? 0), 0);
      expect(gaps.every(({ stream }) => stream === "bulk")).toBe(true);
      counted(context, {
        bytes_taken: taken,
        seconds_full: Math.round((during.clock_ms - before.clock_ms) / 1000),
        passages: gained("passages"),
        sessions: gained("sessions"),
        cutoffs: gained("cutoffs"),
        cut_after_ms: Math.round(cut_ms),
        cut_for_late_readings: cuts.items.length - others.length,
        payments: gained("payments"),
        paid_fen: theirs.paid_fen,
        gap_records: gaps.length,
        readings_given_up: readings,
        money_lost: theirs.paid_fen - counts.paid_fen,
        events_missing: counts.missing,
      });
    },
    fullFor + 600_000,
  );

const pick = ({
  passages,
  openings,
  sessions,
  cutoffs,
  paid_fen,
}: Pick<SimulatorState["counts"], "passages" | "openings" | "sessions" | "cutoffs" | "paid_fen">) => ({
  passages,
  openings,
  sessions,
  cutoffs,
  paid_fen,
});
