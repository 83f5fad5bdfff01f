// What is known of cars besides their reads: passes, coupons, what kind of vehicle a plate is, and when a car was charged. Put in by people; withdrawn, never erased.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "register/0001-known",
    sql: `
      CREATE TABLE pass (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, spaces INTEGER NOT NULL CHECK (spaces >= 1), from_at INTEGER NOT NULL, until_at INTEGER NOT NULL,
        suspended TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0, person TEXT NOT NULL, at INTEGER NOT NULL, CHECK (from_at < until_at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE pass_plate (pass TEXT NOT NULL REFERENCES pass (id), plate TEXT NOT NULL, PRIMARY KEY (pass, plate)) STRICT, WITHOUT ROWID;
      CREATE INDEX pass_of_plate ON pass_plate (plate);
      CREATE TABLE coupon (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, plate TEXT NOT NULL, coupon TEXT NOT NULL, given_at INTEGER NOT NULL, until_at INTEGER,
        person TEXT NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0, visit TEXT, bill TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX coupon_of_plate ON coupon (plate, lot);
      CREATE TABLE vehicle (plate TEXT PRIMARY KEY, class TEXT, bays INTEGER, operating INTEGER, person TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE car_charging (
        id TEXT PRIMARY KEY, plate TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, energy_mWh INTEGER NOT NULL, person TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX car_charging_of ON car_charging (plate, from_at);`,
  },
];
