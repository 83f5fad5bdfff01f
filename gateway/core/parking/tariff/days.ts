// Days and periods: which kind a day is, and which period of the tariff a second lies in. Everything counts seconds of China's civil time since 1970.
import type { Wall } from "#protocols/vocabulary/time.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { type Calendar, type DayWord, type Period, type PeriodRates, weekdayWords } from "./types.ts";

export const day = 86_400;
const chinaOffset = 8 * 3600;

/** From this second up to, not including, that one. */
export interface Interval {
  readonly from: number;
  readonly until: number;
}

/** A label's fraction of a second is dropped, so that anybody can recompute the fee from the two printed times. */
export const localSecond = (at: Wall): number => Math.floor(at / 1000) + chinaOffset;
export const wallOf = (second: number): Wall => wall((second - chinaOffset) * 1000);
export const dayOf = (second: number): number => Math.floor(second / day);
/** 0 Monday … 6 Sunday */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7;

/** Weekday and kind in one small number, so that days can be compared and counted. */
export function dayCode(dayNumber: number, calendar: Calendar | undefined): number {
  const weekday = weekdayOf(dayNumber);
  if (calendar?.holidays.has(dayNumber)) return weekday + 14;
  return calendar?.makeUpDays.has(dayNumber) ? weekday + 7 : weekday;
}

export function dayIs(code: number, word: DayWord): boolean {
  const weekday = code % 7;
  const kind = code >= 14 ? "holiday" : code >= 7 || weekday < 5 ? "workday" : "weekend";
  return word === "every-day" || word === kind || word === weekdayWords[weekday];
}

export const periodFits = ({ days, except = [] }: Period, code: number): boolean =>
  days.some((word) => dayIs(code, word)) && !except.some((word) => dayIs(code, word));

/** Whether some price depends on more than the hour. */
export const dependsOnDay = (rates: PeriodRates): boolean =>
  rates.periods.some(({ days, except }) => except !== undefined || !days.includes("every-day"));

export interface Occurrence {
  readonly period: number;
  /** The day on which this occurrence began. */
  readonly day: number;
  readonly until: number;
}

/** The period that a second lies in. `undefined` when the table has a gap there: the file's check refuses such a table. */
export function occurrenceAt(second: number, rates: PeriodRates, calendar: Calendar | undefined): Occurrence | undefined {
  const shift = rates.boundary === "previous" ? 1 : 0;
  const today = dayOf(second - shift);
  for (const dayNumber of [today, today - 1]) {
    const code = dayCode(dayNumber, calendar);
    for (const [index, period] of rates.periods.entries()) {
      if (!periodFits(period, code)) continue;
      const from = dayNumber * day + period.from + shift;
      const until = dayNumber * day + period.until + shift + (period.until <= period.from ? day : 0);
      if (second >= from && second < until) return { period: index, day: dayNumber, until };
    }
  }
  return undefined;
}

/** The parts of the intervals inside a window. */
export function within(intervals: readonly Interval[], window: Interval): Interval[] {
  const parts: Interval[] = [];
  for (const { from, until } of intervals) {
    const part = { from: Math.max(from, window.from), until: Math.min(until, window.until) };
    if (part.from < part.until) parts.push(part);
  }
  return parts;
}

export const lengthOf = (intervals: readonly Interval[]): number => intervals.reduce((sum, { from, until }) => sum + until - from, 0);

/** Without the first so many seconds. */
export function dropFirst(intervals: readonly Interval[], seconds: number): Interval[] {
  let rest = seconds;
  const kept: Interval[] = [];
  for (const { from, until } of intervals) {
    const dropped = Math.min(rest, until - from);
    rest -= dropped;
    if (from + dropped < until) kept.push({ from: from + dropped, until });
  }
  return kept;
}

/** The intervals without the holes: one walk over both in order, so that a year of coupons costs no more than their number. */
export function without(intervals: readonly Interval[], holes: readonly Interval[]): Interval[] {
  if (holes.length === 0) return [...intervals];
  const inOrder = holes.filter(({ from, until }) => from < until).sort((a, b) => a.from - b.from);
  const kept: Interval[] = [];
  let first = 0;
  for (const interval of intervals) {
    let { from } = interval;
    while (first < inOrder.length && (inOrder[first]?.until ?? 0) <= from) first += 1;
    for (let at = first; at < inOrder.length; at += 1) {
      const hole = inOrder[at];
      if (hole === undefined || hole.from >= interval.until) break;
      if (hole.from > from) kept.push({ from, until: hole.from });
      from = Math.max(from, hole.until);
    }
    if (from < interval.until) kept.push({ from, until: interval.until });
  }
  return kept;
}
