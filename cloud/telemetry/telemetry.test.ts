// The telemetry contract over every store that can keep it, and what is special to each.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { dayMs, hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { eventually, startInflux1, startVictoria, type TestEngine } from "#test/world/telemetry-engines.ts";
import { openEmbeddedTelemetry } from "./embedded.ts";
import { openInfluxTelemetry } from "./influx.ts";
import { nanoseconds, rangeQuery } from "./influxql.ts";
import type { Telemetry } from "./port.ts";
import { selectorOf } from "./victoria.ts";

const start = 1_764_043_200_000; // 2025-11-25T04:00:00Z, on the hour
const tags = { site: "jinxiu", gateway: "gw-1", station: "station-1", socket: "3" };
const at = (ms: number, value: number, counter = 0n, more: Partial<TelemetryPoint> = {}): TelemetryPoint => ({
  measurement: "socket",
  tags,
  quality: "good",
  fields: { current_mA: value, power_mW: value * 220 },
  time_ns: BigInt(start + ms) * 1_000_000n + counter,
  ...more,
});
const series = { measurement: "socket", tags, field: "current_mA" };
const span = (from: number, to: number, limit = 100) => ({ series, from: wall(start + from), to: wall(start + to), limit });
const folder = mkdtempSync(join(tmpdir(), "cuobian-telemetry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Kept {
  readonly telemetry: Telemetry;
  /** What was written can be asked for. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}
interface Implementation {
  readonly name: string;
  readonly here: boolean;
  /** The engine's own resolution: within one of its ticks it cannot tell two samples apart. */
  readonly resolution: "ns" | "ms";
  open(): Promise<Kept>;
}

const trouble: string[] = [];
async function behind(engine: TestEngine, reads: "influxql" | "victoria-metrics"): Promise<Kept> {
  const queue = { file: join(folder, `queue-${Math.random()}.db`), now: () => start, onTrouble: (why: string) => void trouble.push(why) };
  const telemetry = openInfluxTelemetry(
    { url: engine.url, org: "o", bucket: "telemetry", token: "t", reads, queue },
    openEmbeddedTelemetry(":memory:"),
  );
  return {
    telemetry,
    settled: async () => {
      await telemetry.queue.idle();
      await engine.flush();
    },
    stop: async () => {
      await telemetry.close();
      await engine.stop();
    },
  };
}

const implementations: readonly Implementation[] = [
  {
    name: "embedded",
    here: true,
    resolution: "ns",
    async open() {
      const telemetry = openEmbeddedTelemetry(join(folder, "telemetry.sqlite"));
      return { telemetry, settled: async () => undefined, stop: () => telemetry.close() };
    },
  },
  {
    name: "embedded, on a thread of its own, each hour laid out anew at once",
    here: true,
    resolution: "ns",
    async open() {
      const telemetry = openEmbeddedTelemetry(join(folder, "thread.sqlite"), { thread: true });
      const always = wall(start + 400 * dayMs);
      return { telemetry, settled: () => telemetry.tidy(always, 1_000), stop: () => telemetry.close() };
    },
  },
  {
    name: "InfluxDB 1.6 behind nginx",
    here: hasCommand("influxd") && hasCommand("nginx"),
    resolution: "ns",
    open: async () => behind(await startInflux1("telemetry"), "influxql"),
  },
  {
    name: "VictoriaMetrics",
    here: hasCommand("victoria-metrics"),
    resolution: "ms",
    open: async () => behind(await startVictoria(), "victoria-metrics"),
  },
];

type Case = (kept: Kept, implementation: Implementation) => Promise<undefined | string>;
const values = async ({ telemetry }: Kept, from: number, to: number, limit?: number): Promise<number[]> =>
  (await telemetry.range(span(from, to, limit))).map((sample) => sample.value);
/** An engine shows what it took in its own time; then it must be right. */
const soon = async <T>(kept: Kept, ask: () => Promise<T>, right: (answer: T) => boolean): Promise<T> => {
  let last: T | undefined;
  await eventually(async () => {
    await kept.settled();
    last = await ask();
    return right(last);
  }).catch(() => undefined);
  return last as T;
};
const equal =
  <T>(wanted: T) =>
  (answer: T): boolean =>
    JSON.stringify(answer) === JSON.stringify(wanted);

const cases: Readonly<Record<string, Case>> = {
  async "a range is in order, from inclusive, to exclusive, across the hour, and limited"(kept) {
    await kept.telemetry.write([at(3_600_000, 30), at(1_000, 10), at(3_599_999, 20)]);
    expect(await soon(kept, () => values(kept, 0, 7_200_000), equal([10, 20, 30]))).toEqual([10, 20, 30]);
    expect(await values(kept, 1_000, 3_600_000)).toEqual([10, 20]);
    expect(await values(kept, 0, 7_200_000, 2)).toEqual([10, 20]);
    expect(await values(kept, 1_001, 3_599_999)).toEqual([]);
    return undefined;
  },
  async "late data never overwrites a newer last value, and is kept"(kept) {
    await kept.telemetry.write([at(2_000, 99)]);
    expect((await kept.telemetry.last(series))?.value).toBe(30);
    expect(await soon(kept, () => values(kept, 2_000, 2_001), equal([99]))).toEqual([99]);
    return undefined;
  },
  async "the same points again change nothing"(kept) {
    const points = [at(5_000, 1), at(6_000, 2)];
    await kept.telemetry.write(points);
    await kept.telemetry.write(points);
    expect(await soon(kept, () => values(kept, 5_000, 6_001), equal([1, 2]))).toEqual([1, 2]);
    return undefined;
  },
  async "two samples of one millisecond are two"(kept, { resolution }) {
    await kept.telemetry.write([at(7_000, 1, 1n), at(7_000, 2, 2n)]);
    expect(
      (
        await soon(
          kept,
          () => values(kept, 7_000, 7_001),
          (got) => got.length === 2,
        )
      ).sort(),
    ).toEqual([1, 2]);
    if (resolution === "ms") return "both are kept; which came first is lost: its times are milliseconds";
    const [first, second] = await kept.telemetry.range(span(7_000, 7_001));
    expect([first?.time_ns, second?.time_ns]).toEqual([BigInt(start + 7_000) * 1_000_000n + 1n, BigInt(start + 7_000) * 1_000_000n + 2n]);
    return undefined;
  },
  async "each value has its quality"(kept) {
    await kept.telemetry.write([at(8_000, 5), at(8_500, 6, 0n, { quality: "stale" }), at(9_000, 7, 0n, { quality: "bad" })]);
    const got = await soon(
      kept,
      async (): Promise<string[]> => (await kept.telemetry.range(span(8_000, 9_001))).map(({ quality }) => quality),
      equal<string[]>(["good", "stale", "bad"]),
    );
    expect(got).toEqual(["good", "stale", "bad"]);
    return undefined;
  },
  async "minutes and hours of the good readings; what was not measured is no bucket"(kept) {
    const day = 30 * dayMs;
    const readings = [
      at(day, 10),
      at(day + 30_000, 30),
      at(day + 60_000, 50),
      at(day + 180_000, 70),
      at(day + 190_000, 9_999, 0n, { quality: "bad" }),
      at(day + hourMs, 90),
    ];
    await kept.telemetry.write(readings);
    const ask = (step: "1m" | "1h") => kept.telemetry.aggregate({ ...span(day, day + 2 * hourMs), step });
    const shape = (buckets: Awaited<ReturnType<typeof ask>>) =>
      buckets.map(({ from, count, min, max, mean }) => [from - start - day, count, min, max, mean]);
    const minutes = [
      [0, 2, 10, 30, 20],
      [60_000, 1, 50, 50, 50],
      [180_000, 1, 70, 70, 70],
      [hourMs, 1, 90, 90, 90],
    ];
    expect(await soon(kept, async () => shape(await ask("1m")), equal(minutes))).toEqual(minutes);
    expect(shape(await ask("1h"))).toEqual([
      [0, 4, 10, 70, 40],
      [hourMs, 1, 90, 90, 90],
    ]);
    return undefined;
  },
  async "an unknown series has no last value and no curve, never zero"(kept) {
    const unknown = { ...series, field: "voltage_mV" };
    expect(await kept.telemetry.last(unknown)).toBeUndefined();
    expect(await kept.telemetry.range({ ...span(0, 7_200_000), series: unknown })).toEqual([]);
    return undefined;
  },
  async "names and texts that would be syntax are names and texts"(kept) {
    const odd = { ...tags, socket: `3", 'x' = b, c | d` };
    await kept.telemetry.write([at(10_000, 77, 0n, { tags: odd })]);
    const ask = async () =>
      (await kept.telemetry.range({ ...span(10_000, 10_001), series: { ...series, tags: odd } })).map(({ value }) => value);
    expect(await soon(kept, ask, equal([77]))).toEqual([77]);
    expect(await values(kept, 10_000, 10_001)).toEqual([]);
    return undefined;
  },
};

test("P 04.contract: every telemetry store, every case", async (context) => {
  const missing = implementations.filter(({ here }) => !here).map(({ name }) => name);
  let run = 0;
  const exceptions: string[] = [];
  for (const implementation of implementations.filter(({ here }) => here)) {
    const kept = await implementation.open();
    try {
      for (const [name, hold] of Object.entries(cases)) {
        const exception = await hold(kept, implementation).catch((error: unknown) => {
          throw new Error(`${implementation.name}: ${name}: ${error instanceof Error ? error.message : error}`, { cause: error });
        });
        run += 1;
        if (exception !== undefined) exceptions.push(`${implementation.name}: ${exception}`);
      }
    } finally {
      await kept.stop();
    }
  }
  expect(exceptions.length).toBeLessThanOrEqual(1);
  if (missing.length > 0) context.skip(`not installed: ${missing.join(", ")}`);
  expect(trouble).toEqual([]);
  counted(context, {
    implementations: implementations.length,
    cases: Object.keys(cases).length,
    run,
    "exceptions with a reason": exceptions.length,
  });
}, 120_000);

test("retention: readings become minutes, minutes hours; nothing is bridged, nothing counted twice, the last value stays", async () => {
  const telemetry = openEmbeddedTelemetry(":memory:");
  const points: TelemetryPoint[] = [];
  for (let minute = 0; minute < 180; minute += 1) {
    if (minute >= 70 && minute < 110) continue; // nothing was measured
    points.push(at(minute * 60_000 + 1_000, 100 + minute), at(minute * 60_000 + 31_000, 200 + minute));
  }
  await telemetry.write(points);
  const ask = (step: "1m" | "1h") => telemetry.aggregate({ ...span(0, 4 * hourMs, 10_000), step });
  const [minutes, hours] = [await ask("1m"), await ask("1h")];
  expect([minutes.length, hours.map(({ count }) => count)]).toEqual([140, [120, 40, 120]]);
  const keeping = { raw_days: 1, minute_days: 10 };
  const later = (days: number): Wall => wall(start + days * dayMs + 12 * hourMs);
  expect(await telemetry.thin(keeping, later(0))).toBe(0);
  expect((await telemetry.range(span(0, 4 * hourMs, 10_000))).length).toBe(280);
  expect(await telemetry.thin(keeping, later(1), 2)).toBe(1);
  expect(await telemetry.thin(keeping, later(1), 2)).toBe(0);
  expect(await telemetry.range(span(0, 4 * hourMs, 10_000))).toEqual([]);
  expect([await ask("1m"), await ask("1h")]).toEqual([minutes, hours]);
  // A reading that comes after its hour was thinned joins it.
  await telemetry.write([at(80 * 60_000, 7)]);
  await telemetry.thin(keeping, later(1));
  expect((await ask("1m")).find(({ from }) => from === start + 80 * 60_000)).toMatchObject({ count: 1, min: 7 });
  await telemetry.thin(keeping, later(11));
  expect((await ask("1h")).map(({ count }) => count)).toEqual([120, 41, 120]);
  expect((await telemetry.last(series))?.value).toBe(200 + 179);
  await telemetry.close();
});

test("queries cannot be escaped by a text; nanoseconds keep their last digit", () => {
  const odd = { ...series, tags: { socket: `3' OR 'a' = 'a`, 'na"me': "x" } };
  expect(rangeQuery({ ...span(0, 1_000), series: odd })).toContain(String.raw`"socket" = '3\' OR \'a\' = \'a' AND "na\"me" = 'x'`);
  expect(selectorOf({ ...series, tags: { socket: `3"} or {` } })).toBe(String.raw`{__name__="socket_current_mA",socket="3\"} or {"}`);
  expect(nanoseconds("2025-11-25T04:00:00.040000007Z")).toBe(1_764_043_200_040_000_007n);
  expect(nanoseconds("2025-11-25T04:00:00Z")).toBe(1_764_043_200_000_000_000n);
});
