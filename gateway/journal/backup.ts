// A journal kept elsewhere, and brought back. What is brought back is another journal: it gets an epoch of its own, so that no key is ever given twice.
// Events that the backup had not seen acknowledged may have reached the cloud since; each goes again under a new key that names its old one.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { type Stream, streams } from "#protocols/vocabulary/ids.ts";

import { journalTables, migrate } from "./migrations.ts";

export interface Complaint {
  readonly kind: "complaint";
  readonly zh: string;
  readonly en: string;
}
const complaint = (zh: string, en: string): Complaint => ({ kind: "complaint", zh, en });
export const journalName = "journal.sqlite";

export interface BackedUp {
  readonly kind: "backed-up";
  readonly epoch: string;
  readonly events: number;
}

/** Beside a running gateway: a reader's copy, whole as of one moment. */
export function backUpJournal(data: string, to: string): BackedUp | Complaint {
  const from = join(data, journalName);
  if (!existsSync(from)) return complaint(`没有日志库：${from}`, `there is no journal: ${from}`);
  if (existsSync(to)) return complaint(`文件已存在，不覆盖：${to}`, `the file exists and is not overwritten: ${to}`);
  mkdirSync(dirname(to), { recursive: true });
  const database = new Database(from, { readonly: true, timeout: 5_000 });
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } catch (error) {
    rmSync(to, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    return complaint(`备份未成：${why}`, `the backup failed: ${why}`);
  } finally {
    database.close();
  }
  const checked = sound(to);
  if ("kind" in checked) return checked;
  const { epoch, events } = checked;
  return { kind: "backed-up", epoch, events };
}

/** What a sealed backup carries beside the journal: files of the gateway's own folder, by their name from there; "" is the site file itself. */
export interface KeptFile {
  readonly name: string;
  readonly bytes: Buffer;
}
const keptTable = "kept_file";

export function keepFiles(backup: string, files: readonly KeptFile[]): void {
  const database = new Database(backup);
  try {
    database.exec(`CREATE TABLE ${keptTable} (name TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT`);
    const insert = database.prepare(`INSERT INTO ${keptTable} (name, bytes) VALUES (?, ?)`);
    database.transaction(() => {
      for (const { name, bytes } of files) insert.run(name, bytes);
    })();
  } finally {
    database.close();
  }
}

export interface LookedInto {
  readonly kind: "looked-into";
  readonly epoch: string;
  readonly events: number;
  /** Of the newest event, as a Stamp in JSON; undefined: it has none. */
  readonly newest: string | undefined;
  /** Empty: the backup is older than their keeping, or was not sealed. */
  readonly files: readonly KeptFile[];
}

/** What a backup holds, read and not believed further than its own integrity check. */
export function lookInto(backup: string): LookedInto | Complaint {
  const checked = sound(backup);
  if ("kind" in checked) return checked;
  const database = new Database(backup, { readonly: true });
  try {
    const has = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?").get(keptTable) !== undefined;
    const files = has ? (database.prepare(`SELECT name, bytes FROM ${keptTable} ORDER BY name`).all() as KeptFile[]) : [];
    const last = database.prepare("SELECT at FROM event WHERE stream = ? ORDER BY seq DESC LIMIT 1");
    const newest = streams
      .flatMap((stream) => (last.get(stream) as { at: string } | undefined)?.at ?? [])
      .sort((a, b) => wallOf(b) - wallOf(a))[0];
    return { kind: "looked-into", ...checked, newest, files };
  } finally {
    database.close();
  }
}

const wallOf = (stamp: string): number => (JSON.parse(stamp) as { wall: number }).wall;

function sound(file: string): { epoch: string; events: number } | Complaint {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true });
    const found = database.pragma("integrity_check(1)", { simple: true });
    if (found !== "ok") return complaint(`文件已损坏：${file}：${found}`, `the file is damaged: ${file}: ${found}`);
    const { value } = database.prepare("SELECT value FROM meta WHERE key = 'epoch'").get() as { value: string };
    const { n } = database.prepare("SELECT count(*) AS n FROM event").get() as { n: number };
    return { epoch: value, events: n };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return complaint(`不是日志库：${file}：${why}`, `this is no journal: ${file}: ${why}`);
  } finally {
    database?.close();
  }
}

