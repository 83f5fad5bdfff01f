// Orders to open a gate: written before the gate hears of them, and followed until it was seen open and a car went through.

import { type OpenOrder, passageAfter_ms } from "#gateway/core/parking/counters.ts";
import type { Ahead } from "#gateway/core/parking/lane.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { readStamp } from "./visits.ts";

export type Cause = "read" | "payment" | "manual";
export type Seen = "waiting" | "open" | "unanswered";

export interface Order extends OpenOrder {
  readonly number: number;
  readonly cause: Cause;
  readonly plate: Plate | null;
  readonly seen: Seen;
  readonly fate: "ahead" | "passed" | "lapsed";
}

interface OrderRow {
  number: number;
  id: string;
  cause: string;
  visit: string | null;
  plate: string | null;
  at: string;
  seen: string;
  fate: string;
}
const orderOf = (row: OrderRow): Order => ({
  number: row.number,
  id: row.id,
  cause: row.cause as Cause,
  visit: row.visit,
  plate: row.plate as Plate | null,
  at: readStamp(row.at),
  seen: row.seen as Seen,
  fate: row.fate as Order["fate"],
});

export interface NewOrder {
  readonly id: string;
  readonly lane: string;
  readonly cause: Cause;
  readonly visit: string | null;
  readonly plate: Plate | null;
  readonly at: Stamp;
  /** A person's own order: its name makes a repeat harmless. */
  readonly by?: { readonly command: string; readonly person: string; readonly reason: string };
  /** What the lane's camera saw last before a person's order. */
  readonly frame?: string | null;
}

export function writeOrder(tx: Transaction, order: NewOrder): void {
  tx.run(
    "INSERT INTO gate_order (id, lane, cause, visit, plate, at, command, person, reason, frame) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    order.id,
    order.lane,
    order.cause,
    order.visit,
    order.plate,
    JSON.stringify(order.at),
    order.by?.command ?? null,
    order.by?.person ?? null,
    order.by?.reason ?? null,
    order.frame ?? null,
  );
}

export function orderById(reads: Reads, id: string): Order | undefined {
  const row = reads.get<OrderRow>("SELECT * FROM gate_order WHERE id = ?", id);
  return row === undefined ? undefined : orderOf(row);
}

/** What became of a person's order that is told again: it is carried out once. The same name with other content is refused. */
export function commandState(
  reads: Reads,
  lane: string,
  by: NonNullable<NewOrder["by"]>,
): { gate: "already-open" | "not-opened"; reason: string } | Refusal | undefined {
  const row = reads.get<{ seen: Seen; lane: string; person: string; reason: string }>(
    "SELECT seen, lane, person, reason FROM gate_order WHERE command = ?",
    by.command,
  );
  if (row === undefined) return undefined;
  if (row.lane !== lane || row.person !== by.person || row.reason !== by.reason)
    return refusal("command-differs", "该开闸指令编号已用于另一次开闸，请换一个新编号", "this command was another opening: make a new one");
  return {
    gate: row.seen === "open" ? "already-open" : "not-opened",
    reason: "this command was carried out before; make a new one to open again",
  };
}

export const newerOrder = (reads: Reads, lane: string, than: number): boolean =>
  reads.get("SELECT 1 FROM gate_order WHERE lane = ? AND number > ? LIMIT 1", lane, than) !== undefined;

/** Not yet seen open, or not yet passed; oldest first. */
export const openOrders = (reads: Reads, lane: string): Order[] =>
  reads
    .all<OrderRow>("SELECT * FROM gate_order WHERE lane = ? AND (seen = 'waiting' OR fate = 'ahead') ORDER BY number", lane)
    .map(orderOf);

/** Who was let through and has not been counted: the foremost one, and no older than a passage may be. */
export function foremost(reads: Reads, lane: string, now: Stamp): Ahead | null {
  const first = openOrders(reads, lane).find((order) => order.fate === "ahead" && elapsed(order.at, now) <= passageAfter_ms);
  return first === undefined ? null : { visit: first.visit, plate: first.plate };
}

/** Whoever opens this gate did not take the order: said by the device, or its silence. That it was taken, the arm must show. */
export function notTaken(
  tx: Transaction,
  { lane, order, code, detail }: { lane: string; order: string; code: string; detail: string },
): void {
  if (tx.run("UPDATE gate_order SET answer = ? WHERE id = ? AND answer IS NULL", code, order).changes === 0) return;
  tx.event("gate.refused", { lane, command: order, code, detail: detail.slice(0, 200) });
}

export const markSeen = (tx: Transaction, id: string, seen: Seen): unknown =>
  tx.run("UPDATE gate_order SET seen = ? WHERE id = ? AND seen <> 'open'", seen, id);

/** All orders for one visit at this lane are one car. */
export const markPassed = (tx: Transaction, lane: string, order: OpenOrder): unknown =>
  order.visit === null
    ? tx.run("UPDATE gate_order SET fate = 'passed' WHERE id = ?", order.id)
    : tx.run("UPDATE gate_order SET fate = 'passed' WHERE lane = ? AND visit = ? AND fate = 'ahead'", lane, order.visit);

export const markLapsed = (tx: Transaction, id: string): unknown => tx.run("UPDATE gate_order SET fate = 'lapsed' WHERE id = ?", id);
