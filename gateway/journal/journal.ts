// The site's memory: one SQLite file in which state and events change together, durably, or not at all. Nothing that spends money,
// opens a gate or closes a relay happens before its commit has returned (synchronous=FULL: an fsync stands behind each).
import Database from "better-sqlite3";
import type { AnyEvent, EventType } from "#protocols/uplink/events.ts";
import { type Stream, streams } from "#protocols/vocabulary/ids.ts";
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
import type { Cancel, Chance, Clock } from "../ports.ts";
import { checkEvent } from "./check-event.ts";
import { beginBoot, type Clocks, clocksOf, doubt, isClockNews, numbered, writeClock } from "./clocks.ts";
import { journalTables, type Migration, migrate } from "./migrations.ts";
import { type Outbox, outboxOf } from "./outbox.ts";

export type Value = string | number | bigint | Uint8Array | null;
export type Row = Record<string, unknown>;

/** Reading with SQL: parameters by position (`?`). */
export interface Reads {
  get<R extends object = Row>(sql: string, ...values: Value[]): R | undefined;
  all<R extends object = Row>(sql: string, ...values: Value[]): R[];
}

export interface Transaction extends Reads {
  /** Appends to the event's own stream and gives its number there. Data that the catalogue does not know is a bug, and throws. */
  event<T extends EventType>(type: T, data: Extract<AnyEvent, { type: T }>["data"], at?: Stamp): { stream: Stream; seq: number };
  run(sql: string, ...values: Value[]): { changes: number };
}

export interface Journal extends Reads {
  /** 16 hex digits, made with the file: event keys of another file never collide with ours. */
  readonly epoch: string;
  /** One durable transaction; synchronous. If `work` throws nothing has happened, and the error goes on. On a full disk `work` may be run again. */
  commit<T>(work: (transaction: Transaction) => T): T;
  /** Told after each commit that appended events, with their streams. */
  onCommit(listener: (streams: ReadonlySet<Stream>) => void): Cancel;
  readonly outbox: Outbox;
  /** How labels are made true. */
  readonly clocks: Clocks;
  /** Looks at the clock: whether it has become true, or was set. For whoever has a tick, or has just heard from the cloud what time it is. */
  lookAtClock(heard?: Wall): void;
  /** undefined while well. After a failed write to the disk nothing may be believed until the file was opened anew. */
  failed(): string | undefined;
  close(): void;
}

export interface JournalSettings {
  /** File, or ":memory:" for a test. */
  readonly path: string;
  readonly clock: Clock;
  readonly chance: Chance;
  /** Each room's own tables, in order. */
  readonly tables: readonly Migration[];
  /** The disk is full: true when room was made since, and the transaction is worth another try (its work is run again). */
  readonly makeRoom?: () => boolean;
  /** Unacknowledged state events that are kept; beyond it the oldest go, and a gap record in their place. */
  readonly stateLimit?: number;
  /** Told once when the disk refuses: the process should end, and start again from the file. */
  readonly onFailure?: (why: string) => void;
}

