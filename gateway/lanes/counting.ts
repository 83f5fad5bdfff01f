// What the barrier board showed, held against what was ordered: openings and passages become events exactly once, also those of the time when we were dead.
import { answeredOrders, countedSince, passageAfter_ms, passedOrders } from "#gateway/core/parking/counters.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { BoardLook } from "../drivers/barrier-board.ts";
import type { Reads, Transaction } from "../journal/journal.ts";
import { markLapsed, markPassed, markSeen, type Order, openOrders } from "./orders.ts";
import { countInShadow, inShadow } from "./shadow.ts";
import type { Steps } from "./trace.ts";
import { closeVisit, passedEntry, readStamp } from "./visits.ts";

/** Not seen open after this: somebody has to look. */
export const unanswered_ms = 5_000;
/** A longer silence of the board makes what it counted known late. */
export const gap_ms = 3_000;
/** An arm that closed again before an empty loop so long after the order: that car did not come. */
const lapse_ms = 2_000;
/** How often the moment of contact is written when nothing is counted. */
const writeContact_ms = 30_000;

interface BoardRow {
  readonly opened: number;
  readonly passed: number;
  readonly against?: number;
  readonly at: Stamp;
}

export function boardRow(reads: Reads, lane: string): BoardRow | undefined {
  const row = reads.get<{ opened: number; passed: number; against: number | null; at: string }>(
    "SELECT opened, passed, against, at FROM board WHERE lane = ?",
    lane,
  );
  if (row === undefined) return undefined;
  const { opened, passed, against, at } = row;
  return { opened, passed, ...(against === null ? {} : { against }), at: readStamp(at) };
}

export interface Contact {
  readonly look: BoardLook;
  readonly now: Stamp;
  /** The contact before this one, in this life of ours. */
  readonly last: Stamp | undefined;
  readonly told?: Told;
}

/** What the counting cannot judge by itself, told in the same transaction. */
export interface Told {
  /** A car went through that no order let through. */
  readonly passedByItself: (tx: Transaction, known_late: boolean) => void;
  /** A car was let through, the arm came down again over free loops, and it had not passed. */
  readonly turnedBack: (tx: Transaction, visit: string) => void;
  /** The arm went up without an order of ours. */
  readonly openedByNobody: (tx: Transaction) => void;
  /** Cars crossed against the lane, one or more since the last look. */
  readonly wentAgainst: (tx: Transaction) => void;
  /** How long each step took of the read that gave this order. */
  readonly stepsOf?: (order: string) => Steps | undefined;
}

export type ContactNews = "nothing" | "baseline" | "replaced" | "counted" | "settled";

/** Whether this look changes anything that is written; asked first, so that a quiet lane costs no transaction. */
export function isNews(reads: Reads, lane: LaneConfig, { look, now }: Contact): boolean {
  const row = boardRow(reads, lane.id);
  if (row === undefined || row.opened !== look.opened || row.passed !== look.passed || row.against !== look.against) return true;
  if (elapsed(row.at, now) >= writeContact_ms) return true;
  return openOrders(reads, lane.id).some((order) => answers(order, { look, now }) || lapses(order, { look, now }) || late(order, now));
}

export function journalContact(tx: Transaction, lane: LaneConfig, contact: Contact): ContactNews {
  const { look, now, last } = contact;
  const row = boardRow(tx, lane.id);
  tx.run(
    "INSERT INTO board (lane, opened, passed, against, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (lane) DO UPDATE SET opened = excluded.opened, passed = excluded.passed, against = excluded.against, at = excluded.at",
    ...[lane.id, look.opened, look.passed, look.against ?? null, JSON.stringify(now)],
  );
  const counted = countedSince(row, look);
  if (counted.kind === "counted" && row !== undefined) {
    const since = last ?? row.at;
    const known_late = last === undefined || elapsed(last, now) > gap_ms;
    const { told } = contact;
    journalOpenings(tx, lane, { count: counted.opened, before: row.opened, since, now, known_late, told });
    journalPassages(tx, lane, { count: counted.passed, before: row.passed, since, now, known_late, told });
    // Also when it is known late: nobody else would ever say it.
    if (counted.against > 0) told?.wentAgainst(tx);
  }
  settleOrders(tx, lane, contact);
  if (counted.kind !== "counted") return counted.kind;
  return counted.opened + counted.passed + counted.against > 0 ? "counted" : "settled";
}

interface Increments {
  readonly count: number;
  readonly before: number;
  readonly since: Stamp;
  readonly now: Stamp;
  readonly known_late: boolean;
  readonly told: Told | undefined;
}

