// The barrier board counts openings and passages by itself, and one with direction logic the cars that crossed against the lane; from two readings of its counters follows what happened between them, whoever was awake.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { elapsed } from "./visit.ts";

export interface Counts {
  readonly opened: number;
  readonly passed: number;
  /** Crossed against the lane's direction; not every board tells it. */
  readonly against?: number;
}

export type Counted =
  /** First contact: from here on we count. */
  | { readonly kind: "baseline" }
  /** Another board, or one that lost its counters: a new baseline, and nothing is made up. */
  | { readonly kind: "replaced" }
  | { readonly kind: "counted"; readonly opened: number; readonly passed: number; readonly against: number };

/** No lane sees more cars than this between two readings, not even in a week without us. */
export const mostBetween = 20_000;

export function countedSince(before: Counts | undefined, now: Counts): Counted {
  if (before === undefined) return { kind: "baseline" };
  const opened = now.opened - before.opened;
  const passed = now.passed - before.passed;
  // A board that begins or ceases to tell it begins to be counted from there.
  const against = before.against === undefined || now.against === undefined ? 0 : now.against - before.against;
  if ([opened, passed, against].some((more) => more < 0 || more > mostBetween)) return { kind: "replaced" };
  return { kind: "counted", opened, passed, against };
}

/** An order to open, as the journal has it. */
export interface OpenOrder {
  readonly id: string;
  readonly at: Stamp;
  readonly visit: string | null;
}

/** An opening is answered for by an order that is no older than this; a passage by one that is no older than the second. */
export const openingAfter_ms = 60_000;
export const passageAfter_ms = 120_000;

/**
 * Which order each opening answers, in the order of time; null: nobody of ours. `orders`: those not yet seen open, oldest first. Several orders
 * can share one opening (the arm was still on its way); the newest has it. `since`: the last contact before; an order is measured against it, so that a gap does not make it old.
 */
export function answeredOrders<O extends OpenOrder>(openings: number, orders: readonly O[], since: Stamp): (O | null)[] {
  const young = orders.filter((order) => elapsed(order.at, since) <= openingAfter_ms).slice(-openings || orders.length);
  return Array.from({ length: openings }, (_, i) => young[i] ?? null);
}

/** Which visit each passage is of, first come first through: cars do not overtake in a lane. Orders for one visit are one car. */
export function passedOrders<O extends OpenOrder>(passages: number, orders: readonly O[], since: Stamp): (O | null)[] {
  const young = orders.filter((order) => elapsed(order.at, since) <= passageAfter_ms);
  const cars = young.filter((order, i) => order.visit === null || young.findIndex((other) => other.visit === order.visit) === i);
  return Array.from({ length: passages }, (_, i) => cars[i] ?? null);
}
