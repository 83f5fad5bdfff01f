// Of a journal that nobody runs: whether that is so, and what of it the cloud has not heard.
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { journalName } from "./backup.ts";

/** Events of the streams that are never dropped, behind what the cloud has acknowledged; undefined: the journal cannot be read. */
export function unsentIn(data: string): { readonly money: number; readonly urgent: number } | undefined {
  const path = join(data, journalName);
  if (!existsSync(path)) return { money: 0, urgent: 0 };
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, timeout: 2_000 });
    const count = database.prepare(
      "SELECT count(*) AS n FROM event JOIN stream ON stream.stream = event.stream WHERE event.stream = ? AND event.seq > stream.acknowledged",
    );
    const of = (stream: string): number => (count.get(stream) as { n: number }).n;
    return { money: of("money"), urgent: of("urgent") };
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

/** The lock is the journal's own: whoever runs holds it. */
export function isHeld(data: string): boolean {
  if (!existsSync(join(data, journalName))) return false;
  const lock = new Database(join(data, `${journalName}.lock`), { timeout: 500 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return false;
  } catch {
    return true;
  } finally {
    lock.close();
  }
}
