// The price of the chargeable seconds of a stay: cut into windows, each priced and capped. Windows that come round are counted, not computed again.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, noMoney } from "#protocols/vocabulary/money.ts";
import { dayOf, dependsOnDay, dropFirst, type Interval, lengthOf } from "./days.ts";
import { isFree, type WindowPrice } from "./one-window.ts";
import type { Calendar, Pricing } from "./types.ts";
import { priceWindows, type Steps } from "./walk.ts";

export interface Priced {
  readonly windows: readonly WindowPrice[];
  /** The whole stay lay within the free time. */
  readonly allFree: boolean;
  /** The free seconds that were taken off the beginning of the stay. */
  readonly deducted: number;
  readonly uncapped: Fen;
  readonly total: Fen;
}

const nothing = (allFree: boolean): Priced => ({ windows: [], allFree, deducted: 0, uncapped: noMoney, total: noMoney });

/** `all`: the chargeable seconds of the stay, in order, not overlapping. `steps`: counts what the price cost to find. */
export function priceIntervals(
  pricing: Pricing,
  calendar: Calendar | undefined,
  all: readonly Interval[],
  steps?: Steps,
): Priced | Refusal {
  const first = all[0];
  const last = all.at(-1);
  if (first === undefined || last === undefined) return nothing(false);
  const byDay = pricing.rate.shape === "periods" && dependsOnDay(pricing.rate);
  if (byDay && calendar !== undefined && (dayOf(first.from) - 1 < calendar.from || dayOf(last.until - 1) > calendar.until))
    return refusal("calendar-ends", "收费文件的日历没有覆盖这段停车时间，不能计费", "the tariff's calendar does not cover these days");
  const once = pricing.free?.again === "once" ? pricing.free : undefined;
  const stay = lengthOf(all);
  if (once !== undefined && isFree(once, stay)) return nothing(true);
  const deducted = once?.whenExceeded === "deducted" ? once.seconds : 0;
  const windows = priceWindows(
    { pricing, calendar, intervals: dropFirst(all, deducted), stay, byDay },
    { from: first.from, until: last.until },
    steps,
  );
  const uncapped = fen(windows.reduce((sum, window) => sum + window.amount * window.count, 0));
  const total = fen(Math.min(uncapped, pricing.stayCap ?? uncapped));
  return { windows, allFree: windows.length > 0 && windows.every((window) => window.free), deducted, uncapped, total };
}
