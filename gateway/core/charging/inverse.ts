// Over-current by heat, not by stopwatch: an inverse-time curve is integrated, so that dips do not reset it.
// Sources: IEC 60255-151 (k, α), IEEE C37.112 (A, B, p and its reset); the reset of IEC curves as the SEL-411L and SEL-421 manuals give it (C1–C5);
// integration, hold and decay as in the time-overcurrent elements of the GE N60 and L30 manuals; from 20 × pickup on the time is that at 20 (Siemens 7UT613).
import { type Curve, type CurveName, fixed } from "./limits.ts";

/** operate: multiplier · (k / (M^alpha − 1) + plus).  reset: multiplier · reset / (1 − M^resetAlpha). */
interface Constants {
  readonly k: number;
  readonly plus: number;
  readonly alpha: number;
  readonly reset: number;
  readonly resetAlpha: 1 | 2;
}

export const curves: Readonly<Record<CurveName, Constants>> = {
  "iec-standard-inverse": { k: 0.14, plus: 0, alpha: 0.02, reset: 13.5, resetAlpha: 2 },
  "iec-very-inverse": { k: 13.5, plus: 0, alpha: 1, reset: 47.3, resetAlpha: 2 },
  "iec-extremely-inverse": { k: 80, plus: 0, alpha: 2, reset: 80, resetAlpha: 2 },
  "iec-long-time-inverse": { k: 120, plus: 0, alpha: 1, reset: 120, resetAlpha: 1 },
  "iec-short-time-inverse": { k: 0.05, plus: 0, alpha: 0.04, reset: 4.85, resetAlpha: 2 },
  "ieee-moderately-inverse": { k: 0.0515, plus: 0.114, alpha: 0.02, reset: 4.85, resetAlpha: 2 },
  "ieee-very-inverse": { k: 19.61, plus: 0.491, alpha: 2, reset: 21.6, resetAlpha: 2 },
  "ieee-extremely-inverse": { k: 28.2, plus: 0.1217, alpha: 2, reset: 29.1, resetAlpha: 2 },
};

type Timed = Pick<Curve, "curve" | "time_permille">;

/** Seconds to trip at a constant multiple of pickup; never at or below it. */
export function operateSeconds({ curve, time_permille }: Timed, multiple: number): number {
  if (!(multiple > 1)) return Number.POSITIVE_INFINITY;
  const { k, plus, alpha } = curves[curve];
  return (time_permille / 1000) * (k / (Math.min(multiple, fixed.greatestMultiple) ** alpha - 1) + plus);
}

/** Seconds from full to cold along the inverse reset; never from 0.97 × pickup on. */
export function resetSeconds({ curve, time_permille }: Timed, multiple: number): number {
  if (!(multiple < fixed.holdFromPermille / 1000)) return Number.POSITIVE_INFINITY;
  const { reset, resetAlpha } = curves[curve];
  return ((time_permille / 1000) * reset) / (1 - Math.max(0, multiple) ** resetAlpha);
}

export interface Heat {
  /** 0 cold … 1 trips. */
  readonly level: number;
  /** What a first sample above pickup says beyond what one sample may: paid when the next confirms it, dropped when it does not. */
  readonly owed: number;
  /** Consecutive good samples above pickup. */
  readonly above: number;
  /** How long it has been below, for the definite reset. */
  readonly below_ms: number;
}
export const cold: Heat = { level: 0, owed: 0, above: 0, below_ms: 0 };

/** The sample stands for the time since the one before it: early rather than late. */
export function heatAfter(heat: Heat, curve: Curve, over: { multiple: number; elapsed_ms: number }): Heat {
  const seconds = Math.max(0, over.elapsed_ms) / 1000;
  if (over.multiple > 1) return heated(heat, curve, over.multiple, seconds);
  if (over.multiple >= fixed.holdFromPermille / 1000) return { ...heat, owed: 0, above: 0, below_ms: 0 };
  const below_ms = heat.below_ms + Math.max(0, over.elapsed_ms);
  const level =
    curve.reset.kind === "definite"
      ? below_ms >= curve.reset.after_s * 1000
        ? 0
        : heat.level
      : Math.max(0, heat.level - seconds / resetSeconds(curve, over.multiple));
  return { level, owed: 0, above: 0, below_ms };
}

function heated(heat: Heat, curve: Curve, multiple: number, seconds: number): Heat {
  const whole = seconds / operateSeconds(curve, multiple);
  const above = heat.above + 1;
  if (above > 1) return { level: Math.min(1, heat.level + heat.owed + whole), owed: 0, above, below_ms: 0 };
  const least = Math.min(fixed.unconfirmedHeat, seconds / operateSeconds(curve, Math.min(multiple, fixed.unconfirmedMultiple)));
  const now = Math.min(whole, least);
  return { level: Math.min(1, heat.level + now), owed: whole - now, above, below_ms: 0 };
}

/** Full, and still above pickup. No single sample can fill it from cold. */
export const tripsByHeat = (heat: Heat): boolean => heat.level >= 1 && heat.above > 0;
