// The writing side of the embedded telemetry: one owner of the file's changes, on a thread of its own or in ours.
// What is new lies as it came, a row a batch, however many series there are. An hour that is over is laid out anew, by series, for those who read curves;
// then it becomes minutes, and they become hours.
import type SqliteDatabase from "better-sqlite3";
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { BlockReader, type Kept } from "./block.ts";
import { hourOfPacked, latestBytes, packedId } from "./embedded-file.ts";
import { latestFrom } from "./embedded-latest.ts";
import type { Named, NamedSeries, Packed } from "./embedded-pack.ts";
import { inOrder, packHour, unpackHour } from "./hour.ts";

/** How long every reading is kept, and how long its minutes; hours are kept for ever. */
export interface Keeping {
  readonly raw_days: number;
  readonly minute_days: number;
}

/** What a step of thinning came to. */
export interface Thinned {
  /** An hour has its coarser form now, whole. */
  readonly ended: boolean;
  /** Hours that are still too fine for their age. */
  readonly left: number;
}

export interface Writer {
  /** All of it is durable when this returns. One after another fails by itself: undefined where it was written, otherwise why not. */
  write(batches: readonly Packed[]): readonly (Error | undefined)[];
  /** Lays out anew one gateway's hour that is over; false: there is none. */
  tidy(now: number): boolean;
  /** Turns a part of the oldest hour that is too fine for its age into the coarser form: a step that others can wait for. */
  thin(keeping: Keeping, now: number): Thinned;
  close(): void;
}

/** Late readings of an hour that is over come for a while; laid out twice it is no worse. */
const settledHours = 1;
/** The newest values of a gateway are written down after so many of its batches: that many are read at a start. */
const latestEvery = 32;
/** More than a gateway has on its way. */
const recentBlocks = 4;
/** Series of one step of thinning: some tens of milliseconds. */
const seriesAtOnce = 2_000;

