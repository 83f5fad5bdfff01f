// SQLite as the cloud's own database: statements are prepared once, reading has a connection of its own, and changes that wait for the disk wait for it together.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { CompiledQuery, Kysely, SqliteDialect } from "kysely";
import type { Database } from "./schema.ts";
import type { Change, Queries } from "./store.ts";
import { isStoreTrouble } from "./trouble.ts";

/** Of statements that differ only in how many rows they hold there may be many. */
const keptStatements = 500;

function open(file: string, options: SqliteDatabase.Options): SqliteDatabase.Database {
  const database = new SqliteDatabase(file, options);
  database.pragma("busy_timeout = 5000");
  const prepare = database.prepare.bind(database);
  const kept = new Map<string, SqliteDatabase.Statement>();
  // Kysely prepares anew each time it asks, which costs more than most of what is asked.
  database.prepare = ((text: string) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= keptStatements) kept.clear();
    const made = prepare(text);
    kept.set(text, made);
    return made;
  }) as typeof database.prepare;
  return database;
}

export function openSqlite(file: string): Kysely<Database> {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = open(file, {});
  database.pragma("journal_mode = WAL");
  // NORMAL would lose what was acknowledged since the last checkpoint when the power fails.
  database.pragma("synchronous = FULL");
  database.pragma("foreign_keys = ON");
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
}

/** Beside the changes, not between them; it sees what is committed. Not a read-only file: such a connection cannot recover a log that a killed process left. */
export function openSqliteReader(file: string): Queries {
  const database = open(file, {});
  database.pragma("query_only = ON");
  return new Kysely<Database>({ dialect: new SqliteDialect({ database }) });
}

const said = Object.fromEntries(
  (["begin immediate", "savepoint one", "rollback to one", "release one", "commit", "rollback"] as const).map((text) => [
    text,
    CompiledQuery.raw(text),
  ]),
) as Readonly<Record<"begin immediate" | "savepoint one" | "rollback to one" | "release one" | "commit" | "rollback", CompiledQuery>>;

interface Waiting {
  readonly work: (change: Change) => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const mostTogether = 1024;
/** A sync of the disk costs some milliseconds, many on a busy one: the more wait for it, the more of them share it. Nobody, an alarm neither, waits longer for a group that has begun. */
const togetherFor_ms = (waiting: number): number => Math.min(100, 25 + waiting / 5);

/**
 * Changes one after another, several in one transaction, each behind a savepoint: one sync of the disk makes all of them durable, and one that fails takes nothing
 * of the others with it. When the whole transaction is lost each is run again by itself.
 */
export class GroupedChanges {
  readonly #db: Kysely<Database>;
  readonly #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  change<Result>(work: (change: Change) => Promise<Result>, first = false): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const one: Waiting = { work, resolve: resolve as (result: unknown) => void, reject };
      if (first) this.#waiting.unshift(one);
      else this.#waiting.push(one);
      this.#running ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    // What else is to be changed in this turn of the event loop comes along.
    await new Promise<void>((done) => setImmediate(done));
    try {
      while (this.#waiting.length > 0) await this.#together();
    } finally {
      this.#running = undefined;
    }
  }

  async #together(): Promise<void> {
    const done: { readonly one: Waiting; readonly result: unknown }[] = [];
    let last: Waiting | undefined;
    try {
      await this.#db.connection().execute(async (connection) => {
        const run = (text: keyof typeof said): Promise<unknown> => connection.executeQuery(said[text]);
        await run("begin immediate");
        try {
          const end = performance.now() + togetherFor_ms(this.#waiting.length);
          while (this.#waiting.length > 0 && done.length < mostTogether && performance.now() < end) {
            last = this.#waiting.shift();
            if (last === undefined) break;
            await run("savepoint one");
            try {
              done.push({ one: last, result: await last.work(connection as unknown as Change) });
            } catch (error) {
              if (isStoreTrouble(error)) throw error;
              await run("rollback to one");
              last.reject(error);
            }
            await run("release one");
            last = undefined;
          }
          await run("commit");
        } catch (error) {
          // The database may have ended the transaction by itself; what went wrong is the first error, not this one.
          await run("rollback").catch(() => undefined);
          throw error;
        }
      });
    } catch (error) {
      const lost = [...done.map(({ one }) => one), ...(last === undefined || done.some(({ one }) => one === last) ? [] : [last])];
      if (lost.length <= 1) for (const { reject } of lost) reject(error);
      else await this.#oneByOne(lost);
      return;
    }
    for (const { one, result } of done) one.resolve(result);
  }

  async #oneByOne(lost: readonly Waiting[]): Promise<void> {
    for (const { work, resolve, reject } of lost) await this.#db.transaction().execute(work).then(resolve, reject);
  }

  async settled(): Promise<void> {
    await this.#running;
  }
}
