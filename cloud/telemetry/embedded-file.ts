// The file of the embedded telemetry: its tables, and how one of an earlier form becomes one of this.
//   block   what came, as it came: one row a batch and hour, however many series it has         (block.ts)
//   packed  an hour that is over, one row a series                                              (hour.ts)
//   minute, hourly  what is left of hours that are old
//   latest  of each gateway the newest reading of every series, as far as block `upto`; what came behind it is in the blocks
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { BlockWriter, type Kept } from "./block.ts";
import { inOrder, packHour } from "./hour.ts";

const tables = `
  CREATE TABLE IF NOT EXISTS source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, source INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS block (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, hour INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS block_of_source ON block (source, id, hour);
  CREATE TABLE IF NOT EXISTS pending (hour INTEGER, source INTEGER, PRIMARY KEY (hour, source)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS packed (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS latest (source INTEGER PRIMARY KEY, upto INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS minute (hour INTEGER, series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (hour, series, time)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS hourly (series INTEGER, time INTEGER, count INTEGER, least INTEGER, most INTEGER, sum INTEGER,
    PRIMARY KEY (series, time)) WITHOUT ROWID;
`;

const mostSeries = 2 ** 31;
/** Where a series' hour lies: all series of an hour side by side. Exact for every time that fits nanoseconds in 64 bits. */
export const packedId = (hour: number, series: number): number => hour * mostSeries + series;
export const hourOfPacked = (id: number): number => Math.floor(id / mostSeries);

/** Opens it as the one who changes it; an older file gets what it lacks. */
export function openFile(file: string): SqliteDatabase.Database {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new SqliteDatabase(file);
  db.pragma("journal_mode = WAL");
  // The acknowledgement waits for this store too: what it took must survive a power cut.
  db.pragma("synchronous = FULL");
  db.pragma("busy_timeout = 5000");
  const has = (table: string): boolean => (db.pragma(`table_info(${table})`) as unknown[]).length > 0;
  if (has("series") && !(db.pragma("table_info(series)") as { name: string }[]).some(({ name }) => name === "source"))
    db.exec("ALTER TABLE series ADD COLUMN source INTEGER NOT NULL DEFAULT 0");
  db.exec(tables);
  if (has("point")) carryOver(db, has("fresh"));
  return db;
}

interface OldRow {
  readonly series: bigint;
  readonly time: bigint;
  readonly value: bigint;
  readonly quality: bigint;
}
const million = 1_000_000n;
function keptOf({ time, value, quality }: OldRow): Kept {
  const ns = ((time % million) + million) % million;
  return { ms: Number((time - ns) / million), ns: Number(ns), value: Number(value), quality: Number(quality) };
}

/** Once, about a second for a million readings: a row a reading becomes a row an hour and series. */
function carryOver(db: SqliteDatabase.Database, hasFresh: boolean): void {
  const fresh = hasFresh ? "UNION ALL SELECT hour, series, time, value, quality, 1 AS late FROM fresh" : "";
  const rows = db.prepare(
    `SELECT hour, series, time, value, quality FROM (SELECT hour, series, time, value, quality, 0 AS late FROM point ${fresh}) ORDER BY hour, series, time, late`,
  );
  const put = db.prepare("INSERT INTO packed (id, data) VALUES (?, ?)");
  db.transaction(() => {
    let open: { hour: number; series: number; samples: Kept[] } | undefined;
    const close = (): void => {
      if (open !== undefined) put.run(packedId(open.hour, open.series), packHour(open.hour, inOrder(open.samples)));
    };
    for (const row of rows.safeIntegers(true).iterate() as IterableIterator<OldRow & { hour: bigint }>) {
      const [hour, series] = [Number(row.hour), Number(row.series)];
      if (open?.hour !== hour || open.series !== series) {
        close();
        open = { hour, series, samples: [] };
      }
      open.samples.push(keptOf(row));
    }
    close();
    carryNewest(db);
    for (const old of ["fresh", "point", "newest"]) db.exec(`DROP TABLE IF EXISTS ${old}`);
  }).immediate();
}

function carryNewest(db: SqliteDatabase.Database): void {
  const rows = db
    .prepare("SELECT source, series, time, value, quality FROM newest JOIN series ON series.id = newest.series ORDER BY source, series")
    .safeIntegers(true)
    .all() as (OldRow & { source: bigint })[];
  const put = db.prepare("INSERT INTO latest (source, upto, data) VALUES (?, 0, ?)");
  for (const [source, some] of Map.groupBy(rows, (row) => row.source))
    put.run(source, latestBytes(some.map((row) => [Number(row.series), keptOf(row)])));
}

/** Newest readings as a block: every one a point of its own. */
export function latestBytes(newest: Iterable<readonly [number, Kept]>): Uint8Array<ArrayBuffer> {
  const block = new BlockWriter(0);
  for (const [series, { value, ...when }] of newest) {
    block.point({ ...when, count: 1 });
    block.value(series, value);
  }
  return block.take();
}
