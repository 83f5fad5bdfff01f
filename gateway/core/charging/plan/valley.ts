// "Ready by the morning": a charge that may wait for the cheap hours of the price, and still begins early enough to be done by its hour.
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { PriceVersion, Span } from "../price/types.ts";

const day_ms = 86_400_000;
const chinaOffset_ms = 8 * 3_600_000;
const ofDay = (at: Wall): number => (((at + chinaOffset_ms) % day_ms) + day_ms) % day_ms;

/** The hours in which a kilowatt hour costs least, electricity and service together; none where all hours cost the same. */
export function valleyOf({ bands, electricity, service }: PriceVersion): readonly Span[] {
  const costs = bands.map(
    (_, at) =>
      (electricity.kind === "energy" ? (electricity.rates[at] ?? 0) : 0) + (service.kind === "energy" ? (service.rates[at] ?? 0) : 0),
  );
  const least = Math.min(...costs);
  if (costs.every((cost) => cost === least)) return [];
  return bands.flatMap(({ spans }, at) => (costs[at] === least ? spans : []));
}

/** Seconds of the civil day, as the next such moment after now. */
export function nextAt(second: number, now: Wall): Wall {
  const wait = second * 1000 - ofDay(now);
  return (now + (wait > 0 ? wait : wait + day_ms)) as Wall;
}

export interface ReadyBy {
  /** By when it is to be done: the next time that it is this second of the day. */
  readonly by_s: number;
  readonly needs_ms: number;
}

export interface Deferred {
  readonly from: Wall;
  readonly by: Wall;
  /** now: there is nothing to wait for; valley: the cheap hours begin; just: as late as may be, before any cheap hour. */
  readonly because: "now" | "valley" | "just";
}

export function deferred(valley: readonly Span[], { by_s, needs_ms }: ReadyBy, now: Wall): Deferred {
  const by = nextAt(by_s, now);
  const lastly = (by - needs_ms) as Wall;
  const second = ofDay(now) / 1000;
  if (valley.length === 0 || lastly <= now || valley.some(({ from, until }) => second >= from && second < until))
    return { from: now, by, because: "now" };
  const begins = Math.min(...valley.map(({ from }) => nextAt(from, now)));
  return begins <= lastly ? { from: begins as Wall, by, because: "valley" } : { from: lastly, by, because: "just" };
}
