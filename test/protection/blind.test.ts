// P 02.blind: what is not there, is not new, cannot be true or does not move is never taken for safe: a row each, with the time within which it must be off.
import { expect, test } from "vitest";
import type { SocketSample, StationSample } from "#gateway/core/charging/sample.ts";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import { Bench, idle } from "./bench.ts";

interface World {
  /** The true load, and what the meter makes of it at that moment. */
  readonly sample: SocketSample;
  readonly ms: number;
  /** The last sample before the fault. */
  readonly frozen: SocketSample;
}
type Fault = (world: World) => { sample?: Partial<SocketSample>; station?: Partial<StationSample>; at?: number } | "silent";

interface Row {
  readonly kind: "NaN" | "absent" | "stale" | "frozen" | "impossible" | "zero-for-absent";
  readonly what: string;
  readonly fault: Fault;
  /** Where another rule is faster. */
  readonly cause?: string;
  /** The table's time: from the last good sample, seconds. */
  readonly within_s: number;
  readonly model?: Partial<SocketSample>;
  readonly load_mW?: number;
}

const limits = readyLimits("e-bike-4a");
const blind_s = limits.blind.trip_ms / 1000;
const poll_ms = 500;
/** The station itself may be silent or half read; its socket is blind by the same time. */
const by = blind_s;
/** A counter that stands: two and a half of its steps at the power that flows, and 6 s. */
const standing = (power_mW: number): number => (2.5 * limits.meter.energy_step_mWh * 3600) / power_mW + 6 + 2 * (poll_ms / 1000);
const still_s = limits.frozen.active ? limits.frozen.still_s : 0;

const only =
  (sample: Partial<SocketSample>): Fault =>
  () => ({ sample });
