// Times as people here read them: China's civil time, 24 hours; the day only when it is another day. Ages beside them, never instead of them.
import { fromRfc3339, toCivil, type Wall, wall } from "#protocols/vocabulary/time.ts";

const two = (n: number): string => String(n).padStart(2, "0");

/** undefined for absent or unreadable times: an absent time is shown as absent. */
export const parseMoment = (text: string | null | undefined): Wall | undefined =>
  text === null || text === undefined ? undefined : fromRfc3339(text);

/** "12:03:21" */
export function clock(at: Wall): string {
  const c = toCivil(at);
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

/** "12:03:21.040": where the milliseconds are the point. */
export const preciseClock = (at: Wall): string => `${clock(at)}.${String(toCivil(at).millisecond).padStart(3, "0")}`;

/** "11-25" */
export function monthDay(at: Wall): string {
  const c = toCivil(at);
  return `${two(c.month)}-${two(c.day)}`;
}

/** "2026-11-25 12:03:21": titles, evidence. */
export function fullMoment(at: Wall): string {
  return `${toCivil(at).year}-${monthDay(at)} ${clock(at)}`;
}

/** "12:03:21" today, "11-24 12:03" on any other day. */
export function shortMoment(at: Wall, now: Wall): string {
  const [a, b] = [toCivil(at), toCivil(now)];
  const sameDay = a.year === b.year && a.month === b.month && a.day === b.day;
  return sameDay ? clock(at) : `${monthDay(at)} ${clock(at).slice(0, 5)}`;
}

export interface Span {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

export function spanOf(ms: number): Span {
  const total = Math.max(0, Math.floor(ms / 1000));
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor(total / 3600) % 24,
    minutes: Math.floor(total / 60) % 60,
    seconds: total % 60,
  };
}

/** A civil time typed by a person ("2026-11-25T12:03"), as the API wants it. */
export const inputToRfc3339 = (typed: string): string => `${typed}:00.000+08:00`;

/** A day typed by a person ("2026-12-01"): what falls due on it is late once it is over. */
export const endOfDay = (typed: string): string => `${typed}T23:59:59.000+08:00`;

/** "2026-11" */
export const monthOf = (at: Wall): string => `${toCivil(at).year}-${two(toCivil(at).month)}`;

export const sinceMs = (text: string | null, now: Wall): number | undefined => {
  const at = parseMoment(text);
  return at === undefined ? undefined : now - at;
};

export const asWall = (ms: number): Wall => wall(ms);
