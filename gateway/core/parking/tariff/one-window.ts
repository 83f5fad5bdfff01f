// The price of one window of a stay: its own free time, its parts priced. Its cap is taken later, because caps may rise from window to window.
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
  /** What it costs is known from one stay to the next. */
  readonly known: boolean;
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
}

/** What a window costs before its cap, whichever window of the stay it is. */
export interface Content {
  /** Charged from its first second to its last. */
  readonly full: boolean;
  readonly free: boolean;
  readonly items: readonly Item[];
  readonly uncapped: Fen;
  /** Equal texts: the same cost for the same reasons. */
  readonly like: string;
}

export const isFree = (free: FreeTime, seconds: number): boolean =>
  seconds < free.seconds || (seconds === free.seconds && free.boundary === "included");

/** Prices the chargeable parts of a window, and moves the state to its end. */
export function priceWindow(
  { pricing, calendar }: Pick<Task, "pricing" | "calendar">,
  { window, parts, state }: { window: Interval; parts: readonly Interval[]; state: State },
): Content {
  const free = pricing.free?.again === "each-window" ? pricing.free : undefined;
  const full = lengthOf(parts) === window.until - window.from;
  if (free !== undefined && isFree(free, lengthOf(parts)))
    return { full, free: true, items: [], uncapped: noMoney, like: full ? "full free" : "free" };
  const charged = free?.whenExceeded === "deducted" ? dropFirst(parts, free.seconds) : parts;
  const items = priceParts(charged, { pricing, calendar, state });
  const highest = pricing.rate.shape === "periods" && pricing.rate.together === "highest";
  const uncapped = items.reduce((sum, item) => (highest ? Math.max(sum, item.amount) : sum + item.amount), 0);
  return { full, free: false, items, uncapped: fen(uncapped), like: `${full ? "full " : ""}${items.map(itemText).join(" ")}` };
}

const itemText = ({ period, freed, amount, charges }: Item): string =>
  `${period}:${freed}:${amount}${charges.map(({ step, units, unit, price }) => `,${step}*${units}*${unit}*${price}`).join("")}`;

export function windowCap({ pricing, stay }: Task, index: number): Fen | undefined {
  const rule = pricing.windows;
  const byStay = rule?.capsByStay.find((row) => row.upTo === undefined || stay <= row.upTo);
  return byStay?.cap ?? rule?.caps[Math.min(index, rule.caps.length - 1)];
}
