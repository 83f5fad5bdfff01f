// The program from outside: exit codes, and words that say what is wrong with its wiring, all at once.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readyLimits } from "#test/limits.ts";
import { repository } from "#test/world/program.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wiring-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(repository, "gateway/protection/main.ts"), ...args], { encoding: "utf8", timeout: 20_000 });

const limits = readyLimits("e-bike-4a");

test("--help", () => expect(run("--help")).toMatchObject({ status: 0, stdout: expect.stringContaining("--config") }));
test.each([
  ["nothing said", [], 2, /--config/],
  ["an unknown word", ["--nonsense"], 2, /nonsense/],
  ["no such file", ["--config", "/nowhere/site.yaml"], 3, /nowhere/],
  ["no such wiring", ["--wiring", "/nowhere/wiring.json"], 3, /nowhere/],
])("%s", (_, args, status, words) => {
  const ended = run(...args);
  expect(ended.status).toBe(status);
  expect(ended.stderr).toMatch(words);
});

test("every complaint about a wiring at once; limits beyond the hard bounds never start", () => {
  const path = join(folder, "wiring.json");
  const station = { id: "station-1", line: "line-1", unit: 1, profile: "stations/ten-socket", limits };
  writeFileSync(
    path,
    JSON.stringify({
      link: join(folder, "link"),
      spool: folder,
      lines: [],
      stations: [
        { ...station, limits: { ...limits, blind: { ...limits.blind, trip_ms: 60_000 } } },
        { ...station, id: "station-2", limits: { ...limits, socket: { rated_mA: null } } },
        { ...station, id: "station-3", unit: 3, profile: "barriers/loop-board" },
        {
          ...station,
          id: "station-5",
          unit: 5,
          limits: readyLimits("e-bike-4a", {
            residual_socket: { active: true, limit_mA: 30, samples: 2, provenance: "this test" } as never,
          }),
        },
        { ...station, id: "station-4", unit: 4, profile: "stations/none" },
      ],
    }),
  );
  const ended = run("--wiring", path);
  expect(ended.status).toBe(3);
  for (const words of [
    /no line line-1/,
    /limits\.blind\.trip_ms.*60000 is outside 3000 to 30000/,
    /unit 1 is taken/,
    /limits\.socket\.rated_mA.*is nothing/,
    /is no station/,
    /station-5: .*residual_socket is active, but the model has no residual_mA; switch it off and say why/,
    /no device profile "stations\/none"/,
  ])
    expect(ended.stderr).toMatch(words);
});
