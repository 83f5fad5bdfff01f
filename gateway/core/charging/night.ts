// Hours in which nobody charges: a house rule of some compounds. A charge that runs into them ends, and is not begun again by itself.
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { Span } from "./price/types.ts";

const day_ms = 86_400_000;
const chinaOffset_ms = 8 * 3_600_000;

/** How long one may still charge; 0 within such hours, and no end without them. */
export function untilNight_ms(windows: readonly Span[], at: Wall): number {
  const ofDay = (((at + chinaOffset_ms) % day_ms) + day_ms) % day_ms;
  let least = Number.POSITIVE_INFINITY;
  for (const { from, until } of windows) {
    if (ofDay >= from * 1000 && ofDay < until * 1000) return 0;
    const wait = from * 1000 - ofDay;
    least = Math.min(least, wait >= 0 ? wait : wait + day_ms);
  }
  return least;
}
