// Telemetry in a SQLite file of its own: rows lie by hour, then series, then time, so that writing appends and old hours can go in one stroke.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { dayMs, hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { type Bucket, type Sample, type Series, type Span, type Step, seriesName, steps, type Telemetry } from "./port.ts";

const qualities = ["good", "stale", "bad"] as const satisfies readonly Quality[];
const millisecond = 1_000_000n;

const tables = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS point (hour INTEGER, series INTEGER, time INTEGER, value INTEGER, quality INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS minute (hour INTEGER, series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hourly (series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS newest (series INTEGER PRIMARY KEY, time INTEGER, value INTEGER, quality INTEGER);
`;

interface Stored {
  readonly time: bigint;
  readonly value: bigint;
  readonly quality: bigint;
}
interface Summed {
  readonly bucket: bigint;
  readonly count: bigint;
  readonly least: bigint;
  readonly most: bigint;
  readonly sum: bigint;
}
const toBucket = ({ bucket, count, least, most, sum }: Summed): Bucket => ({
  from: wall(Number(bucket)),
  count: Number(count),
  min: Number(least),
  max: Number(most),
  mean: Number(sum) / Number(count),
});
const toSample = (row: Stored): Sample => ({
  time_ns: row.time,
  value: Number(row.value),
  quality: qualities[Number(row.quality)] ?? "bad",
});
const hourOf = (time_ns: bigint): number => Math.floor(Number(time_ns / millisecond) / hourMs);

/** How long every reading is kept, and how long its minutes; hours are kept for ever. */
export interface Keeping {
  readonly raw_days: number;
  readonly minute_days: number;
}

export interface EmbeddedTelemetry extends Telemetry {
  /** Turns at most `most` hours that are too old for their form into the coarser one; says how many were left to do. One short transaction an hour. */
  thin(keeping: Keeping, now: Wall, most?: number): number;
}

/** Minutes (or hours) of the good readings, from all three forms in which an hour may be kept. Milliseconds; `width` is the step's. */
// The hours are listed one by one: the tables lie by hour, then series, and a range of hours would be read whole.
const bucketsSql = `
  WITH RECURSIVE hours (hour) AS (SELECT :first UNION ALL SELECT hour + 1 FROM hours WHERE hour < :last)
  SELECT bucket, sum(count) AS count, min(least) AS least, max(most) AS most, sum(sum) AS sum FROM (
    SELECT time / 1000000 / :width * :width AS bucket, 1 AS count, value AS least, value AS most, value AS sum FROM hours CROSS JOIN point USING (hour)
      WHERE series = :series AND quality = 0 AND time >= :from * 1000000 AND time < :to * 1000000
    UNION ALL
    SELECT time / :width * :width, count, least, most, sum FROM hours CROSS JOIN minute USING (hour)
      WHERE series = :series AND time >= :from AND time < :to
    UNION ALL
    SELECT time / :width * :width, count, least, most, sum FROM hourly WHERE :width >= 3600000 AND series = :series AND time >= :from AND time < :to
  ) GROUP BY bucket ORDER BY bucket LIMIT :limit`;

export function openEmbeddedTelemetry(file: string): EmbeddedTelemetry {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new SqliteDatabase(file);
  db.pragma("journal_mode = WAL");
  // The acknowledgement waits for this store too: what it took must survive a power cut.
  db.pragma("synchronous = FULL");
  db.exec(tables);
  // Nanoseconds do not fit a double: every integer comes back as bigint.
  db.defaultSafeIntegers(true);

  const addSeries = db.prepare("INSERT INTO series (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id");
  const findSeries = db.prepare("SELECT id FROM series WHERE name = ?");
  const addPoint = db.prepare("INSERT OR REPLACE INTO point (hour, series, time, value, quality) VALUES (?, ?, ?, ?, ?)");
  const addNewest = db.prepare(
    "INSERT INTO newest (series, time, value, quality) VALUES (?, ?, ?, ?) ON CONFLICT (series) DO UPDATE SET time = excluded.time, value = excluded.value, quality = excluded.quality WHERE excluded.time >= newest.time",
  );
  const readNewest = db.prepare("SELECT time, value, quality FROM newest WHERE series = ?");
  const readHour = db.prepare(
    "SELECT time, value, quality FROM point WHERE hour = ? AND series = ? AND time >= ? AND time < ? ORDER BY time LIMIT ?",
  );
  const readBuckets = db.prepare(bucketsSql);
  const oldestHours = db.prepare("SELECT DISTINCT hour FROM point WHERE hour < ? ORDER BY hour LIMIT ?");
  const oldestMinutes = db.prepare("SELECT DISTINCT hour FROM minute WHERE hour < ? ORDER BY hour LIMIT ?");
  const merge =
    "count = count + excluded.count, least = min(least, excluded.least), most = max(most, excluded.most), sum = sum + excluded.sum";
  const toMinutes = db.prepare(`INSERT INTO minute (hour, series, time, count, least, most, sum)
    SELECT hour, series, time / 1000000 / 60000 * 60000 AS bucket, count(*), min(value), max(value), sum(value) FROM point
    WHERE hour = ? AND quality = 0 GROUP BY series, bucket ON CONFLICT DO UPDATE SET ${merge}`);
  const toHours = db.prepare(`INSERT INTO hourly (series, time, count, least, most, sum)
    SELECT series, hour * 3600000, sum(count), min(least), max(most), sum(sum) FROM minute
    WHERE hour = ? GROUP BY series ON CONFLICT DO UPDATE SET ${merge}`);
  const dropPoints = db.prepare("DELETE FROM point WHERE hour = ?");
  const dropMinutes = db.prepare("DELETE FROM minute WHERE hour = ?");
  const coarsen = (to: SqliteDatabase.Statement, drop: SqliteDatabase.Statement) =>
    db.transaction((hour: bigint) => {
      to.run(hour);
      drop.run(hour);
    });
  const hourToMinutes = coarsen(toMinutes, dropPoints);
  const minutesToHour = coarsen(toHours, dropMinutes);
  const known = new Map<string, bigint>();

  const idOf = (series: Series): bigint => {
    const name = seriesName(series);
    const id = known.get(name) ?? (addSeries.get(name) as { id: bigint }).id;
    known.set(name, id);
    return id;
  };
  const writeAll = db.transaction((points: readonly TelemetryPoint[]) => {
    for (const point of points) {
      const quality = qualities.indexOf(point.quality);
      for (const [field, value] of Object.entries(point.fields)) {
        const id = idOf({ measurement: point.measurement, tags: point.tags, field });
        addPoint.run(hourOf(point.time_ns), id, point.time_ns, value, quality);
        addNewest.run(id, point.time_ns, value, quality);
      }
    }
  });
  const existing = (series: Series): bigint | undefined => (findSeries.get(seriesName(series)) as { id: bigint } | undefined)?.id;

  return {
    async write(points) {
      try {
        writeAll.immediate(points);
      } catch (error) {
        // Ids given inside a transaction that was rolled back are no ids.
        known.clear();
        throw error;
      }
    },
    async last(series) {
      const id = existing(series);
      const row = id === undefined ? undefined : (readNewest.get(id) as Stored | undefined);
      return row === undefined ? undefined : toSample(row);
    },
    async range(span: Span) {
      const id = existing(span.series);
      if (id === undefined) return [];
      const from = BigInt(span.from) * millisecond;
      const to = BigInt(span.to) * millisecond;
      const samples: Sample[] = [];
      for (let hour = hourOf(from); hour <= hourOf(to) && samples.length < span.limit; hour += 1)
        for (const row of readHour.all(hour, id, from, to, span.limit - samples.length)) samples.push(toSample(row as Stored));
      return samples;
    },
    async aggregate({ series, from, to, limit, step }: Span & { readonly step: Step }) {
      const id = existing(series);
      if (id === undefined) return [];
      // Whole numbers are bound as bigint: as doubles they would make every division a broken one.
      const whole = (value: number): bigint => BigInt(Math.floor(value));
      const hours = { first: whole(from / hourMs), last: whole(to / hourMs) };
      const bound = { series: id, from: whole(from), to: whole(to), width: whole(steps[step]), limit: whole(limit), ...hours };
      const rows = readBuckets.all(bound) as Summed[];
      return rows.map(toBucket);
    },
    thin({ raw_days, minute_days }, now, most = 24) {
      const before = (days: number): number => Math.floor((now - days * dayMs) / hourMs);
      const due = (statement: SqliteDatabase.Statement, days: number): bigint[] =>
        (statement.all(before(days), most + 1) as { hour: bigint }[]).map(({ hour }) => hour);
      const hours = due(oldestHours, raw_days);
      for (const hour of hours.slice(0, most)) hourToMinutes.immediate(hour);
      const minutes = due(oldestMinutes, minute_days);
      for (const hour of minutes.slice(0, most)) minutesToHour.immediate(hour);
      return Math.max(0, hours.length - most) + Math.max(0, minutes.length - most);
    },
    async close() {
      db.close();
    },
  };
}
