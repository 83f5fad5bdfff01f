// The curve against published points of IEC 60255-151 extremely inverse, and the integral against its analytic times.
import { describe, expect, test } from "vitest";
import { heatAfter, operateSeconds, resetSeconds } from "./inverse.ts";

describe("the curve, time multiplier 1", () => {
  test.each([
    [1.05, 780.4878],
    [1.13, 288.913],
    [1.2, 181.8182],
    [1.45, 72.5624],
    [1.5, 64],
    [2, 26.6667],
    [2.55, 14.5388],
    [3, 10],
    [5, 3.3333],
    [10, 0.8081],
    [20, 0.2005],
  ])("%d × pickup trips in %d s", (multiple, seconds) => {
    expect(operateSeconds(multiple, 1)).toBeCloseTo(seconds, 3);
  });
  test.each([0, 0.5, 0.98, 1, Number.NaN])("%d × pickup never trips", (multiple) => {
    expect(operateSeconds(multiple, 1)).toBe(Number.POSITIVE_INFINITY);
  });
});

const heated = (pattern: (second: number) => number, seconds: number, cap = 20): number => {
  let heat = 0;
  for (let ms = 300; ms <= seconds * 1000; ms += 300) {
    heat = heatAfter(heat, { current_mA: pattern(ms / 1000), pickup_mA: 1000, cap, elapsed_ms: 300 });
    if (heat >= 1) return ms / 1000;
  }
  return Number.POSITIVE_INFINITY;
};

describe("the integral", () => {
  test("constant 2 × pickup: the curve's own time, TMS 0.5", () => expect(heated(() => 2000, 60)).toBeCloseTo(13.333, 0));
  test("never at or below pickup", () => expect([heated(() => 1000, 10_000), heated(() => 980, 10_000)]).toEqual([Infinity, Infinity]));
  test("5 s on, 5 s off at 1.73 × pickup trips all the same", () => {
    const dips = heated((s) => (s % 10 < 5 ? 1730 : 0), 600);
    expect(dips).toBeLessThan(120);
    expect(dips).toBeGreaterThan(operateSeconds(1.73));
  });
  test("held between 0.97 and 1, decays below", () => {
    const over = (current_mA: number) => heatAfter(0.5, { current_mA, pickup_mA: 1000, cap: 20, elapsed_ms: 4000 });
    expect([over(970), over(1000), over(0)]).toEqual([0.5, 0.5, 0.4]);
    expect(over(900)).toBeLessThan(0.5);
  });
  test("never decays below cold", () => expect(heatAfter(0.01, { current_mA: 0, pickup_mA: 1000, cap: 20, elapsed_ms: 60_000 })).toBe(0));
  test("decays no faster than IEEE C37.112 extremely inverse, 29.1 s × TMS", () =>
    expect(resetSeconds(0)).toBeGreaterThanOrEqual(0.5 * 29.1));
  test("a single sample at 20 × pickup does not trip: the multiple is capped", () => {
    expect(heatAfter(0, { current_mA: 20_000, pickup_mA: 1000, cap: 2 / 1.1, elapsed_ms: 3000 })).toBeLessThan(0.2);
  });
});
