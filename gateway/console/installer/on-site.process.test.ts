// An installer beside a gateway that protects: its own line is polled by the safety process, and on another adapter everything is wired wrongly in turn. Real processes, real pseudo-terminals, the page's own addresses.
// The bench says what is wrong, ends, writes nothing, and not one byte of it is on the gateway's line; the safety process's log is read at the same page.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { BenchAnswer, RecentLog } from "#protocols/api/installer.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { chance } from "#sim/chance.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { type Bus, serveBus, type Wired, type Wiring } from "#sim/modbus/bus.ts";
import { openPseudoTerminal, type PseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import type { Settings } from "#sim/modbus/wire.ts";
import { realWorld } from "#sim/ports.ts";
import { counted } from "#test/promise.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "#test/world/program.ts";
import { wiringSite } from "#test/world/wiring-site.ts";
import { machineDevices } from "../../world/devices.ts";

const token = "0123456789abcdef0123456789abcdef";
const profileOf = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../protocols/profiles/${name}.json`, import.meta.url), "utf8")) as Profile;
const slow: Settings = { baud: 9600, parity: "none", stopBits: 1 };

const closing: (() => void)[] = [];
let folder: string;
let gateway: TestProgram<{ readonly http: string; readonly pids: { readonly safety: number } }>;
let own: { readonly bus: Bus; readonly terminal: PseudoTerminal };

type Member = Partial<Omit<Wired, "unit">> & { readonly unit: number; readonly profile?: string };
async function lineWith(members: readonly Member[], { wiring = {}, set = slow }: { wiring?: Wiring; set?: Settings } = {}) {
  const terminal = await openPseudoTerminal();
  const bus = serveBus(terminal, {
    ...{ world: realWorld, chance: chance(5), wiring, master: () => set },
    devices: members.map(({ unit, profile = "meters/pzem-016", ...more }, index): Wired => {
      const device = anyDevice(profileOf(profile), chance(index + 1), { unit });
      return { unit: device.unit, settings: () => set, memory: () => device.memory, ...more };
    }),
  });
  closing.push(
    () => bus.close(),
    () => terminal.close(),
  );
  return { terminal, bus };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "on-site-"));
  const station = "stations/ten-socket";
  own = await lineWith(
    [
      { unit: 1, profile: station },
      { unit: 2, profile: station },
    ],
    { set: { ...slow, baud: 19_200 } },
  );
  writeFileSync(join(folder, "booth.token"), `${token}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  writeFileSync(join(folder, "site.yaml"), wiringSite(own.terminal.path));
  gateway = await startProgram("gateway/main.ts", ["run", "--config", join(folder, "site.yaml"), "--ready-json"], { within_ms: 60_000 });
}, 90_000);
afterEach(() => {
  for (const close of closing.splice(2)) close();
});
afterAll(async () => {
  await gateway?.end(10_000);
  await endEveryProgram();
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

type Said = BenchAnswer & { readonly code?: string; readonly detail_zh?: string; readonly detail?: string };
async function read(path: string, unit = 77): Promise<{ code: string; took_ms: number; said: Said }> {
  const began = performance.now();
  const line = { kind: "serial", path, baud: 9600, parity: "none", stop_bits: 1 };
  const answer = await fetch(`${gateway.ready.http}/api/v1/bench/read`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ line, unit, table: "input", address: "0", notation: "zero", count: 8 }),
  });
  const said = (await answer.json()) as Said;
  return { code: said.code ?? said.finding?.code ?? "well", took_ms: performance.now() - began, said };
}
const writesOf = ({ frames }: Bus): number => frames.filter(({ hex }) => Number.parseInt(hex.slice(2, 4), 16) > 4).length;
/** Rounds of the safety process so far. */
const polls = (): number => own.bus.frames.filter(({ hex }) => Number.parseInt(hex.slice(2, 4), 16) <= 4).length;

