// The verbs as people type them: the examples of the documents, the curves against the decisions themselves, a breaker beside them, and what is said when something is wrong.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { breakerFrom } from "../core/charging/breaker.ts";
import { ruleCurves, tripsWithin } from "../core/charging/trip-curve.ts";
import { columns, otherColumns } from "./columns.ts";
import { coordination } from "./coordination.ts";
import { run } from "./programs.ts";
import { readRecording } from "./recording.ts";
import { replayStation } from "./replay.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-protect-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const example = (name: string): string => fileURLToPath(new URL(`../../docs/examples/${name}.csv`, import.meta.url));

interface Summary {
  readonly type: "summary";
  readonly tripped: boolean;
  readonly sockets: readonly { readonly trips: readonly { readonly t_s: number; readonly cause: string }[] }[];
}

describe("replay of the examples", () => {
  test.each<[string, number, readonly (string | undefined)[], readonly [least: number, most: number]]>([
    ["charge-healthy", 0, [undefined], [0, 0]],
    ["charge-overload", 1, ["over-current"], [90, 94]],
    ["contact-heats", 1, ["temperature-rise", undefined], [280, 310]],
    ["meter-lost", 1, ["blind"], [39, 39]],
    ["intermittent-overload", 1, ["over-current"], [60, 239]],
  ])("%s ends with %d", async (name, code, causes, [least, most]) => {
    const ending = await run(["replay", example(name), "--limits", "e-bike-4a", "--json"]);
    expect(ending.code, ending.stderr).toBe(code);
    const lines = ending.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string });
    const summary = lines.at(-1) as Summary;
    expect(summary).toMatchObject({ type: "summary", tripped: code === 1 });
    expect(summary.sockets.map(({ trips }) => trips[0]?.cause)).toEqual(causes);
    const at = summary.sockets[0]?.trips[0]?.t_s ?? 0;
    expect(at).toBeGreaterThanOrEqual(least);
    expect(at).toBeLessThanOrEqual(most);
    expect(lines.slice(0, -1).every(({ type }) => type === "change")).toBe(true);
  });
  test("in words: time, both languages, what it was", async () => {
    const { stdout, stderr } = await run(["replay", example("charge-overload"), "--limits", "e-bike-4a"]);
    expect(stdout).toMatch(
      /\+92\.000 s +92 +station\/1 +充电 → 锁定 +跳闸：反时限过流 6\.\d+ A，限值 4\.4 A；锁定.* \/ cut: inverse-time over-current/,
    );
    expect(stderr).toMatch(/limits e-bike-4a v1 .* follows the decisions/);
  });
  test("a healthy charge ends full, and a file in GB18030 is read", async () => {
    expect((await run(["replay", example("charge-healthy"), "--limits", "e-bike-4a"])).stdout).toMatch(/结束：已充满 \/ ended: full/);
    // "断开" in GB18030 as what a relay says
    const bytes = Uint8Array.from([...new TextEncoder().encode("time,current_A,relay_closed\n0,0,"), 0xb6, 0xcf, 0xbf, 0xaa, 0x0a]);
    expect((await run(["replay", file("gb.csv", bytes), "--limits", "e-bike-4a"])).code).toBe(0);
  });
  test("samples too far apart are said to be the recording's fault", async () => {
    const sparse = file("sparse.csv", ["time,current_A", ...[0, 60, 120, 180].map((second) => `${second},1.2`)].join("\n"));
    expect(await run(["replay", sparse, "--limits", "e-bike-4a"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/60 s apart .* too sparse/),
    });
  });
});

