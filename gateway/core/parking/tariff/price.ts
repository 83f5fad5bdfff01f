// The price of the chargeable seconds of a stay: cut into windows, each priced and capped. A window that repeats the one before is counted, not computed again: a year costs no more than a day.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, noMoney } from "#protocols/vocabulary/money.ts";
import { day, dayCode, dayOf, dependsOnDay, dropFirst, type Interval, lengthOf, periodFits, within } from "./days.ts";
import type { Charge } from "./rate.ts";
import type { Calendar, FreeTime, Pricing } from "./types.ts";
import { freshState, type Item, later, priceParts, type State, sameState } from "./window.ts";

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

export const isFree = (free: FreeTime, seconds: number): boolean =>
  seconds < free.seconds || (seconds === free.seconds && free.boundary === "included");

/** `all`: the chargeable seconds of the stay, in order, not overlapping. */
export function priceIntervals(pricing: Pricing, calendar: Calendar | undefined, all: readonly Interval[]): Priced | Refusal {
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
    { pricing, calendar, intervals: dropFirst(all, deducted), stay, byDay, dayKinds: new Map() },
    { from: first.from, until: last.until },
  );
  const uncapped = fen(windows.reduce((sum, window) => sum + window.amount * window.count, 0));
  const total = fen(Math.min(uncapped, pricing.stayCap ?? uncapped));
  return { windows, allFree: windows.length > 0 && windows.every((window) => window.free), deducted, uncapped, total };
}

interface Task {
  readonly pricing: Pricing;
  readonly calendar: Calendar | undefined;
  readonly intervals: readonly Interval[];
  readonly stay: number;
  readonly byDay: boolean;
  /** Day codes already looked at. */
  readonly dayKinds: Map<number, number>;
}

function priceWindows(task: Task, stay: Interval): WindowPrice[] {
  const { pricing } = task;
  const rule = pricing.windows;
  const length = rule?.seconds ?? (pricing.rate.shape === "periods" ? day : Number.POSITIVE_INFINITY);
  const found: WindowPrice[] = [];
  const memory = new Map<number, Remembered>();
  let state = freshState();
  let from = rule?.kind === "calendar-day" ? stay.from - ((((stay.from - rule.dayStarts) % day) + day) % day) : stay.from;
  for (let index = 0; from < stay.until; index += 1, from += length) {
    if (rule?.rate === "restarts") state = freshState();
    const window = { from, until: from + length };
    const parts = within(task.intervals, window);
    if (parts.length === 0) continue;
    if (!isRegular(index, window, { task, parts })) {
      append(found, priceWindow(task, { index, window, parts, state }));
      continue;
    }
    const kinds = task.byDay ? kindsOf(window, task) : 0;
    const before = later(state, -dayOf(from));
    const known = memory.get(kinds);
    if (known !== undefined && (rule?.rate === "restarts" || sameState(known.before, before))) {
      const more = task.byDay ? 1 : fullWindows(task, window);
      state = later(known.after, dayOf(from) + ((more - 1) * length) / day);
      append(found, { ...known.price, index, lastIndex: index + more - 1, count: more, from, until: from + more * length });
      index += more - 1;
      from += (more - 1) * length;
      continue;
    }
    const price = priceWindow(task, { index, window, parts, state });
    memory.set(kinds, { before, after: later(state, -dayOf(from)), price });
    append(found, price);
  }
  return found;
}

/** A full window already priced, with the state before and after it, counted from its own day. */
interface Remembered {
  readonly before: State;
  readonly after: State;
  readonly price: WindowPrice;
}

/** A window that can repeat: full, without holes, whole days long, and past the caps that escalate. */
function isRegular(index: number, window: Interval, { task, parts }: { task: Task; parts: readonly Interval[] }): boolean {
  const [part] = parts;
  const whole = parts.length === 1 && part?.from === window.from && part.until === window.until;
  return whole && (window.until - window.from) % day === 0 && index >= (task.pricing.windows?.caps.length ?? 0) - 1;
}

/** How many full windows follow from here, this one counted, before the next hole or the end. */
function fullWindows(task: Task, window: Interval): number {
  const inside = task.intervals.find(({ from, until }) => from <= window.from && until >= window.until);
  return Math.floor(((inside?.until ?? window.until) - window.from) / (window.until - window.from));
}

/** Which periods hold on the days that a window touches and on the evening before, as one number: windows alike in this cost the same. */
function kindsOf(window: Interval, { pricing, calendar, dayKinds }: Task): number {
  let kinds = 0;
  for (let at = dayOf(window.from) - 1; at <= dayOf(window.until - 1); at += 1) {
    const code = dayCode(at, calendar);
    const known = dayKinds.get(code) ?? dayKind(pricing, code);
    dayKinds.set(code, known);
    kinds = kinds * 21 + known;
  }
  return kinds;
}

/** The smallest day code on which the same periods hold. */
function dayKind({ rate }: Pricing, code: number): number {
  if (rate.shape !== "periods") return 0;
  for (let other = 0; other < code; other += 1)
    if (rate.periods.every((period) => periodFits(period, other) === periodFits(period, code))) return other;
  return code;
}

function priceWindow(task: Task, input: { index: number; window: Interval; parts: readonly Interval[]; state: State }): WindowPrice {
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

/** Windows that cost the same for the same reasons become one entry: neighbours a range, others a count, so that the bill of a year can still be read. */
function append(found: WindowPrice[], price: WindowPrice): void {
  const at = found.findLastIndex((other) => alike(other, price));
  const like = found[at];
  if (like === undefined) {
    found.push(price);
    return;
  }
  const scattered = like.scattered || like.lastIndex !== price.index - 1 || at !== found.length - 1;
  found[at] = { ...like, count: like.count + price.count, lastIndex: price.lastIndex, until: price.until, scattered };
}

function alike(a: WindowPrice, b: WindowPrice): boolean {
  if (a.items === b.items) return true;
  if (a.free || b.free || a.amount !== b.amount || a.uncapped !== b.uncapped || a.items.length !== b.items.length) return false;
  if (a.full !== b.full) return false;
  return a.items.every((item, index) => {
    const other = b.items[index];
    return (
      item.period === other?.period &&
      item.amount === other.amount &&
      item.charges.length === other.charges.length &&
      item.charges.every((charge, at) => sameCharge(charge, other.charges[at]))
    );
  });
}

const sameCharge = (a: Charge, b: Charge | undefined): boolean =>
  a.step === b?.step && a.units === b.units && a.unit === b.unit && a.price === b.price;