test("P 11.wrong-lines-on-site wrong lines beside a gateway that protects: named, ended, nothing written, and its own line is left alone", async (context) => {
  await until("the safety process polls", () => polls() > 10 || undefined, { within_ms: 30_000 });
  const rows: readonly [string, readonly Member[], Wiring, readonly string[]][] = [
    ["well", [{ unit: 77 }], {}, ["well"]],
    ["A and B exchanged", [{ unit: 77 }], { swapped: "biased" }, ["swapped"]],
    ["a broken wire", [{ unit: 77 }], { open: true }, ["silence"]],
    ["its own echo alone", [], { echo: true }, ["echo-only"]],
    ["two at one address", [{ unit: 77 }, { unit: 77 }], {}, ["conflict", "perhaps-conflict"]],
    ["half an answer", [{ unit: 77, speaksBytes: 9 }], {}, ["half"]],
    ["an adapter that turns too late", [{ unit: 77 }], { turnsLate: 2 }, ["headless"]],
    ["another unit answers", [{ unit: 77, answersAs: 8 }], {}, ["foreign"]],
    ["another master speaks", [{ unit: 77 }], { stranger_ms: 60 }, ["stranger"]],
  ];
  let [longest_ms, writes] = [0, 0];
  for (const [what, members, wiring, codes] of rows) {
    const { terminal, bus } = await lineWith(members, { wiring });
    const { code, took_ms, said } = await read(terminal.path);
    expect(codes, `${what}: ${said.detail_zh ?? ""}`).toContain(code);
    if (code === "stranger") expect(bus.frames).toHaveLength(0);
    writes += writesOf(bus);
    longest_ms = Math.max(longest_ms, took_ms);
  }
  expect(writes).toBe(0);

  // The machine's own "no": no port, no serial port, another's port, one that is pulled out while it is asked.
  expect((await read("/dev/ttyNowhere")).code).toBe("port-missing");
  expect((await read("/dev/null")).code).toBe("no-port");
  const { terminal: taken } = await lineWith([{ unit: 77 }]);
  const holder = await machineDevices().openSerial(taken.path, { baud: 9600, parity: "none", stopBits: 1 });
  expect((await read(taken.path)).code).toBe("port-taken");
  holder.close();
  const { terminal: pulled } = await lineWith([]);
  const name = join("/dev/shm", `adapter-${process.pid}`);
  symlinkSync(pulled.path, name);
  closing.push(() => rmSync(name, { force: true }));
  const asked = read(name);
  const pull = setTimeout(() => {
    rmSync(name, { force: true });
    pulled.close();
  }, 700);
  expect((await asked).code).toBe("port-gone");
  clearTimeout(pull);

  // Its own line, by whatever name: refused, and nothing of the bench was ever heard there.
  const alias = join("/dev/shm", `own-${process.pid}`);
  symlinkSync(own.terminal.path, alias);
  closing.push(() => rmSync(alias, { force: true }));
  for (const path of [own.terminal.path, alias]) expect((await read(path, 1)).code).toBe("line-of-the-site");
  const before = polls();
  await until("it polls on", () => polls() > before + 10 || undefined, { within_ms: 30_000 });
  expect(own.bus.frames.filter(({ hex }) => !["01", "02", "00"].includes(hex.slice(0, 2)))).toEqual([]);
  expect(own.bus.collisions()).toBe(0);
  counted(context, {
    lines: rows.length + 6,
    "writes, wrongly": writes,
    "longest, ms": Math.round(longest_ms),
    "polls of the safety process": polls(),
  });
});

test("P 11.log-of-both the safety process's log is read at the page, beside the site process's, and by itself; what it said before it fell is there when it has begun anew", async (context) => {
  const log = async (query: string): Promise<RecentLog> =>
    (await (
      await fetch(`${gateway.ready.http}/api/v1/log${query}`, { headers: { authorization: `Bearer ${token}` } })
    ).json()) as RecentLog;
  const safety = await until("its first lines", async () => {
    const { lines } = await log("?process=safety");
    return lines.some(({ says }) => says === "line open") ? lines : undefined;
  });
  expect(new Set(safety.map(({ process }) => process))).toEqual(new Set(["safety"]));
  const site = (await log("?process=site")).lines;
  expect(new Set(site.map(({ process }) => process))).toEqual(new Set(["site"]));
  const both = (await log("")).lines;
  expect(new Set(both.map(({ process }) => process))).toEqual(new Set(["site", "safety"]));
  expect(both.map(({ at }) => at)).toEqual(both.map(({ at }) => at).sort());
  process.kill(gateway.ready.pids.safety, "SIGKILL");
  const after = await until(
    "it has begun anew, and its earlier lines are kept",
    async () => {
      const { lines } = await log("?process=safety");
      return lines.filter(({ says }) => says === "ready").length >= 2 ? lines : undefined;
    },
    { within_ms: 30_000 },
  );
  expect(JSON.stringify([both, after])).not.toContain(token);
  counted(context, { safety: after.length, site: site.length });
});
