// What was written as bytes is read back the same, whatever it was; and a file of an earlier form becomes one of this.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import { dayMs, hourMs, wall } from "#protocols/vocabulary/time.ts";
import { dice } from "#test/streams.ts";
import { storedReadings } from "#test/world/stored-readings.ts";
import { BlockReader, BlockWriter, type Kept } from "./block.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { openEmbeddedTelemetry } from "./embedded.ts";
import { openFile } from "./embedded-file.ts";
import { inOrder, packHour, unpackHour } from "./hour.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-blocks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const largest = Number.MAX_SAFE_INTEGER;
const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 45, largest - 1, largest];

test("every safe integer is read back as it was written", () => {
  const roll = dice(5);
  const many = Array.from({ length: 5_000 }, () => Math.min(largest, Math.floor(2 ** roll(54)) + roll(1_000)));
  const all = [...edges, ...many];
  const bytes = new ByteWriter();
  for (const value of all) {
    bytes.unsigned(value);
    bytes.signed(value);
    bytes.signed(-value);
  }
  const written = bytes.take();
  const read = new ByteReader(written);
  const wrong = all.filter((value) => read.unsigned() !== value || read.signed() !== value || read.signed() + value !== 0);
  expect([wrong, read.done]).toEqual([[], true]);
  for (const cut of [Uint8Array.of(0x80), Uint8Array.of(0xff, 0xff)]) {
    expect(() => new ByteReader(cut).unsigned()).toThrow(RangeError);
    expect(() => new ByteReader(cut).signed()).toThrow(RangeError);
  }
});

test("a block and an hour give back what was put in, at every edge of times and values", () => {
  const roll = dice(6);
  const hours = [0, 490_000, -490_000, 2_562_047, -2_562_048];
  for (const hour of hours) {
    const samples: Kept[] = [];
    for (let n = 0; n < 500; n += 1) {
      const edge = edges[roll(edges.length)] ?? 0;
      samples.push({ ms: hour * hourMs + roll(hourMs), ns: roll(1_000_000), value: roll(2) === 0 ? edge : -edge, quality: roll(3) });
    }
    const block = new BlockWriter(hour);
    const series = samples.map(() => roll(2 ** 31));
    for (const [n, { value, ...when }] of samples.entries()) {
      block.point({ ...when, count: 1 });
      block.value(series[n] ?? 0, value);
    }
    const got: [number, Kept][] = [];
    for (const reader = new BlockReader(hour, block.take()); reader.next(); ) got.push([reader.series, reader.kept]);
    expect(got.map(([number, kept]) => ({ number, ...kept, value: kept.value + 0 }))).toEqual(
      samples.map((kept, n) => ({ number: series[n], ...kept, value: kept.value + 0 })),
    );
    const ordered = inOrder([...samples, ...samples.map((one) => ({ ...one, value: 5 }))]);
    expect(ordered.every(({ value }) => value === 5)).toBe(true);
    expect(unpackHour(hour, packHour(hour, inOrder(samples)))).toEqual(inOrder(samples).map((one) => ({ ...one, value: one.value + 0 })));
  }
});

test("a steady curve takes at most five bytes a reading", () => {
  const roll = dice(7);
  const samples = Array.from({ length: 360 }, (_, n) => ({ ms: n * 10_000, ns: 7, value: 226_000 + roll(4_000), quality: 0 }));
  const bytes = packHour(0, samples).length / samples.length;
  expect(bytes).toBeGreaterThan(1);
  expect(bytes).toBeLessThanOrEqual(5);
});

const start = wall(1_764_043_200_000);
const tags = { site: "jinxiu", gateway: "gw-1", station: "station-1", socket: "3" };
const series = { measurement: "socket", tags, field: "current_mA" };
const at = (ms: number, value: number): TelemetryPoint => ({
  ...{ measurement: "socket", tags, quality: "good", fields: { current_mA: value } },
  time_ns: BigInt(start + ms) * 1_000_000n,
});

