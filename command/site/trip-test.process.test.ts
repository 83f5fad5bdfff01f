// A trip test on the whole gateway: console, journal, link, safety process, a simulated station. An ordinary charger is cut at the test's limit and the event says
// that it was a test; killing the safety process ends the test; no test limit is ever higher than the socket's own.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import { counted } from "#test/promise.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "#test/world/program.ts";
import { wiringSite } from "#test/world/wiring-site.ts";
import { run } from "./programs.ts";

interface GatewayReady {
  readonly http: string;
  readonly pids: { readonly safety: number };
}

const folder = mkdtempSync(join(tmpdir(), "trip-test-"));
const site = join(folder, "site.yaml");
let simulator: TestProgram<SimulatorReady>;
let gateway: TestProgram<GatewayReady>;

beforeAll(async () => {
  simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--ready-json"]);
  writeFileSync(site, wiringSite(simulator.ready.serial));
  writeFileSync(join(folder, "booth.token"), "0123456789abcdef0123456789abcdef\n", { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  gateway = await startProgram<GatewayReady>("gateway/main.ts", ["run", "--config", site, "--ready-json"], {
    env: { CUOBIAN_CLOCK: "synchronised" },
  });
  // A request that was there before a socket was first seen is nobody's: everything is seen before anybody taps.
  await until("all sockets are seen", async () => {
    const text = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    return /cuobian_sockets\{[^}]*state="idle"[^}]*\} 20\b/.test(text) || undefined;
  });
});
afterAll(async () => {
  await gateway?.end();
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

const state = async (): Promise<SimulatorState> => (await (await fetch(`${simulator.ready.control}/state`)).json()) as SimulatorState;
const relay = async (socket: string): Promise<boolean | undefined> => (await state()).sockets.find((one) => one.socket === socket)?.relay;
const tap = (socket: string, power_W: number) =>
  fetch(`${simulator.ready.control}/taps`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ socket, card: 88_001, power_W, minutes: 600 }),
  });
