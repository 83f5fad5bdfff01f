// The walk test with the real simulator on a pseudo-terminal: one relay at a time, what the person saw is written down, and nobody else has the lines.
import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { holderOf } from "#gateway/link/holder.ts";
import type { SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { endEveryProgram, repository, startProgram, type TestProgram, until } from "#test/world/program.ts";
import { wiringSite } from "#test/world/wiring-site.ts";
import { run } from "./programs.ts";
import { readBook } from "./record.ts";

let simulator: TestProgram<SimulatorReady>;
const folder = mkdtempSync(join(tmpdir(), "walk-"));
const site = join(folder, "site.yaml");
const record = join(folder, "gateway", "commissioning.jsonl");

const state = async (): Promise<SimulatorState> => (await (await fetch(`${simulator.ready.control}/state`)).json()) as SimulatorState;

beforeAll(async () => {
  simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--ready-json"]);
  writeFileSync(site, wiringSite(simulator.ready.serial));
});
afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

const walk = (...words: readonly string[]) => run(["walk", "--config", site, "--seconds", "1", ...words]);

function answers(text: string): string {
  const path = join(folder, "answers.txt");
  writeFileSync(path, text);
  return path;
}

test("P 03.walk: one relay at a time; what the person saw is written down, dated and chained; a label at the wrong place is told", async (context) => {
  const since = (await state()).clock_ms;
  let most = 0;
  let looks = 0;
  const looking = setInterval(async () => {
    const closed = (await state()).sockets.filter(({ relay }) => relay).length;
    most = Math.max(most, closed);
    looks += 1;
  }, 60);
  const file = answers("station-1/7\nstation-1/8 36  # the lamp of 36 lit\nstation-2/1 -\n");
  const words = [
    "--person",
    "张工",
    "--label",
    "37",
    "--label",
    "38",
    "--socket",
    "station-2/1",
    "--socket",
    "station-1/9",
    "--answers",
    file,
  ];
  const ending = await walk(...words, "--json");
  clearInterval(looking);
  expect(ending.code, ending.stderr).toBe(1);
  const { walked } = JSON.parse(ending.stdout) as { walked: { socket: string; label: string; seen: string | null; verdict: string }[] };
  expect(walked).toEqual([
    { socket: "station-1/7", label: "37", seen: "37", verdict: "right" },
    { socket: "station-1/8", label: "38", seen: "36", verdict: "crossed" },
    { socket: "station-1/9", label: "39", seen: null, verdict: "skipped" },
    { socket: "station-2/1", label: "station-2/1", seen: null, verdict: "dark" },
  ]);
  expect(most).toBe(1);
  const now = await state();
  expect(now.sockets.filter(({ relay }) => relay)).toEqual([]);
  const closed = now.frames.filter(({ ms, hex }) => ms > since && /^0[12]05....ff00/.test(hex)).map(({ hex }) => hex.slice(0, 8));
  expect(closed).toEqual(["01050006", "01050007", "01050008", "02050000"]);
  const { entries, broken } = readBook(record);
  expect(broken).toEqual([]);
  expect(entries.map(({ kind, person, site: name }) => [kind, person, name])).toEqual(walked.map(() => ["walk", "张工", "jinxiu"]));
  for (const { at } of entries) expect(Math.abs(Date.now() - Date.parse(at))).toBeLessThan(120_000);
  counted(context, { sockets: walked.length, looks, most_closed_at_once: most, recorded: entries.length, wrong: 0 });
});

test("the record is only added to, and a line that was changed shows itself", async () => {
  const before = readFileSync(record, "utf8");
  expect(await walk("--person", "李工", "--label", "31", "--answers", answers("station-1/1\n"))).toMatchObject({ code: 0 });
  const after = readFileSync(record, "utf8");
  expect(after.startsWith(before)).toBe(true);
  const changed = join(folder, "changed.jsonl");
  writeFileSync(changed, after.replace('"36"', '"38"'));
  expect(readBook(changed).broken).toEqual([3]);
  appendFileSync(changed, "not json\n");
  expect(readBook(changed).broken).toContain(6);
});

test("only light: nobody is asked, nothing is written", async () => {
  const before = readFileSync(record, "utf8");
  expect(await walk("--only-light", "--label", "40", "--json")).toMatchObject({ code: 0, stdout: expect.stringContaining('"lit"') });
  expect(readFileSync(record, "utf8")).toBe(before);
});

test("a relay that stays closed stops the walk before anything is energised", async () => {
  const { control } = simulator.ready;
  const post = (path: string, body: object) =>
    fetch(`${control}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  await post("/faults", { name: "weld", socket: "station-2/4" });
  await walk("--only-light", "--socket", "station-2/4"); // it closes once, and welds
  const since = (await state()).clock_ms;
  expect(await walk("--only-light", "--label", "31")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/still closed after OFF: station-2\/4/),
  });
  expect((await state()).frames.filter(({ ms, hex }) => ms > since && /05....ff00/.test(hex))).toEqual([]);
  await post("/faults", { name: "clear" });
});

test("while the gateway's safety process runs the walk is refused in words; while a walk runs the safety process does not start", async () => {
  const wiring = join(folder, "wiring.json");
  const link = join(folder, "gateway", "safety.sock");
  const limits = readyLimits("e-bike-4a");
  const lines = [{ id: "line-1", kind: "serial", path: simulator.ready.serial, baud: 19_200, parity: "none", stop_bits: 1 }];
  const stations = [{ id: "station-1", line: "line-1", unit: 1, profile: "stations/ten-socket", limits }];
  writeFileSync(wiring, JSON.stringify({ link, spool: join(folder, "spool"), lines, stations }));
  const start = () => startProgram("gateway/protection/main.ts", ["--wiring", wiring, "--ready-json"]);
  const safety = await start();
  expect(await walk("--only-light", "--label", "31")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the lines are in use: .*gateway/),
  });
  await safety.end();

  const walking = spawn(process.execPath, [
    join(repository, "command/main.ts"),
    ..."site walk --only-light --label 31 --seconds 20".split(" "),
    "--config",
    site,
  ]);
  await until("the walk holds the lines", async () => (await holderOf(link)) ?? undefined);
  await expect(start()).rejects.toThrow(/cuobian site walk/);
  // Killed in the middle: nobody re-arms, and the relay opens by itself; the lines are free again.
  await until("the relay is closed", async () => (await state()).sockets.some(({ relay }) => relay) || undefined);
  walking.kill("SIGKILL");
  await until("every relay is open", async () => (await state()).sockets.every(({ relay }) => !relay) || undefined, { within_ms: 8_000 });
  expect(await holderOf(link)).toBeUndefined();
  await (await start()).end();
});

test.each<[string, readonly string[], number, RegExp]>([
  ["no config", ["walk", "--person", "x"], 2, /--config/],
  ["nobody looks", ["walk", "--config", "x.yaml"], 2, /--person/],
  ["no terminal and no answers", ["walk", "--config", site, "--person", "x"], 2, /--answers/],
  ["a socket that is not there", ["walk", "--config", site, "--only-light", "--label", "99"], 2, /no socket "99".*31=station-1\/1/],
  ["no such file", ["walk", "--config", join(folder, "none.yaml"), "--only-light"], 3, /cannot be read/],
  ["no such verb", ["wander"], 2, /walk/],
])("%s", async (_, words, code, stderr) => {
  expect(await run(words)).toMatchObject({ code, stderr: expect.stringMatching(stderr) });
});
