// Once a day, and at an orderly stop, the end of the audit log is written down in two more places: a table, and a file that belongs on another machine's disk.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Logger } from "pino";
import type { Queries, Store } from "#cloud/store/store.ts";
import { toCivil, wall } from "#protocols/vocabulary/time.ts";
import { type AuditAnchor, auditHead } from "./chain.ts";

function civilDay(at: number): string {
  const { year, month, day } = toCivil(wall(at));
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** undefined: the log is empty, or its end is anchored already. */
export async function dropAnchor(
  store: Store,
  file: string,
  { now, daily }: { now: number; daily: boolean },
): Promise<AuditAnchor | undefined> {
  const { ordinal, hash } = await auditHead(store.read);
  if (ordinal === 0) return undefined;
  const anchor: AuditAnchor = { ordinal, hash, at: now, day: daily ? civilDay(now) : null };
  const taken = await store.change((change) =>
    change
      .insertInto("audit_anchor")
      .values(anchor)
      .onConflict((conflict) => conflict.column("ordinal").doNothing())
      .executeTakeFirst(),
  );
  const known = readAnchorFile(file).anchors.some((one) => one.ordinal === ordinal && one.hash === hash);
  if (!known) append(file, `${JSON.stringify(anchor)}\n`);
  return taken.numInsertedOrUpdatedRows === 0n && known ? undefined : anchor;
}

function append(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = openSync(file, "a", 0o600);
  try {
    writeSync(handle, line);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export interface AnchorFile {
  readonly anchors: readonly AuditAnchor[];
  /** Lines that are no anchor: 1 is the first. */
  readonly unreadable: readonly number[];
}

export function readAnchorFile(file: string): AnchorFile {
  const anchors: AuditAnchor[] = [];
  const unreadable: number[] = [];
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  for (const [index, line] of lines.entries()) {
    if (line === "") continue;
    const anchor = anchorOf(line);
    if (anchor === undefined) unreadable.push(index + 1);
    else anchors.push(anchor);
  }
  return { anchors, unreadable };
}

function anchorOf(line: string): AuditAnchor | undefined {
  try {
    const { ordinal, hash, at, day = null } = JSON.parse(line) as Partial<AuditAnchor>;
    if (ordinal === undefined || !Number.isSafeInteger(ordinal) || typeof hash !== "string" || typeof at !== "number") return undefined;
    return { ordinal, hash, at, day };
  } catch {
    return undefined;
  }
}

export const anchorRows = (read: Queries): Promise<AuditAnchor[]> =>
  read.selectFrom("audit_anchor").selectAll().orderBy("ordinal").execute();

export interface Anchoring {
  readonly store: Store;
  readonly file: string;
  readonly now: () => number;
  readonly log: Logger;
}

const look_ms = 60_000;

/** The first look of a civil day anchors what was written until then. */
export function startAnchors({ store, file, now, log }: Anchoring): { stop(): Promise<void> } {
  let anchored = "";
  let running: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const today = civilDay(now());
    if (today === anchored) return;
    try {
      await dropAnchor(store, file, { now: now(), daily: true });
      anchored = today;
    } catch (error) {
      log.error({ err: error, file }, "the audit log could not be anchored");
    }
  };
  const next = (): void => {
    running = running.then(look);
  };
  next();
  const timer = setInterval(next, look_ms);
  return {
    async stop() {
      clearInterval(timer);
      await running;
      await dropAnchor(store, file, { now: now(), daily: false }).catch((error: unknown) =>
        log.error({ err: error, file }, "the audit log could not be anchored"),
      );
    },
  };
}