test.each<[readonly string[], number, RegExp]>([
  [[], 0, /cuobian protect/],
  [["replay", "--help"], 0, /samples\.csv/],
  [["dance"], 2, /no command "protect dance"/],
  [["replay"], 2, /protect replay samples\.csv/],
  [["replay", "x.csv"], 2, /--limits: 限值文件/],
  [["replay", "x.csv", "--limits", "e-bike-4a"], 3, /x\.csv: 读不到/],
  [["replay", example("charge-overload"), "--limits", "none"], 3, /e-bike-4a/],
  [["replay", example("charge-overload"), "--limits", "e-bike-4a", "--relay", "recorded"], 2, /no column relay_closed/],
  [["replay", example("charge-overload"), "--limits", "e-bike-4a", "--relay", "both"], 2, /recorded \| follow/],
  [["replay", example("charge-overload"), "--limits", "e-bike-4a", "--after", "long"], 2, /--after/],
  [["replay", example("charge-overload"), "--limits", "e-bike-4a", "--nonsense"], 2, /nonsense/],
  [["curve"], 2, /--limits/],
  [["curve", "--limits", "e-bike-4a", "--breaker", "K16"], 2, /write C16, B10, D20/],
  [["curve", "--limits", "e-bike-4a", "--sample", "0"], 2, /--sample/],
  [["curve", "--limits", "e-bike-4a", "--svg", "/nowhere/at/all.svg"], 3, /cannot be written/],
])("%j ends with %d", async (words, code, text) => {
  const ending = await run(words);
  expect([ending.code, ending.stdout + ending.stderr]).toEqual([code, expect.stringMatching(text)]);
});
test("a wrong sample is said by file, line and column; also as JSON", async () => {
  const path = file("wrong.csv", "time,current_A\n0,1\n1,two\n");
  expect(await run(["replay", path, "--limits", "e-bike-4a"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`${path}:3 current_A: “two” 应为数字`),
  });
  const { code, stdout } = await run(["replay", path, "--limits", "e-bike-4a", "--json"]);
  expect([code, JSON.parse(stdout)]).toMatchObject([3, { type: "complaints", complaints: [{ line: 3, column: "current_A" }] }]);
});
test("--help names every column", async () => {
  const { stdout } = await run(["--help"]);
  for (const name of [...columns.map((column) => column.name), ...Object.keys(otherColumns)]) expect(stdout).toContain(name);
});

test("P 02.coordination: the drawn curve is what the decisions do: cold, at every multiple, within a sample", (context) => {
  const counts = { documents: 0, points: 0, never: 0, wrong: 0 };
  const sample_s = 1;
  for (const name of ["e-bike-4a", "e-bike-10a"]) {
    const limits = readyLimits(name, { thermal: { start_permille: 0 }, max_time: { end_s: 86_400 } });
    const curves = ruleCurves(limits, { sample_s, voltage_mV: 220_000 });
    for (const times of [0.3, 0.5, 1.12, 1.3, 1.5, 1.9, 2.1, 3, 5]) {
      const current_mA = Math.round(limits.socket.rated_mA * times);
      const bound = tripsWithin(curves, current_mA, sample_s);
      const until = Number.isFinite(bound) ? bound + 5 : 600;
      // The load's own mains noise: what never moves is taken for a frozen meter.
      const rows = Array.from({ length: Math.ceil(until) + 1 }, (_, second) => {
        const voltage = 220 + (second % 7) / 100;
        return `${second},${current_mA / 1000},${((current_mA / 1000) * 220).toFixed(3)},${voltage}`;
      });
      const recording = readRecording(["time,current_A,power_W,voltage_V", ...rows].join("\n"));
      if (recording.kind === "no-recording") throw new Error(JSON.stringify(recording.complaints));
      const [station] = recording.stations;
      if (station === undefined) throw new Error("no station");
      const done = replayStation(station, { limits, relay: "follow", authority: "by itself", after_ms: 0 });
      const trip = done.sockets[0]?.trips[0];
      const label = `${name} × ${times}: ${JSON.stringify(trip)} for ${bound}`;
      if (Number.isFinite(bound)) {
        expect(trip?.ms, label).toBeLessThanOrEqual((bound + sample_s) * 1000);
        counts.points += 1;
      } else {
        expect(trip, label).toBeUndefined();
        counts.never += 1;
      }
    }
    counts.documents += 1;
  }
  counted(context, counts);
});

