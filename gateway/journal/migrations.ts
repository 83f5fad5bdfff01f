// Tables are made by named steps, each run once and recorded. A step that was run never changes: add a new one.
import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";

export interface Migration {
  /** "<room>/<nnnn>-<what>": lanes/0001-visits */
  readonly name: string;
  readonly sql: string;
}

/** `at` is the Stamp as JSON. Bulk rows hold a whole telemetry batch in `data`. */
export const journalTables: readonly Migration[] = [
  {
    name: "journal/0001-events",
    sql: `
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE stream (stream TEXT PRIMARY KEY, next INTEGER NOT NULL, acknowledged INTEGER NOT NULL) STRICT;
      CREATE TABLE event (
        stream TEXT NOT NULL REFERENCES stream (stream), seq INTEGER NOT NULL, type TEXT NOT NULL, at TEXT NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (stream, seq)
      ) STRICT, WITHOUT ROWID;`,
  },
  // The key of an event that was carried over from a journal that this one was restored from.
  { name: "journal/0002-was", sql: "ALTER TABLE event ADD COLUMN was TEXT;" },
  // Boots in their order; the newest moment of each at which the wall clock was true; and by how much labels that the cloud has no anchor for are off the monotonic clock.
  {
    name: "journal/0003-clock",
    sql: "CREATE TABLE clock (boot TEXT PRIMARY KEY, number INTEGER NOT NULL, anchor TEXT, doubt INTEGER) STRICT, WITHOUT ROWID;",
  },
];

/** `only`: brings an older file no further than these, and says nothing of what others have added to it. */
export function migrate(database: Database, migrations: readonly Migration[], only = false): void {
  database.exec("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, hash TEXT NOT NULL, position INTEGER NOT NULL) STRICT");
  const done = new Map(
    database
      .prepare("SELECT name, hash FROM migration")
      .all()
      .map((row) => [(row as { name: string }).name, (row as { hash: string }).hash]),
  );
  const seen = new Set<string>();
  for (const { name, sql } of migrations) {
    if (seen.has(name)) throw new Error(`two migrations are called ${name}`);
    seen.add(name);
    const hash = createHash("sha256").update(sql.replace(/\s+/g, " ")).digest("hex").slice(0, 16);
    const known = done.get(name);
    if (known === hash) continue;
    if (known !== undefined) throw new Error(`migration ${name} was changed after it had been run: add a new one instead`);
    database.transaction(() => {
      database.exec(sql);
      database.prepare("INSERT INTO migration (name, hash, position) VALUES (?, ?, ?)").run(name, hash, done.size + seen.size);
    })();
  }
  if (only) return;
  const unknown = [...done.keys()].filter((name) => !seen.has(name));
  if (unknown.length > 0)
    throw new Error(`the journal was written by a newer version (${unknown.join(", ")}): install that version, or a backup`);
}
