// What the facility room remembers: which points stand out of bounds, and which facilities cannot be read; so that a new start neither forgets nor tells twice.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "facility/0001-standing",
    sql: `
      CREATE TABLE facility_standing (
        facility TEXT NOT NULL, point TEXT NOT NULL, standing TEXT NOT NULL CHECK (standing IN ('high', 'low', 'active')),
        PRIMARY KEY (facility, point)
      ) STRICT;
      CREATE TABLE facility_silent (facility TEXT PRIMARY KEY) STRICT;`,
  },
];
