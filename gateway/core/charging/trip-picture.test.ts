// A trip as a picture, held against the decision itself: whatever constant current flows, it is cut within the band that is drawn, and where the mark says.
import { expect, test } from "vitest";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { type Limits, pickup_mA } from "./limits.ts";
import type { SocketSample } from "./sample.ts";
import { ruleCurves } from "./trip-curve.ts";
import { aboveOf, heldSteps, holesIn, knownOf, type Moment } from "./trip-path.ts";
import { isByCurrent, type TripTold, tripPicture } from "./trip-picture.ts";
import { freshWatch, tripBySample, type Verdict, watchAfter } from "./watch.ts";

const sample = (current_mA: number): SocketSample => ({
  ...{ relay_closed: true, plugged: true, voltage_mV: 220_000, current_mA, power_mW: Math.round(current_mA * 220), temperature_mC: 25_000 },
  ...{ energy_mWh: "not-offered", residual_mA: "not-offered", request_seq: "not-offered", request_card: "not-offered" },
});

const sample_ms = 1_000;
/** The decision's own watch, a sample a second, from cold; the current rises between two of them. */
function cutBy(limits: Limits, current_mA: number, most_ms: number): { moments: Moment[]; cut: TripTold } | undefined {
  let watch = limits.thermal.active ? { ...freshWatch, warmth: { level: 0, owed: 0, above: 0 } } : freshWatch;
  const moments: Moment[] = [];
  for (let at = 0; at <= 3_000 + most_ms; at += sample_ms) {
    const flows = at < 3_000 ? 100 : current_mA;
    const seen: Monotonic = monotonic(at);
    const one = sample(flows);
    watch = watchAfter(watch, one, { seen, limits, starting: false });
    const verdict: Verdict | undefined = tripBySample(watch, one, { seen, limits });
    if (verdict !== undefined) {
      const { cause, value, limit, unit } = verdict.trip;
      return isByCurrent(cause) ? { moments, cut: { at, cause, value, limit, unit } } : undefined;
    }
    moments.push({ at, current_mA: flows, power_mW: Math.round(flows * 220) });
  }
  return undefined;
}

const thermal = {
  active: true,
  provenance: "test",
  tau_s: 600,
  cooling_tau_s: 900,
  k_permille: 1_050,
  start_permille: 0,
  reclose_below_permille: 500,
} as const;
/** Readings that never move are a meter that stands, elsewhere. */
const frozen = { active: false, reason: "test" } as const;
const documents: readonly (readonly [string, Limits])[] = [
  ["4 A", readyLimits("e-bike-4a", { frozen })],
  ["10 A", readyLimits("e-bike-10a", { frozen })],
  ["4 A, by heat", readyLimits("e-bike-4a", { frozen, thermal })],
  [
    "4 A, IEEE",
    readyLimits("e-bike-4a", { frozen, over_current: { curve: "ieee-very-inverse" }, over_power: { active: false, reason: "test" } }),
  ],
  ["10 A, slow", readyLimits("e-bike-10a", { frozen, over_current: { curve: "iec-long-time-inverse", time_permille: 50 } })],
];

test.each(documents)(
  "%s: every constant current is cut within the band, by the rule that is named, and heat is whole there",
  (_, limits) => {
    const shape = tripPicture({
      ...{ limits, moments: [], sample_ms, reading_ms: sample_ms, voltage_mV: 220_000, longest_ms: 12_000 },
      cut: { at: 0, cause: "over-current", value: null, limit: null, unit: "mA" },
    });
    const tried = { currents: 0, cut: 0, whole: 0 };
    for (const { current_mA, earliest_ms, latest_ms } of shape.band) {
      if (latest_ms > 1_200_000) continue;
      tried.currents += 1;
      const done = cutBy(limits, current_mA, latest_ms + 5_000);
      expect(done, `${current_mA} mA`).toBeDefined();
      if (done === undefined) continue;
      const { cut } = tripPicture({ limits, ...done, sample_ms, reading_ms: sample_ms, voltage_mV: 220_000, longest_ms: 12_000 });
      expect(cut.rule, `${current_mA} mA ${done.cut.cause}`).not.toBeNull();
      expect([cut.above_ms ?? -1, current_mA, earliest_ms, latest_ms].join(" ")).toBe(
        [Math.min(latest_ms, Math.max(earliest_ms, cut.above_ms ?? -1)), current_mA, earliest_ms, latest_ms].join(" "),
      );
      tried.cut += 1;
      if (cut.heat_permille === null) continue;
      expect(cut.heat_permille).toBe(1_000);
      tried.whole += 1;
    }
    expect(tried.currents).toBeGreaterThan(40);
    expect(tried.cut).toBe(tried.currents);
  },
);

