// A shopping list is held by the same functions as a site file; what it proposes keeps the promise; an unknown model is refused with its neighbours.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadOf, roundMs } from "#protocols/modbus/load.ts";
import { builtSite } from "#test/world/built-site.ts";
import { loadProfile, profileNames } from "../profiles.ts";
import { parseSiteConfig } from "../read.ts";
import { stationLoads } from "../stations.ts";
import { baudRates, budgetComplaint, budgetOf, plannedLine } from "../timing.ts";
import { type ListedLine, nearestModels, parseShopping } from "./read.ts";
import { needOf } from "./work.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const example = join(root, "docs/examples/shopping-list.yaml");
const modelOf = (name: string) => {
  const profile = loadProfile(name);
  if (profile.kind === "no-profile") throw new Error(profile.en);
  return profile;
};
const listOf = (text: string) => {
  const read = parseShopping(text, example);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  return read.lines.map(needOf);
};

test("the example: one line keeps its promise, two do not, and each is told what would help", () => {
  const needs = listOf(readFileSync(example, "utf8"));
  expect(needs.map(({ id, fits }) => [id, fits])).toEqual([
    ["shed-1", true],
    ["shed-2", false],
    ["shed-3", false],
    ["shed-4", true],
  ]);
  expect(needs[1]?.changes).toEqual([
    { kind: "baud", baud: 19_200 },
    { kind: "split", lines: 2 },
  ]);
  expect(needs[1]?.devices[0]).toMatchObject({ sockets: 10, questions: 1, registers: 108, each_ms: 336.8, most: 2 });
});

