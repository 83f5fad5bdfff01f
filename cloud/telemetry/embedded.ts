// Telemetry in a SQLite file of its own. Written by one (embedded-writer.ts), read here; readings are found in the forms in which an hour may be kept.
import SqliteDatabase from "better-sqlite3";
import { hourMs, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { BlockReader, type Kept } from "./block.ts";
import { hourOfPacked, openFile, packedId } from "./embedded-file.ts";
import { type Latest, latestFrom } from "./embedded-latest.ts";
import { packing, qualities } from "./embedded-pack.ts";
import { type Writing, writingHere, writingOnThread } from "./embedded-told.ts";
import { type Keeping, openWriter } from "./embedded-writer.ts";
import { inOrder, unpackHour } from "./hour.ts";
import { type Bucket, type Sample, type Series, type Span, type Step, seriesName, steps, type Telemetry } from "./port.ts";

export type { Keeping } from "./embedded-writer.ts";

export interface EmbeddedTelemetry extends Telemetry {
  /** Lays out at most `most` gateway hours that are over for those who read curves. */
  tidy(now: Wall, most?: number): Promise<void>;
  /** Turns at most `most` hours that are too old for their form into the coarser one; says how many were left to do. */
  thin(keeping: Keeping, now: Wall, most?: number): Promise<number>;
}

export interface EmbeddedSettings {
  /** Written on a thread of its own, where much is written. */
  readonly thread?: boolean;
  /** Nothing but last values: the curves are kept elsewhere. */
  readonly newestOnly?: boolean;
  /** Milliseconds since 1970; a thread of its own asks the machine. */
  readonly now?: () => number;
}

export function openEmbeddedTelemetry(
  file: string,
  { thread = false, newestOnly = false, now = Date.now }: EmbeddedSettings = {},
): EmbeddedTelemetry {
  if (!thread || file === ":memory:") {
    const db = openFile(file);
    return reading(db, { writing: writingHere(openWriter(db, { newestOnly, now })), now, shut: () => undefined });
  }
  const writing = writingOnThread({ file, newestOnly });
  // Not a read-only file: such a connection cannot recover a log that a killed process left.
  const db = new SqliteDatabase(file);
  db.pragma("busy_timeout = 5000");
  db.pragma("query_only = ON");
  return reading(db, { writing, now, shut: () => void db.close() });
}

const sampleOf = ({ ms, ns, value, quality }: Kept): Sample => ({
  time_ns: BigInt(ms) * 1_000_000n + BigInt(ns),
  value,
  quality: qualities[quality] ?? "bad",
});

interface Ends {
  readonly writing: Writing;
  readonly now: () => number;
  readonly shut: () => void;
}

function reading(db: SqliteDatabase.Database, { writing, now, shut }: Ends): EmbeddedTelemetry {
  const find = seriesIn(db);
  const curves = curvesIn(db);
  const latest = latestFrom(db, now);
  const latestOf = new Map<number, Latest & { version: number }>();
  const pack = packing(db);
  // It counts what others wrote; where we are the writer ourselves, we do.
  const dataVersion = db.prepare("PRAGMA data_version").pluck();
  let written = 0;
  return {
    async write(points) {
      if (points.length > 0) await writing.write(pack(points));
      written += 1;
    },
    async last(series) {
      const known = find(series);
      if (known === undefined) return undefined;
      const version = (dataVersion.get() as number) + written;
      let of = latestOf.get(known.source);
      if (of?.version !== version) {
        of = { ...latest(known.source, of), version };
        latestOf.set(known.source, of);
      }
      const newest = of.newest.get(known.id);
      return newest === undefined ? undefined : sampleOf(newest);
    },
    async range(span) {
      const known = find(span.series);
      return known === undefined ? [] : curves.range(known, span).map(sampleOf);
    },
    async aggregate(span) {
      const known = find(span.series);
      return known === undefined ? [] : curves.aggregate(known, span);
    },
    async tidy(now, most = 24) {
      for (let done = 0; done < most; done += 1) if (!(await writing.tidy(now))) return;
    },
    async thin(keeping, now, most = 24) {
      for (let done = 0, left = 0; ; ) {
        const step = await writing.thin(keeping, now);
        left = step.left;
        if (step.ended) done += 1;
        if (left === 0 || done >= most) return left;
      }
    },
    async close() {
      await writing.close();
      shut();
    },
  };
}

interface Known {
  readonly id: number;
  readonly source: number;
}

/** A series never changes its number; its gateway is written again with every name, and stays. */
function seriesIn(db: SqliteDatabase.Database): (series: Series) => Known | undefined {
  const findSeries = db.prepare("SELECT id, source FROM series WHERE name = ?");
  const found = new Map<string, Known>();
  return (series) => {
    const name = seriesName(series);
    const known = found.get(name) ?? (findSeries.get(name) as Known | undefined);
    if (known !== undefined && known.source !== 0) found.set(name, known);
    return known;
  };
}

interface Curves {
  range(known: Known, span: Omit<Span, "series">): Kept[];
  aggregate(known: Known, span: Omit<Span, "series"> & { readonly step: Step }): Bucket[];
}
type Sums = Pick<Bucket, "count" | "min" | "max"> & { readonly sum: number };

/** Both are of one moment: an hour that is laid out anew meanwhile is seen once. */
function curvesIn(db: SqliteDatabase.Database): Curves {
  const pendingOf = db.prepare("SELECT hour FROM pending WHERE source = ? AND hour >= ? AND hour <= ?").pluck();
  const blocksOf = db.prepare("SELECT data FROM block WHERE source = ? AND hour = ? ORDER BY id").pluck();
  const packedOf = db.prepare("SELECT data FROM packed WHERE id = ?").pluck();
  const nextPacked = db.prepare("SELECT min(id) FROM packed WHERE id >= ? AND id < ?").pluck();
  const nextMinute = db.prepare("SELECT min(hour) FROM minute WHERE hour >= ? AND hour <= ?").pluck();
  const minutesOf = db.prepare("SELECT time, count, least, most, sum FROM minute WHERE hour = ? AND series = ? AND time >= ? AND time < ?");
  const hoursOf = db.prepare("SELECT time, count, least, most, sum FROM hourly WHERE series = ? AND time >= ? AND time < ?");

  /** Those that hold readings of anybody, in order: years of nothing cost nothing. */
  function hoursWithin(source: number, { from, to }: Pick<Span, "from" | "to">): number[] {
    const [first, last] = [Math.floor(from / hourMs), Math.floor((to - 1) / hourMs)];
    const hours = new Set(pendingOf.all(source, first, last) as number[]);
    for (let hour = first; hour <= last; hour += 1) {
      const id = nextPacked.get(packedId(hour, 0), packedId(last + 1, 0)) as number | null;
      if (id === null) break;
      hour = hourOfPacked(id);
      hours.add(hour);
    }
    return [...hours].sort((a, b) => a - b);
  }

  /** As they came and as they were laid out; where both know a time, what came last is right. */
  function hourOf({ id, source }: Known, hour: number): Kept[] {
    const packed = packedOf.get(packedId(hour, id)) as Uint8Array | undefined;
    const samples = packed === undefined ? [] : unpackHour(hour, packed);
    const before = samples.length;
    for (const data of blocksOf.all(source, hour) as Uint8Array[])
      for (const block = new BlockReader(hour, data); block.next(); ) if (block.series === id) samples.push(block.kept);
    return samples.length === before ? samples : inOrder(samples);
  }

  function range(known: Known, { from, to, limit }: Omit<Span, "series">): Kept[] {
    const found: Kept[] = [];
    for (const hour of hoursWithin(known.source, { from, to })) {
      if (found.length >= limit) break;
      for (const sample of hourOf(known, hour)) if (sample.ms >= from && sample.ms < to) found.push(sample);
    }
    return found.slice(0, limit);
  }

  function aggregate(known: Known, { from, to, limit, step }: Omit<Span, "series"> & { readonly step: Step }): Bucket[] {
    const width = steps[step];
    const buckets = new Map<number, Sums>();
    const add = (time: number, { count, min, max, sum }: Sums): void => {
      const at = Math.floor(time / width) * width;
      const so = buckets.get(at);
      if (so === undefined) buckets.set(at, { count, min, max, sum });
      else buckets.set(at, { count: so.count + count, min: Math.min(so.min, min), max: Math.max(so.max, max), sum: so.sum + sum });
    };
    for (const { ms, value, quality } of range(known, { from, to, limit: Number.POSITIVE_INFINITY }))
      if (quality === 0) add(ms, { count: 1, min: value, max: value, sum: value });
    interface Row {
      readonly time: number;
      readonly count: number;
      readonly least: number;
      readonly most: number;
      readonly sum: number;
    }
    const addRows = (rows: unknown[]): void => {
      for (const { time, count, least, most, sum } of rows as Row[]) add(time, { count, min: least, max: most, sum });
    };
    const last = Math.floor((to - 1) / hourMs);
    for (let hour = Math.floor(from / hourMs); hour <= last; hour += 1) {
      const next = nextMinute.get(hour, last) as number | null;
      if (next === null) break;
      hour = next;
      addRows(minutesOf.all(hour, known.id, from, to));
    }
    if (width >= hourMs) addRows(hoursOf.all(known.id, from, to));
    return [...buckets]
      .sort(([a], [b]) => a - b)
      .slice(0, limit)
      .map(([at, { sum, ...bucket }]) => ({ from: wall(at), ...bucket, mean: sum / bucket.count }));
  }

  return { range: db.transaction(range), aggregate: db.transaction(aggregate) };
}
