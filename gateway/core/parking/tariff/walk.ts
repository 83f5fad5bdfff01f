// The windows of a stay in order. What comes round again is counted, not computed: a window, or a whole cycle of windows, that begins at the same hour of the same kinds of day in the
// same state costs what it cost before. So the work goes by how many kinds of day a tariff tells apart and by the holidays, not by the length of the stay.
import { day, dayOf, type Interval, weekdayOf, within } from "./days.ts";
import { type Cycle, type Known, type Memory, memoryOf, stateId, stateOf, windowKey } from "./memory.ts";
import { priceWindow, type Task, type WindowPrice } from "./one-window.ts";
import { nothingTold, type Told, tell } from "./told.ts";
import type { Calendar } from "./types.ts";
import type { State } from "./window.ts";

/** What a price cost to find. */
export interface Steps {
  /** Windows computed from their rates. */
  priced: number;
  /** Windows looked at one by one, those among them. */
  seen: number;
}

/** The next window, and the state at its beginning: a known one, counted from day `base`, or `open`, as it is. */
interface At {
  index: number;
  from: number;
  state: number;
  base: number;
  open: State | undefined;
}

interface Walk {
  readonly task: Task;
  readonly memory: Memory;
  readonly length: number;
  readonly told: Told;
  readonly steps: Steps;
  readonly at: At;
  /** Windows with holes, where a stay has many that repeat. */
  readonly holed: Map<string | number, Known> | undefined;
  /** Full windows met one after the other since the last hole or holiday, and at which of them each cycle begins. */
  round: Known[];
  starts: Map<number, number>;
}

/** From so many on, the holes of a stay are taken for a coupon of every day. */
const manyHoles = 8;

export function priceWindows(task: Task, stay: Interval, steps: Steps = { priced: 0, seen: 0 }): WindowPrice[] {
  const { pricing, intervals } = task;
  const rule = pricing.windows;
  const length = rule?.seconds ?? (pricing.rate.shape === "periods" ? day : Number.POSITIVE_INFINITY);
  const memory = memoryOf(task);
  const from = firstWindow(task, memory, stay);
  const at: At = { index: 0, from, state: 0, base: dayOf(from), open: undefined };
  const holed = intervals.length > manyHoles && Number.isFinite(length) ? new Map() : undefined;
  const walk: Walk = { task, memory, length, told: nothingTold(), steps, at, holed, round: [], starts: new Map() };
  for (let hole = 0; at.from < stay.until; ) {
    while ((intervals[hole]?.until ?? Number.POSITIVE_INFINITY) <= at.from) hole += 1;
    const inside = intervals[hole];
    if (inside === undefined) break;
    if (rule?.rate === "restarts") Object.assign(at, { state: 0, open: undefined });
    const skipped = Math.floor((inside.from - at.from) / length);
    if (skipped > 0) skip(walk, skipped);
    else if (inside.from <= at.from && inside.until >= at.from + length && Number.isFinite(length)) fullWindow(walk, inside);
    else partWindow(walk, hole);
  }
  return walk.told.windows;
}

/** Where no rule cuts a long stay, its days are cut where periods meet, so that every car's days are the same ones. */
const longStay = 3 * day;

function firstWindow({ pricing }: Task, { cut }: Memory, { from, until }: Interval): number {
  const since = (second: number) => from - ((((from - second) % day) + day) % day);
  if (pricing.windows?.kind === "calendar-day") return since(pricing.windows.dayStarts);
  const uncut = pricing.windows === undefined && pricing.rate.shape === "periods";
  return uncut && cut !== undefined && until - from > longStay ? since(cut) : from;
}

/** No second of these windows is charged. */
function skip(walk: Walk, windows: number): void {
  walk.at.index += windows;
  walk.at.from += windows * walk.length;
  leaveRound(walk);
}

/** On to a later window, in a known state that is counted from its day. */
function forward({ at, length }: Walk, windows: number, state: number): void {
  at.index += windows;
  at.from += windows * length;
  at.base = dayOf(at.from);
  at.state = state;
  at.open = undefined;
}

/** The number of the state in which the next window begins, counted from its day. */
function stateHere({ task, memory, at }: Walk): number {
  const today = dayOf(at.from);
  const { rate } = task.pricing;
  if (at.open !== undefined) at.state = stateId(memory, at.open, at.from, rate);
  else if (at.base !== today && at.state !== 0) at.state = stateId(memory, stateOf(memory, at.state, at.base), at.from, rate);
  at.base = today;
  at.open = undefined;
  return at.state;
}

/** A window with holes, or one that the stay does not fill. */
function partWindow(walk: Walk, hole: number): void {
  const { task, memory, at, length, told, steps, holed } = walk;
  const window = { from: at.from, until: at.from + length };
  const parts = partsOf(task, window, hole);
  const place = { index: at.index, lastIndex: at.index, count: 1, scattered: false, ...saidOf(task, window, parts) };
  leaveRound(walk);
  if (holed !== undefined) {
    const before = stateHere(walk);
    const key = `${windowKey(memory, task, window, before)} ${parts.map((part) => `${part.from - at.from}-${part.until - at.from}`).join()}`;
    const known = knownWindow(walk, { window, parts, before, key, among: holed });
    tell(told, task, known.content, place);
    forward(walk, 1, known.after);
    return;
  }
  const state = at.open ?? stateOf(memory, at.state, at.base);
  steps.seen += 1;
  steps.priced += 1;
  tell(told, task, priceWindow(task, { window, parts, state }), place);
  at.index += 1;
  at.from += length;
  at.open = state;
}

