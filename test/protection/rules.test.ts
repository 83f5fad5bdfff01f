// The rules that need more than one look, each by itself: what trips, when, and what is left alone.
import { describe, expect, test } from "vitest";
import type { SocketSample } from "#gateway/core/charging/sample.ts";
import { readyLimits } from "#test/limits.ts";
import { Bench, closed, idle } from "./bench.ts";

const hour = 3_600_000;
const off = { active: false, reason: "not what this test looks at" } as const;

/** A charge by its power over time, sampled every `every` ms; its energy counts as it should. */
function charged(bench: Bench, load: (ms: number) => Partial<SocketSample> & { power_mW: number }, ms: number, every = 1000): number {
  let energy = 5_000_000;
  const at = (t: number): SocketSample => {
    const said = load(t);
    return closed({ current_mA: Math.round(said.power_mW / 215), energy_mWh: Math.floor(energy / 1000) * 1000, ...said });
  };
  bench.charge(at(0));
  const begin = bench.now;
  for (let t = every; t <= ms && bench.relay; t += every) {
    energy += (load(t).power_mW * every) / 3_600_000;
    bench.sample(begin + t, at(t));
  }
  return begin;
}
const trip = (bench: Bench, begin: number) => {
  const cut = bench.cut();
  return cut === undefined ? undefined : { cause: cut.cause, seconds: (cut.at - begin) / 1000 };
};

describe("temperature rise", () => {
  const ramp =
    (perMinute: number, from_s = 600) =>
    (ms: number) => ({
      power_mW: 200_000,
      temperature_mC: Math.round(27_000 + Math.max(0, ms / 1000 - from_s) * (perMinute / 60)),
    });
  test.each([
    // °C a minute   not before s   by s (window · limit ÷ rate, 10 s of holding, 3 samples)
    [5.2, 115, 133],
    [6, 100, 114],
    [8, 75, 89],
    [20, 30, 44],
    [300, 2, 16],
  ])("%d °C a minute", (rate, least, most) => {
    const bench = new Bench(readyLimits("e-bike-4a"));
    const begin = charged(bench, ramp(rate * 1000), hour);
    const found = trip(bench, begin + 600_000);
    expect(["temperature-rise", "over-temperature"]).toContain(found?.cause);
    expect(found?.seconds).toBeGreaterThanOrEqual(least);
    expect(found?.seconds).toBeLessThanOrEqual(most);
  });
  test.each<[string, (ms: number) => number]>([
    ["4.8 °C a minute for six minutes", (ms) => 27_000 + Math.min(28_800, Math.max(0, ms / 1000 - 600) * 80)],
    ["a load that warms its socket by 20 °C in its own time", (ms) => 27_000 + 20_000 * (1 - Math.exp(-ms / 400_000))],
    ["a sensor that spikes once a minute", (ms) => (ms % 60_000 === 0 ? 70_000 : 30_000)],
  ])("not: %s", (_, temperature) => {
    const bench = new Bench(readyLimits("e-bike-4a", { full: off }));
    charged(bench, (ms) => ({ power_mW: 200_000, temperature_mC: Math.round(temperature(ms)) }), hour);
    expect(bench.cut()).toBeUndefined();
  });
});

describe("residual current", () => {
  const own = readyLimits("e-bike-4a", { residual_socket: { active: true, limit_mA: 30, samples: 2, provenance: "this test" } as never });
  const leaking = (residual_mA: SocketSample["residual_mA"]) => closed({ current_mA: 1000, power_mW: 210_000, residual_mA });
  test("of one socket, 30 mA: a trip on the second sample, latched", () => {
    const bench = new Bench(own);
    bench.charge(leaking(2));
    bench.sample(bench.now + 500, leaking(30));
    expect(bench.cut()).toBeUndefined();
    bench.sample(bench.now + 500, leaking(30));
    expect(bench.of("cut")).toMatchObject([{ cause: "leakage", value: 30, limit: 30, unit: "mA", latched: true }]);
  });
  test.each<[string, (i: number) => SocketSample["residual_mA"]]>([
    ["29 mA for ever", () => 29],
    ["single samples of 100 mA", (i) => (i % 2 === 0 ? 100 : 3)],
  ])("not: %s", (_, residual) => {
    const bench = new Bench(own);
    bench.charge(leaking(2));
    for (let i = 0; i < 30; i += 1) bench.sample(bench.now + 500, leaking(residual(i)));
    expect(bench.cut()).toBeUndefined();
  });
  test("a sensor of its own that says nothing is blindness", () => {
    const bench = new Bench(own);
    bench.charge(leaking(2));
    for (let i = 0; i < 30 && bench.relay; i += 1) bench.sample(bench.now + 500, leaking("absent"));
    expect(bench.cut()).toMatchObject({ cause: "blind" });
  });
  test("of the feeder, as an alarm: said once, over below 80 %, and nothing is cut", () => {
    const bench = new Bench(readyLimits("e-bike-4a", { residual_feeder: { action: "alarm" } }));
    bench.charge(closed({ current_mA: 1000, power_mW: 210_000 }));
    const feed = (...values: number[]) => {
      for (const leakage_mA of values) bench.sample(bench.now + 500, closed({ current_mA: 1000, power_mW: 210_000 }), { leakage_mA });
    };
    feed(20, 350, 20, 350, 350, 360, 290, 300, 250);
    expect(bench.of("warned")).toEqual([
      { kind: "warned", station: "station-1", socket: null, cause: "feeder-leakage", value: 350, limit: 300, unit: "mA" },
    ]);
    expect(bench.of("eased")).toEqual([]);
    feed(239, 239);
    expect(bench.of("eased")).toMatchObject([{ station: "station-1", cause: "feeder-leakage" }]);
    expect(bench.cut()).toBeUndefined();
  });
});

