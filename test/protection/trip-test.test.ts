// A trip test without a load bank: a lower limit beside the socket's own, which can only make it trip sooner, and which is gone by itself.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operateSeconds } from "#gateway/core/charging/inverse.ts";
import { active } from "#gateway/core/charging/limits.ts";
import { longestTrial_ms } from "#gateway/core/charging/trial.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { Bench, closed } from "./bench.ts";

const limits = readyLimits("e-bike-4a");
const rotation_ms = 500;

/** A charger that takes so much, its meter counting as it should. */
function charge(bench: Bench, from_ms: number, to_ms: number, current_mA: (at: number) => number): void {
  let energy_mWh = 5_000_000;
  expect(bench.relay).toBe(true);
  for (let at = from_ms; at <= to_ms; at += rotation_ms) {
    const current = current_mA(at - from_ms);
    const power_mW = Math.round((current * 220_000) / 1_000);
    energy_mWh += (power_mW * rotation_ms) / 3_600_000;
    // Voltage is never quite the same, as on any mains.
    const voltage_mV = 220_000 + ((at / rotation_ms) % 7) * 10;
    bench.sample(at, closed({ current_mA: current, power_mW, voltage_mV, energy_mWh: Math.floor(energy_mWh / 1_000) * 1_000 }));
    if (!bench.relay) return;
  }
}

const begun = (bench: Bench, limit_mA: number, duration_ms = longestTrial_ms): void =>
  bench.give({ type: "test-limit", socket: 0, test: "test-00000001", limit_mA, duration_ms, person: "张工" });
const kinds = (bench: Bench): string[] =>
  bench.said.map(({ fact }) => fact.kind).filter((kind) => kind.startsWith("test") || kind === "cut");
const cutOf = (bench: Bench) => bench.said.flatMap(({ at, fact }) => (fact.kind === "cut" ? [{ at, ...fact }] : []))[0];

function energised(): { bench: Bench; from: number } {
  const bench = new Bench(limits);
  bench.charge(closed({ current_mA: 40, power_mW: 8_800 }));
  return { bench, from: bench.now + rotation_ms };
}

