// The ordinary ends of a charge: nothing is wrong, and yet it is over.
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { EndCause } from "./facts.ts";
import { active, fixed, type Limits } from "./limits.ts";
import { beginPlateau, type Plateau, plateauAfter } from "./plateau.ts";
import { good, type SocketSample } from "./sample.ts";
import { noSecondRise, type SecondRise, secondRiseAfter } from "./second-rise.ts";

/** What a closed relay has seen of its load. */
export interface Charge {
  readonly closedAt: Monotonic;
  readonly plateau: Plateau;
  readonly rise: SecondRise;
  readonly noLoadSince: Monotonic | undefined;
  readonly floatSince: Monotonic | undefined;
  readonly unplugged: number;
  /** Consecutive samples in which the relay was open though nobody commanded it. */
  readonly relayOpen: number;
}

export const newCharge = (closedAt: Monotonic): Charge => ({
  closedAt,
  plateau: beginPlateau,
  rise: noSecondRise,
  noLoadSince: undefined,
  floatSince: undefined,
  unplugged: 0,
  relayOpen: 0,
});

const count = (before: number, said: boolean | undefined): number => (said === undefined ? before : said ? before + 1 : 0);
const bool = (sampled: SocketSample["plugged"]): boolean | undefined => (typeof sampled === "boolean" ? sampled : undefined);
const sinceWhile = (before: Monotonic | undefined, low: boolean | undefined, seen: Monotonic): Monotonic | undefined =>
  low === undefined ? before : low ? (before ?? seen) : undefined;

/** Too little current or too little power; undefined where neither is known. */
function noLoad(sample: SocketSample, limits: Limits): boolean | undefined {
  const rule = active(limits.no_load);
  const power = good(sample.power_mW);
  const current = good(sample.current_mA);
  if (rule === undefined || (power === undefined && current === undefined)) return undefined;
  return (current !== undefined && current < rule.below_mA) || (power !== undefined && power < rule.below_mW);
}

/** Float power: below the absolute limit, or below the share of what this charge held as its plateau. */
function floats(power: number | undefined, plateau_mW: number, limits: Limits): boolean | undefined {
  const rule = active(limits.full);
  if (rule === undefined || power === undefined) return undefined;
  return power < Math.max(rule.below_mW, (plateau_mW * rule.below_plateau_permille) / 1000);
}

export function chargeAfter(charge: Charge, sample: SocketSample, at: { seen: Monotonic; limits: Limits }): Charge {
  const { seen, limits } = at;
  const power = good(sample.power_mW);
  const plugged = bool(sample.plugged);
  const closed = bool(sample.relay_closed);
  const plateau = plateauAfter(charge.plateau, power, seen);
  return {
    closedAt: charge.closedAt,
    plateau,
    rise: power === undefined ? charge.rise : secondRiseAfter(charge.rise, plateau.now_mW, at),
    noLoadSince: sinceWhile(charge.noLoadSince, noLoad(sample, limits), seen),
    floatSince: sinceWhile(charge.floatSince, floats(power, plateau.most_mW, limits), seen),
    unplugged: count(charge.unplugged, plugged === undefined ? undefined : !plugged),
    relayOpen: count(charge.relayOpen, closed === undefined ? undefined : !closed),
  };
}

const lasted = (since: Monotonic | undefined, seen: Monotonic): number => (since === undefined ? 0 : (seen - since) / 1000);

/** Why this charge is over, as of this sample. */
export function endBySample(charge: Charge, seen: Monotonic, limits: Limits): EndCause | undefined {
  const unplugged = active(limits.unplugged);
  const never = active(limits.never_charging);
  const full = active(limits.full);
  const none = active(limits.no_load);
  const age_s = (seen - charge.closedAt) / 1000;
  if (charge.relayOpen >= fixed.interruptedSamples) return "interrupted";
  if (unplugged !== undefined && charge.unplugged >= unplugged.samples) return "unplugged";
  if (none !== undefined && age_s >= none.grace_s && lasted(charge.noLoadSince, seen) >= none.hold_s) return "no-load";
  if (never !== undefined && age_s >= never.by_s && charge.plateau.most_mW < never.below_mW) return "never-charging";
  if (full !== undefined && lasted(charge.floatSince, seen) >= full.identify_s + full.float_s) return "full";
  return undefined;
}

export const maxTimeAt = (charge: Charge, limits: Limits): Monotonic => monotonic(charge.closedAt + limits.max_time.end_s * 1000);