export interface Restored {
  readonly kind: "restored";
  readonly epoch: string;
  readonly former: string;
  /** Events that will go again, each naming its old key. */
  readonly pending: number;
  /** Where the journal that stood there is now. */
  readonly aside: string | undefined;
}

/** Only where no gateway runs. What stood there is moved aside, never deleted. */
export function restoreJournal(data: string, from: string, now: number): Restored | Complaint {
  const checked = sound(from);
  if ("kind" in checked) return checked;
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const place = join(data, journalName);
  const lock = new Database(`${place}.lock`, { timeout: 500 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    return complaint("网关正在运行：先停止，再恢复", "the gateway is running: stop it first");
  }
  try {
    // Made ready beside, then put in place in one stroke.
    const made = join(data, `${journalName}.restoring`);
    rmSync(made, { force: true });
    const copy = new Database(from, { readonly: true });
    copy.prepare("VACUUM INTO ?").run(made);
    copy.close();
    const { epoch, pending } = begin(made, { former: checked.epoch, at: now });
    const aside = existsSync(place) ? `${place}.replaced-${now}` : undefined;
    if (aside !== undefined) for (const end of ["", "-wal", "-shm"]) if (existsSync(place + end)) renameSync(place + end, aside + end);
    renameSync(made, place);
    return { kind: "restored", epoch, former: checked.epoch, pending, aside };
  } finally {
    lock.close();
  }
}

/** A new epoch: every stream begins at 1 with what had not been acknowledged, behind one event that says whose place this journal takes. */
function begin(file: string, { former, at }: { former: string; at: number }): { epoch: string; pending: number } {
  const database = new Database(file);
  const epoch = randomBytes(8).toString("hex");
  let pending = 0;
  migrate(database, journalTables, true);
  // Files lie in folders; a journal that runs holds no second copy of them.
  database.exec(`DROP TABLE IF EXISTS ${keptTable}`);
  database.transaction(() => {
    const boot = { wall: at, mono: 0, boot: "restore", synchronised: true };
    for (const stream of streams) {
      const { acknowledged } = database.prepare("SELECT acknowledged FROM stream WHERE stream = ?").get(stream) as { acknowledged: number };
      const first = stream === "urgent" ? 1 : 0;
      const rows = database
        .prepare("SELECT seq, type, at, data, was FROM event WHERE stream = ? AND seq > ? ORDER BY seq")
        .all(stream, acknowledged) as Row[];
      database.prepare("DELETE FROM event WHERE stream = ?").run(stream);
      const insert = database.prepare("INSERT INTO event (stream, seq, type, at, data, was) VALUES (?, ?, ?, ?, ?, ?)");
      if (first === 1) insert.run(stream, 1, "gateway.restored", JSON.stringify(boot), JSON.stringify({ former, restored_at: at }), null);
      for (const [index, row] of rows.entries())
        insert.run(stream, first + index + 1, row.type, row.at, row.data, row.was ?? wasOf(stream, former, row.seq));
      database.prepare("UPDATE stream SET next = ?, acknowledged = 0 WHERE stream = ?").run(first + rows.length + 1, stream);
      pending += rows.length;
    }
    database.prepare("UPDATE meta SET value = ? WHERE key = 'epoch'").run(epoch);
  })();
  database.close();
  return { epoch, pending };
}

interface Row {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly data: string;
  /** Of an event that was already carried over once. */
  readonly was: string | null;
}
/** Telemetry written twice is one: it needs no old name. */
const wasOf = (stream: Stream, epoch: string, seq: number): string | null => (stream === "bulk" ? null : JSON.stringify({ epoch, seq }));
