// Starts that wait, as the journal keeps them: asked for, not yet a charge; nothing is paid, held or energised before their turn.
import type { Stamp, Wall } from "#protocols/vocabulary/time.ts";
import type { Deferred } from "../../core/charging/plan/valley.ts";
import type { Words } from "../../core/charging/price/types.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import type { ChargeAsked } from "../../site-context.ts";

export interface Wait {
  readonly words: Words;
  readonly latest: Wall | undefined;
  readonly deferred: Deferred | undefined;
}

interface Row {
  readonly charge: string;
  readonly socket: string;
  readonly asked: string;
  readonly at_wall: number;
  readonly deferred: string | null;
  /** begun: a charge stands for it. over: it never became one. */
  readonly state: "waiting" | "begun" | "over";
  readonly zh: string;
  readonly en: string;
  readonly latest: number | null;
  /** Since when it might have begun, and did not. */
  readonly turn_wall: number | null;
  /** Protection had no room after all: not asked again before this. */
  readonly again_wall: number | null;
}

export interface WaitingRow extends Omit<Row, "asked" | "deferred" | "at_wall"> {
  readonly asked: ChargeAsked;
  readonly deferred: Deferred | undefined;
  readonly at_wall: Wall;
}

const readRow = (row: Row): WaitingRow => ({
  ...row,
  at_wall: row.at_wall as Wall,
  asked: JSON.parse(row.asked) as ChargeAsked,
  deferred: row.deferred === null ? undefined : (JSON.parse(row.deferred) as Deferred),
});

export const waitingRows = (reads: Reads): WaitingRow[] =>
  reads.all<Row>("SELECT * FROM charge_wait WHERE state = 'waiting' ORDER BY at_wall, charge").map(readRow);
export function waitOf(reads: Reads, charge: string): WaitingRow | undefined {
  const row = reads.get<Row>("SELECT * FROM charge_wait WHERE charge = ?", charge);
  return row === undefined ? undefined : readRow(row);
}
/** The charge that waits for this socket. */
export const waitingOn = (reads: Reads, socket: string): string | undefined =>
  reads.get<{ charge: string }>("SELECT charge FROM charge_wait WHERE state = 'waiting' AND socket = ?", socket)?.charge;

const cut = (text: string): string => text.slice(0, 300);

function insert(tx: Transaction, asked: ChargeAsked, at: Stamp, kept: Pick<Row, "state" | "zh" | "en" | "latest" | "deferred">): void {
  tx.run(
    "INSERT INTO charge_wait (charge, socket, asked, at_wall, deferred, state, zh, en, latest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    ...[asked.charge, asked.socket, JSON.stringify(asked), at.wall, kept.deferred, kept.state, kept.zh, kept.en, kept.latest],
  );
}

export function writeWait(tx: Transaction, asked: ChargeAsked, wait: Wait, at: Stamp): void {
  const { words, latest = null, deferred } = wait;
  const [zh, en] = [cut(words.zh), cut(words.en)];
  insert(tx, asked, at, { state: "waiting", zh, en, latest, deferred: deferred === undefined ? null : JSON.stringify(deferred) });
  tx.event("session.waiting", { session: asked.charge, socket: asked.socket, latest, zh, en }, at);
}

/** It began at once; protection may yet have no room for it, and then it waits like any other. */
export const writeBegun = (tx: Transaction, asked: ChargeAsked, at: Stamp): void => {
  if (waitOf(tx, asked.charge) === undefined) insert(tx, asked, at, { state: "begun", zh: "", en: "", latest: null, deferred: null });
  else tx.run("UPDATE charge_wait SET state = 'begun' WHERE charge = ?", asked.charge);
};

export const retell = (tx: Transaction, charge: string, { words, latest }: Pick<Wait, "words" | "latest">): void => {
  tx.run("UPDATE charge_wait SET zh = ?, en = ?, latest = ? WHERE charge = ?", cut(words.zh), cut(words.en), latest ?? null, charge);
};

export const markTurn = (tx: Transaction, charge: string, at: Wall | undefined): void => {
  tx.run("UPDATE charge_wait SET turn_wall = ? WHERE charge = ?", at ?? null, charge);
};

/** It will not begin: unplugged, withdrawn, or refused when its turn came. */
export function dropWait(
  tx: Transaction,
  row: Pick<WaitingRow, "charge" | "socket">,
  why: Words & { readonly code: string },
  at: Stamp,
): void {
  const [zh, en] = [cut(why.zh), cut(why.en)];
  tx.run("UPDATE charge_wait SET state = 'over', zh = ?, en = ?, latest = NULL WHERE charge = ?", zh, en, row.charge);
  tx.event("charging.refused", { socket: row.socket, session: row.charge, code: why.code, zh, en }, at);
}

const againAfter_ms = 60_000;

/** Protection sees more than we do and had no room: what never began waits again, at its old place. True: it does. */
export function waitAgain(tx: Transaction, charge: string, why: Words, at: Stamp): boolean {
  const row = waitOf(tx, charge);
  if (row?.state !== "begun" || waitingOn(tx, row.socket) !== undefined) return false;
  tx.run("DELETE FROM charge WHERE session = ? AND started = 0", charge);
  tx.run("DELETE FROM charge_account WHERE session = ?", charge);
  tx.run(
    "UPDATE charge_wait SET state = 'waiting', zh = ?, en = ?, latest = NULL, turn_wall = NULL, again_wall = ? WHERE charge = ?",
    ...[cut(why.zh), cut(why.en), at.wall + againAfter_ms, charge],
  );
  tx.event("session.waiting", { session: charge, socket: row.socket, latest: null, zh: cut(why.zh), en: cut(why.en) }, at);
  return true;
}
