// What the fire room remembers: points that say something, sentry checks that wait for a person, and what the city's centre has not confirmed yet.
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
];
