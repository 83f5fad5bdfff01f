// Commissioning over a real pseudo-terminal against a shed that is wired wrongly: each fault is named at its place, and written into the record.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SimulatorReady, SimulatorState } from "#protocols/api/simulator.ts";
import { counted } from "#test/promise.ts";
import { endEveryProgram, startProgram, type TestProgram } from "#test/world/program.ts";
import { wiringSite } from "#test/world/wiring-site.ts";
import { run } from "./programs.ts";
import { readBook } from "./record.ts";

let simulator: TestProgram<SimulatorReady>;
const folder = mkdtempSync(join(tmpdir(), "commission-"));
const site = join(folder, "site.yaml");

beforeAll(async () => {
  const wires = "--loads 100 --crossed 3:5 --phase 6".split(" ");
  simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", ...wires, "--ready-json"]);
  writeFileSync(site, wiringSite(simulator.ready.serial));
});
afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

const state = async (): Promise<SimulatorState> => (await (await fetch(`${simulator.ready.control}/state`)).json()) as SimulatorState;

test("P 03.commission over the wire: crossed meters and a wrong phase are named; a right socket is proved", {
  timeout: 120_000,
}, async (context) => {
  const answers = join(folder, "answers");
  writeFileSync(answers, "all\n");
  const labels = ["31", "33", "36"].flatMap((label) => ["--label", label]);
  const words = [
    "--config",
    site,
    "--person",
    "张工",
    "--load-W",
    "100",
    "--loads",
    "all",
    "--seconds",
    "3",
    "--answers",
    answers,
    ...labels,
  ];
  const ending = await run(["commission", ...words, "--json"]);
  expect(ending.code, ending.stderr).toBe(1);
  const { sockets } = JSON.parse(ending.stdout) as {
    sockets: { socket: string; proved: boolean; findings: { code: string; meters?: string[] }[] }[];
  };
  const found = Object.fromEntries(
    sockets.map(({ socket, findings }) => [socket, findings.map(({ code, meters = [] }) => [code, ...meters].join(" "))]),
  );
  expect(found).toEqual({
    "station-1/1": [],
    "station-1/3": ["crossed station-1/5"],
    "station-1/6": ["wrong-phase"],
  });
  expect((await state()).sockets.filter(({ relay }) => relay)).toEqual([]);
  const { entries, broken } = readBook(join(folder, "gateway", "commissioning.jsonl"));
  expect(entries).toMatchObject([{ kind: "commission", person: "张工", load_W: 100, sockets: 3 }]);
  counted(context, { sockets: sockets.length, findings: 2, recorded: entries.length, wrong: broken.length });
});

test("nothing plugged in proves nothing, and says so", { timeout: 60_000 }, async () => {
  const ending = await run([
    "commission",
    "--config",
    site,
    "--person",
    "张工",
    "--loads",
    "none",
    "--socket",
    "station-2/1",
    "--seconds",
    "3",
  ]);
  expect(ending).toMatchObject({ code: 5, stdout: expect.stringMatching(/没有带负载[\s\S]*1 未证明/) });
});

test.each<[string, readonly string[], RegExp]>([
  ["no watts", ["--loads", "all"], /--load-W/],
  ["a load too small to tell from noise", ["--load-W", "5"], /25 … 3000/],
  ["watts and no load", ["--loads", "none", "--load-W", "60"], /--loads none/],
  ["loads somewhere else", ["--loads", "some", "--load-W", "60"], /one \| all \| none/],
])("refused: %s", async (_, words, stderr) => {
  expect(await run(["commission", "--config", site, "--person", "x", ...words])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(stderr),
  });
});