const rows: Row[] = [
  // kind, what, what the station says from then on, within
  ...(["current_mA", "power_mW", "voltage_mV", "temperature_mC"] as const).flatMap((point): Row[] => [
    { kind: "NaN", what: point, fault: only({ [point]: Number.NaN }), within_s: by },
    { kind: "NaN", what: `${point} infinite`, fault: only({ [point]: Number.POSITIVE_INFINITY }), within_s: by },
    { kind: "absent", what: point, fault: only({ [point]: "absent" }), within_s: by },
    { kind: "absent", what: `${point} out of the profile's bounds`, fault: only({ [point]: "bad" }), within_s: by },
  ]),
  { kind: "absent", what: "relay not read back", fault: only({ relay_closed: "absent" }), within_s: by },
  { kind: "absent", what: "smoke input", fault: () => ({ station: { smoke: "absent" } }), within_s: by },
  { kind: "absent", what: "residual current that was there", fault: () => ({ station: { leakage_mA: "absent" } }), within_s: by },
  { kind: "absent", what: "the socket missing in the answer", fault: () => ({ station: { sockets: [] } }), within_s: by },
  { kind: "stale", what: "no answer at all", fault: () => "silent", within_s: by },
  { kind: "stale", what: "the same old answer again and again", fault: ({ ms }) => ({ at: -ms }), within_s: by },
  { kind: "stale", what: "answers that are 20 s old", fault: () => ({ at: -20_000 }), within_s: by },
  { kind: "frozen", what: "the whole block, 440 W", fault: ({ frozen }) => ({ sample: frozen }), within_s: standing(440_000) },
  {
    kind: "frozen",
    what: "the whole block, 120 W",
    fault: ({ frozen }) => ({ sample: frozen }),
    load_mW: 120_000,
    within_s: standing(120_000),
  },
  {
    kind: "frozen",
    what: "the energy counter alone",
    fault: ({ frozen }) => ({ sample: { energy_mWh: frozen.energy_mWh } }),
    within_s: standing(440_000),
  },
  {
    kind: "frozen",
    what: "power and current while the load doubles",
    fault: ({ frozen, sample, ms }) => ({
      sample: {
        current_mA: frozen.current_mA,
        power_mW: frozen.power_mW,
        energy_mWh: (sample.energy_mWh as number) + Math.floor((440 * ms) / 3_600_000) * 1000,
      },
    }),
    within_s: 120,
  },
  {
    kind: "frozen",
    what: "the whole block of a meter without a counter",
    model: { energy_mWh: "not-offered" },
    fault: ({ frozen }) => ({ sample: frozen }),
    within_s: still_s + 1,
  },
  {
    kind: "frozen",
    what: "the whole block of a meter of current alone",
    model: { energy_mWh: "not-offered", power_mW: "not-offered", voltage_mV: "not-offered" },
    fault: ({ frozen }) => ({ sample: frozen }),
    within_s: still_s + 1,
  },
  {
    kind: "impossible",
    what: "current above the meter's range, one sample of two",
    fault: ({ ms }) => ({ sample: { current_mA: ms % 1000 === 0 ? 61_000 : "bad" } }),
    cause: "instantaneous",
    within_s: 2,
  },
  { kind: "impossible", what: "negative current", fault: only({ current_mA: -2000 }), within_s: by },
  {
    kind: "impossible",
    what: "power ten times volts × amperes",
    fault: ({ sample }) => ({ sample: { current_mA: (sample.current_mA as number) / 10 } }),
    within_s: by,
  },
  { kind: "impossible", what: "power without current", fault: only({ current_mA: 0 }), within_s: by },
  {
    kind: "impossible",
    what: "power backwards",
    fault: ({ sample }) => ({ sample: { power_mW: -(sample.power_mW as number) } }),
    within_s: by,
  },
  {
    kind: "impossible",
    what: "voltage above the meter's range",
    fault: ({ ms }) => ({ sample: { voltage_mV: ms % 1000 === 0 ? 655_350 : "bad" } }),
    cause: "over-voltage",
    within_s: 4,
  },
  { kind: "impossible", what: "temperature of a broken sensor", fault: only({ temperature_mC: -50_000 }), within_s: by },
  {
    kind: "zero-for-absent",
    what: "every value 0",
    fault: only({ voltage_mV: 0, current_mA: 0, power_mW: 0, temperature_mC: 0, energy_mWh: 0 }),
    within_s: by,
  },
  {
    kind: "zero-for-absent",
    what: "electrical values 0, temperature and energy there",
    fault: only({ voltage_mV: 0, current_mA: 0, power_mW: 0 }),
    within_s: by,
  },
  { kind: "zero-for-absent", what: "voltage 0 alone", fault: only({ voltage_mV: 0 }), within_s: by },
  {
    kind: "zero-for-absent",
    what: "every value 0 of a meter without voltage",
    model: { voltage_mV: "not-offered" },
    fault: only({ current_mA: 0, power_mW: 0, temperature_mC: 0, energy_mWh: 0 }),
    within_s: by,
  },
];

/** A steady charge, quantised as its meter does; the counter in whole watt-hours. */
function sampleAt(ms: number, { load_mW = 440_000, model = {} }: Pick<Row, "load_mW" | "model">): SocketSample {
  const unrest = 1 + 0.005 * Math.sin(ms / 700);
  const power_mW = Math.round((load_mW * unrest) / 100) * 100;
  const all: SocketSample = {
    ...idle,
    relay_closed: true,
    voltage_mV: 220_000 + 100 * Math.round(8 * Math.sin(ms / 1300)),
    current_mA: Math.round((power_mW / 220) * 1.05),
    power_mW,
    energy_mWh: Math.floor((load_mW * ms) / 3_600_000_000) * 1000 + 7_000_000,
  };
  return { ...all, ...model };
}

function timeToTrip(row: Row): { seconds: number; cause: string } {
  const bench = new Bench(limits);
  bench.sample(bench.now + 100, { ...idle, ...row.model }, { leakage_mA: 4 });
  bench.energise();
  const begin = bench.now + 100;
  let last = begin;
  const healthy_ms = 600_000 + 7 * poll_ms;
  for (let ms = 0; ms <= healthy_ms; ms += poll_ms) {
    last = begin + ms;
    bench.sample(last, sampleAt(ms, row), { leakage_mA: 4 });
  }
  expect(bench.cut(), row.what).toBeUndefined();
  const frozen = sampleAt(healthy_ms, row);
  for (let ms = poll_ms; bench.cut() === undefined && ms < 3_600_000; ms += poll_ms) {
    const sample = sampleAt(healthy_ms + ms, row);
    const said = row.fault({ sample, ms, frozen });
    bench.until(last + ms);
    if (said === "silent") continue;
    const sockets = said.station?.sockets ?? [{ ...sample, ...said.sample }];
    const seen = (last + ms + (said.at ?? 0)) as typeof bench.now;
    bench.give({ type: "sample", sample: { smoke: false, leakage_mA: 4, ...said.station, seen, sockets } });
  }
  const cut = bench.cut();
  return { seconds: cut === undefined ? Number.POSITIVE_INFINITY : (cut.at - last) / 1000, cause: cut?.cause ?? "none" };
}

