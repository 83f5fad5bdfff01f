// The curves against published points, and the integral against its analytic times.
import { describe, expect, test } from "vitest";
import { cold, type Heat, heatAfter, operateSeconds, resetSeconds, tripsByHeat } from "./inverse.ts";
import { type Curve, type CurveName, curveNames } from "./limits.ts";

const curve = (name: CurveName, over: Partial<Curve> = {}): Curve => ({
  curve: name,
  time_permille: 1000,
  pickup_permille: 1100,
  reset: { kind: "inverse" },
  ...over,
});

// IEC 60255-151 and IEEE C37.112 with a multiplier of 1, seconds.
const nothing = undefined;
describe.each([
  //  M      SI         VI         EI         LTI        STI       IEEE MI    VI         EI
  [1.05, [143.4016, 270.0, 780.4878, 2400, 25.5949, nothing, nothing, nothing]],
  [1.13, [57.2049, 103.8462, 288.913, 923.0769, 10.2027, nothing, nothing, nothing]],
  [1.2, [38.3237, 67.5, 181.8182, 600, 6.831, nothing, nothing, nothing]],
  [1.45, [18.7694, 30.0, 72.5624, 266.6667, 3.3392, nothing, nothing, nothing]],
  [1.5, [17.1942, 27.0, 64.0, 240, 3.0579, 6.439, 16.179, 22.6817]],
  [2, [10.029, 13.5, 26.6667, 120, 1.7785, 3.8032, 7.0277, 9.5217]],
  [2.55, [7.4081, 8.7097, 14.5388, 77.4194, 1.3105, nothing, nothing, nothing]],
  [3, [6.3019, 6.75, 10.0, 60, 1.113, 2.4322, 2.9423, 3.6467]],
  [5, [4.2797, 3.375, 3.3333, 30, 0.7519, 1.6883, 1.3081, 1.2967]],
  [6, [3.8372, 2.7, 2.2857, 24, 0.6729, nothing, nothing, nothing]],
  [7.2, [3.4764, 2.1774, 1.5736, 19.3548, 0.6085, nothing, nothing, nothing]],
  [10, [2.9706, 1.5, 0.8081, 13.3333, 0.5183, 1.2068, 0.6891, 0.4065]],
  [20, [2.2674, 0.7105, 0.2005, 6.3158, 0.3928, 0.9481, 0.5401, 0.1924]],
  [35, [2.2674, 0.7105, 0.2005, 6.3158, 0.3928, 0.9481, 0.5401, 0.1924]],
] as const)("%d × pickup", (multiple, seconds) => {
  test.each(curveNames.flatMap((name, i) => (seconds[i] === undefined ? [] : [[name, seconds[i]] as const])))(
    "%s trips in %d s",
    (name, wanted) => expect(operateSeconds(curve(name), multiple)).toBeCloseTo(wanted, 3),
  );
});
test.each([0, 0.5, 0.98, 1, Number.NaN])("%d × pickup never trips", (multiple) => {
  for (const name of curveNames) expect(operateSeconds(curve(name), multiple)).toBe(Number.POSITIVE_INFINITY);
});
test.each(curveNames)("%s: no reset from 0.97 × pickup on; slower the nearer to it; none is instantaneous", (name) => {
  const at = [0, 0.5, 0.9, 0.969].map((multiple) => resetSeconds(curve(name), multiple));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at[0]).toBeGreaterThan(4);
  expect([0.97, 1, Number.NaN].map((multiple) => resetSeconds(curve(name), multiple))).toEqual([Infinity, Infinity, Infinity]);
});

const ei = curve("iec-extremely-inverse", { time_permille: 500 });
const heated = (pattern: (second: number) => number, seconds: number, over = ei): number => {
  let heat = cold;
  for (let ms = 300; ms <= seconds * 1000; ms += 300) {
    heat = heatAfter(heat, over, { multiple: pattern(ms / 1000), elapsed_ms: 300 });
    if (tripsByHeat(heat)) return ms / 1000;
  }
  return Number.POSITIVE_INFINITY;
};
const at = (level: number): Heat => ({ ...cold, level });

describe("the integral", () => {
  test("constant 2 × pickup: the curve's own time, TMS 0.5", () => expect(heated(() => 2, 60)).toBeCloseTo(13.333, 0));
  test("never at or below pickup", () => expect([heated(() => 1, 10_000), heated(() => 0.98, 10_000)]).toEqual([Infinity, Infinity]));
  test("5 s on, 5 s off at 1.73 × pickup trips all the same", () => {
    const dips = heated((s) => (s % 10 < 5 ? 1.73 : 0), 600);
    expect(dips).toBeLessThan(120);
    expect(dips).toBeGreaterThan(operateSeconds(ei, 1.73));
  });
  test("held between 0.97 and 1, decays below, never below cold", () => {
    const over = (multiple: number) => heatAfter(at(0.5), ei, { multiple, elapsed_ms: 4000 }).level;
    expect([over(0.97), over(1), over(0)]).toEqual([0.5, 0.5, 0.4]);
    expect(over(0.9)).toBeLessThan(0.5);
    expect(heatAfter(at(0.01), ei, { multiple: 0, elapsed_ms: 60_000 }).level).toBe(0);
  });
  test("definite reset: holds, and is forgotten after its time below", () => {
    const definite = { ...ei, reset: { kind: "definite", after_s: 60 } } as const;
    const left = (ms: number[]) => ms.reduce((heat, elapsed_ms) => heatAfter(heat, definite, { multiple: 0, elapsed_ms }), at(0.5)).level;
    expect([left([30_000, 29_999]), left([30_000, 30_000])]).toEqual([0.5, 0]);
  });
});

describe("one sample is no proof", () => {
  test.each(curveNames)("%s: a single wild sample does not trip, however long it stands for", (name) => {
    for (const elapsed_ms of [300, 1000, 10_000]) {
      const once = heatAfter(cold, curve(name, { time_permille: 50 }), { multiple: 20, elapsed_ms });
      expect(tripsByHeat(once)).toBe(false);
      expect(once.level).toBeLessThanOrEqual(0.25);
    }
  });
  test("the second pays in full what the first was denied", () => {
    const one = heatAfter(cold, ei, { multiple: 10, elapsed_ms: 100 });
    const two = heatAfter(one, ei, { multiple: 10, elapsed_ms: 100 });
    expect(two.level).toBeCloseTo(0.2 / operateSeconds(ei, 10), 9);
  });
  test("high and low by turns, each seen once, still adds up", () => {
    let turn = 0;
    expect(heated(() => (turn++ % 2 === 0 ? 2 : 0.99), 200)).toBeLessThan(30);
  });
});
