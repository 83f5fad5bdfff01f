// The windows of a stay in order. What comes round again is counted, not computed: a window, or a whole cycle of windows, that begins at the same hour
// of the same kinds of day in the same state costs what it cost before. So a year costs no more than a day.
import { day, dayCode, dayOf, type Interval, periodFits, weekdayOf, within } from "./days.ts";
import { priceWindow, type Task, type WindowPrice } from "./one-window.ts";
import type { Charge } from "./rate.ts";
import type { Calendar, Pricing } from "./types.ts";
import { freshState, later, type State, stateText } from "./window.ts";

export function priceWindows(task: Task, stay: Interval): WindowPrice[] {
  const { pricing } = task;
  const rule = pricing.windows;
  const length = rule?.seconds ?? (pricing.rate.shape === "periods" ? day : Number.POSITIVE_INFINITY);
  const found: WindowPrice[] = [];
  const known = new Map<string, Remembered>();
  const cycles = new Map<string, Cycle>();
  let round: Turn[] = [];
  let state = freshState();
  let hole = 0;
  let from = rule?.kind === "calendar-day" ? stay.from - ((((stay.from - rule.dayStarts) % day) + day) % day) : stay.from;
  for (let index = 0; from < stay.until; index += 1, from += length) {
    if (rule?.rate === "restarts") state = freshState();
    const window = { from, until: from + length };
    while ((task.intervals[hole]?.until ?? Number.POSITIVE_INFINITY) <= from) hole += 1;
    const inside = task.intervals[hole];
    if (inside === undefined) break;
    if (inside.from >= window.until) continue;
    if (!isRegular(index, window, { pricing, inside })) {
      append(found, priceWindow(task, { index, window, parts: partsOf(task, window, hole), state }));
      round = [];
      continue;
    }
    const before = later(state, -dayOf(from));
    const key = `${phaseOf(task, window)} ${stateText(before)}`;
    const week = task.byDay ? `${weekdayOf(dayOf(from))} ${key}` : key;
    const exception = task.byDay ? nextException(task.calendar, dayOf(from) - 1) : Number.POSITIVE_INFINITY;
    // A cycle that holds a holiday is none.
    const plain = exception > dayOf(window.until - 1);
    if (plain) closeRound(cycles, round, week);
    else round = [];
    const cycle = cycles.get(week);
    const ahead = Math.floor((Math.min(inside.until, (exception - 1) * day) - from) / length);
    if (cycle !== undefined && ahead > 1) {
      countCycle(found, cycle, { index, from, length, windows: ahead });
      const next = turnOf(cycle, ahead)?.before ?? before;
      from += (ahead - 1) * length;
      index += ahead - 1;
      state = later(next, dayOf(from + length));
      round = [];
      continue;
    }
    const remembered = known.get(key);
    const price = remembered?.price ?? priceWindow(task, { index, window, parts: [window], state });
    if (remembered === undefined) known.set(key, { price, after: later(state, -dayOf(from)) });
    else state = later(remembered.after, dayOf(from));
    append(found, { ...price, index, lastIndex: index, from, until: window.until });
    if (plain) round.push({ week, before, price });
    if (round.length > longestCycle) round.shift();
  }
  return found;
}

/** A full window already priced, with the state after it, counted from its own day. */
interface Remembered {
  readonly price: WindowPrice;
  readonly after: State;
}

/** One window of a cycle: how it begins, and what it costs. */
interface Turn {
  readonly week: string;
  readonly before: State;
  readonly price: WindowPrice;
}

/** A cycle, and which of its windows is meant. */
interface Cycle {
  readonly turns: readonly Turn[];
  readonly at: number;
}
/** A week of hours and some more; what comes round later than this is computed. */
const longestCycle = 200;

const turnOf = ({ turns, at }: Cycle, ahead: number): Turn | undefined => turns[(at + ahead) % turns.length];

