// P 02.curves: each curve of a limits file, through the very decision code, sample by sample, against its formula written down here once more.
import { expect, test } from "vitest";
import { type CurveName, curveNames, type Limits } from "#gateway/core/charging/limits.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { Bench, closed, idle } from "./bench.ts";

const off = { active: false, reason: "not what this test looks at" } as const;
const rated_mA = 1000;

/** One rule alone: the others are off or out of reach. */
const alone = (over: Parameters<typeof readyLimits>[1]): Limits =>
  readyLimits("e-bike-10a", {
    socket: { rated_mA },
    over_current: off,
    thermal: off,
    instantaneous: { times_permille: 25_000, grace_ms: 0 },
    max_time: { end_s: 86_400 },
    no_load: off,
    never_charging: off,
    full: off,
    over_power: off,
    frozen: off,
    second_rise: off,
    ...over,
  });
const curveLimits = (curve: CurveName, time_permille: number, reset: object = { kind: "inverse" }): Limits =>
  alone({ over_current: { active: true, curve, time_permille, pickup_permille: 1100, reset, provenance: "this test" } as never });
const thermalLimits = (over: object = {}): Limits =>
  alone({
    thermal: {
      active: true,
      tau_s: 60,
      cooling_tau_s: 120,
      k_permille: 1000,
      start_permille: 0,
      reclose_below_permille: 700,
      provenance: "this test",
      ...over,
    } as never,
  });

// ---- the formulas, once more (IEC 60255-151, IEEE C37.112, IEC 60255-149)
const iec = (k: number, a: number) => (M: number) => k / (Math.min(M, 20) ** a - 1);
const ieee = (A: number, B: number, p: number) => (M: number) => A / (Math.min(M, 20) ** p - 1) + B;
const operate: Record<CurveName, (M: number) => number> = {
  "iec-standard-inverse": iec(0.14, 0.02),
  "iec-very-inverse": iec(13.5, 1),
  "iec-extremely-inverse": iec(80, 2),
  "iec-long-time-inverse": iec(120, 1),
  "iec-short-time-inverse": iec(0.05, 0.04),
  "ieee-moderately-inverse": ieee(0.0515, 0.114, 0.02),
  "ieee-very-inverse": ieee(19.61, 0.491, 2),
  "ieee-extremely-inverse": ieee(28.2, 0.1217, 2),
};
const resets: Record<CurveName, (M: number) => number> = {
  "iec-standard-inverse": (M) => 13.5 / (1 - M ** 2),
  "iec-very-inverse": (M) => 47.3 / (1 - M ** 2),
  "iec-extremely-inverse": (M) => 80 / (1 - M ** 2),
  "iec-long-time-inverse": (M) => 120 / (1 - M),
  "iec-short-time-inverse": (M) => 4.85 / (1 - M ** 2),
  "ieee-moderately-inverse": (M) => 4.85 / (1 - M ** 2),
  "ieee-very-inverse": (M) => 21.6 / (1 - M ** 2),
  "ieee-extremely-inverse": (M) => 29.1 / (1 - M ** 2),
};

/** Currents as multiples of `base_mA`, each held for so many seconds, the last until it trips. Gives the seconds from the last change to the cut. */
function tripsAfter(limits: Limits, base_mA: number, phases: readonly { multiple: number; seconds: number }[]): number {
  const bench = new Bench(limits);
  const at = (multiple: number) => closed({ current_mA: multiple * base_mA, power_mW: multiple * base_mA * 200 });
  bench.charge(at(0.3));
  let turned = bench.now as number;
  for (const { multiple, seconds } of phases) {
    turned = bench.now;
    const every = Math.min(5000, Math.max(0.5, seconds / 0.4)); // 400 samples each
    for (let ms = every; ms <= seconds * 1000 + 1e-6; ms += every) {
      bench.sample(turned + ms, at(multiple));
      if (bench.cut() !== undefined) break;
    }
  }
  const cut = bench.cut();
  if (cut !== undefined) expect(cut.cause).toBe("over-current");
  return cut === undefined ? Number.POSITIVE_INFINITY : (cut.at - turned) / 1000;
}

const multiples = [1.05, 1.13, 1.2, 1.45, 1.5, 2, 2.55, 3, 5, 6, 7.2, 10, 15, 20];
let checked = 0;
let worst = 0;
const within = (found: number, wanted: number): void => {
  checked += 1;
  worst = Math.max(worst, Math.abs(found / wanted - 1));
  expect(found / wanted, `${found} s for ${wanted} s`).toBeGreaterThan(0.99);
  expect(found / wanted, `${found} s for ${wanted} s`).toBeLessThan(1.01);
};
const pickup = rated_mA * 1.1;

