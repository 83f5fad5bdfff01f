// Over-current by heat, not by stopwatch: the inverse-time curve is integrated, so dips do not reset it.
// Source: IEC 60255-151 (curve constants); integration, hold and decay as in the IOC/TOC elements of the GE N60 and L30 manuals.
import { fixed } from "./limits.ts";

const k = 80; // extremely inverse
const alpha = 2;

/** Seconds to trip at a constant multiple of pickup; never at or below it. */
export function operateSeconds(multiple: number, timeMultiplier: number = fixed.timeMultiplier): number {
  if (!(multiple > 1)) return Number.POSITIVE_INFINITY;
  return (timeMultiplier * k) / (multiple ** alpha - 1);
}

/** Seconds from full to cold. Our own choice, the curve mirrored: no faster than the 29.1 s × TMS that IEEE C37.112 gives for its extremely inverse curve. */
export function resetSeconds(multiple: number, timeMultiplier: number = fixed.timeMultiplier): number {
  if (multiple >= fixed.holdFromPermille / 1000) return Number.POSITIVE_INFINITY;
  return (timeMultiplier * k) / (1 - multiple ** alpha);
}

/**
 * Heat after `elapsed_ms` at this current; 1 trips. The sample stands for the time since the one before it: early rather than late.
 * `cap` bounds the multiple: above it the instantaneous rule decides in two samples, and a single wild sample must not trip by heat alone.
 */
export function heatAfter(heat: number, over: { current_mA: number; pickup_mA: number; cap: number; elapsed_ms: number }): number {
  const multiple = Math.min(over.current_mA / over.pickup_mA, over.cap);
  const seconds = Math.max(0, over.elapsed_ms) / 1000;
  if (multiple > 1) return heat + seconds / operateSeconds(multiple);
  return Math.max(0, heat - seconds / resetSeconds(multiple));
}
