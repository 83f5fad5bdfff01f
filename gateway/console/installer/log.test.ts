// The log as a person without a shell reads it: lines of any length keep their place, secrets stay masked, and a cause is said only for lines that exist in our sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { keptLines, logHearer, logTeller } from "../../link/log-lines.ts";
import { withRecent } from "../../site/recent-log.ts";
import { inOrder, logLine } from "./log.ts";
import { causeOf, causePatterns } from "./log-causes.ts";

test("P 11.log a line of any length stands in the log with its time, level and words; what is cut says so", (context) => {
  const out = withRecent({ write: () => undefined, flush: () => undefined });
  const long = "x".repeat(50_000);
  const lines = [
    { level: 30, time: 1, msg: "short" },
    { level: 50, time: 2, msg: "a request failed", err: { stack: long, message: "m" } },
    { level: 40, time: 3, msg: long },
    { level: 60, time: 4, msg: "fatal", plate: "闽C12345", token: "secret-of-the-site" },
    { level: 20, time: 5, msg: "debug" },
  ];
  for (const line of lines) out.write(`${JSON.stringify(line)}\n`);
  out.write("no json\n");
  const shown = out.recent().flatMap((line) => logLine(line) ?? []);
  expect(shown.map(({ at, level }) => [Date.parse(at), level])).toEqual([
    [1, "info"],
    [2, "error"],
    [3, "warn"],
    [4, "error"],
    [5, "info"],
  ]);
  expect(shown.map(({ says }) => says.slice(0, 16))).toEqual(["short", "a request failed", "x".repeat(16), "fatal", "debug"]);
  expect(shown[1]?.detail).toMatch(/…$/);
  for (const { says, detail } of shown) expect(says.length + detail.length).toBeLessThan(2_000);
  expect(JSON.stringify(shown)).not.toMatch(/12345|secret-of-the-site/);
  counted(context, { lines: shown.length, "longest, characters": JSON.stringify(lines[1]).length });
});

test("P 11.log-causes every cause is of a line that our sources write, and none is guessed", (context) => {
  const files = readdirSync("gateway", { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const said = files
    .filter((file) => !file.endsWith("log-causes.ts"))
    .flatMap((file) =>
      [...readFileSync(join("gateway", file), "utf8").matchAll(/["`]([A-Za-z][^"`\n]{8,})["`]/g)].map(([, text]) => text ?? ""),
    );
  for (const pattern of causePatterns)
    expect(
      said.some((text) => pattern.test(text)),
      String(pattern),
    ).toBe(true);
  expect(causeOf("something that nobody ever wrote")).toBeNull();
  expect(causeOf("uplink: not connected")?.zh).toMatch(/8883/);
  counted(context, { causes: causePatterns.length, "lines in sources": said.length });
});

/** A safety process that logs and falls, and a site process that asks it over the link; only the socket is left out. */
function twoProcesses() {
  const hearer = logHearer(50);
  let run = 0;
  const begin = () => {
    const kept = keptLines(60);
    run += 1;
    return { kept, teller: logTeller(kept, `run-${run}`) };
  };
  let safety = begin();
  let now = 0;
  return {
    hearer,
    says: (line: string) => safety.kept.add(line),
    falls: () => {
      safety = begin();
    },
    /** The answers that came of `times` questions, `apart_ms` from each other. */
    asks: (times: number, apart_ms: number) => {
      let answers = 0;
      for (let n = 0; n < times; n += 1, now += apart_ms) {
        const told = safety.teller(hearer.question(), now);
        if (told?.type !== "log") continue;
        answers += 1;
        hearer.heard(JSON.parse(JSON.stringify(told)));
      }
      return answers;
    },
  };
}

test("P 11.log-safety the safety process's log is read over the link: once each, in order, over its new starts, bounded at both ends, and it answers no oftener than it likes", (context) => {
  const { hearer, says, falls, asks } = twoProcesses();
  expect(asks(3, 1_000)).toBe(0);
  for (let n = 1; n <= 30; n += 1) says(`{"level":30,"time":${n},"msg":"line ${n}"}`);
  expect(asks(5, 1_000)).toBe(1);
  expect(hearer.lines()).toHaveLength(30);
  says('{"level":50,"time":31,"msg":"last before it fell"}');
  expect(asks(1, 1_000)).toBe(1);
  falls();
  says('{"level":30,"time":32,"msg":"begun anew"}');
  expect(asks(2, 1_000)).toBe(1);
  expect(
    hearer
      .lines()
      .slice(-2)
      .map((line) => JSON.parse(line).msg),
  ).toEqual(["last before it fell", "begun anew"]);
  // A flood: what does not fit is gone at both ends, and each answer is small.
  for (let n = 0; n < 20_000; n += 1) says(`{"level":30,"time":33,"msg":"flood ${n}","text":"${"x".repeat(n % 3_000)}"}`);
  const answers = asks(1_000, 1);
  expect(answers).toBeLessThanOrEqual(4);
  asks(20, 1_000);
  expect(hearer.lines()).toHaveLength(50);
  expect(JSON.parse(hearer.lines().at(-1) ?? "").msg).toBe("flood 19999");
  counted(context, { lines: hearer.lines().length, "answers to 1000 questions in a second": answers });
});

test("both logs in one order, by their times; a line without one stays behind its own neighbour", () => {
  const line = (time: number | undefined, msg: string) => JSON.stringify({ level: 30, ...(time === undefined ? {} : { time }), msg });
  const read = (of: "site" | "safety", ...lines: string[]) => lines.flatMap((one) => logLine(one, of) ?? []);
  const site = read("site", line(1_000, "a"), line(3_000, "c"));
  const safety = read("safety", line(2_000, "b"), line(undefined, "b2"), line(4_000, "d"));
  expect(inOrder([site, safety]).map(({ says, process }) => `${says} ${process}`)).toEqual([
    "a site",
    "b safety",
    "b2 safety",
    "c site",
    "d safety",
  ]);
});
