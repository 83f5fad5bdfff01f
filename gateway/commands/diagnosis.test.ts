// A diagnosis is bounded and says no more than it may.
import { Compile } from "typebox/compile";
import { expect, test } from "vitest";
import { eventCatalogue } from "#protocols/uplink/events.ts";
import type { Measure } from "../site-context.ts";
import { diagnosisOf, redacted } from "./diagnosis.ts";

const shape = Compile(eventCatalogue["gateway.diagnosed"].data);
const gauge = (n: number, change: Partial<Measure> = {}): Measure => ({
  ...{ name: "cuobian_line_late", kind: "gauge", help: "", labels: { line: `line-${n}` }, value: n },
  ...change,
});

test("checks and numbers as they are, in the words of the rooms", () => {
  const examined = {
    version: "0.1.0",
    checks: [{ name: "disk", ok: true, zh: "磁盘有余量", en: "the disk has room" }],
    measures: [gauge(1)],
  };
  const said = diagnosisOf("00000001-cafe", examined);
  expect(said).toEqual({
    ...{ command: "00000001-cafe", version: "0.1.0", checks: examined.checks, left_out: 0 },
    numbers: [{ name: "cuobian_line_late", of: "line=line-1", value: 1 }],
  });
});

test("whatever the rooms say, it stays within its bounds, and what is left out is counted", () => {
  const check = { name: "x".repeat(900), ok: false, zh: "坏".repeat(900), en: "y ".repeat(900) };
  for (const [checks, numbers, label] of [
    [0, 0, "a"],
    [200, 2_000, "a"],
    [64, 500, "门".repeat(400)],
  ] as const) {
    const said = diagnosisOf("00000001-cafe", {
      version: "v".repeat(90),
      checks: Array.from({ length: checks }, () => check),
      measures: Array.from({ length: numbers }, (_, n) => gauge(n, { labels: { line: label } })),
    });
    expect(shape.Check(said), JSON.stringify(shape.Errors(said)).slice(0, 300)).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(said))).toBeLessThan(160_000);
    expect(said.checks.length + said.numbers.length + said.left_out).toBe(checks + numbers);
  }
});

test("a number that is none is left out", () => {
  const measures = [gauge(1, { value: Number.NaN }), gauge(2, { value: Number.POSITIVE_INFINITY }), gauge(3)];
  expect(diagnosisOf("00000001-cafe", { version: "0", checks: [], measures })).toMatchObject({ numbers: [{ value: 3 }], left_out: 2 });
});

test.each([
  ["闽CD12345 在场", "*** 在场"],
  ["闽C·12345", "***"],
  ["闽C1234学", "***"],
  ["card 88001234", "card ***"],
  ["token 0123456789abcdef0123456789abcdef", "token ***"],
  ["mqtt://gw-1:secret@broker:1883", "mqtt://***@broker:1883"],
  ["line-1 of station-1/3 is late by 1200 ms", "line-1 of station-1/3 is late by 1200 ms"],
])("%s is told as %s", (text, told) => {
  expect(redacted(text)).toBe(told);
});
