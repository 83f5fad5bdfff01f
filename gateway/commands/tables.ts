// Every command that was ever taken: known before it is carried out, so that it is carried out once.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "commands/0001-commands",
    sql: `
      CREATE TABLE command (
        id TEXT PRIMARY KEY, text TEXT NOT NULL, action TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('taken', 'done', 'refused', 'failed', 'unknown')), code TEXT
      ) STRICT, WITHOUT ROWID;`,
  },
];