describe("beside a breaker", () => {
  const told = (limits: string, name: string, over: Parameters<typeof readyLimits>[1] = {}) => {
    const breaker = breakerFrom(name);
    if ("kind" in breaker) throw new Error(breaker.en);
    const curves = ruleCurves(readyLimits(limits, over), { sample_s: 1, voltage_mV: 220_000 });
    return coordination(curves, breaker, { sample_s: 1, from_A: 1, to_A: 2_000 });
  };
  const noPower = { over_power: { active: false, reason: "not what this test looks at" } } as const;
  test.each<[string, string, Parameters<typeof readyLimits>[1], string]>([
    ["e-bike-4a", "C16", {}, "partly"],
    ["e-bike-10a", "C16", {}, "partly"],
    // An 11 A pickup under a breaker that opens at 8.7 A: the socket never speaks first.
    ["e-bike-10a", "B6", noPower, "no"],
    ["e-bike-4a", "C2", noPower, "no"],
  ])("%s with a %s: %s %s", (limits, breaker, over, expected) => expect(told(limits, breaker, over).coordinated).toBe(expected));
  test("stretches meet each other, cover all, and the words say who is first", () => {
    const { stretches, sentences } = told("e-bike-10a", "B6", noPower);
    expect(stretches.length).toBeGreaterThan(2);
    for (const [index, one] of stretches.entries()) if (index > 0) expect(one.from_A).toBe(stretches[index - 1]?.to_A);
    expect([stretches[0]?.from_A, stretches.at(-1)?.to_A]).toEqual([1, 2_000]);
    expect(sentences.at(-1)?.zh).toMatch(/与 B6 不配合：.*断路器先断/);
    expect(sentences.at(-1)?.en).toMatch(/the curve lies above the window/);
  });
  test("the exit code says when it lies above; SVG and JSON say the same", async () => {
    const svg = join(folder, "curve.svg");
    const ending = await run(["curve", "--limits", "e-bike-10a", "--breaker", "C2", "--svg", svg]);
    expect(ending.code).toBe(5);
    expect(ending.stdout).toMatch(/not coordinated with C2/);
    const picture = readFileSync(svg, "utf8");
    for (const words of ["电流 / current, A", "时间 / time to trip", "断路器 C2", "速断", "最迟断开"]) expect(picture).toContain(words);
    expect(picture).not.toMatch(/NaN|Infinity|undefined/);
    const { code, stdout } = await run(["curve", "--limits", "e-bike-10a", "--breaker", "C2", "--json"]);
    expect([code, JSON.parse(stdout)]).toMatchObject([5, { breaker: "C2", coordinated: "no" }]);
    expect(stdout).not.toMatch(/NaN|Infinity/);
  });
  test.each([
    ["e-bike-4a", "C6"],
    ["e-bike-10a", "C10"],
  ])("not named: %s beside the smallest breaker that carries it, %s, and it fails nothing", async (limits, breaker) => {
    const svg = join(folder, "default.svg");
    const { code, stdout } = await run(["curve", "--limits", limits, "--svg", svg]);
    expect(code).toBe(0);
    expect(stdout).toContain(`breaker ${breaker}`);
    expect(stdout).toContain("░");
    expect(readFileSync(svg, "utf8")).toContain(`断路器 ${breaker}`);
  });
  test("without a breaker it only draws", async () => {
    const { code, stdout } = await run(["curve", "--limits", "e-bike-4a", "--breaker", "none"]);
    expect(code).toBe(0);
    for (const words of ["时间 seconds", "电流 A", "1 min", "1 h", "R  反时限", "I  速断"]) expect(stdout).toContain(words);
    expect(stdout).not.toContain("░");
  });
});
