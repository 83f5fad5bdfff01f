// May a read be believed to be of now? Camera clocks lie in both directions, and one camera claims two times that can disagree.
import type { Wall } from "#protocols/vocabulary/time.ts";

export type Staleness = "offline-read" | "stale-read" | "future-read" | "doubtful-clock";

export interface SeenClaim {
  /** The camera's seconds since 1970, and its civil time; null when it does not say. */
  readonly sec: Wall | null;
  readonly dec: Wall | null;
  /** Stored while we were away, and sent later. */
  readonly offline: boolean;
}

export interface FreshnessRule {
  /** Which claim must hold: a camera whose civil time is known to be wrong is configured to "sec", and the other way round. */
  readonly clock: "both" | "sec" | "dec";
  readonly maxAge_ms: number;
}

/** A camera's clock may run ahead of ours by so much. */
export const ahead_ms = 5_000;

type Verdict = "fresh" | "stale-read" | "future-read";

function verdict(claim: Wall, rule: FreshnessRule, now: Wall): Verdict {
  if (now - claim > rule.maxAge_ms) return "stale-read";
  return claim - now > ahead_ms ? "future-read" : "fresh";
}

/** undefined: fresh. Both bounds are included: a read of exactly the greatest age is fresh. */
export function staleness(seen: SeenClaim, rule: FreshnessRule, now: Wall): Staleness | undefined {
  if (seen.offline) return "offline-read";
  const claims = [rule.clock === "dec" ? null : seen.sec, rule.clock === "sec" ? null : seen.dec].filter((claim) => claim !== null);
  const [first, second] = claims;
  // No time that we would believe.
  if (first === undefined) return "doubtful-clock";
  const verdicts = new Set(claims.map((claim) => verdict(claim, rule, now)));
  const apart = second === undefined ? 0 : Math.abs(first - second);
  if (verdicts.size > 1 || apart > rule.maxAge_ms + ahead_ms) return "doubtful-clock";
  const only = verdict(first, rule, now);
  return only === "fresh" ? undefined : only;
}

/** When the camera says that it saw the car, by the claim that is believed of it. */
export const claimedTime = (seen: Pick<SeenClaim, "sec" | "dec">, clock: FreshnessRule["clock"]): Wall | null =>
  clock === "dec" ? (seen.dec ?? seen.sec) : (seen.sec ?? seen.dec);
