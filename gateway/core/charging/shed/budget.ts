// How much of a supply is taken: by phase, by branch, by shed, by transformer. What is not measured counts with the most that protection would let through, never as nothing.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { loadFixed } from "./limits.ts";

export type BudgetKind = "group" | "phase" | "shed" | "transformer";

export interface Budget {
  readonly id: string;
  readonly kind: BudgetKind;
  /** As people know it, for the words of a refusal. */
  readonly name: { readonly zh: string; readonly en: string };
  readonly unit: "mA" | "mW";
  /** What may flow for hours. */
  readonly limit: number;
  readonly sockets: ReadonlySet<string>;
}

/** What one socket may be taking now. */
export interface SocketLoad {
  readonly socket: string;
  /**
   * "off" only where the relay was seen open since the last OFF. "lapsed": nobody has seen it open, but its board has been silent for so long that its own
   * dead-man window must have opened it: it keeps its place in the budget, yet nobody else is shed for it.
   */
  readonly state: "off" | "opening" | "lapsed" | "on";
  /** Since when it is on, or was told to be. */
  readonly since: Monotonic;
  /** Of a fresh, whole sample; undefined: not measured. */
  readonly measured: { readonly mA: number | undefined; readonly mW: number | undefined; readonly seen: Monotonic } | undefined;
  /** The most that protection lets through for long. */
  readonly reserve: { readonly mA: number; readonly mW: number };
  /** 1 goes first, 9 last. */
  readonly priority: number;
}

/** The feeder's own meter, where one measures this budget; undefined: none, or not fresh. */
export type Metered = number | undefined;

export interface Taken {
  readonly value: number;
  /** The part that nobody measured. */
  readonly reserved: number;
  readonly by: "meter" | "sum";
}

const unmeasured = (load: SocketLoad, unit: Budget["unit"], now: Monotonic): boolean =>
  load.measured?.[unit] === undefined || now - load.measured.seen > loadFixed.fresh_ms;
/** Just closed: its meter still lags behind. */
const ramping = (load: SocketLoad, now: Monotonic): boolean => load.state === "on" && now - load.since < loadFixed.ramp_ms;

/** What this socket counts: what it was seen to take; its reserve where that is not known yet, or not known any more. */
export function shareOf(load: SocketLoad, unit: Budget["unit"], now: Monotonic): { value: number; reserved: boolean } {
  const measured = load.measured?.[unit] ?? 0;
  if (load.state === "off") return { value: unmeasured(load, unit, now) ? 0 : measured, reserved: false };
  if (unmeasured(load, unit, now) || ramping(load, now)) return { value: Math.max(measured, load.reserve[unit]), reserved: true };
  return { value: measured, reserved: false };
}

/**
 * With a feeder meter: what it shows, and what it cannot show yet (sockets that have just closed). It is never believed below the sum of what the sockets themselves show.
 * Without: the sum of the shares.
 */
export function taken(budget: Budget, loads: readonly SocketLoad[], at: { metered: Metered; now: Monotonic }): Taken {
  const { metered, now } = at;
  let value = 0;
  let reserved = 0;
  let seen = 0;
  let coming = 0;
  for (const load of loads) {
    if (!budget.sockets.has(load.socket)) continue;
    const share = shareOf(load, budget.unit, now);
    value += share.value;
    if (share.reserved) reserved += share.value;
    else seen += share.value;
    if (ramping(load, now)) coming += share.value;
  }
  if (metered === undefined) return { value, reserved, by: "sum" };
  return { value: Math.max(metered, seen) + coming, reserved: coming, by: "meter" };
}