test("P 02.curves: every IEC and IEEE curve and the thermal model within 1 % of its formula; dips, resets and hot starts included", (context) => {
  for (const curve of curveNames)
    for (const time of curve === "iec-long-time-inverse" ? [300, 1000] : [500, 1000]) {
      const limits = curveLimits(curve, time);
      const seconds = (M: number): number => (time / 1000) * operate[curve](M);
      const cools = (M: number): number => (time / 1000) * resets[curve](M);
      // Constant.
      for (const M of multiples) within(tripsAfter(limits, pickup, [{ multiple: M, seconds: seconds(M) * 1.1 }]), seconds(M));
      // A dip costs what the reset says, no more: 60 % heated, 20 % lost at half of pickup.
      for (const [first, dip, then] of [
        [2, 0.5, 3],
        [1.5, 0, 1.5],
        [3, 0.9, 2],
      ] as const) {
        const lost = 0.2 * cools(dip);
        const left = 1 - (0.6 - 0.2);
        const phases = [
          { multiple: first, seconds: 0.6 * seconds(first) },
          { multiple: dip, seconds: lost },
          { multiple: then, seconds: left * seconds(then) * 1.1 },
        ];
        within(tripsAfter(limits, pickup, phases), left * seconds(then));
      }
      // Between 0.97 × pickup and pickup it holds, however long.
      const held = [
        { multiple: 2, seconds: 0.5 * seconds(2) },
        { multiple: 0.985, seconds: 600 },
        { multiple: 2, seconds: seconds(2) },
      ];
      within(tripsAfter(limits, pickup, held), 0.5 * seconds(2));
      // Wholly reset: as if nothing had been.
      const fresh = [
        { multiple: 2, seconds: 0.9 * seconds(2) },
        { multiple: 0.5, seconds: 1.05 * cools(0.5) },
        { multiple: 2, seconds: seconds(2) * 1.1 },
      ];
      within(tripsAfter(limits, pickup, fresh), seconds(2));
      // Never at pickup and below.
      for (const M of [0.99, 1]) expect(tripsAfter(limits, pickup, [{ multiple: M, seconds: 7200 }])).toBe(Number.POSITIVE_INFINITY);
    }
  // Beyond 20 × pickup the time is that at 20.
  within(
    tripsAfter(curveLimits("iec-standard-inverse", 1000), pickup, [{ multiple: 22, seconds: 3 }]),
    operate["iec-standard-inverse"](20),
  );

  // Definite reset: nothing is lost before its time, everything after it.
  const definite = curveLimits("iec-extremely-inverse", 500, { kind: "definite", after_s: 60 });
  const half = 0.5 * 0.5 * operate["iec-extremely-inverse"](2);
  const after = (pause: number) =>
    tripsAfter(definite, pickup, [
      { multiple: 2, seconds: half },
      { multiple: 0, seconds: pause },
      { multiple: 2, seconds: 4 * half },
    ]);
  within(after(59), half);
  within(after(61), 2 * half);

  // The thermal model: cold, and hot after a load that had lasted.
  for (const I of [1.05, 1.13, 1.2, 1.45, 2, 2.55, 3, 4, 5, 6, 7.2, 8]) {
    const cold = 60 * Math.log(I ** 2 / (I ** 2 - 1));
    within(tripsAfter(thermalLimits(), rated_mA, [{ multiple: I, seconds: cold * 1.1 }]), cold);
    for (const warm of [0.5, 0.9]) {
      const hot = hotFrom(warm, I);
      const phases = [
        { multiple: Math.sqrt(warm), seconds: 900 },
        { multiple: I, seconds: hot * 1.2 },
      ];
      within(tripsAfter(thermalLimits(), rated_mA, phases), hot);
    }
    // Assumed warm after a start, when nothing is remembered.
    const assumed = thermalLimits({ start_permille: 800, reclose_below_permille: 900 });
    within(tripsAfter(assumed, rated_mA, [{ multiple: I, seconds: 1.2 * hotFrom(0.8, I) }]), hotFrom(0.8, I));
    // A dip cools as the model says: half a minute at nothing.
    const dipped = Math.exp(-30 / 60) * 0.5;
    const phases = [
      { multiple: Math.sqrt(0.5), seconds: 900 },
      { multiple: 0.02, seconds: 30 },
      { multiple: I, seconds: 1.2 * hotFrom(dipped, I) },
    ];
    within(tripsAfter(thermalLimits(), rated_mA, phases), hotFrom(dipped, I));
  }
  for (const I of [0.5, 0.99, 1])
    expect(tripsAfter(thermalLimits(), rated_mA, [{ multiple: I, seconds: 7200 }])).toBe(Number.POSITIVE_INFINITY);
  counted(context, {
    curves: curveNames.length + 1,
    "multiples a curve": multiples.length,
    "times checked": checked,
    "worst deviation, %": (worst * 100).toFixed(2),
  });
});

const hotFrom = (warm: number, I: number): number => 60 * Math.log((I ** 2 - warm) / (I ** 2 - 1));

test("a tripped thermal model closes again only below its re-close level", () => {
  const bench = new Bench(thermalLimits());
  bench.charge(closed({ current_mA: 300, power_mW: 60_000 }));
  for (let i = 0; bench.cut() === undefined && i < 100; i += 1)
    bench.sample(bench.now + 500, closed({ current_mA: 3000, power_mW: 500_000 }));
  const [trip] = bench.of("cut");
  const tripped = bench.now;
  bench.sample(bench.now + 500, idle);
  bench.give({ type: "reset-latch", socket: 0, trip: trip?.trip ?? "", person: "p", reason: "r" });
  for (let i = 0; !bench.relay && i < 1000; i += 1) {
    bench.sample(bench.now + 500, idle);
    bench.energise();
  }
  expect(bench.of("refused").every(({ code }) => code === "too-warm")).toBe(true);
  const wanted = 120 * Math.log(1 / 0.7); // from 1 to 0.7 with the cooling time constant
  expect((bench.switchedAt - tripped) / 1000).toBeGreaterThan(wanted - 1);
  expect((bench.switchedAt - tripped) / 1000).toBeLessThan(wanted + 2);
});
