// The windows of a stay in order. What comes round again is counted, not computed: a window, or a whole cycle of windows, that begins at the same hour of the same kinds of day in the
// same state costs what it cost before; and what was walked once, up to beyond the next holidays, is one leap from then on. So the work goes by how many kinds of day a tariff tells apart
// and by the groups of holidays, not by the length of the stay.
import { day, dayOf, type Interval, weekdayOf, within } from "./days.ts";
import { firstNotBefore } from "./kinds-ahead.ts";
import {
  alikeFrom,
  alikeKnown,
  type Cycle,
  type Known,
  keepLeap,
  keepPart,
  type Leap,
  type Memory,
  memoryOf,
  oneContent,
  stateId,
  stateOf,
  windowKey,
} from "./memory.ts";
import { type Content, priceWindow, type Task, type WindowPrice } from "./one-window.ts";
import { join, type Mutable, nothingTold, type Place, type Told, tell, windowsOf } from "./told.ts";

/** What a price cost to find. */
export interface Steps {
  /** Windows computed from their rates. */
  priced: number;
  /** Windows, and counts of windows alike, that were told one by one; those among them. */
  seen: number;
}

/** The next window, and the number of the state at its beginning, counted from day `base`. */
interface At {
  index: number;
  from: number;
  state: number;
  base: number;
}

interface Walk {
  readonly task: Task;
  readonly memory: Memory;
  readonly length: number;
  readonly told: Told;
  readonly steps: Steps;
  readonly at: At;
  /** Full windows met one after the other since the last hole or holiday, and at which of them each cycle begins. */
  round: Known[];
  starts: Map<number, number>;
  /** What becomes a leap, when it has come to beyond the holidays. */
  leap: Walked | undefined;
}

interface Walked {
  readonly key: number;
  readonly index: number;
  readonly from: number;
  readonly told: Mutable<Place & { content: Content }>[];
}

export function priceWindows(task: Task, stay: Interval, steps: Steps = { priced: 0, seen: 0 }): WindowPrice[] {
  const { pricing, intervals } = task;
  const rule = pricing.windows;
  const length = rule?.seconds ?? (pricing.rate.shape === "periods" ? day : Number.POSITIVE_INFINITY);
  const memory = memoryOf(task);
  const from = firstWindow(task, memory, stay);
  const at: At = { index: 0, from, state: 0, base: dayOf(from) };
  const walk: Walk = { task, memory, length, told: nothingTold(), steps, at, round: [], starts: new Map(), leap: undefined };
  for (let hole = 0; at.from < stay.until; ) {
    while ((intervals[hole]?.until ?? Number.POSITIVE_INFINITY) <= at.from) hole += 1;
    const inside = intervals[hole];
    if (inside === undefined) break;
    if (rule?.rate === "restarts") at.state = 0;
    const skipped = Math.floor((inside.from - at.from) / length);
    if (skipped > 0) skip(walk, skipped);
    else if (inside.from <= at.from && inside.until >= at.from + length && Number.isFinite(length)) fullWindow(walk, inside);
    else partWindow(walk, hole, at.from + length >= stay.until);
  }
  return windowsOf(walk.told);
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
}

/** The number of the state in which the next window begins, counted from its day. */
function stateHere({ task, memory, at }: Walk): number {
  const today = dayOf(at.from);
  if (at.base !== today && at.state !== 0) at.state = stateId(memory, stateOf(memory, at.state, at.base), at.from, task.pricing.rate);
  at.base = today;
  return at.state;
}

/** A window with holes, or one that the stay does not fill: what it leaves to the next is remembered with it; of the last one nothing is. */
function partWindow(walk: Walk, hole: number, last: boolean): void {
  const { task, memory, at, length, told, steps } = walk;
  const window = { from: at.from, until: at.from + length };
  const parts = partsOf(task, window, hole);
  const place = { index: at.index, lastIndex: at.index, count: 1, known: !last, ...saidOf(task, window, parts) };
  leaveRound(walk);
  steps.seen += 1;
  if (last) {
    steps.priced += 1;
    tell(told, task, priceWindow(task, { window, parts, state: stateOf(memory, at.state, at.base) }), place);
    forward(walk, 1, 0);
    return;
  }
  const before = stateHere(walk);
  let key = String(windowKey(memory, task, window, before));
  for (const part of parts) key += ` ${part.from - at.from}-${part.until - at.from}`;
  const known = memory.parts.get(key) ?? keepPart(memory, key, computed(walk, { window, parts, before }));
  tell(told, task, known.content, place);
  forward(walk, 1, known.after);
}

