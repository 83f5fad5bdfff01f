// A shed without a card reader, whole: supervisor, safety and site process over a real pseudo-terminal to a relay board and single meters.
// People begin charges from the site and from the console; too much on one meter opens its relay; a relay that stays closed is noticed by the current that stays.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "#command/site/programs.ts";
import type { SocketReading } from "#gateway/link/messages.ts";
import type { Fault, SimulatorState } from "#protocols/api/simulator.ts";
import { counted, full } from "#test/promise.ts";
import { builtSite } from "#test/world/built-site.ts";
import { endEveryProgram, startProgram, type TestProgram, until } from "#test/world/program.ts";

interface LineReady {
  readonly serial: string;
  readonly control: string;
}
interface GatewayReady {
  readonly http: string;
  readonly pids: { readonly safety: number };
}

const sockets = 4;
const token = "0123456789abcdef0123456789abcdef";
const folder = mkdtempSync(join(tmpdir(), "built-shed-"));
const site = join(folder, "site.yaml");
let simulator: TestProgram<LineReady>;
let gateway: TestProgram<GatewayReady>;

beforeAll(async () => {
  const meters = Array.from({ length: sockets }, (_, index) => `meters/pzem-004t@${11 + index}`);
  const words = ["line", "relays/waveshare-8@1", ...meters, "--loads", "300", "--port", "0", "--ready-json"];
  simulator = await startProgram<LineReady>("firmware-sim/main.ts", words);
  writeFileSync(site, builtSite(simulator.ready.serial, sockets));
  writeFileSync(join(folder, "booth.token"), `${token}\n`, { mode: 0o600 });
  writeFileSync(join(folder, "uplink.password"), "secret\n", { mode: 0o600 });
  gateway = await startProgram<GatewayReady>("gateway/main.ts", ["run", "--config", site, "--ready-json"], {
    env: { CUOBIAN_CLOCK: "synchronised" },
  });
  await until("all sockets are seen", async () => {
    const text = await (await fetch(`${gateway.ready.http}/metrics`)).text();
    return new RegExp(`cuobian_sockets\\{[^}]*state="idle"[^}]*\\} ${sockets}\\b`).test(text) || undefined;
  });
});
afterAll(async () => {
  await gateway?.end();
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

const state = async (): Promise<SimulatorState> => (await (await fetch(`${simulator.ready.control}/state`)).json()) as SimulatorState;
const truth = async (number: number) => (await state()).sockets[number - 1] ?? expect.fail(`no socket ${number}`);
const fault = (one: Fault) =>
  fetch(`${simulator.ready.control}/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(one),
  });
const charge = (...words: readonly string[]) => run(["charge", "--config", site, "--url", gateway.ready.http, ...words, "--json"]);
const begin = (number: number) => charge("--person", "张工", "--socket", `diy/${number}`);

/** Readings come once a second: until the newest shows it. */
const locked = (number: number): Promise<true> =>
  until(`diy/${number} is shown as locked`, async () => {
    const answer = await fetch(`${gateway.ready.http}/api/v1/sockets`, { headers: { authorization: `Bearer ${token}` } });
    const { sockets } = (await answer.json()) as { sockets: readonly SocketReading[] };
    const state = sockets.find(({ socket }) => socket === `diy/${number}`)?.state;
    return state === "latched" || state === "welded" || undefined;
  });

function events(type: string): Record<string, unknown>[] {
  const journal = new Database(join(folder, "gateway", "journal.sqlite"), { readonly: true });
  try {
    const rows = journal.prepare("SELECT data FROM event WHERE type = ? ORDER BY seq").all(type) as { data: string }[];
    return rows.map(({ data }) => JSON.parse(data) as Record<string, unknown>);
  } finally {
    journal.close();
  }
}
/** Written down before its relay was seen closed, and by the site process that asked. */
const askedFor = (socket: string) => events("session.asked").filter((event) => event.socket === socket);

/** The safety process dies: the board opens by itself, and the site begins the same session anew when it sees again. */
async function diesAndGoesOn(): Promise<void> {
  process.kill(gateway.ready.pids.safety, "SIGKILL");
  await until("the pulse is over", async () => !(await truth(1)).relay || undefined, { within_ms: 8_000 });
  await until("the same session goes on", async () => (await truth(1)).relay || undefined, { within_ms: 25_000 });
  expect(events("session.started").filter((event) => event.socket === "diy/1")).toHaveLength(1);
}

test("P 02.built a person begins charges on a station of relays and meters: over-current on a meter opens its relay alone, and a weld is noticed", {
  timeout: 90_000,
}, async (context) => {
  for (const number of [1, 2, 3]) {
    const begun = await begin(number);
    expect(begun.code, begun.stdout + begun.stderr).toBe(0);
    expect(JSON.parse(begun.stdout)).toMatchObject({ ok: true, state: "charging", socket: `diy/${number}`, person: "张工" });
    expect(askedFor(`diy/${number}`)).toMatchObject([{ person: "张工", by: "console" }]);
    expect(await truth(number)).toMatchObject({ relay: true });
  }
  expect(await truth(4)).toMatchObject({ relay: false });
  // The same socket again is busy, and nothing new is written.
  expect(JSON.parse((await begin(1)).stdout)).toMatchObject({ ok: false, code: "busy" });
  expect(askedFor("diy/1")).toHaveLength(1);

  const injected = (await state()).clock_ms;
  await fault({ name: "over-current", socket: "line/2", amount: 2_600 });
  const cut = await until("the cut", () => events("charging.cut").find((event) => event.socket === "diy/2"), { within_ms: 15_000 });
  const opened = await until("an open relay", async () => {
    const one = await truth(2);
    return one.relay ? undefined : one;
  });
  expect(cut).toMatchObject({ cause: expect.stringMatching(/instantaneous|over-power/), latched: true });
  expect([(await truth(1)).relay, (await truth(3)).relay]).toEqual([true, true]);
  await locked(2);
  expect(JSON.parse((await begin(2)).stdout)).toMatchObject({ ok: false, code: "locked" });
  // Somebody has looked: the latch goes, by name and with a reason.
  await fault({ name: "clear", socket: "line/2" });
  const trip = String(cut.trip);
  const where = ["reset", "--config", site, "--url", gateway.ready.http];
  const reset = [...where, "--person", "张工", "--reason", "更换充电器", "--socket", "diy/2", "--trip", trip];
  expect((await run(where)).stdout).toContain(trip);
  expect(await run(reset)).toMatchObject({ code: 0 });
  const freed = await until("the reset is an event", () => events("charging.latch-reset")[0]);
  expect(freed).toMatchObject({ socket: "diy/2", trip: cut.trip, person: "张工", reason: "更换充电器" });
  expect(await run(reset)).toMatchObject({ code: 1, stderr: expect.stringMatching(/没有解除/) });

  // This board reads its coils back, not its contacts: only the current that stays tells.
  await fault({ name: "weld", socket: "line/3" });
  const stopped = charge("--socket", "diy/3", "--stop");
  const welded = await until("the weld", () => events("charging.welded").find((event) => event.socket === "diy/3"), { within_ms: 20_000 });
  expect(welded).toMatchObject({ current_mA: expect.any(Number) });
  expect((await truth(3)).relay).toBe(true);
  expect(JSON.parse((await stopped).stdout)).toMatchObject({ ok: true, state: "ended", why: "released" });
  await locked(3);
  expect(JSON.parse((await begin(3)).stdout)).toMatchObject({ ok: false, code: "locked" });

  if (full) await diesAndGoesOn();
  const ended = await charge("--socket", "diy/1", "--stop");
  expect(JSON.parse(ended.stdout)).toMatchObject({ ok: true, state: "ended" });
  expect(events("session.ended").find((event) => event.socket === "diy/1")).toMatchObject({
    cause: "released",
    energy_mWh: expect.any(Number),
  });
  counted(context, {
    begun: 3,
    "from the fault to an open relay, ms": Math.round(opened.relay_changed_ms - injected),
    "decided, ms": Number(cut.decided_after_ms),
    "OFF handed over, ms": Number(cut.off_after_ms),
    "welded after OFF, ms": Number(welded.waited_ms),
    "wrong relays opened": 0,
  });
});
