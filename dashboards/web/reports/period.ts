// From when to when a report goes, as people here count days and months: China's civil time. Pure.
import { fromCivil, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";

export interface Period {
  readonly from: Wall;
  readonly to: Wall;
}

const two = (n: number): string => String(n).padStart(2, "0");
const midnight = (year: number, month: number, day: number): Wall => wall(fromCivil({ year, month, day, hour: 0, minute: 0, second: 0 }));
const dayMs = 86_400_000;

export const dayText = (at: Wall): string => {
  const { year, month, day } = toCivil(at);
  return `${year}-${two(month)}-${two(day)}`;
};
export const monthText = (at: Wall): string => dayText(at).slice(0, 7);

/** "2026-11-26"; undefined: no day. */
export function dayOf(text: string): Period | undefined {
  const [, year, month, day] = /^(20\d\d)-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const from = midnight(Number(year), Number(month), Number(day));
  // The 31st of a month that has thirty days is no day.
  return dayText(from) === text ? { from, to: wall(from + dayMs) } : undefined;
}

/** "2026-11"; undefined: no month. */
export function monthOf(text: string): Period | undefined {
  const [, year, month] = /^(20\d\d)-(0[1-9]|1[0-2])$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const [y, m] = [Number(year), Number(month)];
  return { from: midnight(y, m, 1), to: m === 12 ? midnight(y + 1, 1, 1) : midnight(y, m + 1, 1) };
}

export const besideDay = (text: string, days: number): string => {
  const period = dayOf(text);
  return period === undefined ? text : dayText(wall(period.from + days * dayMs));
};
export function besideMonth(text: string, months: 1 | -1): string {
  const period = monthOf(text);
  if (period === undefined) return text;
  return monthText(months === 1 ? period.to : wall(period.from - dayMs));
}

export const longest_ms = 32 * dayMs;

/** Two days, both of them within it; undefined: out of order, or longer than a report goes. */
export function rangeOf(from: string, to: string): Period | undefined {
  const [first, last] = [dayOf(from), dayOf(to)];
  if (first === undefined || last === undefined || last.to <= first.from || last.to - first.from > longest_ms) return undefined;
  return { from: first.from, to: last.to };
}
