// ISO weeks in China's civil time: Monday 00:00 to Monday 00:00; frozen at 08:00 of the Monday after.
import { dayOf, startOf } from "#cloud/calendar/calendar.ts";
import { fromCivil, hourMs, toCivil, wall } from "#protocols/vocabulary/time.ts";

export interface Week {
  /** "2026-W48" */
  readonly name: string;
  readonly from: number;
  /** The first moment that is not in it any more. */
  readonly to: number;
}

const mondayOf = (at: number): number => dayOf(at) - (toCivil(wall(at)).weekday - 1);

export function weekOf(at: number): Week {
  const monday = mondayOf(at);
  // The year is that of its Thursday.
  const { year } = toCivil(wall(startOf(monday + 3)));
  const first = mondayOf(fromCivil({ year, month: 1, day: 4 }));
  const n = (monday - first) / 7 + 1;
  return { name: `${year}-W${String(n).padStart(2, "0")}`, from: startOf(monday), to: startOf(monday + 7) };
}

/** undefined: no such week. */
export function weekNamed(name: string): Week | undefined {
  const match = /^(\d{4})-W(\d{2})$/.exec(name);
  if (match === null) return undefined;
  const week = weekOf(startOf(mondayOf(fromCivil({ year: Number(match[1]), month: 1, day: 4 })) + (Number(match[2]) - 1) * 7));
  return week.name === name ? week : undefined;
}

/** The last week that may be frozen by now. */
export const lastWeek = (now: number): Week => weekOf(weekOf(now - 8 * hourMs).from - 1);