/** Windows that a rule cuts are said whole, others as far as the stay reaches. */
function saidOf({ pricing }: Task, window: Interval, parts: readonly Interval[]): Interval {
  if (pricing.windows !== undefined) return window;
  return { from: parts[0]?.from ?? window.from, until: parts.at(-1)?.until ?? window.until };
}

/** A full window: counted with its whole cycle, or known, or priced and then known. */
function fullWindow(walk: Walk, inside: Interval): void {
  const { task, memory, at, length, told } = walk;
  const window = { from: at.from, until: at.from + length };
  const before = stateHere(walk);
  const exception = task.byDay ? nextException(task.calendar, at.base - 1) : Number.POSITIVE_INFINITY;
  // A cycle that holds a holiday is none.
  const plain = exception > dayOf(window.until - 1);
  const start = cycleStart(walk, before);
  if (plain && at.index >= (task.pricing.windows?.caps.length ?? 0) - 1) {
    const ahead = Math.floor((Math.min(inside.until, exception * day) - at.from) / length);
    const cycle = ahead > 1 ? (memory.cycles.get(start) ?? closeRound(walk, start)) : undefined;
    if (cycle !== undefined) {
      countCycle(walk, cycle, ahead);
      return;
    }
  }
  const key = windowKey(memory, task, window, before);
  const known = knownWindow(walk, { window, parts: [window], before, key, among: memory.windows });
  tell(told, task, known.content, { index: at.index, lastIndex: at.index, count: 1, scattered: false, ...window });
  if (plain) {
    if (!walk.starts.has(start)) walk.starts.set(start, walk.round.length);
    walk.round.push(known);
  } else leaveRound(walk);
  forward(walk, 1, known.after);
}

/** How a window begins in a week without holidays: what begins alike goes on alike. */
function cycleStart({ task, at }: Walk, state: number): number {
  if (task.pricing.rate.shape !== "periods") return state;
  return (state * 7 + (task.byDay ? weekdayOf(at.base) : 0)) * day + (at.from - at.base * day);
}

function leaveRound(walk: Walk): void {
  if (walk.round.length === 0) return;
  walk.round = [];
  walk.starts = new Map();
}

interface Wanted {
  readonly window: Interval;
  readonly parts: readonly Interval[];
  readonly before: number;
  readonly key: string | number;
  readonly among: Map<string | number, Known>;
}

function knownWindow({ task, memory, at, steps }: Walk, { window, parts, before, key, among }: Wanted): Known {
  steps.seen += 1;
  const found = among.get(key);
  if (found !== undefined) return found;
  steps.priced += 1;
  const state = stateOf(memory, before, at.base);
  const content = priceWindow(task, { window, parts, state });
  const known = { content, after: stateId(memory, state, window.until, task.pricing.rate) };
  among.set(key, known);
  return known;
}

/** Where a window begins as one before it did, the windows between are a cycle. */
function closeRound({ memory, round, starts }: Walk, start: number): Cycle | undefined {
  const since = starts.get(start);
  if (since === undefined) return undefined;
  const turns = round.slice(since);
  for (const [other, at] of starts) if (at >= since) memory.cycles.set(other, { turns, at: at - since });
  return { turns, at: 0 };
}

/** Counts whole windows of a cycle, up to the next holiday or hole. */
function countCycle(walk: Walk, { turns, at: first }: Cycle, windows: number): void {
  const { told, task, at, length, steps } = walk;
  const size = turns.length;
  const place = { index: at.index, lastIndex: at.index + windows - 1, from: at.from, until: at.from + windows * length };
  for (let turn = 0; turn < Math.min(size, windows); turn += 1) {
    const content = turns[(first + turn) % size]?.content;
    if (content === undefined) continue;
    steps.seen += 1;
    tell(told, task, content, { ...place, count: Math.floor((windows - 1 - turn) / size) + 1, scattered: size > 1 });
  }
  forward(walk, windows, turns[(first + windows - 1) % size]?.after ?? 0);
  leaveRound(walk);
}

const exceptions = new WeakMap<Calendar, readonly number[]>();

/** The first holiday or make-up day from this day on. */
function nextException(calendar: Calendar | undefined, from: number): number {
  if (calendar === undefined) return Number.POSITIVE_INFINITY;
  const days = exceptions.get(calendar) ?? [...calendar.holidays, ...calendar.makeUpDays].sort((a, b) => a - b);
  exceptions.set(calendar, days);
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return days[low] ?? Number.POSITIVE_INFINITY;
}

/** The parts of the intervals inside a window; those before `first` lie before it. */
function partsOf({ intervals }: Task, window: Interval, first: number): Interval[] {
  let last = first;
  while ((intervals[last]?.from ?? Number.POSITIVE_INFINITY) < window.until) last += 1;
  return within(intervals.slice(first, last), window);
}
