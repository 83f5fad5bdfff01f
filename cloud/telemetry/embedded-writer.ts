// The writing side of the embedded telemetry: one owner of the file's changes, on a thread of its own or in ours.
// What is new lies as it came, by hour, gateway and time: a batch is a few pages, however many series there are. An hour that is over is laid out anew, by series, for
// those who read curves; then it becomes minutes, and they become hours.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";

const tables = `
  CREATE TABLE IF NOT EXISTS source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, source INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS fresh (hour INTEGER, source INTEGER, time INTEGER, series INTEGER, value INTEGER, quality INTEGER,
    PRIMARY KEY (hour, source, time, series)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS point (hour INTEGER, series INTEGER, time INTEGER, value INTEGER, quality INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS minute (hour INTEGER, series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hourly (series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS newest (series INTEGER PRIMARY KEY, time INTEGER, value INTEGER, quality INTEGER);
`;

/** Opens it as the one who changes it; an older file gets what it lacks. */
export function openFile(file: string): SqliteDatabase.Database {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new SqliteDatabase(file);
  db.pragma("journal_mode = WAL");
  // The acknowledgement waits for this store too: what it took must survive a power cut.
  db.pragma("synchronous = FULL");
  db.pragma("busy_timeout = 5000");
  const columns = db.pragma("table_info(series)") as { name: string }[];
  if (columns.length > 0 && !columns.some(({ name }) => name === "source"))
    db.exec("ALTER TABLE series ADD COLUMN source INTEGER NOT NULL DEFAULT 0");
  db.exec(tables);
  // Nanoseconds do not fit a double: every integer comes back as bigint.
  db.defaultSafeIntegers(true);
  return db;
}

/** How long every reading is kept, and how long its minutes; hours are kept for ever. */
export interface Keeping {
  readonly raw_days: number;
  readonly minute_days: number;
}

/** A series as whoever writes it names it: a number of his own, said once with the name and the gateway it is from. */
export interface Named {
  readonly handle: number;
  readonly name: string;
  readonly source: string;
}

/** Readings in fours: handle, time in nanoseconds, value, quality. */
export interface Packed {
  readonly names: readonly Named[];
  readonly rows: BigInt64Array;
}

export interface Writer {
  /** All of it is durable when this returns. One after another fails by itself: undefined where it was written, otherwise why not. */
  write(batches: readonly Packed[]): readonly (Error | undefined)[];
  /** Lays out anew one gateway's hour that is over; false: there is none. */
  tidy(now: number): boolean;
  /** Turns at most `most` hours that are too old for their form into the coarser one; says how many are left to do. */
  thin(keeping: Keeping, now: number, most: number): number;
  close(): void;
}

const hourNs = BigInt(hourMs) * 1_000_000n;
/** Late readings of an hour that is over come for a while; laid out twice it is no worse. */
const settledHours = 1;

export function openWriter(db: SqliteDatabase.Database): Writer {
  const addSource = db.prepare("INSERT INTO source (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id");
  const addSeries = db.prepare(
    "INSERT INTO series (name, source) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET source = excluded.source RETURNING id",
  );
  const addPoint = db.prepare("INSERT OR REPLACE INTO fresh (hour, source, time, series, value, quality) VALUES (?, ?, ?, ?, ?, ?)");
  const addNewest = db.prepare(
    "INSERT INTO newest (series, time, value, quality) VALUES (?, ?, ?, ?) ON CONFLICT (series) DO UPDATE SET time = excluded.time, value = excluded.value, quality = excluded.quality WHERE excluded.time >= newest.time",
  );
  const names = new Map<bigint, Named>();
  /** Ids of this file; given again after a transaction that was rolled back. */
  const ids = new Map<bigint, { series: bigint; source: bigint }>();

  function idsOf(handle: bigint): { series: bigint; source: bigint } {
    const known = ids.get(handle);
    if (known !== undefined) return known;
    const named = names.get(handle);
    if (named === undefined) throw new Error("a series without a name");
    const { id: source } = addSource.get(named.source) as { id: bigint };
    const { id: series } = addSeries.get(named.name, source) as { id: bigint };
    const made = { series, source };
    ids.set(handle, made);
    return made;
  }

  function add({ rows }: Packed): void {
    for (let at = 0; at < rows.length; at += 4) {
      const [handle = 0n, time = 0n, value = 0n, quality = 0n] = [rows[at], rows[at + 1], rows[at + 2], rows[at + 3]];
      const { series, source } = idsOf(handle);
      addPoint.run(hourOf(time), source, time, series, value, quality);
      addNewest.run(series, time, value, quality);
    }
  }
  const addAll = db.transaction((batches: readonly Packed[]) => {
    for (const batch of batches) add(batch);
  });
  function tryAll(batches: readonly Packed[]): Error | undefined {
    try {
      addAll.immediate(batches);
      return undefined;
    } catch (error) {
      ids.clear();
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  const oldestFresh = db.prepare("SELECT hour, source FROM fresh WHERE hour < ? ORDER BY hour, source LIMIT 1");
  const layOut = db.prepare(
    "INSERT OR REPLACE INTO point (hour, series, time, value, quality) SELECT hour, series, time, value, quality FROM fresh WHERE hour = ? AND source = ? ORDER BY series, time",
  );
  const dropFresh = db.prepare("DELETE FROM fresh WHERE hour = ? AND source = ?");
  const layOutOne = db.transaction((before: number) => {
    const one = oldestFresh.get(before) as { hour: bigint; source: bigint } | undefined;
    if (one === undefined) return false;
    layOut.run(one.hour, one.source);
    dropFresh.run(one.hour, one.source);
    return true;
  });

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
  const coarsen = (to: SqliteDatabase.Statement, drop: SqliteDatabase.Statement) =>
    db.transaction((hour: bigint) => {
      to.run(hour);
      drop.run(hour);
    });
  const hourToMinutes = coarsen(toMinutes, db.prepare("DELETE FROM point WHERE hour = ?"));
  const minutesToHour = coarsen(toHours, db.prepare("DELETE FROM minute WHERE hour = ?"));

  return {
    write(batches) {
      for (const { names: said } of batches) for (const named of said) names.set(BigInt(named.handle), named);
      const failed = tryAll(batches);
      if (failed === undefined) return batches.map(() => undefined);
      return batches.length === 1 ? [failed] : batches.map((one) => tryAll([one]));
    },
    tidy: (now) => layOutOne.immediate(Math.floor(now / hourMs) - settledHours),
    thin({ raw_days, minute_days }, now, most) {
      const before = (days: number): number => Math.floor((now - days * dayMs) / hourMs);
      while (layOutOne.immediate(before(raw_days)));
      const due = (statement: SqliteDatabase.Statement, days: number): bigint[] =>
        (statement.all(before(days), most + 1) as { hour: bigint }[]).map(({ hour }) => hour);
      const hours = due(oldestHours, raw_days);
      for (const hour of hours.slice(0, most)) hourToMinutes.immediate(hour);
      const minutes = due(oldestMinutes, minute_days);
      for (const hour of minutes.slice(0, most)) minutesToHour.immediate(hour);
      return Math.max(0, hours.length - most) + Math.max(0, minutes.length - most);
    },
    close: () => void db.close(),
  };
}

const hourOf = (time_ns: bigint): bigint => (time_ns >= 0n ? time_ns / hourNs : (time_ns - hourNs + 1n) / hourNs);
