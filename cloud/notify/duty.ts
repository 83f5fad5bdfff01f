// When whoever reads a channel is on duty: hours of working days, of days off, of all days, and days on which nobody is there. Pure; the calendar of holidays is data.
import { type Calendar, type Day, dayFrom, dayOf, startOf } from "#cloud/calendar/calendar.ts";
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";

export interface DutyHours {
  readonly days: "all" | "working" | "off";
  /** "08:00"; up to `to`, over midnight where that is earlier; the same: the whole day. */
  readonly from: string;
  readonly to: string;
}
/** Leave or illness: "2026-12-01", both days with it. */
export interface Away {
  readonly from: string;
  readonly to: string;
}
export interface Roster {
  /** Always, if not written. */
  readonly duty?: readonly DutyHours[] | undefined;
  readonly away?: readonly Away[] | undefined;
}

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
const isAway = ({ away = [] }: Roster, day: Day): boolean =>
  away.some(({ from, to }) => day >= (dayFrom(from) ?? Number.POSITIVE_INFINITY) && day <= (dayFrom(to) ?? Number.NEGATIVE_INFINITY));

export function isOnDuty(roster: Roster, at: number, calendar: Pick<Calendar, "kindOf">): boolean {
  const day = dayOf(at);
  if (isAway(roster, day)) return false;
  if (roster.duty === undefined) return true;
  const minute = Math.floor((at - startOf(day)) / minuteMs);
  const fits = (days: DutyHours["days"], of: Day): boolean => days === "all" || calendar.kindOf(of).working === (days === "working");
  return roster.duty.some(({ days, from, to }) => {
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    if (begin < end) return fits(days, day) && minute >= begin && minute < end;
    // A night belongs to the day on which it began.
    return (fits(days, day) && minute >= begin) || (fits(days, day - 1) && minute < end) || (begin === end && fits(days, day));
  });
}

/** Longer nobody waits: a roster without any duty is a mistake, and what waits is told then. */
const furthest_days = 62;

/** The next moment after `at` at which somebody reads it. */
export function nextDuty(roster: Roster, at: number, calendar: Pick<Calendar, "kindOf">): number {
  const first = dayOf(at);
  for (let day = first; day <= first + furthest_days; day += 1) {
    const begins = [0, ...(roster.duty ?? []).map(({ from }) => minuteOf(from))].map((minute) => startOf(day) + minute * minuteMs);
    const next = begins.sort((a, b) => a - b).find((moment) => moment > at && isOnDuty(roster, moment, calendar));
    if (next !== undefined) return next;
  }
  return at + dayMs;
}
