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
  {
    name: "register/0002-visitors-lists-merchants",
    sql: `
      ALTER TABLE pass ADD COLUMN kind TEXT NOT NULL DEFAULT 'pass';
      ALTER TABLE pass ADD COLUMN host TEXT;
      CREATE TABLE known_car (
        id TEXT PRIMARY KEY, list TEXT NOT NULL CHECK (list IN ('blocked', 'special')), lot TEXT, plate TEXT NOT NULL, reason TEXT NOT NULL, words TEXT NOT NULL,
        from_at INTEGER NOT NULL, until_at INTEGER, person TEXT NOT NULL, at INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX known_car_plate ON known_car (plate);
      CREATE TABLE merchant (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, quota INTEGER NOT NULL, price_fen INTEGER, link TEXT NOT NULL UNIQUE,
        person TEXT NOT NULL, at INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      ALTER TABLE coupon ADD COLUMN merchant TEXT;
      ALTER TABLE coupon ADD COLUMN worth_fen INTEGER;
      CREATE INDEX coupon_of_merchant ON coupon (merchant, given_at) WHERE merchant IS NOT NULL;
      CREATE TABLE merchant_entry (
        id TEXT PRIMARY KEY, merchant TEXT NOT NULL, amount_fen INTEGER NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;`,
  },
  {
    name: "register/0003-passes-as-a-product",
    sql: `
      ALTER TABLE pass ADD COLUMN grace_days INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE pass_plate ADD COLUMN from_at INTEGER;
      ALTER TABLE pass_plate ADD COLUMN until_at INTEGER;`,
  },
  {
    name: "register/0004-occasions",
    sql: `
      CREATE TABLE occasion (
        id TEXT PRIMARY KEY, lot TEXT NOT NULL, name TEXT NOT NULL, from_at INTEGER NOT NULL, until_at INTEGER NOT NULL, quota INTEGER NOT NULL, link TEXT NOT NULL UNIQUE,
        person TEXT NOT NULL, approver TEXT NOT NULL, at INTEGER NOT NULL, withdrawn INTEGER NOT NULL DEFAULT 0, CHECK (from_at < until_at)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE occasion_car (
        occasion TEXT NOT NULL REFERENCES occasion (id), plate TEXT NOT NULL, pass TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, PRIMARY KEY (occasion, plate)
      ) STRICT, WITHOUT ROWID;`,
  },
];
