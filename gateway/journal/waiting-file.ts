// The SQLite file in which readings wait (synchronous=NORMAL: a power cut may take its newest seconds). It can be thrown away and begun anew at any time.
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import Database from "better-sqlite3";
import { migrate } from "./migrations.ts";

export interface StoredRow {
  readonly row: number;
  readonly boot: string;
  readonly mono: number;
  readonly wall: number;
  readonly synchronised: number;
  readonly points: number;
  readonly bytes: number;
  readonly lines: string;
}

export interface StoredGap {
  readonly id: string;
  readonly reason: string;
  readonly first: string;
  readonly last: string;
  /** Readings; null where nobody could count them. */
  readonly points: number | null;
}

const tables = [
  {
    name: "telemetry/0001-waiting",
    sql: "CREATE TABLE waiting (row INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, lines TEXT NOT NULL) STRICT",
  },
  {
    // The moment by both clocks, so that a label can be made when the clock gets true; what waited under the old form has no such moment.
    name: "telemetry/0002-moments-and-gaps",
    sql: `
      DROP TABLE waiting;
      CREATE TABLE waiting (
        row INTEGER PRIMARY KEY, boot TEXT NOT NULL, mono INTEGER NOT NULL, wall INTEGER NOT NULL, synchronised INTEGER NOT NULL,
        points INTEGER NOT NULL, bytes INTEGER NOT NULL, thinned INTEGER NOT NULL, lines TEXT NOT NULL
      ) STRICT;
      CREATE INDEX waiting_thinned ON waiting (thinned, row) WHERE thinned = 0;
      CREATE TABLE gap (id TEXT PRIMARY KEY, reason TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, points INTEGER) STRICT, WITHOUT ROWID;`,
  },
];

export interface WaitingFile {
  readonly database: Database.Database;
  insert(row: StoredRow): void;
  /** In order, from the oldest. */
  ascending(): Iterable<StoredRow>;
  descending(): Iterable<StoredRow>;
  /** The oldest that were not thinned yet. */
  unthinned(limit: number): StoredRow[];
  thinned(row: number, lines: string, counts: { readonly points: number; readonly bytes: number }): void;
  /** Takes a stretch of rows out, and says what went. */
  remove(from: number, to: number): { readonly rows: number; readonly bytes: number };
  sums(): { readonly rows: number; readonly bytes: number; readonly last: number | null };
  points(): number;
  gaps(): StoredGap[];
  putGap(gap: StoredGap): void;
  removeGap(id: string): void;
}

/** Throws when the file is damaged. */
export function openWaitingFile(path: string): WaitingFile {
  const database = open(path);
  const columns = "row, boot, mono, wall, synchronised, points, bytes, lines";
  const insert = database.prepare(
    `INSERT INTO waiting (${columns}, thinned) VALUES (@row, @boot, @mono, @wall, @synchronised, @points, @bytes, @lines, 0)`,
  );
  const ascending = database.prepare(`SELECT ${columns} FROM waiting ORDER BY row`);
  const descending = database.prepare(`SELECT ${columns} FROM waiting ORDER BY row DESC`);
  const unthinned = database.prepare(`SELECT ${columns} FROM waiting WHERE thinned = 0 ORDER BY row LIMIT ?`);
  const thinned = database.prepare("UPDATE waiting SET lines = ?, points = ?, bytes = ?, thinned = 1 WHERE row = ?");
  const portion = database.prepare("SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM waiting WHERE row BETWEEN ? AND ?");
  const remove = database.prepare("DELETE FROM waiting WHERE row BETWEEN ? AND ?");
  const sums = database.prepare("SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes, max(row) AS last FROM waiting");
  const points = database.prepare("SELECT coalesce(sum(points), 0) AS points FROM waiting");
  const gaps = database.prepare("SELECT id, reason, first, last, points FROM gap ORDER BY first");
  const putGap = database.prepare(
    "INSERT OR REPLACE INTO gap (id, reason, first, last, points) VALUES (@id, @reason, @first, @last, @points)",
  );
  const removeGap = database.prepare("DELETE FROM gap WHERE id = ?");
  return {
    database,
    insert: (row) => void insert.run(row),
    ascending: () => ascending.iterate() as Iterable<StoredRow>,
    descending: () => descending.iterate() as Iterable<StoredRow>,
    unthinned: (limit) => unthinned.all(limit) as StoredRow[],
    thinned: (row, lines, { points, bytes }) => void thinned.run(lines, points, bytes, row),
    remove: (from, to) => {
      const gone = portion.get(from, to) as { rows: number; bytes: number };
      remove.run(from, to);
      return gone;
    },
    sums: () => sums.get() as { rows: number; bytes: number; last: number | null },
    points: () => (points.get() as { points: number }).points,
    gaps: () => gaps.all() as StoredGap[],
    putGap: (gap) => void putGap.run(gap),
    removeGap: (id) => void removeGap.run(id),
  };
}

function open(path: string): Database.Database {
  const database = new Database(path, { timeout: 2000 });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma("journal_size_limit = 4194304");
    const found = database.pragma("quick_check(1)", { simple: true });
    if (found !== "ok") throw new Error(String(found));
    migrate(database, tables);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

const endings = ["", "-wal", "-shm"];

export function setAside(path: string): string {
  const aside = `${path}.damaged`;
  for (const ending of endings) if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
  return aside;
}

/** Bytes on the disk that went with it. */
export function removeFile(path: string): number {
  let bytes = 0;
  for (const ending of endings)
    if (existsSync(path + ending)) {
      bytes += statSync(path + ending).blocks * 512;
      rmSync(path + ending);
    }
  return bytes;
}
