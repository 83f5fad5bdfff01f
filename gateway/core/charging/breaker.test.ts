// Breakers by the test points of their standard, and who opens first beside them.
import { describe, expect, test } from "vitest";
import { breakerFrom, breakerWindow, secondsOn, whoOpens } from "./breaker.ts";

const windowOf = (text: string) => {
  const breaker = breakerFrom(text);
  if ("kind" in breaker) throw new Error(breaker.en);
  return breakerWindow(breaker);
};

test.each<[string, unknown]>([
  ["C16", { type: "C", rated_A: 16 }],
  ["b10", { type: "B", rated_A: 10 }],
  ["D 63 A", { type: "D", rated_A: 63 }],
  ["C0.5", { type: "C", rated_A: 0.5 }],
  ["K16", { kind: "refusal" }],
  ["C", { kind: "refusal" }],
  ["C160", { kind: "refusal" }],
  ["C0", { kind: "refusal" }],
  ["16", { kind: "refusal" }],
])("%s", (text, expected) => expect(breakerFrom(text)).toMatchObject(expected as object));

describe("the window", () => {
  // breaker, amperes, not before s, by s
  test.each<[string, number, number, number]>([
    ["C16", 1.13 * 16, 3_600, Number.POSITIVE_INFINITY],
    ["C16", 1.45 * 16, 3_600 ** (1 - Math.log(1.45 / 1.13) / Math.log(2.55 / 1.13)), 3_600],
    ["C16", 2.55 * 16, 1, 60],
    ["C16", 80.01, 0.01, 15],
    ["C16", 161, 0.01, 0.1],
    ["C16", 1_000, 0.01, 0.1],
    ["B10", 29.99, 0.1, 45],
    ["B10", 51, 0.01, 0.1],
    ["D20", 199, 0.1, 4.1],
    ["D20", 401, 0.01, 0.1],
    ["C40", 2.55 * 40, 1, 120],
    ["C80", 1.13 * 80, 7_200, Number.POSITIVE_INFINITY],
    ["C16", 16, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])("%s at %d A", (name, A, fastest, slowest) => {
    const window = windowOf(name);
    const near = (value: number, wanted: number): void =>
      Number.isFinite(wanted) ? expect(Math.abs(value / wanted - 1)).toBeLessThan(0.02) : expect(value).toBe(wanted);
    near(secondsOn(window.fastest, A), fastest);
    near(secondsOn(window.slowest, A), slowest);
  });
  test("never is the fastest line above the slowest, and both only fall", () => {
    let compared = 0;
    for (const name of ["B6", "B40", "C10", "C63", "C100", "D16", "D50"]) {
      const window = windowOf(name);
      let before = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let A = 1; A < 3_000; A *= 1.01) {
        const now = [secondsOn(window.fastest, A), secondsOn(window.slowest, A)];
        expect(now[0]).toBeLessThanOrEqual(now[1] ?? 0);
        for (const [index, value] of now.entries()) expect(value).toBeLessThanOrEqual((before[index] ?? 0) * (1 + 1e-9));
        before = now;
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(5_000);
  });
});

test.each<[number, number, string]>([
  [10, 30, "socket"],
  [20, Number.POSITIVE_INFINITY, "either"],
  [30, Number.POSITIVE_INFINITY, "breaker"],
  [30, 10, "socket"],
  [30, 100, "either"],
  [30, 5_000, "breaker"],
  [200, 2, "breaker"],
  [10, Number.POSITIVE_INFINITY, "neither"],
])("at %d A a socket that needs %d s beside a C16: %s", (A, seconds, first) => expect(whoOpens(seconds, windowOf("C16"), A)).toBe(first));
