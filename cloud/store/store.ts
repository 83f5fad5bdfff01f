// The relational store: the same queries over SQLite (embedded) and PostgreSQL (production). A commit that returns is on the disk.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from "kysely";
import { Migrator } from "kysely/migration";
import pg from "pg";
import { type Announcements, announcementsOn } from "./announcements.ts";
import { createAuditSchema } from "./audit-schema.ts";
import { createClockSchema } from "./clock-schema.ts";
import { createCommandSchema, createSuccessionSchema } from "./command-schema.ts";
import { createFirstSchema } from "./first-schema.ts";
import { createGapSchema } from "./gap-schema.ts";
import { createIdentitySchema } from "./identity-schema.ts";
import { createLetterSchema } from "./letter-schema.ts";
import { createPostSchema } from "./post-schema.ts";
import type { Database } from "./schema.ts";
import { createShedSchema } from "./shed-schema.ts";

export type StorePlace = { readonly kind: "sqlite"; readonly file: string } | PostgresPlace;

interface PostgresPlace {
  readonly kind: "postgres";
  readonly url: string;
  /** Other processes change the same database, and are told what we touch. */
  readonly shared?: boolean;
}

/** Inside or outside a transaction: what a query needs. */
export type Queries = Kysely<Database>;
export type Change = Transaction<Database>;

export interface Store {
  readonly kind: StorePlace["kind"];
  readonly read: Queries;
  /** Between several processes on one database; undefined: there is only us. */
  readonly announcements: Announcements | undefined;
  /**
   * All or nothing; resolves when it is durable. `alone`: changes of one name stand in line, also those of other processes on the same database.
   * A change that the database gave up (deadlock, serialisation) is run again: `work` must be able to begin anew.
   */
  change<Result>(work: (change: Change) => Promise<Result>, alone?: string): Promise<Result>;
  close(): Promise<void>;
}

export async function openStore(place: StorePlace): Promise<Store> {
  const db = new Kysely<Database>({ dialect: place.kind === "sqlite" ? sqlite(place.file) : postgres(place.url) });
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        "0001-first": { up: (change) => createFirstSchema(change, place.kind) },
        "0010-commands": { up: createCommandSchema },
        "0011-succession": { up: createSuccessionSchema },
        "0020-sheds": { up: createShedSchema },
        "0030-letters": { up: createLetterSchema },
        "0031-audit": { up: (change) => createAuditSchema(change, place.kind) },
        "0040-gaps": { up: createGapSchema },
        "0041-clock": { up: createClockSchema },
        "0042-identity": { up: createIdentitySchema },
        "0050-posts": { up: createPostSchema },
      }),
    },
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error;
  }
  return {
    kind: place.kind,
    read: db,
    announcements: place.kind === "postgres" && place.shared === true ? announcementsOn(place.url) : undefined,
    // SQLite has one writer, and its changes stand in line anyway.
    change: (work, alone) =>
      place.kind === "sqlite" || alone === undefined
        ? againOnConflict(() => db.transaction().execute(work))
        : againOnConflict(() =>
            db.transaction().execute(async (change) => {
              await sql`select pg_advisory_xact_lock(hashtextextended(${alone}, 0))`.execute(change);
              return work(change);
            }),
          ),
    close: () => db.destroy(),
  };
}

const mostTries = 8;
const gaveUp = /^(40001|40P01)$/;

/** Two changes that each wait for the other: the database ends one of them, and it is begun anew a little later. */
async function againOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1)
    try {
      return await work();
    } catch (error) {
      if (tries >= mostTries || !gaveUp.test(String((error as { code?: unknown }).code))) throw error;
      await new Promise((done) => setTimeout(done, Math.random() * 20 * tries));
    }
}

function sqlite(file: string): SqliteDialect {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new SqliteDatabase(file);
  database.pragma("journal_mode = WAL");
  // NORMAL would lose what was acknowledged since the last checkpoint when the power fails.
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  database.pragma("busy_timeout = 5000");
  return new SqliteDialect({ database });
}

function postgres(url: string): PostgresDialect {
  return new PostgresDialect({
    pool: new pg.Pool({
      connectionString: url,
      max: 8,
      // int8 comes as text by default; what we keep in it (fen, milliseconds, counts) is exact as a number, and anything larger is a bug.
      types: {
        getTypeParser: ((oid: number, format?: "text" | "binary") =>
          oid === pg.types.builtins.INT8 ? exactNumber : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
      },
    }),
  });
}

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is too large to be exact`);
  return value;
}

const retryableSqlite = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|CANTOPEN|READONLY|CORRUPT|PROTOCOL)/;
// Classes of SQLSTATE: 08 connection, 53 resources, 57 operator intervention, 58 system, 40 rolled back (serialisation, deadlock).
const retryablePostgres = /^(08|53|57|58|40)...$/;

/** The store itself is in trouble (disk full, connection lost): try again later. Anything else is the statement's own fault. */
export function isStoreTrouble(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === "string")
    return retryableSqlite.test(code) || retryablePostgres.test(code) || /^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EHOST)/.test(code);
  return error instanceof Error && /connection terminated|driver has already been destroyed|cannot use a pool/i.test(error.message);
}
