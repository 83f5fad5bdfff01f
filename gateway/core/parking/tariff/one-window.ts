// The price of one window of a stay: its own free time, its parts priced, its cap.
import { type Fen, fen, noMoney } from "#protocols/vocabulary/money.ts";
import { dropFirst, type Interval, lengthOf } from "./days.ts";
import type { Calendar, FreeTime, Pricing } from "./types.ts";
import { type Item, priceParts, type State } from "./window.ts";

export interface WindowPrice {
  /** 0 for the first window of the stay. */
  readonly index: number;
  readonly from: number;
  readonly until: number;
  /** This window and so many like it, up to `lastIndex`. */
  readonly count: number;
  readonly lastIndex: number;
  /** Not all windows between the first and the last are like it. */
  readonly scattered: boolean;
  /** Charged from its first second to its last. */
  readonly full: boolean;
  readonly free: boolean;
  readonly items: readonly Item[];
  readonly uncapped: Fen;
  /** What one such window costs, capped. */
  readonly amount: Fen;
}

export interface Task {
  readonly pricing: Pricing;
  readonly calendar: Calendar | undefined;
  readonly intervals: readonly Interval[];
  readonly stay: number;
  readonly byDay: boolean;
  /** Day codes already looked at. */
  readonly dayKinds: Map<number, number>;
}

export const isFree = (free: FreeTime, seconds: number): boolean =>
  seconds < free.seconds || (seconds === free.seconds && free.boundary === "included");

export function priceWindow(task: Task, input: { index: number; window: Interval; parts: readonly Interval[]; state: State }): WindowPrice {
  const { pricing, calendar } = task;
  const { index, window, parts, state } = input;
  const free = pricing.free?.again === "each-window" ? pricing.free : undefined;
  const base = {
    index,
    lastIndex: index,
    scattered: false,
    full: lengthOf(parts) === window.until - window.from,
    count: 1,
    from: window.from,
    until: window.until,
  };
  if (free !== undefined && isFree(free, lengthOf(parts))) return { ...base, free: true, items: [], uncapped: noMoney, amount: noMoney };
  const charged = free?.whenExceeded === "deducted" ? dropFirst(parts, free.seconds) : parts;
  const items = priceParts(charged, { pricing, calendar, state });
  const highest = pricing.rate.shape === "periods" && pricing.rate.together === "highest";
  const uncapped = items.reduce((sum, item) => (highest ? Math.max(sum, item.amount) : sum + item.amount), 0);
  const cap = windowCap(task, index) ?? uncapped;
  return { ...base, free: false, items, uncapped: fen(uncapped), amount: fen(Math.min(uncapped, cap)) };
}

function windowCap({ pricing, stay }: Task, index: number): Fen | undefined {
  const rule = pricing.windows;
  const byStay = rule?.capsByStay.find((row) => row.upTo === undefined || stay <= row.upTo);
  return byStay?.cap ?? rule?.caps[Math.min(index, rule.caps.length - 1)];
}
