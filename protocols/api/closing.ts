// Closing an alarm by hand, as far as page and cloud must agree on it.
import { minuteMs } from "#protocols/vocabulary/time.ts";

/** Of priority 1: so long the first person's word waits for the second's. */
export const secondWithin_ms = 30 * minuteMs;