const line = fc.record({
  baud: fc.constantFrom(...baudRates),
  kind: fc.constantFrom("serial" as const, "rtu-tcp" as const),
  cutoff_ms: fc.integer({ min: 100, max: 5000 }),
  devices: fc.array(fc.record({ profile: fc.constantFrom(...profileNames().map(modelOf)), count: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
});
const listed = ({
  devices,
  ...rest
}: {
  devices: ListedLine["devices"];
  baud: 9600 | number;
  kind: "serial" | "rtu-tcp";
  cutoff_ms: number;
}): ListedLine => ({
  line: { id: "x", ...rest, devices: [] } as unknown as ListedLine["line"],
  devices,
});

test("whatever hangs on it: a list says the same as the site file at start, and every change that it names keeps the promise", () => {
  let kept = 0;
  let changes = 0;
  fc.assert(
    fc.property(line, (one) => {
      const need = needOf(listed(one));
      const profiles = one.devices.flatMap(({ profile, count }) => Array.from({ length: count }, () => profile));
      const site =
        one.kind === "serial"
          ? {
              id: "x",
              kind: one.kind,
              path: "/dev/x",
              baud: one.baud,
              parity: "none" as const,
              stop_bits: 1 as const,
              cutoff_ms: one.cutoff_ms,
            }
          : { id: "x", kind: one.kind, host: "x", port: 1, baud: one.baud, cutoff_ms: one.cutoff_ms };
      expect(budgetComplaint(plannedLine(site, profiles)) === undefined).toBe(need.fits);
      kept += need.fits ? 1 : 0;
      for (const change of need.changes) {
        changes += 1;
        if (change.kind === "baud") expect(needOf(listed({ ...one, baud: change.baud })).fits).toBe(true);
        if (change.kind === "allow") expect(needOf(listed({ ...one, cutoff_ms: change.cutoff_ms })).fits).toBe(true);
        if (change.kind === "instead") {
          const devices = one.devices.map((bought) =>
            bought.profile.id === change.of ? { profile: modelOf(change.profile), count: change.count } : bought,
          );
          if (one.devices.filter(({ profile }) => profile.id === change.of).length === 1)
            expect(needOf(listed({ ...one, devices })).fits).toBe(true);
        }
      }
    }),
    { numRuns: 400, seed: 7 },
  );
  expect(kept).toBeGreaterThan(40);
  expect(changes).toBeGreaterThan(100);
});

test("as many of one model as it says fit on a line, and one more does not", () => {
  for (const name of profileNames()) {
    const profile = modelOf(name);
    const need = needOf(listed({ kind: "serial", baud: 19_200, cutoff_ms: 2000, devices: [{ profile, count: 1 }] }));
    const most = need.devices[0]?.most ?? 0;
    const round = (count: number): number =>
      roundMs(
        Array.from({ length: count }, () => loadOf(profile)),
        { baud: 19_200 },
      );
    if (most > 0) expect(round(most), name).toBeLessThanOrEqual(need.allowed_ms);
    expect(round(most + 1), name).toBeGreaterThan(need.allowed_ms);
  }
});

const builtList = (count: number, meter = "meters/pzem-004t", relay = "relays/waveshare-8") =>
  listOf(
    `lines: [{ id: a, kind: serial, baud: 9600, cutoff_ms: 1800, sockets: [{ relay: ${relay}, meter: ${meter}, count: ${count} }] }]`,
  )[0];

test.each([1, 4, 8, 9, 12])("%i sockets of relays and meters: the list says the round that the site file has at start", (count) => {
  const site = parseSiteConfig(builtSite("/dev/ttyS0", Math.min(count, 8)), join(root, "site.yaml"));
  const need = builtList(count);
  if (count > 8) {
    // One board has eight relays: the ninth socket takes a second one.
    expect(need?.round_ms).toBeGreaterThan((builtList(8)?.round_ms ?? 0) + (need?.devices[0]?.each_ms ?? 0) * (count - 8) - count);
    expect(need?.fits).toBe(false);
    expect(need?.changes).toContainEqual({ kind: "split", lines: 2 });
    return;
  }
  if (site.kind === "complaints") return expect.fail(JSON.stringify(site.complaints));
  const { stations, devices = [], lines } = site.config;
  const planned = plannedLine(lines[0] as never, [], stationLoads(stations, { devices, profiles: site.profiles }));
  expect(need?.round_ms).toBe(budgetOf(planned).round_ms);
  expect([need?.fits, need?.devices[0]?.most]).toEqual([true, 8]);
});

test("a meter of two channels serves two sockets, each read by its own", () => {
  const [two, four] = [builtList(2, "meters/jsy-mk-193"), builtList(4, "meters/jsy-mk-193")];
  expect(four?.devices[0]).toMatchObject({ count: 4, sockets: 1, profile: "relays/waveshare-8 + meters/jsy-mk-193" });
  expect((four?.round_ms ?? 0) - (two?.round_ms ?? 0)).toBeGreaterThan(2 * 100);
});

test("a board that latches, and relays that are only read, are warned of", () => {
  expect(builtList(2)?.warnings).toEqual(["undeclared-turnaround"]);
  expect(builtList(2, "meters/pzem-004t", "relays/relay-4-in-4")?.warnings).toContain("latching");
  const alone = listOf(
    "lines: [{ id: a, kind: serial, baud: 9600, cutoff_ms: 1800, devices: [{ profile: relays/waveshare-8, count: 1 }] }]",
  );
  expect(alone[0]?.warnings).toContain("relays-alone");
});

test.each([
  ["{ relay: meters/pzem-004t, meter: meters/pzem-004t, count: 2 }", /sockets\[0\]\.relay: .*has no relays/],
  ["{ relay: relays/waveshare-8, meter: pumps/secondary-supply, count: 2 }", /sockets\[0\]\.meter: .*neither protect nor bill/],
  ["{ relay: relays/waveshare-8, meter: meters/dtsu666, count: 2 }", /sockets\[0\]\.meter: .*has no current_mA/],
  ["{ relay: relays/waveshare, meter: meters/pzem-004t, count: 2 }", /near it: relays\/waveshare-8/],
])("%s is refused by its place", (sockets, words) => {
  const read = parseShopping(`lines: [{ id: a, kind: tcp, cutoff_ms: 1000, sockets: [${sockets}] }]`, example);
  expect(read.kind === "complaints" ? read.complaints.map(({ path, en }) => `${path}: ${en}`).join("\n") : "").toMatch(words);
});

const refused = (devices: string, more = "") => {
  const read = parseShopping(
    `lines:\n  - id: a\n    kind: serial\n    baud: 9600\n    cutoff_ms: 1000\n    devices: ${devices}\n${more}`,
    example,
  );
  return read.kind === "complaints" ? read.complaints.map(({ path, line: at, en }) => `${at} ${path}: ${en}`) : [];
};
test.each([
  ["[{profile: sdm12, count: 1}]", /6 lines\[0\]\.devices\[0\]\.profile: no device profile "sdm12"; near it: meters\/sdm120/],
  ["[{profile: ten-sockets, count: 1}]", /near it: stations\/ten-socket/],
  ["[{profile: ./none.json, count: 1}]", /none\.json/],
  ["[{profile: stations/ten-socket, count: 0}]", /count: 0 is outside 1 to 247/],
  ["[{profile: stations/ten-socket, count: 200}, {profile: stations/two-socket, count: 48}]", /248 devices, but a line has 247 addresses/],
  ["[]", /nothing hangs on this line/],
])("%s is refused by its place", (devices, words) => expect(refused(devices).join("\n")).toMatch(words));

test("two lines of one name are refused; a model of one's own is read from its file", () => {
  const again = "  - id: a\n    kind: tcp\n    cutoff_ms: 1000\n    devices: [{profile: meters/sdm120, count: 1}]\n";
  expect(refused("[{profile: meters/sdm120, count: 1}]", again).join()).toMatch(/id twice: a/);
  const folder = mkdtempSync(join(tmpdir(), "budget-"));
  writeFileSync(join(folder, "own.json"), JSON.stringify({ ...modelOf("stations/ten-socket"), id: "stations/own" }));
  const read = parseShopping(
    "lines: [{id: a, kind: tcp, cutoff_ms: 1000, devices: [{profile: own.json, count: 2}]}]",
    join(folder, "list.yaml"),
  );
  expect(read.kind === "shopping" && needOf(read.lines[0] as ListedLine).devices[0]?.profile).toBe("stations/own");
});

test("near names come with or without their folder", () => {
  expect(nearestModels("sdm63")[0]).toBe("meters/sdm630");
  expect(nearestModels("station/tensocket")[0]).toBe("stations/ten-socket");
  expect(nearestModels("PZEM")[0]).toMatch(/^meters\/pzem/);
});

test.each([
  [[example], 1, /shed-2.*\n[\s\S]*19200/],
  [[example, "--json"], 1, /^\{"ok":false.*"changes":\[\{"kind":"baud","baud":19200\}/],
  [["/none.yaml"], 3, /cannot be read/],
  [[], 2, /cuobian budget docs\/examples/],
  [["--help"], 0, /退出码/],
] as const)("%j ends with %i", (args, code, words) => {
  const ended = spawnSync(process.execPath, [join(root, "gateway/config/budget/main.ts"), ...args], { encoding: "utf8" });
  expect(ended.stdout + ended.stderr).toMatch(words);
  expect(ended.status).toBe(code);
});
