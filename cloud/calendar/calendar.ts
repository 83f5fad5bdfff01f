// Working days in China: Monday to Friday, less the holidays of the year's notice, plus the weekends that are worked instead. Time is told, holidays are data.
// A count that touches a year whose notice is not published yet is right only if nothing is moved: such a deadline is provisional, and says so.
import { dayMs, fromCivil, toCivil, wall } from "#protocols/vocabulary/time.ts";
import { type PublishedYear, publishedYears } from "./years.ts";

/** A civil day in China, counted from 1970-01-01. */
export type Day = number;

export interface DayKind {
  readonly working: boolean;
  /** Of a year without its notice: the weekday alone spoke. */
  readonly provisional: boolean;
  /** The holiday, or that it is worked instead of one. */
  readonly name?: string;
}

export interface Due {
  /** The last millisecond of the last day: whoever is later is late. */
  readonly at: number;
  readonly provisional: boolean;
}

export interface Calendar {
  kindOf(day: Day): DayKind;
  /** The end of the n-th working day after the day of `from`, which itself does not count. 0: the end of that day, or of the next working day. */
  workingDaysAfter(from: number, n: number): Due;
  /** n civil days; if the last is none that is worked, the end of the next working day. */
  daysAfter(from: number, n: number): Due;
  /** The working days after the day of `from`, up to and with the day of `to`; negative the other way round. */
  workingDaysBetween(from: number, to: number): { readonly days: number; readonly provisional: boolean };
  readonly years: readonly number[];
}

const chinaOffset = 8 * 3_600_000;
export const dayOf = (at: number): Day => Math.floor((at + chinaOffset) / dayMs);
export const startOf = (day: Day): number => day * dayMs - chinaOffset;
export const endOf = (day: Day): number => startOf(day + 1) - 1;
const two = (n: number): string => String(n).padStart(2, "0");
export function dayText(day: Day): string {
  const { year, month, day: date } = toCivil(wall(startOf(day)));
  return `${year}-${two(month)}-${two(date)}`;
}

/** undefined when there is no such day. */
export function dayFrom(text: string): Day | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const day = dayOf(fromCivil({ year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) }));
  return dayText(day) === text ? day : undefined;
}

/** Further than this nobody counts: a bug, not a deadline. */
const furthest = 5_000;

export function openCalendar(years: readonly PublishedYear[] = publishedYears): Calendar {
  const moved = new Map<Day, DayKind>();
  for (const { holidays, worked } of years) {
    for (const { name, from, to } of holidays)
      for (let day = dayOrThrow(from); day <= dayOrThrow(to); day += 1) moved.set(day, { working: false, provisional: false, name });
    for (const text of worked) moved.set(dayOrThrow(text), { working: true, provisional: false, name: "调休上班" });
  }
  const published = new Set(years.map(({ year }) => year));

  const kindOf = (day: Day): DayKind => {
    const known = moved.get(day);
    if (known !== undefined) return known;
    const { year, weekday } = toCivil(wall(startOf(day)));
    return { working: weekday <= 5, provisional: !published.has(year) };
  };

  /** Forward from the day after `day` until `n` were worked; every day that was looked at may make it provisional. */
  const forward = (day: Day, n: number): Due => {
    let provisional = false;
    let left = n;
    for (let at = day; at < day + furthest; ) {
      if (left === 0) return { at: endOf(at), provisional };
      at += 1;
      const kind = kindOf(at);
      provisional ||= kind.provisional;
      if (kind.working) left -= 1;
    }
    throw new RangeError(`no deadline lies ${n} working days ahead`);
  };

  const onOrAfter = (day: Day): Due => {
    const kind = kindOf(day);
    if (kind.working) return { at: endOf(day), provisional: kind.provisional };
    const next = forward(day, 1);
    return { at: next.at, provisional: next.provisional || kind.provisional };
  };

  return {
    kindOf,
    workingDaysAfter(from, n) {
      whole(n);
      return n === 0 ? onOrAfter(dayOf(from)) : forward(dayOf(from), n);
    },
    daysAfter(from, n) {
      whole(n);
      return onOrAfter(dayOf(from) + n);
    },
    workingDaysBetween(from, to) {
      const [first, last] = [Math.min(dayOf(from), dayOf(to)), Math.max(dayOf(from), dayOf(to))];
      if (last - first > 40_000) throw new RangeError("the two days lie more than a century apart");
      let days = 0;
      let provisional = false;
      for (let day = first + 1; day <= last; day += 1) {
        const kind = kindOf(day);
        if (kind.working) days += 1;
        provisional ||= kind.provisional;
      }
      return { days: to < from && days > 0 ? -days : days, provisional };
    },
    years: [...published].sort((a, b) => a - b),
  };
}

function dayOrThrow(text: string): Day {
  const day = dayFrom(text);
  if (day === undefined) throw new RangeError(`no such day: ${text}`);
  return day;
}

function whole(n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`not a number of days: ${n}`);
}

/** What is wrong with a year before it is taken in, in words: overlaps, holidays without an end, weekdays that are "worked" anyway. */
export function complaintsOf({ year, source, holidays, worked }: PublishedYear): string[] {
  const found: string[] = [];
  if (!Number.isInteger(year) || year < 2000 || year > 2200) found.push(`没有这个年份 / no such year: ${year}`);
  if (source.trim() === "") found.push("缺少通知文号 / the notice is not named");
  const off = new Map<Day, string>();
  for (const { name, from, to } of holidays) {
    const [first, last] = [dayFrom(from), dayFrom(to)];
    if (first === undefined || last === undefined) found.push(`${name}: 没有这一天 / no such day: ${from} … ${to}`);
    else if (last < first || last - first > 15) found.push(`${name}: ${from} … ${to} 不是一个假期 / is no holiday`);
    else
      for (let day = first; day <= last; day += 1) {
        if (off.has(day)) found.push(`${dayText(day)}: 属于两个假期 / belongs to two holidays: ${off.get(day)}, ${name}`);
        off.set(day, name);
      }
  }
  for (const text of worked) {
    const day = dayFrom(text);
    if (day === undefined) found.push(`没有这一天 / no such day: ${text}`);
    else if (off.has(day)) found.push(`${text}: 既放假又上班 / both off and worked`);
    else if (toCivil(wall(startOf(day))).weekday <= 5) found.push(`${text}: 本来就是工作日 / is a weekday anyway`);
  }
  for (const text of [...holidays.flatMap(({ from, to }) => [from, to]), ...worked])
    if (!text.startsWith(`${year}-`) && !text.startsWith(`${year - 1}-12-`)) found.push(`${text}: 不属于 ${year} 年 / is not of ${year}`);
  return found;
}
