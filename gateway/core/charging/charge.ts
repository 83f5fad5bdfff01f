// The ordinary ends of a charge: nothing is wrong, and yet it is over.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { EndCause } from "./facts.ts";
import { fixed, type Limits } from "./limits.ts";
import { good, type SocketSample } from "./sample.ts";

/** What a closed relay has seen of its load. */
export interface Charge {
  readonly closedAt: Monotonic;
  readonly peak_mW: number;
  readonly noLoadSince: Monotonic | undefined;
  readonly floatSince: Monotonic | undefined;
  readonly unplugged: number;
  /** Consecutive samples in which the relay was open though nobody commanded it. */
  readonly relayOpen: number;
}

export const newCharge = (closedAt: Monotonic): Charge => ({
  closedAt,
  peak_mW: 0,
  noLoadSince: undefined,
  floatSince: undefined,
  unplugged: 0,
  relayOpen: 0,
});

const count = (before: number, said: boolean | undefined): number => (said === undefined ? before : said ? before + 1 : 0);
const bool = (sampled: SocketSample["plugged"]): boolean | undefined => (typeof sampled === "boolean" ? sampled : undefined);
const sinceWhile = (before: Monotonic | undefined, low: boolean | undefined, seen: Monotonic): Monotonic | undefined =>
  low === undefined ? before : low ? (before ?? seen) : undefined;

export function chargeAfter(charge: Charge, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Charge {
  const { seen, limits } = at;
  const power = good(sample.power_mW);
  const current = good(sample.current_mA);
  const plugged = bool(sample.plugged);
  const closed = bool(sample.relay_closed);
  return {
    closedAt: charge.closedAt,
    peak_mW: Math.max(charge.peak_mW, power ?? 0),
    noLoadSince: sinceWhile(charge.noLoadSince, current === undefined ? undefined : current < limits.no_load_mA, seen),
    floatSince: sinceWhile(charge.floatSince, power === undefined ? undefined : power < limits.full_mW, seen),
    unplugged: count(charge.unplugged, plugged === undefined ? undefined : !plugged),
    relayOpen: count(charge.relayOpen, closed === undefined ? undefined : !closed),
  };
}

/** Why this charge is over, as of this sample. */
export function endBySample(charge: Charge, seen: Monotonic, limits: Limits): EndCause | undefined {
  if (charge.relayOpen >= fixed.unpluggedSamples) return "interrupted";
  if (charge.unplugged >= fixed.unpluggedSamples) return "unplugged";
  const float = charge.floatSince === undefined ? 0 : seen - charge.floatSince;
  if (float >= limits.full_after_s * 1000) return charge.peak_mW < limits.full_mW ? "never-charging" : "full";
  const noLoad = charge.noLoadSince === undefined ? 0 : seen - charge.noLoadSince;
  if (seen - charge.closedAt >= fixed.noLoadGrace_ms && noLoad >= fixed.noLoadHold_ms) return "no-load";
  return undefined;
}

export const maxTimeAt = (charge: Charge, limits: Limits): Monotonic => monotonic(charge.closedAt + limits.max_time_s * 1000);