export interface WriterSettings {
  /** Curves are kept elsewhere, here nothing but the last values. */
  readonly newestOnly?: boolean;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export function openWriter(db: SqliteDatabase.Database, { newestOnly = false, now = Date.now }: WriterSettings = {}): Writer {
  const latest = latestFrom(db, now);
  const addSource = db.prepare("INSERT INTO source (id, name) VALUES (?, ?)");
  const addSeries = db.prepare(
    "INSERT INTO series (id, name, source) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET source = excluded.source WHERE name = excluded.name",
  );
  const addBlock = db.prepare("INSERT INTO block (id, source, hour, data) VALUES (?, ?, ?, ?)");
  const addPending = db.prepare("INSERT OR IGNORE INTO pending (hour, source) VALUES (?, ?)");
  const putLatest = db.prepare(
    "INSERT INTO latest (source, upto, data) VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE SET upto = excluded.upto, data = excluded.data",
  );
  const dropBefore = db.prepare("DELETE FROM block WHERE source = ? AND id <= ?");

  const number = (text: string): number => (db.prepare(text).safeIntegers(false).pluck().get() as number | null) ?? 0;
  // A block's number is never given twice: what is written down as newest counts by it.
  let lastBlock = Math.max(number("SELECT max(id) FROM block"), number("SELECT max(upto) FROM latest"));
  const unsaved = { sources: new Map<number, Named>(), series: new Map<number, NamedSeries>() };
  /** Of each gateway: the hour that is known to be pending, its blocks since its newest values were written down, and the last of them. */
  const known = new Map<number, { hour: number; blocks: number; readonly recent: Uint8Array[] }>();

  function saveNames(): void {
    for (const { id, name } of unsaved.sources.values()) addSource.run(id, name);
    for (const { id, name, source } of unsaved.series.values())
      if (addSeries.run(id, name, source).changes === 0) throw new Error(`series ${id} has another name: somebody else writes this file`);
  }

  function writeLatest(source: number): void {
    const { newest, upto } = latest(source);
    if (upto < 0) return;
    putLatest.run(source, upto, latestBytes(newest));
    if (newestOnly) dropBefore.run(source, upto);
  }

  const addAll = db.transaction((batches: readonly Packed[]) => {
    saveNames();
    for (const { blocks } of batches)
      for (const { source, hour, data } of blocks) {
        const of = known.get(source) ?? { hour: Number.NaN, blocks: 0, recent: [] };
        known.set(source, of);
        // A gateway that waits for its acknowledgement says the same again, for as long as the other store is in trouble.
        if (of.hour === hour && of.recent.some((one) => Buffer.compare(one, data) === 0)) continue;
        if (of.recent.push(data) > recentBlocks) of.recent.shift();
        lastBlock += 1;
        addBlock.run(lastBlock, source, hour, data);
        if (of.hour !== hour && !newestOnly) addPending.run(hour, source);
        of.hour = hour;
        of.blocks += 1;
        if (of.blocks < latestEvery) continue;
        writeLatest(source);
        of.blocks = 0;
      }
  });
  function tryAll(batches: readonly Packed[]): Error | undefined {
    try {
      addAll.immediate(batches);
      unsaved.sources.clear();
      unsaved.series.clear();
      return undefined;
    } catch (error) {
      known.clear();
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  const oldestPending = db.prepare("SELECT hour, source FROM pending WHERE hour < ? ORDER BY hour, source LIMIT 1").safeIntegers(false);
  const blocksOf = db.prepare("SELECT data FROM block WHERE source = ? AND hour = ? ORDER BY id").pluck();
  const packedOf = db.prepare("SELECT data FROM packed WHERE id = ?").pluck();
  const putPacked = db.prepare("INSERT INTO packed (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data");
  const dropBlocks = db.prepare("DELETE FROM block WHERE source = ? AND hour = ?");
  const dropPending = db.prepare("DELETE FROM pending WHERE hour = ? AND source = ?");
  const layOutOne = db.transaction((before: number) => {
    const one = oldestPending.get(before) as { hour: number; source: number } | undefined;
    if (one === undefined) return false;
    const { hour, source } = one;
    writeLatest(source);
    const bySeries = new Map<number, Kept[]>();
    for (const data of blocksOf.all(source, hour) as Uint8Array[])
      for (const block = new BlockReader(hour, data); block.next(); ) {
        const some = bySeries.get(block.series);
        if (some === undefined) bySeries.set(block.series, [block.kept]);
        else some.push(block.kept);
      }
    for (const [series, samples] of bySeries) {
      const id = packedId(hour, series);
      const before = packedOf.get(id) as Uint8Array | undefined;
      putPacked.run(id, packHour(hour, inOrder(before === undefined ? samples : [...unpackHour(hour, before), ...samples])));
    }
    dropBlocks.run(source, hour);
    dropPending.run(hour, source);
    known.delete(source);
    return true;
  });

  const nextPacked = db.prepare("SELECT min(id) FROM packed WHERE id >= ?").safeIntegers(false).pluck();
  const somePacked = db.prepare("SELECT id, data FROM packed WHERE id >= ? AND id < ? ORDER BY id LIMIT ?").safeIntegers(false);
  const dropPacked = db.prepare("DELETE FROM packed WHERE id >= ? AND id <= ?");
  const merge =
    "count = count + excluded.count, least = min(least, excluded.least), most = max(most, excluded.most), sum = sum + excluded.sum";
  const addMinute = db.prepare(
    `INSERT INTO minute (hour, series, time, count, least, most, sum) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ${merge}`,
  );
  const thinPart = db.transaction((hour: number) => {
    const part = somePacked.all(packedId(hour, 0), packedId(hour + 1, 0), seriesAtOnce) as { id: number; data: Uint8Array }[];
    for (const { id, data } of part)
      for (const [time, { count, least, most, sum }] of minutesOf(unpackHour(hour, data)))
        addMinute.run(hour, id - packedId(hour, 0), time, count, least, most, sum);
    dropPacked.run(packedId(hour, 0), part.at(-1)?.id ?? 0);
    return part.length < seriesAtOnce;
  });
  const nextMinute = db.prepare("SELECT min(hour) FROM minute WHERE hour >= ?").safeIntegers(false).pluck();
  const toHours = db.prepare(`INSERT INTO hourly (series, time, count, least, most, sum)
    SELECT series, hour * 3600000, sum(count), min(least), max(most), sum(sum) FROM minute
    WHERE hour = ? GROUP BY series ON CONFLICT DO UPDATE SET ${merge}`);
  const dropMinutes = db.prepare("DELETE FROM minute WHERE hour = ?");
  const minutesToHour = db.transaction((hour: number) => {
    toHours.run(hour);
    dropMinutes.run(hour);
  });

  /** The hours before `end` that a table has, the earliest first; not more than are asked for anyway. */
  function hoursBefore(end: number, next: (from: number) => number | undefined): number[] {
    const hours: number[] = [];
    for (let hour = next(-mostHours); hour !== undefined && hour < end && hours.length < 100; hour = next(hour + 1)) hours.push(hour);
    return hours;
  }
  const nextPackedHour = (from: number): number | undefined => {
    const id = nextPacked.get(packedId(from, 0)) as number | null;
    return id === null ? undefined : hourOfPacked(id);
  };
  const nextMinuteHour = (from: number): number | undefined => (nextMinute.get(from) as number | null) ?? undefined;

  return {
    write(batches) {
      for (const { sources, series } of batches) {
        for (const named of sources) unsaved.sources.set(named.id, named);
        for (const named of series) unsaved.series.set(named.id, named);
      }
      const failed = tryAll(batches);
      if (failed === undefined) return batches.map(() => undefined);
      return batches.length === 1 ? [failed] : batches.map((one) => tryAll([one]));
    },
    tidy: (now) => layOutOne.immediate(Math.floor(now / hourMs) - settledHours),
    thin({ raw_days, minute_days }, now) {
      const before = (days: number): number => Math.floor((now - days * dayMs) / hourMs);
      while (layOutOne.immediate(before(raw_days)));
      const hours = hoursBefore(before(raw_days), nextPackedHour);
      const minutes = hoursBefore(before(minute_days), nextMinuteHour);
      const left = hours.length + minutes.length;
      const [hour] = hours;
      const [minute] = minutes;
      if (hour !== undefined) return thinPart.immediate(hour) ? { ended: true, left: left - 1 } : { ended: false, left };
      if (minute === undefined) return { ended: false, left: 0 };
      minutesToHour.immediate(minute);
      return { ended: true, left: left - 1 };
    },
    close: () => void db.close(),
  };
}

/** Beyond all times that fit nanoseconds in 64 bits. */
const mostHours = 2_600_000;

interface Sums {
  readonly count: number;
  readonly least: number;
  readonly most: number;
  readonly sum: bigint;
}

/** Of the good readings, by the minute in milliseconds. */
function minutesOf(samples: readonly Kept[]): Map<number, Sums> {
  const minutes = new Map<number, Sums>();
  for (const { ms, value, quality } of samples) {
    if (quality !== 0) continue;
    const minute = Math.floor(ms / minuteMs) * minuteMs;
    const known = minutes.get(minute);
    minutes.set(minute, {
      count: (known?.count ?? 0) + 1,
      least: Math.min(known?.least ?? value, value),
      most: Math.max(known?.most ?? value, value),
      sum: (known?.sum ?? 0n) + BigInt(value),
    });
  }
  return minutes;
}
