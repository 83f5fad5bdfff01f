// How many places of a lot were taken, told from stays: as steps over a day, and as the mean of each hour of the week. Pure. Times of which nothing is known stay unknown: a gap is no zero.
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";

export interface Stood {
  readonly entered_at: number;
  /** null: it still stands there. */
  readonly left_at: number | null;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From here on so many; null: nobody knows. */
export interface Point {
  readonly at: number;
  readonly taken: number | null;
}

/** Spans in order, those that touch made one, cut to the window. */
export function mergedSpans(spans: readonly Span[], { from, to }: Span): readonly Span[] {
  const merged: Span[] = [];
  const inside = spans
    .map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to) }))
    .filter((one) => one.to > one.from)
    .sort((a, b) => a.from - b.from);
  for (const span of inside) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else merged.push(span);
  }
  return merged;
}

interface Change {
  readonly at: number;
  readonly by: number;
}

/** `less`: stays that stand in a lot within this one; the same cars, counted there. */
export function stepsOf(
  stays: readonly Stood[],
  window: Span,
  { unknown, less = [] }: { readonly unknown: readonly Span[]; readonly less?: readonly Stood[] },
): readonly Point[] {
  const changes: Change[] = [
    ...stays.flatMap((one) => changesOf(one, 1, window)),
    ...less.flatMap((one) => changesOf(one, -1, window)),
  ].sort((a, b) => a.at - b.at);
  const gaps = mergedSpans(unknown, window);
  const moments = [...new Set([window.from, ...changes.map(({ at }) => at), ...gaps.flatMap(({ from, to }) => [from, to])])]
    .filter((at) => at >= window.from && at < window.to)
    .sort((a, b) => a - b);
  const points: Point[] = [];
  let taken = 0;
  let next = 0;
  let gap = 0;
  for (const at of moments) {
    for (let change = changes[next]; change !== undefined && change.at <= at; change = changes[next]) {
      taken += change.by;
      next += 1;
    }
    while (gap < gaps.length && (gaps[gap]?.to ?? 0) <= at) gap += 1;
    const dark = gap < gaps.length && (gaps[gap]?.from ?? 0) <= at;
    const shown = dark ? null : Math.max(0, taken);
    if (points.at(-1)?.taken !== shown || points.length === 0) points.push({ at, taken: shown });
  }
  return points;
}

function changesOf({ entered_at, left_at }: Stood, by: 1 | -1, { from, to }: Span): Change[] {
  if (entered_at >= to || (left_at !== null && left_at <= from)) return [];
  const came = { at: Math.max(from, entered_at), by };
  return left_at === null || left_at >= to ? [came] : [came, { at: left_at, by: -by }];
}

/** An hour of which less than this is known, over all weeks together, has no mean. */
const leastKnown_ms = 15 * minuteMs;
const hours = 24;
const weekdays = 7;
/** China keeps one time, eight hours ahead, all year; 1970-01-01 was a Thursday. */
const civilHour = (at: number): number => Math.floor(at / hourMs) + 8;
const cellOf = (at: number): number => {
  const hour = civilHour(at);
  return ((Math.floor(hour / hours) + 3) % weekdays) * hours + (hour % hours);
};

/** Monday first: seven days of twenty-four means, weighted by time; null where nothing is known. */
export function heatOf(points: readonly Point[], to: number): readonly (readonly (number | null)[])[] {
  const known = new Float64Array(weekdays * hours);
  const sums = new Float64Array(weekdays * hours);
  for (const [index, { at, taken }] of points.entries()) {
    const end = points[index + 1]?.at ?? to;
    if (taken === null) continue;
    for (let from = at; from < end; ) {
      const hourEnd = (Math.floor(from / hourMs) + 1) * hourMs;
      const until = Math.min(end, hourEnd);
      const cell = cellOf(from);
      known[cell] = (known[cell] ?? 0) + (until - from);
      sums[cell] = (sums[cell] ?? 0) + taken * (until - from);
      from = until;
    }
  }
  return Array.from({ length: weekdays }, (_, day) =>
    Array.from({ length: hours }, (_, hour) => {
      const cell = day * hours + hour;
      const time = known[cell] ?? 0;
      return time < leastKnown_ms ? null : Math.round(((sums[cell] ?? 0) / time) * 10) / 10;
    }),
  );
}
