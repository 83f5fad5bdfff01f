// "22:00 to 06:00": hours of a day as spans of it, two where they go over midnight.
import type { Span } from "#gateway/core/charging/price/types.ts";
import { clock } from "#gateway/tariff/units.ts";

const day_s = 86_400;
export const hoursPattern = "^([01]\\d|2[0-3]):[0-5]\\d to ([01]\\d|2[0-4]):[0-5]\\d$";

export function spansOfHours(text: string): Span[] {
  const [from = 0, until = 0] = text.split(" to ").map(clock);
  if (from === until || until > day_s) return [];
  return from < until
    ? [{ from, until }]
    : [
        { from, until: day_s },
        { from: 0, until },
      ].filter((span) => span.until > span.from);
}