/** Windows that a rule cuts are said whole, others as far as the stay reaches. */
function saidOf({ pricing }: Task, window: Interval, parts: readonly Interval[]): Interval {
  if (pricing.windows !== undefined) return window;
  return { from: parts[0]?.from ?? window.from, until: parts.at(-1)?.until ?? window.until };
}

/** A full window: leapt over with what follows up to beyond the next holidays, or counted with its whole cycle, or known, or priced and then known. */
function fullWindow(walk: Walk, inside: Interval): void {
  const { task, memory, at, length, steps } = walk;
  const window = { from: at.from, until: at.from + length };
  const before = stateHere(walk);
  const capped = at.index >= (task.pricing.windows?.caps.length ?? 0) - 1;
  if (capped && task.byDay && length === day && countAlike(walk, inside)) return;
  const exception = task.byDay ? nextException(memory, at.base - 1) : Number.POSITIVE_INFINITY;
  // A cycle that holds a holiday is none.
  const plain = exception > dayOf(window.until - 1);
  const start = cycleStart(walk, before);
  if (plain && capped) {
    const leap = memory.leaps.get(leapKey(walk, start));
    if (leap !== undefined && at.from + leap.windows * length <= inside.until) {
      takeLeap(walk, leap);
      return;
    }
    const ahead = Math.floor((Math.min(inside.until, exception * day) - at.from) / length);
    const cycle = ahead > 1 ? (memory.cycles.get(start) ?? closeRound(walk, start)) : undefined;
    if (cycle !== undefined) {
      closeLeap(walk);
      if (exception * day < inside.until) walk.leap = { key: leapKey(walk, start), index: at.index, from: at.from, told: [] };
      countCycle(walk, cycle, ahead);
      return;
    }
  }
  const known = knownWindow(walk, window, before);
  steps.seen += 1;
  tellFull(walk, known.content, { index: at.index, lastIndex: at.index, count: 1, known: true, ...window });
  if (plain) {
    if (!walk.starts.has(start)) walk.starts.set(start, walk.round.length);
    walk.round.push(known);
  } else leaveRound(walk, walk.leap);
  forward(walk, 1, known.after);
}

/** Where the state comes back to itself after every kind of day that lies ahead, they are counted by their kinds, holidays among them. */
function countAlike(walk: Walk, inside: Interval): boolean {
  const { task, memory, at, steps } = walk;
  const [state, from, hour] = [at.state, at.base, at.from - at.base * day];
  const until = from + Math.floor((inside.until - at.from) / day);
  const knowns = alikeKnown(memory, state, hour);
  const alike = alikeFrom(memory, task.calendar, hour, { from, until });
  for (const { pattern, first } of alike) {
    const begins = first * day + hour;
    const known = knowns[pattern] ?? knownWindow(walk, { from: begins, until: begins + day }, state);
    knowns[pattern] = known;
    if (known.after !== state) return false;
  }
  for (const { pattern, count, first, last } of alike) {
    const content = knowns[pattern]?.content;
    if (content === undefined) throw new RangeError("a kind of day that was not priced");
    steps.seen += 1;
    const [index, lastIndex] = [at.index + first - from, at.index + last - from];
    tellFull(walk, content, { index, lastIndex, from: first * day + hour, until: (last + 1) * day + hour, count, known: true });
  }
  forward(walk, until - from, state);
  leaveRound(walk, walk.leap);
  return true;
}

/** Windows that are full are told, and remembered for the leap that they will be. */
function tellFull({ told, task, leap }: Walk, content: Content, place: Place): void {
  tell(told, task, content, place);
  if (leap === undefined) return;
  const relative = {
    ...place,
    index: place.index - leap.index,
    lastIndex: place.lastIndex - leap.index,
    from: place.from - leap.from,
    until: place.until - leap.from,
  };
  const like = leap.told.find((one) => one.content === content);
  if (like === undefined) leap.told.push({ ...relative, content });
  else join(like, relative);
}

