// Telemetry in a SQLite file of its own. Written by one (embedded-writer.ts), read here; readings are found in the forms in which an hour may be kept.
import SqliteDatabase from "better-sqlite3";
import type { TelemetryPoint } from "#protocols/uplink/telemetry.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import { hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { type Writing, writingHere, writingOnThread } from "./embedded-told.ts";
import { type Keeping, type Named, openFile, openWriter, type Packed } from "./embedded-writer.ts";
import { type Bucket, type Sample, type Series, type Span, type Step, seriesName, steps, type Telemetry } from "./port.ts";

export type { Keeping } from "./embedded-writer.ts";

const qualities = ["good", "stale", "bad"] as const satisfies readonly Quality[];
const millisecond = 1_000_000n;

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

export interface EmbeddedTelemetry extends Telemetry {
  /** Lays out at most `most` gateway hours that are over for those who read curves. */
  tidy(now: Wall, most?: number): Promise<void>;
  /** Turns at most `most` hours that are too old for their form into the coarser one; says how many were left to do. */
  thin(keeping: Keeping, now: Wall, most?: number): Promise<number>;
}

/** Readings of one hour of one series, as they came and as they were laid out; where both know a time, what came last is right. */
const hourSql = `
  SELECT time, value, quality FROM fresh WHERE hour = :hour AND source = :source AND time >= :from AND time < :to AND series = :series
  UNION ALL
  SELECT time, value, quality FROM point WHERE hour = :hour AND series = :series AND time >= :from AND time < :to
    AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.hour = :hour AND fresh.source = :source AND fresh.time = point.time AND fresh.series = :series)
  ORDER BY time LIMIT :limit`;

/** Minutes (or hours) of the good readings, from all forms in which an hour may be kept. Milliseconds; `width` is the step's. */
// The hours are listed one by one: the tables lie by hour, then series, and a range of hours would be read whole.
const bucketsSql = `
  WITH RECURSIVE hours (hour) AS (SELECT :first UNION ALL SELECT hour + 1 FROM hours WHERE hour < :last)
  SELECT bucket, sum(count) AS count, min(least) AS least, max(most) AS most, sum(sum) AS sum FROM (
    SELECT time / 1000000 / :width * :width AS bucket, 1 AS count, value AS least, value AS most, value AS sum FROM hours CROSS JOIN fresh USING (hour)
      WHERE source = :source AND time >= :from * 1000000 AND time < :to * 1000000 AND series = :series AND quality = 0
    UNION ALL
    SELECT time / 1000000 / :width * :width, 1, value, value, value FROM hours CROSS JOIN point USING (hour)
      WHERE series = :series AND quality = 0 AND time >= :from * 1000000 AND time < :to * 1000000
        AND NOT EXISTS (SELECT 1 FROM fresh WHERE fresh.hour = point.hour AND fresh.source = :source AND fresh.time = point.time AND fresh.series = :series)
    UNION ALL
    SELECT time / :width * :width, count, least, most, sum FROM hours CROSS JOIN minute USING (hour)
      WHERE series = :series AND time >= :from AND time < :to
    UNION ALL
    SELECT time / :width * :width, count, least, most, sum FROM hourly WHERE :width >= 3600000 AND series = :series AND time >= :from AND time < :to
  ) GROUP BY bucket ORDER BY bucket LIMIT :limit`;

/** `thread`: written on a thread of its own, where much is written. */
export function openEmbeddedTelemetry(file: string, { thread = false } = {}): EmbeddedTelemetry {
  if (!thread || file === ":memory:") {
    const db = openFile(file);
    return reading(db, { writing: writingHere(openWriter(db)), shut: () => undefined });
  }
  const writing = writingOnThread(file);
  // Not a read-only file: such a connection cannot recover a log that a killed process left.
  const db = new SqliteDatabase(file);
  db.pragma("busy_timeout = 5000");
  db.pragma("query_only = ON");
  db.defaultSafeIntegers(true);
  return reading(db, { writing, shut: () => void db.close() });
}