function journalOpenings(tx: Transaction, lane: LaneConfig, { count, before, since, now, known_late, told }: Increments): void {
  if (count === 0) return;
  // Opened by the other system: what we would have done is no cause of it.
  const shadow = inShadow(tx);
  countInShadow(tx, "opening", { now, count });
  const unseen = openOrders(tx, lane.id).filter((order) => order.seen !== "open");
  for (const [i, order] of answeredOrders(count, unseen, since).entries()) {
    if (order === null && !shadow) told?.openedByNobody(tx);
    const steps = order === null || shadow || known_late ? undefined : told?.stepsOf?.(order.id);
    tx.event("gate.opened", {
      lane: lane.id,
      cause: shadow ? "unknown" : (order?.cause ?? "unknown"),
      command: shadow ? null : (order?.id ?? null),
      count: before + i + 1,
      after_ms: order === null || known_late ? null : Math.round(elapsed(order.at, now)),
      known_late,
      ...(steps && { steps }),
    });
  }
  // Orders that shared one opening were all answered by it.
  for (const order of unseen) markSeen(tx, order.id, "open");
}

function journalPassages(tx: Transaction, lane: LaneConfig, { count, before, since, now, known_late, told }: Increments): void {
  if (count === 0) return;
  countInShadow(tx, "passage", { now, count });
  const ahead = openOrders(tx, lane.id).filter((order) => order.fate === "ahead");
  for (const [i, order] of passedOrders(count, ahead, since).entries()) {
    const { direction } = lane;
    tx.event("lane.passed", { lane: lane.id, direction, visit: order?.visit ?? null, count: before + i + 1, known_late });
    if (order !== null) markPassed(tx, lane.id, order);
    else told?.passedByItself(tx, known_late);
    // Whoever stood before the arm is through, unless we know that it was another one.
    if (order === null || order.visit === null) {
      tx.run("DELETE FROM exit_front WHERE lane = ?", lane.id);
      continue;
    }
    tx.run("DELETE FROM exit_front WHERE lane = ? AND visit = ?", lane.id, order.visit);
    if (direction === "entry") passedEntry(tx, order.visit, now);
    else closeVisit(tx, order.visit, { lane: lane.id, at: known_late ? order.at : now });
  }
}

type Moment = Pick<Contact, "look" | "now">;
/** The arm stands open, and the board was asked after the order was given. */
const answers = (order: Order, { look, now }: Moment): boolean =>
  order.seen === "waiting" && look.open && (order.at.boot !== now.boot || look.asked >= order.at.mono);
const late = (order: Order, now: Stamp): boolean => order.seen === "waiting" && elapsed(order.at, now) > unanswered_ms;
const cameNot = (order: Order, { look, now }: Moment): boolean =>
  order.seen === "open" && look.closed && !look.approach && !look.under && elapsed(order.at, now) > lapse_ms;
/** Also when the arm never moved: no passage is counted for an order so old, and a lane with a dead motor must not collect them. */
const lapses = (order: Order, moment: Moment): boolean =>
  order.fate === "ahead" && (cameNot(order, moment) || elapsed(order.at, moment.now) > passageAfter_ms);

function settleOrders(tx: Transaction, lane: LaneConfig, contact: Contact): void {
  for (const order of openOrders(tx, lane.id)) {
    if (answers(order, contact)) markSeen(tx, order.id, "open");
    else if (lapses(order, contact)) {
      markLapsed(tx, order.id);
      const another = order.visit !== null && openOrders(tx, lane.id).some((one) => one.fate === "ahead" && one.visit === order.visit);
      if (order.visit !== null && cameNot(order, contact) && !another) contact.told?.turnedBack(tx, order.visit);
    }
  }
  journalUnanswered(tx, lane, contact.now);
}

export const hasUnanswered = (reads: Reads, lane: LaneConfig, now: Stamp): boolean =>
  openOrders(reads, lane.id).some((order) => late(order, now));

/** Also when the board itself is silent: nobody saw the arm move. */
export function journalUnanswered(tx: Transaction, lane: LaneConfig, now: Stamp): void {
  for (const order of openOrders(tx, lane.id)) {
    if (!late(order, now)) continue;
    markSeen(tx, order.id, "unanswered");
    if (inShadow(tx)) continue; // it was not sent
    tx.event("gate.unanswered", { lane: lane.id, command: order.id, waited_ms: Math.round(elapsed(order.at, now)) });
  }
}
