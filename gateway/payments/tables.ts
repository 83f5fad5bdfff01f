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
  {
    name: "payments/0002-charges-and-entries",
    sql: `
      ALTER TABLE payment ADD COLUMN shift TEXT;
      ALTER TABLE visit ADD COLUMN waived_fen INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE pay_charge (
        id TEXT PRIMARY KEY, provider TEXT NOT NULL, bill TEXT NOT NULL REFERENCES bill (id), visit TEXT NOT NULL, lane TEXT NOT NULL,
        amount_fen INTEGER NOT NULL, asked TEXT NOT NULL, qr TEXT, state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'paid', 'closed')),
        transaction_id TEXT, received_fen INTEGER, why TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pay_charge_open ON pay_charge (bill) WHERE state = 'asked';
      CREATE TABLE money_entry (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('refund', 'waiver', 'void')), visit TEXT NOT NULL, payment TEXT, amount_fen INTEGER NOT NULL,
        person TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, done TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX money_entry_payment ON money_entry (payment);
      CREATE TABLE shift (
        id TEXT PRIMARY KEY, person TEXT NOT NULL, begun TEXT NOT NULL, ended TEXT, handed_to TEXT, expected_fen INTEGER, counted_fen INTEGER
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "payments/0003-phones-and-corrections",
    sql: `
      ALTER TABLE pay_charge ADD COLUMN way TEXT NOT NULL DEFAULT 'qr';
      ALTER TABLE pay_charge ADD COLUMN url TEXT;
      ALTER TABLE payment ADD COLUMN payee TEXT;
      CREATE TABLE money_entry_of (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('refund', 'waiver', 'void', 'move')), visit TEXT NOT NULL, payment TEXT,
        amount_fen INTEGER NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, done TEXT, to_visit TEXT
      ) STRICT, WITHOUT ROWID;
      INSERT INTO money_entry_of SELECT id, kind, visit, payment, amount_fen, person, reason, at, done, NULL FROM money_entry;
      DROP TABLE money_entry;
      ALTER TABLE money_entry_of RENAME TO money_entry;
      CREATE INDEX money_entry_payment ON money_entry (payment);
      CREATE INDEX money_entry_moved ON money_entry (to_visit) WHERE to_visit IS NOT NULL;
      CREATE TABLE rematch (entry TEXT PRIMARY KEY, visit TEXT NOT NULL, to_visit TEXT NOT NULL, result TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE dispute (
        id TEXT PRIMARY KEY, visit TEXT NOT NULL, payment TEXT, words TEXT NOT NULL, contact TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'upheld', 'rejected')), person TEXT, answer TEXT, entry TEXT, ended TEXT
      ) STRICT, WITHOUT ROWID;`,
  },
];