test("a file of the first form, a row a reading, is carried over whole", async () => {
  const file = join(folder, "first.db");
  const old = new Database(file);
  old.exec(`CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE point (hour INTEGER, series INTEGER, time INTEGER, value INTEGER, quality INTEGER, PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
    CREATE TABLE newest (series INTEGER PRIMARY KEY, time INTEGER, value INTEGER, quality INTEGER);
    CREATE TABLE fresh (hour INTEGER, source INTEGER, time INTEGER, series INTEGER, value INTEGER, quality INTEGER, PRIMARY KEY (hour, source, time, series)) WITHOUT ROWID`);
  old
    .prepare("INSERT INTO series VALUES (1, ?)")
    .run(JSON.stringify(["socket", "current_mA", "gateway", "gw-1", "site", "jinxiu", "socket", "3", "station", "station-1"]));
  const hour = start / hourMs;
  const put = old.prepare("INSERT INTO point VALUES (?, 1, ?, ?, 0)");
  for (let n = 0; n < 10; n += 1) put.run(hour, BigInt(start + n * 1_000) * 1_000_000n + 3n, n);
  old.prepare("INSERT INTO fresh VALUES (?, 1, ?, 1, 99, 2)").run(hour, BigInt(start + 9_000) * 1_000_000n + 3n);
  old.prepare("INSERT INTO newest VALUES (1, ?, 99, 2)").run(BigInt(start + 9_000) * 1_000_000n + 3n);
  old.close();
  const telemetry = openEmbeddedTelemetry(file);
  const span = { series, from: start, to: wall(start + hourMs), limit: 100 };
  expect((await telemetry.range(span)).map(({ value, quality }) => `${value} ${quality}`)).toEqual([
    ...Array.from({ length: 9 }, (_, n) => `${n} good`),
    "99 bad",
  ]);
  expect((await telemetry.range(span)).at(-1)?.time_ns).toBe(BigInt(start + 9_000) * 1_000_000n + 3n);
  await telemetry.write([at(20_000, 7)]);
  expect((await telemetry.last(series))?.value).toBe(7);
  expect((await telemetry.range(span)).length).toBe(11);
  await telemetry.close();
});

test("the newest value of each series survives whatever is written, laid out, thinned and opened again", async () => {
  const file = join(folder, "newest.db");
  const rare = { ...series, field: "test_limit_mA" };
  let telemetry = openEmbeddedTelemetry(file);
  await telemetry.write([{ ...at(500, 0), fields: { test_limit_mA: 4_400 } }]);
  for (let n = 0; n < 100; n += 1) {
    await telemetry.write([at(n * 1_000, n)]);
    if (n % 30 === 29) {
      await telemetry.tidy(wall(start + 400 * dayMs));
      await telemetry.close();
      telemetry = openEmbeddedTelemetry(file);
    }
    expect([(await telemetry.last(series))?.value, (await telemetry.last(rare))?.value]).toEqual([n, 4_400]);
  }
  await telemetry.write([at(50_000, 1_234)]);
  expect((await telemetry.last(series))?.value).toBe(99);
  expect((await telemetry.range({ series, from: start, to: wall(start + hourMs), limit: 1_000 })).length).toBe(100);
  await telemetry.thin({ raw_days: 1, minute_days: 1 }, wall(start + 400 * dayMs));
  expect((await telemetry.last(series))?.value).toBe(99);
  await telemetry.close();
  expect(storedReadings(file)).toEqual([]);
});

test("where curves are kept elsewhere the file of the last values does not grow", async () => {
  const file = join(folder, "only-newest.db");
  const telemetry = openEmbeddedTelemetry(file, { newestOnly: true });
  for (let n = 0; n < 130; n += 1) await telemetry.write([at(n * 1_000, n)]);
  expect((await telemetry.last(series))?.value).toBe(129);
  await telemetry.close();
  expect(storedReadings(file).length).toBeLessThan(40);
  const again = openEmbeddedTelemetry(file, { newestOnly: true });
  expect((await again.last(series))?.value).toBe(129);
  await again.close();
});

test("the same batch again, because nothing was acknowledged, takes no more room; a write that fails takes nothing with it", async () => {
  const file = join(folder, "again.db");
  const telemetry = openEmbeddedTelemetry(file);
  for (let n = 0; n < 50; n += 1) await telemetry.write([at(1_000, 1)]);
  await telemetry.close();
  const db = openFile(file);
  expect(db.prepare("SELECT count(*) FROM block").pluck().get()).toBe(1);
  db.exec("CREATE TRIGGER refuse BEFORE INSERT ON block WHEN NEW.id > 1 BEGIN SELECT RAISE(ABORT, 'full'); END");
  db.close();
  const failing = openEmbeddedTelemetry(file);
  const other = { ...at(2_000, 2), fields: { voltage_mV: 3 } };
  await expect(failing.write([other])).rejects.toThrow("full");
  expect(await failing.last({ ...series, field: "voltage_mV" })).toBeUndefined();
  const mended = openFile(file);
  mended.exec("DROP TRIGGER refuse");
  mended.close();
  await failing.write([other]);
  expect((await failing.last({ ...series, field: "voltage_mV" }))?.value).toBe(3);
  await failing.close();
});
