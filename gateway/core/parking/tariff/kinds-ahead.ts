// The days ahead, counted by their kinds: how many windows that begin at one hour look alike, holidays among them, and which is the first and the last of each. Two searches for each kind,
// however many days there are.
import { type Interval, weekdayOf } from "./days.ts";

/** Days that are alike in their kind and in the kinds of the neighbours that their window touches. */
export interface Alike {
  readonly pattern: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export interface DayTable {
  /** Outside these days no holiday comes near, and the weeks repeat. */
  readonly uneven: Interval;
  /** The pattern of each weekday there. */
  readonly weekly: readonly number[];
  /** By pattern, the uneven days that have it, in order. */
  readonly days: readonly (readonly number[])[];
}

/** Which neighbours a window touches: the evening before may run into it, and its own end lies on the morning after. */
export interface Touched {
  readonly before: boolean;
  readonly after: boolean;
}

/** `kindOn` and `plainKind`: the kind of a day, and that of a weekday (0 Monday) on which nothing is celebrated. `exceptions`: holidays and make-up days in order. */
export function dayTable(
  kinds: { kindOn: (dayNumber: number) => number; plainKind: (weekday: number) => number },
  exceptions: readonly number[],
  { before, after }: Touched,
): DayTable {
  const patterns = new Map<string, number>();
  const patternOf = (kindAt: (offset: number) => number): number => {
    const text = `${before ? kindAt(-1) : ""} ${kindAt(0)} ${after ? kindAt(1) : ""}`;
    const known = patterns.get(text) ?? patterns.size;
    patterns.set(text, known);
    return known;
  };
  const weekly = Array.from({ length: 7 }, (_, weekday) => patternOf((offset) => kinds.plainKind((weekday + offset + 7) % 7)));
  const [first, last] = [exceptions[0], exceptions.at(-1)];
  const uneven = first === undefined || last === undefined ? { from: 0, until: 0 } : { from: first - 1, until: last + 2 };
  const days: number[][] = Array.from({ length: patterns.size }, () => []);
  for (let at = uneven.from; at < uneven.until; at += 1) {
    const pattern = patternOf((offset) => kinds.kindOn(at + offset));
    const own = days[pattern] ?? [];
    days[pattern] = own;
    own.push(at);
  }
  return { uneven, weekly, days };
}

/** The days from this one up to, not including, that one. */
export function alikeIn(table: DayTable, from: number, until: number): Alike[] {
  const { uneven, days } = table;
  const found: Alike[] = [];
  everyWeek(table, { from, until: Math.min(until, uneven.from) }, found);
  const [first, last] = [Math.max(from, uneven.from), Math.min(until, uneven.until)];
  if (first < last)
    for (let pattern = 0; pattern < days.length; pattern += 1) {
      const own = days[pattern] ?? [];
      const [low, high] = [firstNotBefore(own, first), firstNotBefore(own, last)];
      if (low < high) add(found, { pattern, count: high - low, first: own[low] ?? first, last: own[high - 1] ?? first });
    }
  everyWeek(table, { from: Math.max(from, uneven.until), until }, found);
  return found;
}

function everyWeek({ weekly }: DayTable, { from, until }: Interval, found: Alike[]): void {
  for (let first = from; first < Math.min(until, from + 7); first += 1) {
    const count = Math.floor((until - 1 - first) / 7) + 1;
    add(found, { pattern: weekly[weekdayOf(first)] ?? 0, count, first, last: first + (count - 1) * 7 });
  }
}

/** One entry for each pattern. */
function add(found: Alike[], alike: Alike): void {
  const at = found.findIndex(({ pattern }) => pattern === alike.pattern);
  const known = found[at];
  if (known === undefined) found.push(alike);
  else
    found[at] = {
      pattern: known.pattern,
      count: known.count + alike.count,
      first: Math.min(known.first, alike.first),
      last: Math.max(known.last, alike.last),
    };
}

/** Where in a list in order the first number stands that is not below this one. */
export function firstNotBefore(list: readonly number[], from: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