test("the curves that are drawn are those of the document, at every point; they fall, and stay above nothing", (context) => {
  let points = 0;
  for (const [, limits] of documents) {
    const shape = tripPicture({
      ...{ limits, moments: [], sample_ms, reading_ms: sample_ms, voltage_mV: 220_000, longest_ms: 12_000 },
      cut: { at: 0, cause: "instantaneous", value: null, limit: null, unit: "mA" },
    });
    const rules = ruleCurves(limits, { sample_s: 1, voltage_mV: 220_000 });
    expect(shape.curves.map(({ rule }) => rule)).toEqual(rules.map(({ rule }) => rule));
    for (const [index, { points: drawn }] of shape.curves.entries())
      for (const [at, { current_mA, after_ms }] of drawn.entries()) {
        const seconds = rules[index]?.seconds(current_mA) ?? Number.NaN;
        expect(after_ms).toBe(Math.round(Math.min(360_000_000, seconds * 1000)));
        expect(after_ms).toBeLessThanOrEqual(drawn[at - 1]?.after_ms ?? Number.POSITIVE_INFINITY);
        points += 1;
      }
  }
  expect(points).toBeGreaterThan(500);
  counted(context, { documents: documents.length, points });
});

const seconds = (values: readonly (number | null)[], from = 0): Moment[] =>
  values.map((amperes, n) => ({ at: from + n * 1_000, current_mA: amperes === null ? null : amperes * 1_000 }));
const steps = (moments: readonly Moment[], rated = 4_000) =>
  heldSteps(knownOf(moments, 5_000), rated).map(
    ({ current_mA, held_ms, at_least }) => `${current_mA / 1000} A ${held_ms / 1000} s${at_least ? "+" : ""}`,
  );

test.each([
  ["nothing was read", [], []],
  ["one reading: so much flowed, nobody knows for how long", [6], ["6 A 0 s+"]],
  ["all zero: nothing to tell", [0, 0, 0], []],
  ["negative: no current", [-3, -3], []],
  ["not known: no current, and no zero", [null, null], []],
  ["a level, and a peak upon it", [1, 6, 6, 9, 6, 1], ["1 A 5 s+", "6 A 4 s", "9 A 1 s"]],
  ["a dip ends a run", [1, 6, 6, 1, 6, 1], ["1 A 5 s+", "6 A 2 s"]],
  ["what is not known ends a run", [1, 6, 6, null, 6, 6, 6], ["6 A 2 s+"]],
  ["high from the first: at least so long", [6, 6, 6, 1], ["1 A 3 s+", "6 A 2 s+"]],
] as const)("how long it was held: %s", (_, amperes, wanted) => {
  expect(steps(seconds(amperes as readonly (number | null)[]))).toEqual(wanted);
});

test("a hole in the readings ends a run on both sides, wherever it lies", () => {
  const readings = [...seconds([6, 6, 6]), ...seconds([6, 6], 60_000)];
  expect(steps(readings)).toEqual(["6 A 2 s+"]);
  expect(holesIn(knownOf(readings, 5_000))).toBe(1);
  expect(steps([...readings].reverse())).toEqual(["6 A 2 s+"]);
});

test("sixty steps at most; times never rise with the current, whatever was read", (context) => {
  let chains = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    let luck = seed;
    const next = (): number => {
      luck = (luck * 48_271) % 2_147_483_647;
      return luck / 2_147_483_647;
    };
    const moments = Array.from({ length: 400 }, (_, n) => ({
      at: n * 1_000,
      current_mA: next() < 0.02 ? null : Math.round(next() ** 3 * 20_000),
    }));
    const held = heldSteps(knownOf(moments, 5_000), 4_000);
    expect(held.length).toBeLessThanOrEqual(60);
    for (const [n, one] of held.entries()) {
      const before = held[n - 1];
      if (before === undefined) continue;
      expect(one.current_mA).toBeGreaterThan(before.current_mA);
      expect(one.held_ms).toBeLessThanOrEqual(before.held_ms);
    }
    chains += held.length;
  }
  counted(context, { recordings: 60, steps: chains });
});

