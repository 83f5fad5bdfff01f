// What the charging half remembers: each socket's last request, each charge with its authority, which facts were taken, and whether protection is silent.
import type { Migration } from "../journal/migrations.ts";

export const tables: readonly Migration[] = [
  {
    name: "sessions/0001-charges",
    sql: `
      CREATE TABLE socket_request (socket TEXT PRIMARY KEY, request_seq INTEGER NOT NULL) STRICT;
      CREATE TABLE charge (
        session TEXT PRIMARY KEY,
        socket TEXT NOT NULL,
        request_seq INTEGER NOT NULL,
        card TEXT NOT NULL,
        opened_at TEXT NOT NULL,      -- Stamp
        state TEXT NOT NULL CHECK (state IN ('open', 'over')),
        authority TEXT NOT NULL,
        authority_state TEXT NOT NULL CHECK (authority_state IN ('asked', 'closed', 'lost')),
        asked_at TEXT NOT NULL,       -- Stamp
        issues INTEGER NOT NULL,
        started INTEGER NOT NULL,     -- session.started was said
        meter_start_mWh INTEGER,
        seconds INTEGER NOT NULL,     -- of the parts that are over
        part_seconds INTEGER NOT NULL -- of the part that runs, as last seen
      ) STRICT;
      CREATE UNIQUE INDEX charge_open ON charge (socket) WHERE state = 'open';
      CREATE TABLE spool (spool TEXT PRIMARY KEY, taken INTEGER NOT NULL) STRICT;
      CREATE TABLE odd_fact (spool TEXT NOT NULL, id INTEGER NOT NULL, fact TEXT NOT NULL, why TEXT NOT NULL, PRIMARY KEY (spool, id)) STRICT;
      CREATE TABLE protection (one INTEGER PRIMARY KEY CHECK (one = 1), silent INTEGER NOT NULL) STRICT;
      INSERT INTO protection VALUES (1, 0);`,
  },
  {
    name: "sessions/0002-trip-tests",
    sql: `
      CREATE TABLE trip_test (
        test TEXT PRIMARY KEY,
        socket TEXT NOT NULL,
        person TEXT NOT NULL,
        limit_mA INTEGER NOT NULL,
        duration_ms INTEGER NOT NULL,
        asked_at TEXT NOT NULL,       -- Stamp
        state TEXT NOT NULL,
        trip TEXT, cause TEXT, value INTEGER, pickup INTEGER,
        decided_after_ms INTEGER, off_after_ms INTEGER, confirmed_after_ms INTEGER,
        why TEXT
      ) STRICT;`,
  },
  {
    name: "sessions/0003-rearms",
    sql: `
      ALTER TABLE charge ADD COLUMN paused TEXT;  -- the cause of the cut after which it waits to be tried again
      ALTER TABLE charge ADD COLUMN paused_meter_mWh INTEGER;
      ALTER TABLE charge ADD COLUMN rearmed TEXT; -- JSON: the trip after which it is tried again, until its relay is seen closed`,
  },
  {
    name: "sessions/0004-charges-by-hand",
    sql: `
      ALTER TABLE charge ADD COLUMN person TEXT;    -- who began it; null: the pile's own card
      ALTER TABLE charge ADD COLUMN ended_for TEXT; -- its cause, or why it was not energised
      ALTER TABLE charge ADD COLUMN seen_at TEXT;   -- Stamp: when it was last seen charging`,
  },
  {
    name: "sessions/0005-accounts",
    sql: `
      ALTER TABLE charge ADD COLUMN stop_for TEXT;  -- why it is being ended; it does not go on by itself
      ALTER TABLE charge ADD COLUMN limit_for TEXT; -- what its authority ends with, where that is not the longest charge
      CREATE TABLE charge_account (
        session TEXT PRIMARY KEY,
        socket TEXT NOT NULL,
        price TEXT NOT NULL,
        version TEXT NOT NULL,        -- JSON: the price's version as it was when the charge began
        choice TEXT NOT NULL,         -- JSON
        groups TEXT NOT NULL,         -- JSON
        customer TEXT NOT NULL,
        card TEXT,
        paid_fen INTEGER,
        quota_mWh INTEGER NOT NULL,   -- free energy of the month that was left at the beginning
        usage TEXT NOT NULL,          -- JSON
        meter_mWh INTEGER,            -- the counter as far as it is in usage
        metered_at TEXT,              -- Stamp
        first_mWh INTEGER,            -- the counter when the relay was first seen closed
        state TEXT NOT NULL CHECK (state IN ('open', 'waits', 'billed')),
        ended_at TEXT,                -- Stamp
        fault INTEGER NOT NULL,
        reminded INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX charge_account_unbilled ON charge_account (state, socket) WHERE state <> 'billed';
      CREATE INDEX charge_account_card ON charge_account (card) WHERE card IS NOT NULL AND state <> 'billed';
      CREATE TABLE charge_bill (
        session TEXT PRIMARY KEY,
        customer TEXT NOT NULL,
        at TEXT NOT NULL,             -- Stamp
        at_wall INTEGER NOT NULL,
        quota_used_mWh INTEGER NOT NULL,
        bill TEXT NOT NULL            -- JSON
      ) STRICT;
      CREATE INDEX charge_bill_customer ON charge_bill (customer, at_wall);
      CREATE TABLE charge_card (card TEXT PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('active', 'lost')), groups TEXT NOT NULL) STRICT;
      CREATE TABLE charge_card_entry (
        entry TEXT PRIMARY KEY,
        card TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount_fen INTEGER NOT NULL,
        session TEXT,
        person TEXT NOT NULL,
        at TEXT NOT NULL              -- Stamp
      ) STRICT;
      CREATE INDEX charge_card_entry_card ON charge_card_entry (card);`,
  },
  {
    name: "sessions/0006-evidence",
    sql: `
      CREATE TABLE charge_curve (session TEXT NOT NULL, at INTEGER NOT NULL, power_mW INTEGER, current_mA INTEGER, temperature_mC INTEGER,
        voltage_mV INTEGER, PRIMARY KEY (session, at)) STRICT, WITHOUT ROWID;
      CREATE TABLE socket_moment (socket TEXT NOT NULL, at INTEGER NOT NULL, power_mW INTEGER, current_mA INTEGER, temperature_mC INTEGER,
        voltage_mV INTEGER, PRIMARY KEY (socket, at)) STRICT, WITHOUT ROWID;
      CREATE TABLE socket_fact (socket TEXT NOT NULL, at INTEGER NOT NULL, n INTEGER NOT NULL, fact TEXT NOT NULL) STRICT;
      CREATE INDEX socket_fact_when ON socket_fact (socket, at);
      CREATE INDEX charge_socket ON charge (socket);`,
  },
  {
    name: "sessions/0007-piles",
    sql: `
      ALTER TABLE charge ADD COLUMN pile_order TEXT; -- what a pile that charges by its own firmware knows it by
      CREATE TABLE pile_settlement (pile TEXT NOT NULL, order_number TEXT NOT NULL, at TEXT NOT NULL, said TEXT NOT NULL,
        PRIMARY KEY (pile, order_number)) STRICT;`,
  },
  {
    name: "sessions/0008-waiting",
    sql: `
      CREATE TABLE charge_wait (
        charge TEXT PRIMARY KEY,
        socket TEXT NOT NULL,
        asked TEXT NOT NULL,          -- JSON: what was asked, whole
        at_wall INTEGER NOT NULL,
        deferred TEXT,                -- JSON: until which hour it was chosen to wait
        state TEXT NOT NULL CHECK (state IN ('waiting', 'begun', 'over')),
        zh TEXT NOT NULL,
        en TEXT NOT NULL,
        latest INTEGER,
        turn_wall INTEGER,
        again_wall INTEGER
      ) STRICT;
      CREATE UNIQUE INDEX charge_wait_socket ON charge_wait (socket) WHERE state = 'waiting';`,
  },
  {
    name: "sessions/0009-energy",
    sql: `
      CREATE TABLE energy_day (meter TEXT PRIMARY KEY, day TEXT NOT NULL, counter_mWh INTEGER NOT NULL, at_wall INTEGER NOT NULL,
        metered_mWh INTEGER NOT NULL, delivered_mWh INTEGER NOT NULL, unseen INTEGER NOT NULL) STRICT;
      CREATE TABLE energy_socket (socket TEXT PRIMARY KEY, counter_mWh INTEGER NOT NULL, at_wall INTEGER NOT NULL) STRICT;`,
  },
  {
    name: "sessions/0010-how-paid",
    sql: "ALTER TABLE charge_account ADD COLUMN method TEXT;  -- how paid_fen was paid, where a provider took it",
  },
];
