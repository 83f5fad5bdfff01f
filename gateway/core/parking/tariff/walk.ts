// The windows of a stay in order. A full window that is like one already priced is counted, not computed again: a year costs no more than a day.
import { day, dayCode, dayOf, type Interval, periodFits, within } from "./days.ts";
import { priceWindow, type Task, type WindowPrice } from "./one-window.ts";
import type { Charge } from "./rate.ts";
import type { Pricing } from "./types.ts";
import { freshState, later, type State, sameState } from "./window.ts";

export function priceWindows(task: Task, stay: Interval): WindowPrice[] {
  const { pricing } = task;
  const rule = pricing.windows;
  const length = rule?.seconds ?? (pricing.rate.shape === "periods" ? day : Number.POSITIVE_INFINITY);
  const found: WindowPrice[] = [];
  const memory: Memory = new Map();
  let state = freshState();
  let from = rule?.kind === "calendar-day" ? stay.from - ((((stay.from - rule.dayStarts) % day) + day) % day) : stay.from;
  for (let index = 0, step = 1; from < stay.until; index += step, from += step * length) {
    step = 1;
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
    if (known === undefined || (rule?.rate !== "restarts" && !sameState(known.before, before))) {
      const price = priceWindow(task, { index, window, parts, state });
      memory.set(kinds, { before, after: later(state, -dayOf(from)), price });
      append(found, price);
      continue;
    }
    const stretch = task.byDay ? plainStretch(task, window, memory) : [{ price: known.price, count: fullWindows(task, window) }];
    step = stretch.reduce((sum, { count }) => sum + count, 0);
    for (const { price, count } of stretch)
      append(found, { ...price, index, lastIndex: index + step - 1, count, scattered: count < step, from, until: from + step * length });
    state = later(known.after, dayOf(from) + ((step - 1) * length) / day);
  }
  return found;
}

/** Full windows already priced, by the kinds of their days. */
type Memory = Map<number, Remembered>;

interface Counted {
  readonly price: WindowPrice;
  readonly count: number;
}

/** Many windows at once, where only the day of the week tells days apart: each weekday's window, known already, and how often it comes before the next holiday, hole or end. Else this one window. */
function plainStretch(task: Task, window: Interval, memory: Memory): Counted[] {
  const first = dayOf(window.from);
  const one = memory.get(kindsOf(window, task));
  const alone = one === undefined ? [] : [{ price: one.price, count: 1 }];
  if (task.pricing.windows?.rate !== "restarts" || window.until - window.from !== day) return alone;
  const windows = Math.min(fullWindows(task, window), nextException(task, first - 1) - first - 1);
  if (windows <= 7) return alone;
  const stretch: Counted[] = [];
  for (let shift = 0; shift < 7; shift += 1) {
    const known = memory.get(kindsOf({ from: window.from + shift * day, until: window.until + shift * day }, task));
    if (known === undefined) return alone;
    const count = Math.floor((windows - 1 - shift) / 7) + 1;
    const like = stretch.findIndex(({ price }) => price.items === known.price.items);
    if (like === -1) stretch.push({ price: known.price, count });
    else stretch[like] = { price: known.price, count: (stretch[like]?.count ?? 0) + count };
  }
  return stretch;
}

/** The first holiday or make-up day from this day on. */
function nextException({ calendar }: Task, from: number): number {
  let next = Number.POSITIVE_INFINITY;
  if (calendar === undefined) return next;
  for (const days of [calendar.holidays, calendar.makeUpDays]) for (const at of days) if (at >= from && at < next) next = at;
  return next;
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