test("a dip does not forgive an inverse-time curve: what flowed before it counts, as in the decision", () => {
  const limits = readyLimits("e-bike-4a", { over_power: { active: false, reason: "test" } });
  const curve = limits.over_current.active ? limits.over_current : undefined;
  const pickup = curve === undefined ? 0 : pickup_mA(limits, curve);
  const flow = [1, ...Array.from({ length: 30 }, () => 6.1), 1, ...Array.from({ length: 14 }, () => 6.1)];
  const known = knownOf(seconds(flow), 5_000);
  const by = { ...(curve === undefined ? {} : { curve }), pickup_mA: pickup, longest_ms: 5_000 };
  const above = aboveOf(known, pickup, by);
  expect(above).toMatchObject({ above_ms: 44_000, least_mA: 6_100, most_mA: 6_100, at_least: false });
  expect(above.heat_permille).toBeGreaterThan(950);
  // Any other rule begins anew with each break.
  expect(aboveOf(known, pickup, { pickup_mA: pickup, longest_ms: 5_000 })).toMatchObject({ above_ms: 14_000, heat_permille: null });
});

const cut = { at: 10_500, cause: "over-current", value: 6_100, limit: 4_400, unit: "mA" } as const;
const asked = { sample_ms, reading_ms: sample_ms, voltage_mV: 220_000, longest_ms: 5_000 };

test("what is not known is said: no limits, limits of another day, no reading at all", () => {
  const moments = seconds([1, 1, 1, 6, 6, 6, 6, 6, 6, 6, 6]);
  const unknown = tripPicture({ ...asked, limits: undefined, moments, cut });
  expect(unknown).toMatchObject({
    limits: null,
    curves: [],
    band: [],
    readings: 12,
    cut: { rule: null, lets_ms: null, heat_permille: null, above_ms: 8_500 },
  });
  const later = tripPicture({ ...asked, limits: readyLimits("e-bike-10a"), moments, cut });
  expect(later).toMatchObject({ limits: { id: "e-bike-10a", same: false }, cut: { rule: null, lets_ms: null } });
  const then = tripPicture({ ...asked, limits: readyLimits("e-bike-4a"), moments, cut });
  expect(then).toMatchObject({ limits: { id: "e-bike-4a", same: true }, cut: { rule: "inverse", current_mA: 6_100, limit_mA: 4_400 } });
  expect(then.cut.lets_ms).toBeGreaterThan(43_000);
  expect(then.cut.lets_ms).toBeLessThan(44_000);
  const blind = tripPicture({ ...asked, limits: readyLimits("e-bike-4a"), moments: [], cut: { ...cut, value: null } });
  expect(blind).toMatchObject({ readings: 0, held: [], cut: { current_mA: null, above_ms: null } });
  const alone = tripPicture({ ...asked, limits: readyLimits("e-bike-4a"), moments: [], cut });
  expect(alone).toMatchObject({
    readings: 1,
    held: [{ current_mA: 6_100, held_ms: 0, at_least: true }],
    cut: { above_ms: 0, at_least: true },
  });
});

test("a cut by power is drawn as the current that it is at the voltage of then", () => {
  const limits = readyLimits("e-bike-4a");
  const moments = [400, 400, 1_050, 1_050, 1_050].map((watts, n) => ({ at: (n - 1) * 1_000, current_mA: 1, power_mW: watts * 1_000 }));
  const drawn = tripPicture({
    ...asked,
    limits,
    moments,
    cut: { at: 4_000, cause: "over-power", value: 1_050_000, limit: 1_000_000, unit: "mW" },
  });
  expect(drawn.cut).toMatchObject({ rule: "power", current_mA: 4_773, limit_mA: 4_545, above_ms: 4_000 });
  expect(drawn.held.map(({ current_mA }) => current_mA)).toEqual([1_818, 4_773]);
});