/** Throws with words on what to do when the file is damaged or locked. */
export function openJournal(settings: JournalSettings): Journal {
  const { clock } = settings;
  const { database, epoch, close } = openFile(settings);
  const statements = new Map<string, Database.Statement>();
  const prepare = (sql: string): Database.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const made = database.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const reads: Reads = {
    get: <R extends object>(sql: string, ...values: Value[]) => prepare(sql).get(...values) as R | undefined,
    all: <R extends object>(sql: string, ...values: Value[]) => prepare(sql).all(...values) as R[],
  };
  const run = (sql: string, ...values: Value[]) => ({ changes: prepare(sql).run(...values).changes });

  const listeners = new Set<(streams: ReadonlySet<Stream>) => void>();
  let touched = new Set<Stream>();
  let failure: string | undefined;

  const append = (stream: Stream, row: { type: string; at: string; data: string }): number => {
    const { next } =
      reads.get<{ next: number }>("UPDATE stream SET next = next + 1 WHERE stream = ? RETURNING next", stream) ?? unknownStream(stream);
    const seq = next - 1;
    run("INSERT INTO event (stream, seq, type, at, data) VALUES (?, ?, ?, ?, ?)", stream, seq, row.type, row.at, row.data);
    touched.add(stream);
    return seq;
  };
  const transaction: Transaction = {
    ...reads,
    run,
    event: (type, data, at = clock.stamp()) => {
      const stream = checkEvent(type, data);
      const seq = append(stream, { type, at: JSON.stringify(numbered(reads, at)), data: JSON.stringify(data) });
      if (!at.synchronised) doubt(run, at);
      if (stream === "state") outbox.bound();
      return { stream, seq };
    },
  };

  let makingRoom = false;
  /** Whoever gives may write here too: that write must not ask again. */
  const madeRoom = (): boolean => {
    makingRoom = true;
    try {
      return settings.makeRoom?.() ?? false;
    } finally {
      makingRoom = false;
    }
  };
  const begin = database.transaction((work: () => unknown) => work());
  const commitRaw = <T>(work: () => T): T => {
    if (failure !== undefined) throw new Error(`journal is closed for writing: ${failure}`);
    if (database.inTransaction) throw new Error("a commit inside a commit: pass the transaction on instead");
    let result: T;
    for (;;) {
      touched = new Set();
      try {
        result = begin.immediate(work) as T;
        break;
      } catch (error) {
        if (isFull(error) && !makingRoom && madeRoom()) continue;
        fail(error);
        throw error;
      }
    }
    if (touched.size > 0) for (const listener of listeners) listener(touched);
    return result;
  };
  /** After a failed fsync the kernel may have forgotten the pages and let the next one succeed: only a new start may go on. A full disk is no such case. */
  const fail = (error: unknown): void => {
    const code = error instanceof Database.SqliteError ? error.code : "";
    if (failure !== undefined || isFull(error) || !/^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN)/.test(code)) return;
    failure = `${code}: ${error instanceof Error ? error.message : ""}`;
    settings.onFailure?.(failure);
  };

  const clocks = clocksOf(reads);
  const checkpoint = (): void => void database.pragma("wal_checkpoint(RESTART)");
  const outbox = outboxOf({
    reads,
    run,
    commit: commitRaw,
    append,
    checkpoint,
    now: () => numbered(reads, clock.stamp()),
    label: clocks.label,
    stateLimit: settings.stateLimit ?? usualStateLimit,
  });
  return {
    ...reads,
    epoch,
    commit: (work) => commitRaw(() => work(transaction)),
    onCommit: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    outbox,
    clocks,
    lookAtClock: (heard) => {
      const now = clock.stamp();
      if (isClockNews(reads, now, heard)) commitRaw(() => writeClock(transaction, now, heard));
    },
    failed: () => failure,
    close,
  };
}

/** The shared-memory index of the log grows on the same disk, and is refused by another name. */
const isFull = (error: unknown): boolean => error instanceof Database.SqliteError && /^SQLITE_(FULL|IOERR_SHMSIZE)/.test(error.code);

/** About 300 MB: a year of a large compound. */
const usualStateLimit = 1_000_000;

/** Everything that can go wrong at a start goes wrong here, and leaves nothing open. */
function openFile({ path, chance, clock, tables }: JournalSettings): { database: Database.Database; epoch: string; close: () => void } {
  const unlock = path === ":memory:" ? () => undefined : lock(path);
  try {
    const database = openDatabase(path);
    try {
      migrate(database, [...journalTables, ...tables]);
      beginBoot((sql, ...values) => database.prepare(sql).run(...values), clock.stamp().boot);
      const close = (): void => {
        database.close();
        unlock();
      };
      return { database, epoch: readEpoch(database, chance), close };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

/** One writer: the lock is a file of its own, so that a person may read the journal with sqlite3 while we write. The kernel lets go of it when we die. */
function lock(path: string): () => void {
  const holder = new Database(`${path}.lock`, { timeout: 500 });
  try {
    holder.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    holder.close();
    throw new Error(
      `日志库被占用 / the journal is in use by another process: ${path}. 先停止另一个网关进程 / stop the other gateway on this data folder first`,
      { cause: error },
    );
  }
  return () => holder.close();
}

function openDatabase(path: string): Database.Database {
  const database = new Database(path, { timeout: 500 });
  try {
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.pragma("journal_size_limit = 16777216");
    const found = database.pragma("quick_check(1)", { simple: true });
    if (found !== "ok") throw new Error(String(found));
    return database;
  } catch (error) {
    database.close();
    throw new Error(openComplaint(path, error), { cause: error });
  }
}

function openComplaint(path: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return (
    `日志库损坏或无法打开 / the journal is damaged or cannot be opened: ${path}: ${why}. ` +
    "保留该文件与同名 -wal、-shm 文件，换用备份或移走后重新启动（将以新的纪元编号开始）/ keep the file and its -wal and -shm, then put a backup in its place, or move all three away and start again (a new epoch begins)"
  );
}

function readEpoch(database: Database.Database, chance: Chance): string {
  const row = database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string } | undefined;
  if (row !== undefined) return row.value;
  const epoch = chance.id().replaceAll("-", "").slice(0, 16).toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(epoch)) throw new Error(`chance.id() must begin with 16 hex digits: ${epoch}`);
  database.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?)").run(epoch);
  for (const stream of streams) database.prepare("INSERT INTO stream (stream, next, acknowledged) VALUES (?, 1, 0)").run(stream);
  return epoch;
}

function unknownStream(stream: string): never {
  throw new Error(`no such stream: ${stream}`);
}
