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
  {
    name: "payments/0004-passes",
    sql: `
      CREATE TABLE pass_price (
        lot TEXT NOT NULL, from_at INTEGER NOT NULL, prices TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lot, from_at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pass_holder (
        pass TEXT PRIMARY KEY, lot TEXT NOT NULL, room TEXT NOT NULL, contact TEXT NOT NULL, plates TEXT NOT NULL, spaces INTEGER NOT NULL, nth INTEGER NOT NULL,
        area TEXT, space TEXT, link TEXT NOT NULL UNIQUE, person TEXT NOT NULL, at INTEGER NOT NULL, reminded INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE resident (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, room TEXT NOT NULL, contact TEXT NOT NULL, plates TEXT NOT NULL, note TEXT NOT NULL, photo TEXT, photo_hash TEXT, at INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'approved', 'rejected')), pass TEXT, person TEXT, answer TEXT, decided INTEGER
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pass_order (
        id TEXT PRIMARY KEY, pass TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('new', 'renewal')), from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, amount_fen INTEGER NOT NULL,
        lines TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'paid')), method TEXT, payee TEXT, collector TEXT, at INTEGER NOT NULL, paid_at INTEGER, shift TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pass_order_of ON pass_order (pass, until_at);
      CREATE TABLE pass_change (
        id TEXT PRIMARY KEY, pass TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('plates', 'replacement', 'extension', 'refund')), detail TEXT NOT NULL, person TEXT NOT NULL,
        reason TEXT NOT NULL, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pass_change_of ON pass_change (pass, kind, at);
      CREATE TABLE pass_refund (
        id TEXT PRIMARY KEY, entry TEXT NOT NULL, pass TEXT NOT NULL, pass_order TEXT NOT NULL REFERENCES pass_order (id), amount_fen INTEGER NOT NULL, days INTEGER NOT NULL, shift TEXT, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE invoice (
        id TEXT PRIMARY KEY, receipt TEXT NOT NULL UNIQUE, title TEXT NOT NULL, tax_number TEXT, email TEXT, amount_fen INTEGER NOT NULL, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pay_charge_of (
        id TEXT PRIMARY KEY, provider TEXT NOT NULL, bill TEXT REFERENCES bill (id), visit TEXT NOT NULL, lane TEXT NOT NULL,
        amount_fen INTEGER NOT NULL, asked TEXT NOT NULL, qr TEXT, state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'paid', 'closed')),
        transaction_id TEXT, received_fen INTEGER, why TEXT, way TEXT NOT NULL DEFAULT 'qr', url TEXT, pass_order TEXT REFERENCES pass_order (id),
        CHECK ((bill IS NULL) <> (pass_order IS NULL))
      ) STRICT, WITHOUT ROWID;
      INSERT INTO pay_charge_of SELECT id, provider, bill, visit, lane, amount_fen, asked, qr, state, transaction_id, received_fen, why, way, url, NULL FROM pay_charge;
      DROP TABLE pay_charge;
      ALTER TABLE pay_charge_of RENAME TO pay_charge;
      CREATE INDEX pay_charge_open ON pay_charge (bill) WHERE state = 'asked';`,
  },
  {
    name: "payments/0020-slips",
    sql: `
      CREATE TABLE slip (
        id TEXT PRIMARY KEY, content TEXT NOT NULL, visit TEXT, became TEXT NOT NULL, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "payments/0021-in-app",
    // Who pays, as a digest: a repeat by the same phone is the same charge, and the provider's name of a person is not kept.
    sql: "ALTER TABLE pay_charge ADD COLUMN payer TEXT;",
  },
  {
    name: "payments/0022-messages",
    sql: `
      CREATE TABLE pass_message (
        id TEXT PRIMARY KEY, pass TEXT NOT NULL, at INTEGER NOT NULL, attempts INTEGER NOT NULL, why TEXT,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'failed'))
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX pass_message_waiting ON pass_message (at) WHERE state = 'waiting';
      CREATE INDEX pass_message_pass ON pass_message (pass, at);`,
  },
  {
    name: "payments/0190-charging",
    sql: `
      CREATE TABLE charge_order (
        id TEXT PRIMARY KEY, session TEXT NOT NULL UNIQUE, socket TEXT NOT NULL, hours INTEGER, amount_fen INTEGER NOT NULL, asked TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'paid', 'begun', 'settled', 'returned')),
        payment TEXT, method TEXT, paid TEXT, back_fen INTEGER NOT NULL DEFAULT 0, zh TEXT, en TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX charge_order_open ON charge_order (state) WHERE state IN ('asked', 'paid', 'begun');
      CREATE TABLE pay_charge_of (
        id TEXT PRIMARY KEY, provider TEXT NOT NULL, bill TEXT REFERENCES bill (id), visit TEXT NOT NULL, lane TEXT NOT NULL,
        amount_fen INTEGER NOT NULL, asked TEXT NOT NULL, qr TEXT, state TEXT NOT NULL DEFAULT 'asked' CHECK (state IN ('asked', 'paid', 'closed')),
        transaction_id TEXT, received_fen INTEGER, why TEXT, way TEXT NOT NULL DEFAULT 'qr', url TEXT, pass_order TEXT REFERENCES pass_order (id),
        payer TEXT, charge_order TEXT REFERENCES charge_order (id),
        CHECK ((bill IS NOT NULL) + (pass_order IS NOT NULL) + (charge_order IS NOT NULL) = 1)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO pay_charge_of
        SELECT id, provider, bill, visit, lane, amount_fen, asked, qr, state, transaction_id, received_fen, why, way, url, pass_order, payer, NULL FROM pay_charge;
      DROP TABLE pay_charge;
      ALTER TABLE pay_charge_of RENAME TO pay_charge;
      CREATE INDEX pay_charge_open ON pay_charge (bill) WHERE state = 'asked';`,
  },
];
