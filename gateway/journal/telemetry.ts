// Readings that wait for the cloud, in a file of their own (synchronous=NORMAL: a power cut may take the newest seconds, never money).
// The file is bounded: when it is full the oldest are dropped, and counted.
import { existsSync, renameSync } from "node:fs";
import Database from "better-sqlite3";
import { migrate } from "./migrations.ts";

export interface WaitingRow {
  readonly row: number;
  /** Wall milliseconds of its oldest point. */
  readonly at: number;
  /** Whole lines of line protocol. */
  readonly lines: string;
}

export interface TelemetryQueue {
  /** Lines of line protocol, without the batch's header. */
  add(lines: string, at: number): void;
  /** The oldest rows behind `after`, at most `limitBytes` together, at least one when there is any. */
  oldest(after: number, limitBytes: number): WaitingRow[];
  /** These rows have been numbered and written into the journal. */
  taken(upToRow: number): void;
  onAdd(listener: () => void): void;
  counts(): { readonly rows: number; readonly bytes: number; readonly dropped: number };
  close(): void;
}

export interface TelemetrySettings {
  readonly path: string;
  readonly limitBytes: number;
  /** The last row that the journal has numbered: new rows are counted from behind it, even when a power cut has taken rows from this file. */
  readonly numbered: number;
  /** Told when rows could not be kept (disk full): the point is lost, the site goes on. */
  readonly onDrop?: (why: string) => void;
}

const tables = [
  {
    name: "telemetry/0001-waiting",
    sql: "CREATE TABLE waiting (row INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, lines TEXT NOT NULL) STRICT",
  },
];

/** A damaged file is set aside and a new one begun: telemetry is never worth a stop. */
export function openTelemetryQueue(settings: TelemetrySettings): TelemetryQueue {
  const { limitBytes } = settings;
  const database = open(settings);
  const insert = database.prepare("INSERT INTO waiting (row, at, bytes, lines) VALUES (?, ?, ?, ?)");
  const select = database.prepare("SELECT row, at, bytes, lines FROM waiting WHERE row > ? ORDER BY row");
  const remove = database.prepare("DELETE FROM waiting WHERE row <= ?");
  const first = database.prepare("SELECT row, bytes FROM waiting ORDER BY row LIMIT 1");
  remove.run(settings.numbered);
  const sums = database.prepare("SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes, max(row) AS last FROM waiting");
  const upTo = database.prepare("SELECT count(*) AS rows, coalesce(sum(bytes), 0) AS bytes FROM waiting WHERE row <= ?");
  const start = sums.get() as { rows: number; bytes: number; last: number | null };
  let { rows, bytes } = start;
  let last = Math.max(settings.numbered, start.last ?? 0);
  let dropped = 0;
  const listeners: (() => void)[] = [];

  const dropOldest = (): void => {
    while (bytes > limitBytes) {
      const oldest = first.get() as { row: number; bytes: number } | undefined;
      if (oldest === undefined) return;
      remove.run(oldest.row);
      rows -= 1;
      bytes -= oldest.bytes;
      dropped += 1;
    }
  };
  const store = database.transaction((lines: string, at: number) => {
    const size = Buffer.byteLength(lines);
    insert.run(last + 1, at, size, lines);
    last += 1;
    rows += 1;
    bytes += size;
    dropOldest();
  });

  return {
    add: (lines, at) => {
      try {
        store(lines, at);
      } catch (error) {
        ({ rows, bytes } = sums.get() as { rows: number; bytes: number });
        dropped += 1;
        settings.onDrop?.(error instanceof Error ? error.message : String(error));
        return;
      }
      for (const listener of listeners) listener();
    },
    oldest: (after, limit) => {
      const found: WaitingRow[] = [];
      let size = 0;
      for (const row of select.iterate(after) as Iterable<WaitingRow & { bytes: number }>) {
        size += row.bytes;
        if (found.length > 0 && size > limit) break;
        found.push({ row: row.row, at: row.at, lines: row.lines });
      }
      return found;
    },
    taken: (upToRow) => {
      // Counted down, not counted anew: behind a slow link a million rows may wait.
      const gone = upTo.get(upToRow) as { rows: number; bytes: number };
      remove.run(upToRow);
      rows -= gone.rows;
      bytes -= gone.bytes;
    },
    onAdd: (listener) => listeners.push(listener),
    counts: () => ({ rows, bytes, dropped }),
    close: () => database.close(),
  };
}

function open({ path, onDrop }: TelemetrySettings): Database.Database {
  try {
    return prepare(path);
  } catch (error) {
    if (path === ":memory:") throw error;
    const aside = `${path}.damaged`;
    onDrop?.(`telemetry file set aside as ${aside}: ${error instanceof Error ? error.message : error}`);
    setAside(path, aside);
    return prepare(path);
  }
}

function prepare(path: string): Database.Database {
  const database = new Database(path, { timeout: 2000 });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    const found = database.pragma("quick_check(1)", { simple: true });
    if (found !== "ok") throw new Error(String(found));
    migrate(database, tables);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function setAside(path: string, aside: string): void {
  for (const ending of ["", "-wal", "-shm"]) if (existsSync(path + ending)) renameSync(path + ending, aside + ending);
}
