// The log as a person without a shell reads it: lines of any length keep their place, secrets stay masked, and a cause is said only for lines that exist in our sources.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { withRecent } from "../../site/recent-log.ts";
import { logLine } from "./log.ts";
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