test("P 02.blind: NaN, absent, stale, frozen, impossible, zero for absent: each is off by the table's time", (context) => {
  const worst: Record<string, number> = {};
  let least = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const { seconds, cause } = timeToTrip(row);
    expect(cause, `${row.kind}: ${row.what}`).toBe(row.cause ?? "blind");
    expect(seconds, `${row.kind}: ${row.what}`).toBeLessThanOrEqual(row.within_s);
    const name = row.kind === "frozen" ? `frozen, ${row.what}` : row.kind;
    worst[name] = Math.max(worst[name] ?? 0, seconds);
    least = Math.min(least, row.within_s - seconds);
  }
  expect(new Set(rows.map(({ kind }) => kind)).size).toBe(6);
  counted(context, {
    rows: rows.length,
    ...Object.fromEntries(Object.entries(worst).map(([kind, s]) => [`${kind}: off after, s`, s.toFixed(1)])),
    late: 0,
  });
});

// A healthy meter is not called dead, however steady the load and however coarse the numbers.
test.each<[string, number, number, Partial<SocketSample>]>([
  //                                          load    counter step   what never changes
  ["fine counter", 440_000, 1000, {}],
  ["a load that does not move at all", 440_000, 1000, { voltage_mV: 220_000, current_mA: 2000, power_mW: 440_000 }],
  ["float, 5 W", 5_000, 1000, { voltage_mV: 220_000, current_mA: 40, power_mW: 5_000 }],
  ["30 W on the step of its counter", 30_000, 1000, { voltage_mV: 220_000, current_mA: 150, power_mW: 30_000 }],
  ["a counter of milliwatt-hours", 200_000, 1, { voltage_mV: 220_000, current_mA: 1000, power_mW: 200_000 }],
  ["power 15 % more than the counter counts", 200_000, 1000, { power_mW: 230_000 }],
  ["power 15 % less than the counter counts", 200_000, 1000, { power_mW: 170_000 }],
])("not frozen: %s, for four hours", (_, load_mW, step, steady) => {
  const bench = new Bench(
    readyLimits("e-bike-4a", {
      full: { active: false, reason: "float goes on here" },
      never_charging: { active: false, reason: "float goes on here" },
    }),
  );
  const at = (ms: number): SocketSample => ({
    ...sampleAt(ms, { load_mW }),
    ...steady,
    energy_mWh: Math.floor((load_mW * ms) / 3_600_000 / step) * step + 7_000_000,
  });
  bench.charge(at(0));
  const begin = bench.now;
  for (let ms = 1000; ms < 4 * 3_600_000; ms += 1000) bench.sample(begin + ms, at(ms));
  expect(bench.cut()).toBeUndefined();
  expect(bench.of("ended")).toEqual([]);
});

test.each<[string, (ms: number, energy: number) => number]>([
  ["a torn counter, one sample every minute", (ms, energy) => (ms % 60_000 === 0 ? energy + 65_536_000 : energy)],
  ["a counter torn downwards", (ms, energy) => (ms % 60_000 === 0 ? energy - 6_000_000 : energy)],
  ["a counter that wraps once", (ms, energy) => (ms < 1_000_000 ? energy : energy - 7_000_000)],
])("not frozen: %s", (_, tear) => {
  const bench = new Bench(limits);
  bench.charge(sampleAt(0, {}));
  const begin = bench.now;
  for (let ms = 500; ms < 3_600_000; ms += 500) {
    const sample = sampleAt(ms, {});
    bench.sample(begin + ms, { ...sample, energy_mWh: tear(ms, sample.energy_mWh as number) });
  }
  expect(bench.cut()).toBeUndefined();
});
