// What the lanes remember: the tariffs that visits entered under, the boots of the clock, visits, bills, reads, orders to open, the boards' counters. Stamps are kept as JSON; `_at` columns are wall milliseconds, for people.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "lanes/0001-visits",
    sql: `
      CREATE TABLE visit (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, plate TEXT NOT NULL, colour TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('inside', 'quoted', 'settled', 'gone')),
        entry_lane TEXT NOT NULL, entered TEXT NOT NULL, entered_at INTEGER NOT NULL, tariff TEXT NOT NULL, offline INTEGER NOT NULL,
        passed TEXT, exit_lane TEXT, gone TEXT, total_fen INTEGER NOT NULL DEFAULT 0, paid_fen INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX visit_inside ON visit (lot, plate, entered_at) WHERE state <> 'gone';
      CREATE INDEX visit_plate ON visit (plate, entered_at);
      CREATE TABLE bill (
        id TEXT PRIMARY KEY, visit TEXT NOT NULL REFERENCES visit (id), lane TEXT NOT NULL, made TEXT NOT NULL, tariff TEXT NOT NULL,
        lines TEXT NOT NULL, total_fen INTEGER NOT NULL, paid_fen INTEGER NOT NULL, due_fen INTEGER NOT NULL, grace_ms INTEGER NOT NULL,
        left_at INTEGER NOT NULL, paid TEXT, number INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX bill_visit ON bill (visit, number);
      CREATE TABLE camera_read (
        key TEXT PRIMARY KEY, lane TEXT NOT NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL, visit TEXT, gate_order TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX camera_read_at ON camera_read (at);
      CREATE TABLE exit_front (lane TEXT PRIMARY KEY, visit TEXT NOT NULL REFERENCES visit (id), at TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0002-gates",
    sql: `
      CREATE TABLE gate_order (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL,
        cause TEXT NOT NULL CHECK (cause IN ('read', 'payment', 'manual')), visit TEXT, plate TEXT, at TEXT NOT NULL,
        seen TEXT NOT NULL DEFAULT 'waiting' CHECK (seen IN ('waiting', 'open', 'unanswered')),
        fate TEXT NOT NULL DEFAULT 'ahead' CHECK (fate IN ('ahead', 'passed', 'lapsed')),
        command TEXT UNIQUE, person TEXT, reason TEXT
      ) STRICT;
      CREATE INDEX gate_order_open ON gate_order (lane, number) WHERE seen = 'waiting' OR fate = 'ahead';
      CREATE TABLE board (lane TEXT PRIMARY KEY, opened INTEGER NOT NULL, passed INTEGER NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE camera (camera TEXT PRIMARY KEY, heard_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0003-tariffs-and-clocks",
    sql: `
      ALTER TABLE visit ADD COLUMN tariff_hash TEXT;
      ALTER TABLE visit ADD COLUMN received TEXT;
      CREATE INDEX visit_history ON visit (lot, plate, entered_at);
      CREATE TABLE tariff_text (hash TEXT PRIMARY KEY, lot TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE boot (boot TEXT PRIMARY KEY, first TEXT NOT NULL, last TEXT NOT NULL, heard TEXT) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0004-modes",
    sql: `
      ALTER TABLE visit ADD COLUMN turned_back TEXT;
      CREATE TABLE lane_mode (
        lane TEXT PRIMARY KEY, mode TEXT NOT NULL CHECK (mode IN ('normal', 'closed', 'held-open', 'fire')), since TEXT NOT NULL, for_ms INTEGER,
        person TEXT NOT NULL, approver TEXT, reason TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0005-candidates",
    sql: `
      CREATE TABLE exit_asked (lane TEXT PRIMARY KEY, plate TEXT NOT NULL, colour TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE exit_choice (
        command TEXT PRIMARY KEY, lane TEXT NOT NULL, visit TEXT NOT NULL REFERENCES visit (id), person TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0006-lots",
    sql: `
      ALTER TABLE visit ADD COLUMN lingers_told INTEGER NOT NULL DEFAULT 0;
      CREATE TABLE visit_inferred (
        visit TEXT PRIMARY KEY REFERENCES visit (id), rule TEXT NOT NULL, evidence TEXT NOT NULL, left_from INTEGER NOT NULL, left_until INTEGER NOT NULL,
        person TEXT, reason TEXT, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE lot_count (
        lot TEXT PRIMARY KEY, counted INTEGER NOT NULL, passed TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
        drift_told INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0007-unlicensed",
    sql: `
      CREATE TABLE unlicensed (asked TEXT PRIMARY KEY, visit TEXT NOT NULL UNIQUE REFERENCES visit (id), lane TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0008-lost-entry",
    sql: `
      ALTER TABLE visit ADD COLUMN entry_lost INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX visit_entry_lost ON visit (lot, plate) WHERE entry_lost = 1 AND state <> 'gone';`,
  },
  {
    // The newest ones, for the booth's page: the event itself goes to the cloud and is forgotten here.
    name: "lanes/0009-exceptions",
    sql: `
      CREATE TABLE lane_exception (
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, lane TEXT NOT NULL, reason TEXT NOT NULL, plate TEXT,
        zh TEXT NOT NULL, en TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT;`,
  },
  {
    name: "lanes/0010-going-live",
    sql: `
      CREATE TABLE shadow_span (
        number INTEGER PRIMARY KEY AUTOINCREMENT, from_at INTEGER NOT NULL, until_at INTEGER, person TEXT NOT NULL, reason TEXT NOT NULL
      ) STRICT;
      CREATE TABLE shadow_day (day INTEGER NOT NULL, what TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, what)) STRICT, WITHOUT ROWID;
      CREATE TABLE shadow_old (
        lot TEXT NOT NULL, plate TEXT NOT NULL, left_at INTEGER NOT NULL, amount_fen INTEGER NOT NULL, PRIMARY KEY (lot, plate, left_at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE brought (
        lot TEXT NOT NULL, plate TEXT NOT NULL, visit TEXT NOT NULL UNIQUE REFERENCES visit (id), free INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (lot, plate)
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0020-camera-lists",
    sql: `
      CREATE TABLE camera_list (
        camera TEXT NOT NULL, plate TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, PRIMARY KEY (camera, plate)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE camera_list_state (camera TEXT PRIMARY KEY, pushed_at INTEGER NOT NULL, confirmed INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "lanes/0021-planned-holds",
    sql: `
      CREATE TABLE planned_hold (
        id TEXT PRIMARY KEY, lane TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, every_ms INTEGER, last_at INTEGER NOT NULL,
        person TEXT NOT NULL, approver TEXT NOT NULL, reason TEXT NOT NULL, begun_at INTEGER, withdrawn TEXT
      ) STRICT, WITHOUT ROWID;`,
  },
  { name: "lanes/0022-against", sql: "ALTER TABLE board ADD COLUMN against INTEGER;" },
  { name: "lanes/0023-frames", sql: "ALTER TABLE lane_exception ADD COLUMN frame TEXT;" },
  { name: "lanes/0024-corrected", sql: "ALTER TABLE exit_asked ADD COLUMN corrected TEXT;" },
  { name: "lanes/0025-beats", sql: "ALTER TABLE camera ADD COLUMN beats INTEGER NOT NULL DEFAULT 0;" },
  {
    name: "lanes/0026-entry-corrections",
    sql: `
      CREATE TABLE entry_correction (
        number INTEGER PRIMARY KEY AUTOINCREMENT, visit TEXT NOT NULL REFERENCES visit (id), lane TEXT NOT NULL, read TEXT, plate TEXT NOT NULL,
        person TEXT NOT NULL, at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX entry_correction_read ON entry_correction (read, lane);
      CREATE INDEX visit_of_lane ON visit (entry_lane, entered_at);`,
  },
  { name: "lanes/0027-order-answers", sql: "ALTER TABLE gate_order ADD COLUMN answer TEXT;" },
  {
    name: "lanes/0028-frames-of-openings",
    sql: `
      ALTER TABLE gate_order ADD COLUMN frame TEXT;
      CREATE INDEX gate_order_by_hand ON gate_order (number) WHERE command IS NOT NULL;`,
  },
  { name: "lanes/0029-orders-of-visits", sql: "CREATE INDEX gate_order_visit ON gate_order (visit);" },
];