describe("P 03.trip-test", () => {
  test("P 03.trip-test: an ordinary charger trips at the test's limit, latched, and the test is over; without the test it does not", (context) => {
    let trips = 0;
    for (const [limit_mA, current_mA] of [
      [300, 900], // three times: instantaneous
      [300, 600],
      [600, 900], // one and a half times: the curve
      [1_000, 1_500],
      [50, 120],
    ] as const) {
      const { bench, from } = energised();
      begun(bench, limit_mA);
      charge(bench, from, from + longestTrial_ms, () => current_mA);
      const cut = cutOf(bench);
      expect(cut, `${limit_mA} ${current_mA}`).toMatchObject({ test: "test-00000001", latched: true, value: current_mA });
      expect(["over-current", "instantaneous"]).toContain(cut?.cause);
      const curve = active(limits.over_current);
      if (curve === undefined) throw new Error("the file has no curve");
      const latest_ms = operateSeconds(curve, (current_mA * 1_000) / (limit_mA * curve.pickup_permille)) * 1_000;
      expect((cut?.at ?? 0) - from, `${limit_mA} ${current_mA}`).toBeLessThanOrEqual(latest_ms + 2 * rotation_ms);
      expect(kinds(bench)).toEqual(["test-begun", "cut", "test-ended"]);
      expect(bench.state.sockets[0]).toMatchObject({ trial: undefined, limits });
      trips += 1;

      const without = energised();
      charge(without.bench, without.from, without.from + longestTrial_ms, () => current_mA);
      expect(cutOf(without.bench)).toBeUndefined();
    }
    counted(context, { trips, wrong: 0 });
  });

  test("it restores itself: what would have tripped in the end no longer does once its time is over", () => {
    const { bench, from } = energised();
    begun(bench, 1_000, 10_000);
    charge(bench, from, from + longestTrial_ms, () => 1_500);
    expect(kinds(bench)).toEqual(["test-begun", "test-ended"]);
    expect(bench.said.find(({ fact }) => fact.kind === "test-ended")?.at).toBeLessThanOrEqual(from + 10_000);
    expect(bench.relay).toBe(true);
    // With its full time it would have tripped.
    const whole = energised();
    begun(whole.bench, 1_000);
    charge(whole.bench, whole.from, whole.from + longestTrial_ms, () => 1_500);
    expect(cutOf(whole.bench)).toBeDefined();
  });

  test("a start drops it: what lives in memory falls with the process", () => {
    const { bench } = energised();
    begun(bench, 300);
    bench.give({ type: "start" });
    expect(bench.said.at(-1)?.fact ?? {}).toMatchObject({ kind: "test-ended", cause: "dropped" });
    expect(bench.state.sockets[0]?.trial).toBeUndefined();
  });

  test("cancelled by its name only", () => {
    const { bench } = energised();
    begun(bench, 300);
    bench.give({ type: "end-test", socket: 0, test: "another" });
    expect(bench.state.sockets[0]?.trial?.test).toBe("test-00000001");
    bench.give({ type: "end-test", socket: 0, test: "test-00000001" });
    expect(kinds(bench)).toEqual(["test-begun", "test-ended"]);
  });

  test("asked again it is not begun anew; another one has to wait", () => {
    const { bench, from } = energised();
    begun(bench, 1_000);
    const until = bench.state.sockets[0]?.trial?.until;
    charge(bench, from, from + 60_000, () => 500);
    begun(bench, 1_000);
    expect(bench.state.sockets[0]?.trial?.until).toBe(until);
    bench.give({ type: "test-limit", socket: 0, test: "test-00000002", limit_mA: 500, duration_ms: 1_000, person: "x" });
    expect(bench.said.at(-1)?.fact).toMatchObject({ kind: "test-refused", code: "test-runs" });
  });

  test.each([
    [4_000, longestTrial_ms, "not-lower"],
    [16_000, longestTrial_ms, "not-lower"],
    [3_999.5, longestTrial_ms, "too-low"],
    [49, longestTrial_ms, "too-low"],
    [Number.NaN, longestTrial_ms, "too-low"],
    [-300, longestTrial_ms, "too-low"],
    [300, longestTrial_ms + 1, "too-long"],
    [300, 0, "too-long"],
    [300, Number.POSITIVE_INFINITY, "too-long"],
  ])("refused: %d mA for %d ms: %s", (limit_mA, duration_ms, code) => {
    const { bench } = energised();
    begun(bench, limit_mA, duration_ms);
    expect(bench.said.at(-1)?.fact).toMatchObject({ kind: "test-refused", code });
    expect(bench.state.sockets[0]?.trial).toBeUndefined();
  });

  test("it can only add: whatever flows and whatever is tested, the socket is never cut later than without the test", () => {
    let compared = 0;
    let sooner = 0;
    fc.assert(
      fc.property(
        fc.array(fc.record({ mA: fc.integer({ min: 0, max: 14_000 }), for_s: fc.integer({ min: 1, max: 60 }) }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: 50, max: 3_999 }),
        fc.integer({ min: 1_000, max: longestTrial_ms }),
        (parts, limit_mA, duration_ms) => {
          const current = (at: number): number => {
            let left = at / 1_000;
            for (const { mA, for_s } of parts) {
              if (left < for_s) return mA;
              left -= for_s;
            }
            return 0;
          };
          const cutAt = (tested: boolean): number => {
            const { bench, from } = energised();
            if (tested) begun(bench, limit_mA, duration_ms);
            charge(bench, from, from + 120_000, current);
            return (cutOf(bench)?.at ?? Number.POSITIVE_INFINITY) - from;
          };
          const [tested, plain] = [cutAt(true), cutAt(false)];
          compared += 1;
          sooner += tested < plain ? 1 : 0;
          expect(tested).toBeLessThanOrEqual(plain);
        },
      ),
      { numRuns: 150 },
    );
    expect(compared).toBeGreaterThanOrEqual(150);
    expect(sooner).toBeGreaterThan(20);
  });
});