describe("second rise", () => {
  const limits = readyLimits("e-bike-10a");
  /** 40 minutes of plateau, decay with 30 minutes, and from `at` on something more. */
  const charge = (more: (ms: number) => number) => (ms: number) => {
    const base = ms < 0.7 * hour ? 240_000 : 8_000 + 232_000 * Math.exp(-(ms - 0.7 * hour) / (0.5 * hour));
    return { power_mW: Math.round((base + more(ms)) * (1 + 0.01 * Math.sin(ms / 900))) };
  };
  const step =
    (from: number, mW: number, ramp = 1) =>
    (ms: number) =>
      Math.min(1, Math.max(0, (ms - from) / ramp)) * mW;
  test.each<[string, (ms: number) => number, number, number]>([
    ["40 % more on the plateau", step(0.5 * hour, 0.4 * 240_000), 0.5 * hour, 13],
    ["60 % more after 20 minutes of decay", step(1.03 * hour, 0.6 * 240_000), 1.03 * hour, 13],
    ["80 % within a minute", step(1.1 * hour, 0.8 * 240_000, 60_000), 1.1 * hour, 65],
    ["from float to the plateau again", step(3 * hour, 200_000), 3 * hour, 13],
    ["60 % more, creeping in over 20 minutes of decay", step(1 * hour, 0.6 * 240_000, 1_200_000), hour, 1_200],
    ["from float towards the plateau again over an hour", step(3 * hour, 200_000, hour), 3 * hour, 1_500],
  ])("%s: off within its time, latched", (_, more, from, most) => {
    const bench = new Bench(readyLimits("e-bike-10a", { full: off }));
    const begin = charged(bench, charge(more), 4 * hour);
    expect(bench.of("cut")).toMatchObject([{ cause: "second-rise", unit: "mW", latched: true }]);
    expect(trip(bench, begin + from)?.seconds).toBeLessThanOrEqual(most);
    expect(trip(bench, begin + from)?.seconds).toBeGreaterThanOrEqual(10);
  });
  test.each<[string, (ms: number) => { power_mW: number }]>([
    ["a plain charge", charge(() => 0)],
    [
      "a plateau that grows by a quarter while the battery's voltage does",
      (ms) => ({ power_mW: 200_000 + 50_000 * Math.min(1, ms / hour) }),
    ],
    ["a decay that pauses, and creeps up by a quarter", charge(step(1.2 * hour, 0.22 * 240_000, 0.5 * hour))],
    ["throttled to nine tenths for a while, and back", (ms) => ({ power_mW: ms > 0.5 * hour && ms < hour ? 216_000 : 240_000 })],
    ["a charger that begins gently", (ms) => ({ power_mW: ms < 0.3 * hour ? 24_000 : 240_000 })],
    [
      "the mains gone for half a minute, and the charger at its plateau again",
      (ms) => ({ power_mW: ms > hour && ms < hour + 8_000 ? 5_000 : 240_000 }),
    ],
    ["float pulses of a quarter of the plateau", (ms) => ({ power_mW: ms < hour ? 240_000 : ms % 300_000 < 20_000 ? 65_000 : 8_000 })],
    ["one sample of ten times, every minute", (ms) => ({ power_mW: ms % 60_000 === 0 ? 700_000 : 150_000 })],
    ["a step of 25 %", charge(step(0.5 * hour, 0.25 * 240_000))],
  ])("not: %s", (_, load) => {
    const bench = new Bench(readyLimits("e-bike-10a", { full: off, no_load: off }));
    charged(bench, load, 2.5 * hour);
    expect(bench.cut()).toBeUndefined();
  });
  test("its limits are the file's", () => expect(limits.second_rise).toMatchObject({ step_permille: 300, hold_ms: 10_000 }));
});

describe("said before it must be cut", () => {
  test("60 °C for ten seconds: said once; over below 55 °C; nothing is cut", () => {
    const bench = new Bench(readyLimits("e-bike-4a", { temperature_rise: off, full: off }));
    const at = (s: number): number => (s < 100 ? 40_000 : s < 300 ? 61_000 : s < 400 ? 57_000 : 50_000);
    charged(bench, (ms) => ({ power_mW: 200_000, temperature_mC: at(ms / 1000) }), 600_000);
    expect(bench.of("warned")).toEqual([
      { kind: "warned", station: null, socket: "station-1/1", cause: "over-temperature", value: 61_000, limit: 60_000, unit: "m°C" },
    ]);
    expect(bench.of("eased")).toHaveLength(1);
    expect(bench.said.find(({ fact }) => fact.kind === "eased")?.at).toBeGreaterThan(
      bench.said.find(({ fact }) => fact.kind === "warned")?.at ?? 0,
    );
    expect(bench.cut()).toBeUndefined();
  });
  test("a long charge: said at its time, over with the charge", () => {
    const bench = new Bench(readyLimits("e-bike-4a", { max_time: { advise_s: 600 } }));
    const begin = charged(bench, () => ({ power_mW: 200_000 }), 700_000);
    expect(bench.of("warned")).toMatchObject([{ cause: "long-charge", socket: "station-1/1", limit: 600_000 }]);
    expect((bench.said.find(({ fact }) => fact.kind === "warned")?.at ?? 0) - begin).toBeLessThanOrEqual(602_000);
    bench.give({ type: "release", socket: 0, authority: "authority-1" });
    bench.sample(bench.now + 1000, idle);
    expect(bench.of("eased")).toMatchObject([{ cause: "long-charge" }]);
  });
});
