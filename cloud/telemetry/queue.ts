// Points on their way to an engine elsewhere: on this disk first, so that an engine that is down, slow or half willing costs nothing and holds nobody up.
// A batch leaves only after the engine's own yes; a line that the engine refuses for what it is goes aside with the engine's reason, and the rest goes on.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import SqliteDatabase from "better-sqlite3";

/** What became of an attempt. "refused": the engine will never take these lines as they are. "later": it is in trouble, or we are not let in. */
export type Attempt =
  | { readonly kind: "taken" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "later"; readonly why: string };

export interface QueueCounts {
  readonly waiting: number;
  readonly bytes: number;
  readonly taken: number;
  readonly setAside: number;
  readonly failures: number;
}

export interface LineQueue {
  /** Durable when it returns. Throws when the queue is full: whoever sends keeps what he has, and sends again. */
  add(lines: readonly string[]): void;
  counts(): QueueCounts;
  /** Lines that no engine would take, the newest first. */
  aside(limit: number): readonly { readonly line: string; readonly why: string; readonly at: number }[];
  /** Once everything that was there has been taken or set aside; for an orderly end and for tests. */
  idle(): Promise<void>;
  /** Stops after the attempt that is under way; what waits, waits on the disk. */
  close(): Promise<void>;
}

export interface QueueSettings {
  readonly file: string;
  /** One attempt at a time; must not throw. */
  readonly send: (lines: readonly string[]) => Promise<Attempt>;
  readonly now: () => number;
  readonly onTrouble: (why: string) => void;
  readonly limit_MB?: number;
  readonly backOff?: { readonly first_ms: number; readonly longest_ms: number };
}

const mostLines = 5_000;
const mostBytes = 4 * 1024 * 1024;
const usualLimit_MB = 4_096;
const keptAside = 10_000;

interface Waiting {
  readonly id: number;
  readonly text: string;
}

export function openLineQueue(settings: QueueSettings): LineQueue {
  const { file, send, now, onTrouble } = settings;
  const backOff = settings.backOff ?? { first_ms: 500, longest_ms: 30_000 };
  const limit = (settings.limit_MB ?? usualLimit_MB) * 1_000_000;
  const db = openFile(file);
  const insert = db.prepare("INSERT INTO waiting (text) VALUES (?)");
  const oldest = db.prepare("SELECT id, text FROM waiting ORDER BY id LIMIT 200");
  const remove = db.prepare("DELETE FROM waiting WHERE id = ?");
  const setAside = db.prepare("INSERT INTO aside (line, why, at) VALUES (?, ?, ?)");
  const forget = db.prepare("DELETE FROM aside WHERE id <= (SELECT max(id) FROM aside) - ?");
  const totals = db.prepare("SELECT count(*) AS waiting, coalesce(sum(length(text)), 0) AS bytes FROM waiting").get() as {
    waiting: number;
    bytes: number;
  };
  const state = { ...totals, taken: 0, setAside: 0, failures: 0, failed: 0, closed: false, running: false };
  let wake: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const idlers: (() => void)[] = [];

  /** The oldest batches that make one request. */
  function next(): Waiting[] {
    const batch: Waiting[] = [];
    let bytes = 0;
    let lines = 0;
    for (const row of oldest.iterate() as Iterable<Waiting>) {
      const more = row.text.split("\n").length;
      if (batch.length > 0 && (bytes + row.text.length > mostBytes || lines + more > mostLines)) break;
      batch.push(row);
      bytes += row.text.length;
      lines += more;
    }
    return batch;
  }

  const done = db.transaction((batch: readonly Waiting[], refused: readonly { line: string; why: string }[]) => {
    for (const { id } of batch) remove.run(id);
    for (const { line, why } of refused) setAside.run(line, why.slice(0, 500), now());
    if (refused.length > 0) forget.run(keptAside);
  });

  /** Halves what is refused until the lines are found that are to blame. Lines written twice are one: the engine's identity is series and time. */
  async function settle(lines: readonly string[], refused: { line: string; why: string }[]): Promise<Attempt> {
    const attempt = await send(lines);
    if (attempt.kind !== "refused") return attempt;
    const [line] = lines;
    if (lines.length === 1 && line !== undefined) {
      refused.push({ line, why: attempt.why });
      return { kind: "taken" };
    }
    const middle = Math.ceil(lines.length / 2);
    for (const half of [lines.slice(0, middle), lines.slice(middle)]) {
      const answer = await settle(half, refused);
      if (answer.kind === "later") return answer;
    }
    return { kind: "taken" };
  }

  async function run(): Promise<void> {
    while (!state.closed) {
      const batch = next();
      if (batch.length === 0) {
        for (const idle of idlers.splice(0)) idle();
        return;
      }
      const lines = batch.flatMap(({ text }) => text.split("\n"));
      const refused: { line: string; why: string }[] = [];
      const attempt = await settle(lines, refused);
      if (attempt.kind === "later") {
        state.failures += 1;
        state.failed += 1;
        onTrouble(attempt.why);
        await pause(Math.min(backOff.longest_ms, backOff.first_ms * 2 ** Math.min(state.failed - 1, 16)));
        continue;
      }
      state.failed = 0;
      done(batch, refused);
      state.waiting -= batch.length;
      state.bytes -= batch.reduce((sum, { text }) => sum + text.length, 0);
      state.taken += lines.length - refused.length;
      state.setAside += refused.length;
      if (refused.length > 0) onTrouble(`${refused.length} lines were refused for what they are, and set aside: ${refused[0]?.why ?? ""}`);
    }
  }

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (state.closed) return resolve();
      timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  let running: Promise<void> = Promise.resolve();
  function start(): void {
    if (state.running || state.closed) return;
    state.running = true;
    running = run().finally(() => {
      state.running = false;
      // Something may have come between the last look and this end.
      if (state.waiting > 0) start();
    });
  }
  start();

  return {
    add(lines) {
      if (lines.length === 0) return;
      const text = lines.join("\n");
      if (state.bytes + text.length > limit)
        throw new Error(`the queue before the telemetry engine is full (${settings.limit_MB ?? usualLimit_MB} MB): is the engine down?`);
      insert.run(text);
      state.waiting += 1;
      state.bytes += text.length;
      start();
    },
    counts: () => ({ waiting: state.waiting, bytes: state.bytes, taken: state.taken, setAside: state.setAside, failures: state.failures }),
    aside: (most) =>
      db.prepare("SELECT line, why, at FROM aside ORDER BY id DESC LIMIT ?").all(most) as { line: string; why: string; at: number }[],
    idle: () => (state.waiting === 0 && !state.running ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
    async close() {
      state.closed = true;
      wake();
      await running;
      db.close();
    },
  };
}

function openFile(file: string): SqliteDatabase.Database {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new SqliteDatabase(file);
  db.pragma("journal_mode = WAL");
  // The gateway forgets what we have acknowledged: it must survive a power cut here.
  db.pragma("synchronous = FULL");
  db.exec(`
    CREATE TABLE IF NOT EXISTS waiting (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS aside (id INTEGER PRIMARY KEY AUTOINCREMENT, line TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL);`);
  return db;
}