const leapKey = ({ at }: Walk, start: number): number => start * mostDays + at.base;
/** Days since 1970 for longer than anybody parks. */
const mostDays = 65_536;

/** The windows since the holidays' leap began are one leap from now on. */
function closeLeap(walk: Walk): void {
  const { leap, memory, at } = walk;
  walk.leap = undefined;
  if (leap !== undefined) keepLeap(memory, leap.key, { windows: at.index - leap.index, after: at.state, told: leap.told });
}

function takeLeap(walk: Walk, { windows, after, told }: Leap): void {
  const { at, task, steps } = walk;
  closeLeap(walk);
  for (const { content, index, lastIndex, from, until, count } of told) {
    steps.seen += 1;
    const place = {
      index: at.index + index,
      lastIndex: at.index + lastIndex,
      from: at.from + from,
      until: at.from + until,
      count,
      known: true,
    };
    tell(walk.told, task, content, place);
  }
  forward(walk, windows, after);
  leaveRound(walk);
}

/** How a window begins in a week without holidays: what begins alike goes on alike. */
function cycleStart({ task, at }: Walk, state: number): number {
  if (task.pricing.rate.shape !== "periods") return state;
  return (state * 7 + (task.byDay ? weekdayOf(at.base) : 0)) * day + (at.from - at.base * day);
}

function leaveRound(walk: Walk, leap?: Walked): void {
  walk.leap = leap;
  if (walk.round.length === 0) return;
  walk.round = [];
  walk.starts = new Map();
}

function knownWindow(walk: Walk, window: Interval, before: number): Known {
  const { memory, task } = walk;
  const key = windowKey(memory, task, window, before);
  const found = memory.windows.get(key) ?? computed(walk, { window, parts: [window], before });
  memory.windows.set(key, found);
  return found;
}

interface Wanted {
  readonly window: Interval;
  readonly parts: readonly Interval[];
  readonly before: number;
}

function computed({ task, memory, steps }: Walk, { window, parts, before }: Wanted): Known {
  steps.priced += 1;
  const state = stateOf(memory, before, dayOf(window.from));
  const content = priceWindow(task, { window, parts, state });
  return {
    content: content.full ? oneContent(memory, content) : content,
    after: stateId(memory, state, window.until, task.pricing.rate),
  };
}

/** Where a window begins as one before it did, the windows between are a cycle. */
function closeRound({ memory, round, starts }: Walk, start: number): Cycle | undefined {
  const since = starts.get(start);
  if (since === undefined) return undefined;
  const turns = round.slice(since);
  for (const [other, at] of starts) if (at >= since) memory.cycles.set(other, { turns, at: at - since });
  return { turns, at: 0 };
}

/** Counts whole windows of a cycle, up to the next holiday or hole: those alike at once. */
function countCycle(walk: Walk, { turns, at: first }: Cycle, windows: number): void {
  const { at, length, steps } = walk;
  const size = turns.length;
  const alike = new Map<Content, Mutable<Place>>();
  for (let turn = 0; turn < Math.min(size, windows); turn += 1) {
    const content = turns[(first + turn) % size]?.content;
    if (content === undefined) continue;
    const more = Math.floor((windows - 1 - turn) / size);
    const [index, last] = [at.index + turn, turn + more * size];
    const [from, until] = [at.from + turn * length, at.from + (last + 1) * length];
    const place = { index, lastIndex: at.index + last, from, until, count: more + 1, known: true };
    const known = alike.get(content);
    if (known === undefined) alike.set(content, place);
    else join(known, place);
  }
  for (const [content, place] of alike) {
    steps.seen += 1;
    tellFull(walk, content, place);
  }
  forward(walk, windows, turns[(first + windows - 1) % size]?.after ?? 0);
  leaveRound(walk, walk.leap);
}

/** The first holiday or make-up day from this day on. */
const nextException = ({ exceptions }: Memory, from: number): number =>
  exceptions[firstNotBefore(exceptions, from)] ?? Number.POSITIVE_INFINITY;

/** The parts of the intervals inside a window; those before `first` lie before it. */
function partsOf({ intervals }: Task, window: Interval, first: number): Interval[] {
  let last = first;
  while ((intervals[last]?.from ?? Number.POSITIVE_INFINITY) < window.until) last += 1;
  return within(intervals.slice(first, last), window);
}