const fault = (body: object) =>
  fetch(`${simulator.ready.control}/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const tripTest = (socket: string, ...words: readonly string[]) =>
  run(["trip-test", "--config", site, "--url", gateway.ready.http, "--person", "张工", "--socket", socket, ...words]);

function events(type: string): Record<string, unknown>[] {
  const journal = new Database(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    const rows = journal.prepare("SELECT data FROM event WHERE type = ?").all(type) as { data: string }[];
    return rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  } finally {
    journal.close();
  }
}

/** The charge has begun: its relay is closed, and so it stays without a test. */
async function charging(socket: string, power_W: number): Promise<void> {
  await tap(socket, power_W);
  await until(`${socket} charges`, async () => (await relay(socket)) || undefined, { within_ms: 20_000 });
}

test("P 03.trip-test on the whole gateway: an ordinary charger is cut at 300 mA, read back and latched; an event, and a test", {
  timeout: 90_000,
}, async (context) => {
  await charging("station-1/3", 200);
  const ending = await tripTest("station-1/3", "--limit-mA", "300", "--minutes", "2", "--reset", "--json");
  expect(ending.code, ending.stdout + ending.stderr).toBe(0);
  const told = JSON.parse(ending.stdout) as Record<string, number | string | boolean>;
  expect(told).toMatchObject({ ok: true, state: "tripped", limit_mA: 300, reset: true });
  expect(await relay("station-1/3")).toBe(false);
  const begun = events("charging.test-begun");
  expect(begun).toEqual([{ test: told.test, socket: "station-1/3", person: "张工", limit_mA: 300, rated_mA: 4_000, duration_ms: 120_000 }]);
  expect(events("charging.cut")).toMatchObject([{ test: told.test, socket: "station-1/3", latched: true }]);
  expect(events("charging.test-ended")).toEqual([{ test: told.test, socket: "station-1/3", cause: "tripped" }]);
  await until("the latch is reset", async () => events("charging.latch-reset")[0]);
  // The same charger, the same socket, no test: it charges.
  await fault({ name: "unplug", socket: "station-1/3" });
  await charging("station-1/3", 200);
  counted(context, {
    trips: 1,
    decided_ms: Number(told.decided_after_ms),
    off_ms: Number(told.off_after_ms),
    read_back_ms: Number(told.confirmed_after_ms),
    wrong: 0,
  });
});

test("site reset: which sockets are locked and why; unlocked only by a name, for the trip that is held; nothing closes by it", {
  timeout: 60_000,
}, async () => {
  const socket = "station-1/8";
  const reset = (...words: readonly string[]) => run(["reset", "--config", site, "--url", gateway.ready.http, ...words]);
  await charging(socket, 200);
  await fault({ name: "over-current", socket, amount: 2_500 });
  const cut = await until("the cut", async () => events("charging.cut").find((one) => one.socket === socket));
  await fault({ name: "clear", socket });
  const trip = String(cut.trip);
  const held = { socket, state: "latched", trip, cause: "instantaneous" };
  await until("the list", async () => JSON.parse((await reset("--json")).stdout).latches.length > 0 || undefined);
  expect(JSON.parse((await reset("--json")).stdout)).toEqual({ latches: [held] });
  expect((await reset()).stdout).toMatch(new RegExp(`${socket} .*latched .*instantaneous .*${trip}`));
  const words = ["--socket", socket, "--reason", "已换充电器"];
  expect(await reset(...words, "--trip", trip)).toMatchObject({ code: 2, stderr: expect.stringMatching(/--person/) });
  expect(await reset(...words, "--person", "张工")).toMatchObject({ code: 2, stderr: expect.stringMatching(/--trip/) });
  expect(await reset(...words, "--person", "张工", "--trip", "another-trip")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no such trip/),
  });
  const done = await reset(...words, "--person", "张工", "--trip", trip, "--json");
  expect(done.code, done.stdout + done.stderr).toBe(0);
  expect(JSON.parse(done.stdout)).toMatchObject({ ok: true, outcome: "unlocked", socket, trip, person: "张工" });
  await until("the event", async () => events("charging.latch-reset").find((one) => one.trip === trip && one.person === "张工"));
  expect(await relay(socket)).toBe(false);
});

test("the safety process killed in the middle of a test: the test is gone with it, and it is said", { timeout: 60_000 }, async () => {
  await charging("station-1/5", 100);
  const testing = tripTest("station-1/5", "--limit-mA", "2000", "--minutes", "5", "--json");
  await until("the test runs", async () => events("charging.test-begun").find(({ socket }) => socket === "station-1/5"));
  process.kill(gateway.ready.pids.safety, "SIGKILL");
  const ending = await testing;
  expect(ending.code).toBe(1);
  expect(JSON.parse(ending.stdout)).toMatchObject({ ok: false, state: "dropped", trip: null });
});

test.each<[string, readonly string[], number, RegExp]>([
  ["as high as the socket's own", ["--limit-mA", "4000"], 1, /必须低于.*4000 mA/],
  ["higher", ["--limit-mA", "9000"], 1, /must be lower/],
  ["next to nothing", ["--limit-mA", "20"], 1, /at least 50 mA/],
  ["too long", ["--limit-mA", "300", "--minutes", "11"], 2, /1 … 10/],
  ["no limit", [], 2, /--limit-mA/],
])("refused: %s", async (_, words, code, text) => {
  const ending = await tripTest("station-1/7", ...words);
  expect(ending).toMatchObject({ code, stderr: expect.stringMatching(text) });
});

test("no such socket, another token, no gateway", async () => {
  expect(await tripTest("station-9/1", "--limit-mA", "300")).toMatchObject({ code: 1, stderr: expect.stringMatching(/no such socket/) });
  writeFileSync(join(folder, "booth.token"), "another-token-another-token-1234\n", { mode: 0o600 });
  const wrong = await tripTest("station-1/7", "--limit-mA", "300");
  writeFileSync(join(folder, "booth.token"), "0123456789abcdef0123456789abcdef\n", { mode: 0o600 });
  expect(wrong.code).toBeGreaterThan(0);
  expect(
    await run([
      "trip-test",
      "--config",
      site,
      "--url",
      "http://127.0.0.1:1",
      "--person",
      "x",
      "--socket",
      "station-1/7",
      "--limit-mA",
      "300",
    ]),
  ).toMatchObject({
    code: 4,
  });
});
