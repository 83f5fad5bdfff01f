// Telemetry in a SQLite file of its own: rows lie by hour, then series, then time, so that writing appends and old hours can go in one stroke.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import { type Sample, type Series, type Span, seriesName, type Telemetry } from "./port.ts";

const qualities = ["good", "stale", "bad"] as const satisfies readonly Quality[];
const millisecond = 1_000_000n;

const tables = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS point (hour INTEGER, series INTEGER, time INTEGER, value INTEGER, quality INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS newest (series INTEGER PRIMARY KEY, time INTEGER, value INTEGER, quality INTEGER);
`;

interface Stored {
  readonly time: bigint;
  readonly value: bigint;
  readonly quality: bigint;
}
const toSample = (row: Stored): Sample => ({
  time_ns: row.time,
  value: Number(row.value),
  quality: qualities[Number(row.quality)] ?? "bad",
});
const hourOf = (time_ns: bigint): number => Math.floor(Number(time_ns / millisecond) / hourMs);

export function openEmbeddedTelemetry(file: string): Telemetry {
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
    async close() {
      db.close();
    },
  };
}