function reading(db: SqliteDatabase.Database, { writing, shut }: { writing: Writing; shut: () => void }): EmbeddedTelemetry {
  const findSeries = db.prepare("SELECT id, source FROM series WHERE name = ?");
  const readNewest = db.prepare("SELECT time, value, quality FROM newest WHERE series = ?");
  const readHour = db.prepare(hourSql);
  const readBuckets = db.prepare(bucketsSql);
  const found = new Map<string, { id: bigint; source: bigint }>();
  /** A series never changes its number; its gateway is written again with every name, and stays. */
  const existing = (series: Series): { id: bigint; source: bigint } | undefined => {
    const name = seriesName(series);
    const known = found.get(name) ?? (findSeries.get(name) as { id: bigint; source: bigint } | undefined);
    if (known !== undefined && known.source !== 0n) found.set(name, known);
    return known;
  };
  const pack = packing();

  return {
    async write(points) {
      const packed = pack(points);
      if (packed.rows.length > 0) await writing.write(packed);
    },
    async last(series) {
      const known = existing(series);
      const row = known === undefined ? undefined : (readNewest.get(known.id) as Stored | undefined);
      return row === undefined ? undefined : toSample(row);
    },
    async range(span: Span) {
      const known = existing(span.series);
      if (known === undefined) return [];
      const from = BigInt(span.from) * millisecond;
      const to = BigInt(span.to) * millisecond;
      const samples: Sample[] = [];
      for (let hour = hourOf(from); hour <= hourOf(to) && samples.length < span.limit; hour += 1) {
        const asked = { hour, series: known.id, source: known.source, from, to, limit: span.limit - samples.length };
        for (const row of readHour.all(asked)) samples.push(toSample(row as Stored));
      }
      return samples;
    },
    async aggregate({ series, from, to, limit, step }: Span & { readonly step: Step }) {
      const known = existing(series);
      if (known === undefined) return [];
      // Whole numbers are bound as bigint: as doubles they would make every division a broken one.
      const whole = (value: number): bigint => BigInt(Math.floor(value));
      const hours = { first: whole(from / hourMs), last: whole(to / hourMs) };
      const of = { series: known.id, source: known.source, width: whole(steps[step]) };
      const rows = readBuckets.all({ ...of, from: whole(from), to: whole(to), limit: whole(limit), ...hours }) as Summed[];
      return rows.map(toBucket);
    },
    async tidy(now, most = 24) {
      for (let done = 0; done < most; done += 1) if (!(await writing.tidy(now))) return;
    },
    thin: (keeping, now, most = 24) => writing.thin(keeping, now, most),
    async close() {
      await writing.close();
      shut();
    },
  };
}

/** From points to rows of numbers: a series gets a number of ours when it is first seen, and its name goes with the batch that brings it. */
function packing(): (points: readonly TelemetryPoint[]) => Packed {
  const known = new Map<string, Map<string, bigint>>();
  let handles = 0;
  return (points) => {
    const names: Named[] = [];
    let values = 0;
    for (const { fields } of points) values += Object.keys(fields).length;
    const rows = new BigInt64Array(values * 4);
    let at = 0;
    for (const { measurement, tags, quality, fields, time_ns } of points) {
      const thing = measurement + JSON.stringify(tags);
      const fieldsOf = known.get(thing) ?? new Map<string, bigint>();
      if (fieldsOf.size === 0) known.set(thing, fieldsOf);
      const goodness = BigInt(qualities.indexOf(quality));
      for (const field in fields) {
        let handle = fieldsOf.get(field);
        if (handle === undefined) {
          handles += 1;
          handle = BigInt(handles);
          fieldsOf.set(field, handle);
          names.push({
            handle: handles,
            name: seriesName({ measurement, tags, field }),
            source: `${tags.site ?? ""}/${tags.gateway ?? ""}`,
          });
        }
        rows[at] = handle;
        rows[at + 1] = time_ns;
        rows[at + 2] = BigInt(fields[field] ?? 0);
        rows[at + 3] = goodness;
        at += 4;
      }
    }
    return { names, rows };
  };
}
