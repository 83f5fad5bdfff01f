// Every document that was ever taken: known before it is worked by, so that a repeat finds it.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "documents/0001-documents",
    sql: `
      CREATE TABLE document (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, hash TEXT NOT NULL, signed TEXT NOT NULL, at INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('taken', 'in-place', 'refused')), code TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX document_of ON document (kind, name, version);
      CREATE TABLE local_text (hash TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, name, hash)) STRICT, WITHOUT ROWID;`,
  },
];