/** Where a window begins as one before it did, the windows between are a cycle: from each of them on the same ones follow, until a holiday or a hole. */
function closeRound(cycles: Map<string, Cycle>, round: readonly Turn[], week: string): void {
  if (cycles.has(week)) return;
  const since = round.findIndex((turn) => turn.week === week);
  if (since === -1) return;
  const turns = round.slice(since);
  for (const [at, turn] of turns.entries()) cycles.set(turn.week, { turns, at });
}

function countCycle(
  found: WindowPrice[],
  cycle: Cycle,
  { index, from, length, windows }: { index: number; from: number; length: number; windows: number },
): void {
  const size = cycle.turns.length;
  const range = { index, lastIndex: index + windows - 1, from, until: from + windows * length, scattered: size > 1 };
  for (let at = 0; at < Math.min(size, windows); at += 1) {
    const turn = turnOf(cycle, at);
    if (turn !== undefined) append(found, { ...turn.price, ...range, count: Math.floor((windows - 1 - at) / size) + 1 });
  }
}

const exceptions = new WeakMap<Calendar, readonly number[]>();

/** The first holiday or make-up day from this day on. */
function nextException(calendar: Calendar | undefined, from: number): number {
  if (calendar === undefined) return Number.POSITIVE_INFINITY;
  const days = exceptions.get(calendar) ?? [...calendar.holidays, ...calendar.makeUpDays].sort((a, b) => a - b);
  exceptions.set(calendar, days);
  return days.find((at) => at >= from) ?? Number.POSITIVE_INFINITY;
}

/** The parts of the intervals inside a window; those before `first` lie before it. */
function partsOf({ intervals }: Task, window: Interval, first: number): Interval[] {
  let last = first;
  while ((intervals[last]?.from ?? Number.POSITIVE_INFINITY) < window.until) last += 1;
  return within(intervals.slice(first, last), window);
}

/** A window that can come again: full, without holes, and past the caps that escalate. */
function isRegular(index: number, window: Interval, { pricing, inside }: { pricing: Pricing; inside: Interval }): boolean {
  const whole = inside.from <= window.from && inside.until >= window.until;
  return whole && Number.isFinite(window.until) && index >= (pricing.windows?.caps.length ?? 0) - 1;
}

/** The hour at which a window begins, and which periods hold on the days that it touches and on the evening before: windows alike in this cost the same. Without periods no window differs from another. */
function phaseOf({ pricing, calendar, byDay, dayKinds }: Task, window: Interval): string {
  if (pricing.rate.shape !== "periods") return "";
  let text = String(window.from - dayOf(window.from) * day);
  if (!byDay) return text;
  for (let at = dayOf(window.from) - 1; at <= dayOf(window.until - 1); at += 1) {
    const code = dayCode(at, calendar);
    const kind = dayKinds.get(code) ?? dayKind(pricing, code);
    dayKinds.set(code, kind);
    text += `,${kind}`;
  }
  return text;
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
  const scattered = like.scattered || price.scattered || like.lastIndex !== price.index - 1 || at !== found.length - 1;
  found[at] = { ...like, count: like.count + price.count, lastIndex: price.lastIndex, until: price.until, scattered };
}

function alike(a: WindowPrice, b: WindowPrice): boolean {
  if (a.items === b.items && a.free === b.free) return true;
  if (a.free || b.free || a.amount !== b.amount || a.uncapped !== b.uncapped || a.items.length !== b.items.length) return false;
  if (a.full !== b.full) return false;
  return a.items.every((item, index) => {
    const other = b.items[index];
    return (
      item.period === other?.period &&
      item.amount === other.amount &&
      item.freed === other.freed &&
      item.charges.length === other.charges.length &&
      item.charges.every((charge, at) => sameCharge(charge, other.charges[at]))
    );
  });
}

const sameCharge = (a: Charge, b: Charge | undefined): boolean =>
  a.step === b?.step && a.units === b.units && a.unit === b.unit && a.price === b.price;
