// What the fire room remembers: points that say something, sentry checks that wait for a person, what the city's centre has not confirmed yet, and what it may ask for.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "fire/0001-points",
    sql: `
      CREATE TABLE fire_point (
        device TEXT NOT NULL, point TEXT NOT NULL, cause TEXT NOT NULL, zone TEXT, shed TEXT,
        PRIMARY KEY (device, point, cause)
      ) STRICT;
      CREATE TABLE fire_sentry (
        name TEXT PRIMARY KEY,
        device TEXT NOT NULL,
        within_min INTEGER NOT NULL,
        by_whom TEXT NOT NULL,
        asked_at INTEGER NOT NULL,    -- Wall
        state TEXT NOT NULL CHECK (state IN ('waiting', 'answered', 'unanswered'))
      ) STRICT;
      CREATE TABLE fire_forward (id INTEGER PRIMARY KEY AUTOINCREMENT, unit TEXT NOT NULL) STRICT;`,
  },
  {
    name: "fire/0002-said",
    sql: `
      CREATE TABLE fire_said (
        device TEXT NOT NULL, kind TEXT NOT NULL, point TEXT NOT NULL,
        object TEXT NOT NULL,         -- JSON, as the device said it
        heard_at INTEGER NOT NULL,    -- Wall
        PRIMARY KEY (device, kind, point)
      ) STRICT;
      CREATE TABLE fire_operated (
        id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL,
        system TEXT NOT NULL,         -- "1.42", or "device"
        at INTEGER NOT NULL,          -- Wall by the device's own clock, or by ours where its label is no moment
        object TEXT NOT NULL
      ) STRICT;
      CREATE INDEX fire_operated_by_system ON fire_operated (system, at);`,
  },
  {
    name: "fire/0003-detectors",
    sql: `
      CREATE TABLE fire_detector (
        device TEXT PRIMARY KEY,
        heard_at INTEGER,             -- Wall; null: never
        said_at INTEGER,              -- Wall by the detector, of the newest report that was taken
        silent INTEGER NOT NULL,
        battery REAL, signal REAL, temperature REAL   -- as said
      ) STRICT;`,
  },
  {
    name: "fire/0004-detector-words",
    sql: `
      CREATE TABLE fire_detector_word (
        device TEXT NOT NULL, cause TEXT NOT NULL,
        said_at INTEGER NOT NULL,     -- Wall by the detector, of the newest word about this cause
        PRIMARY KEY (device, cause)
      ) STRICT;`,
  },
  {
    name: "fire/0005-silent",
    sql: `
      CREATE TABLE fire_silent (device TEXT PRIMARY KEY) STRICT;   -- told as silent, and not as answering since: also over a new start`,
  },
];
