// Payments that a booth terminal told, with the answer that each was given: a repeat is answered alike.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "payments/0001-payments",
    sql: `
      CREATE TABLE payment (
        id TEXT PRIMARY KEY, bill TEXT NOT NULL UNIQUE REFERENCES bill (id), visit TEXT NOT NULL REFERENCES visit (id), lane TEXT NOT NULL,
        method TEXT NOT NULL, amount_fen INTEGER NOT NULL, collector TEXT NOT NULL, at TEXT NOT NULL, answer TEXT
      ) STRICT, WITHOUT ROWID;`,
  },
];
