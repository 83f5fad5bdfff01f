// Months and quarters as civil days and as moments. Pure.
import { dayFrom, startOf } from "#cloud/calendar/calendar.ts";

const two = (n: number): string => String(n).padStart(2, "0");

export interface Span {
  readonly name: string;
  /** Civil days: the first in it, the first after it. */
  readonly from_day: string;
  readonly to_day: string;
  readonly from: number;
  readonly to: number;
}

const span = (name: string, from_day: string, to_day: string): Span => ({
  ...{ name, from_day, to_day },
  ...{ from: startOf(dayFrom(from_day) ?? 0), to: startOf(dayFrom(to_day) ?? 0) },
});

export function monthSpan(month: string): Span | undefined {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (match === null) return undefined;
  const [year, n] = [Number(match[1]), Number(match[2])];
  return span(month, `${month}-01`, n === 12 ? `${year + 1}-01-01` : `${year}-${two(n + 1)}-01`);
}

export function quarterSpan(quarter: string): Span | undefined {
  const match = /^(\d{4})-Q([1-4])$/.exec(quarter);
  if (match === null) return undefined;
  const [year, n] = [Number(match[1]), Number(match[2])];
  return span(quarter, `${year}-${two(n * 3 - 2)}-01`, n === 4 ? `${year + 1}-01-01` : `${year}-${two(n * 3 + 1)}-01`);
}

export const monthAfter = (month: string): string => monthSpan(month)?.to_day.slice(0, 7) ?? month;
export const monthsOf = (quarter: string): readonly string[] => {
  const first = quarterSpan(quarter)?.from_day.slice(0, 7) ?? "";
  return [first, monthAfter(first), monthAfter(monthAfter(first))];
};
