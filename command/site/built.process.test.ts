// A shed of a relay board and single meters on a real pseudo-terminal: walked and proved socket by socket like any other station.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { full } from "#test/promise.ts";
import { builtSite } from "#test/world/built-site.ts";
import { endEveryProgram, startProgram } from "#test/world/program.ts";
import { run } from "./programs.ts";

const folder = mkdtempSync(join(tmpdir(), "built-"));
afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

test("a built station is commissioned: each relay moves its own meter, and two meters at each other's address are named crossed", {
  timeout: 120_000,
}, async () => {
  // Two meters were given each other's address; in the full set a third one is right.
  const units = full ? [11, 13, 12] : [12, 11];
  const meters = units.map((unit) => `meters/pzem-004t@${unit}`);
  const words = ["line", "relays/waveshare-8@1", ...meters, "--loads", "100", "--ready-json"];
  const simulator = await startProgram<{ serial: string }>("firmware-sim/main.ts", words);
  const site = join(folder, "site.yaml");
  writeFileSync(site, builtSite(simulator.ready.serial, units.length));
  const answers = join(folder, "answers");
  writeFileSync(answers, "all\n");
  const asked = [
    "--config",
    site,
    "--person",
    "张工",
    "--load-W",
    "100",
    "--loads",
    "all",
    "--seconds",
    "5",
    "--answers",
    answers,
    "--json",
  ];
  const ending = await run(["commission", ...asked]);
  expect(ending.code, ending.stderr).toBe(1);
  const { sockets } = JSON.parse(ending.stdout) as {
    sockets: { socket: string; proved: boolean; findings: { code: string; meters?: string[] }[] }[];
  };
  expect(
    sockets.map(({ socket, proved, findings }) => [
      socket,
      proved,
      ...findings.map(({ code, meters: by = [] }) => [code, ...by].join(" ")),
    ]),
  ).toEqual(
    full
      ? [
          ["diy/1", true],
          ["diy/2", false, "crossed diy/3"],
          ["diy/3", false, "crossed diy/2"],
        ]
      : [
          ["diy/1", false, "crossed diy/2"],
          ["diy/2", false, "crossed diy/1"],
        ],
  );
});

test("P 03.commission of relays and meters that show a direction: a turned transformer and a wrong phase are named as such, and no weld", {
  timeout: 120_000,
}, async () => {
  const words = ["line", "relays/waveshare-8@1", "meters/dds238-2@11!turned", "meters/dds238-2@12!phase", "--loads", "100", "--ready-json"];
  const simulator = await startProgram<{ serial: string }>("firmware-sim/main.ts", words);
  const site = join(folder, "turned.yaml");
  writeFileSync(site, builtSite(simulator.ready.serial, 2, "meters/dds238-2", "e-bike-4a-built-10wh"));
  const answers = join(folder, "answers");
  writeFileSync(answers, "all\n");
  const asked = [
    "--config",
    site,
    "--person",
    "张工",
    "--load-W",
    "100",
    "--loads",
    "all",
    "--seconds",
    "5",
    "--answers",
    answers,
    "--json",
  ];
  const ending = await run(["commission", ...asked]);
  expect(ending.code, ending.stderr).toBe(1);
  const { sockets } = JSON.parse(ending.stdout) as { sockets: { socket: string; findings: { code: string }[] }[] };
  expect(sockets.map(({ socket, findings }) => [socket, ...findings.map(({ code }) => code)])).toEqual([
    ["diy/1", "reversed"],
    ["diy/2", "wrong-phase"],
  ]);
});
