// A calendar that contradicts itself decides nothing: a day is a holiday or a worked weekend, not both, and lies within the calendar.
import { wallOf, weekdayOf } from "#gateway/core/parking/tariff/days.ts";
import type { Calendar } from "#gateway/core/parking/tariff/types.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Complain, Path } from "./complaint.ts";

export const dayText = (day: number): string => toRfc3339(wallOf(day * 86_400)).slice(0, 10);

export function checkCalendar({ from, until, holidays, makeUpDays }: Calendar, path: Path, complain: Complain): void {
  if (until < from)
    complain([...path, "until"], {
      code: "ends-before-it-begins",
      zh: "日历的结束日期早于开始日期",
      en: "the calendar ends before it begins",
      example: "until: 2026-12-31",
    });
  for (const [key, days] of [
    ["holidays", holidays],
    ["make_up_days", makeUpDays],
  ] as const) {
    const outside = [...days].find((day) => day < from || day > until);
    if (outside !== undefined)
      complain([...path, key], {
        code: "outside-calendar",
        zh: `${dayText(outside)} 不在日历的起止日期之内`,
        en: `${dayText(outside)} lies outside the calendar`,
        example: "from: 2025-01-01, until: 2025-12-31",
      });
  }
  const both = [...makeUpDays].find((day) => holidays.has(day));
  if (both !== undefined)
    complain([...path, "make_up_days"], {
      code: "holiday-and-worked",
      zh: `${dayText(both)} 既写成节假日又写成调休上班日`,
      en: `${dayText(both)} is a holiday and a worked day at once`,
      example: "make_up_days: [2025-09-28]",
    });
  const weekday = [...makeUpDays].find((day) => weekdayOf(day) < 5);
  if (weekday !== undefined)
    complain([...path, "make_up_days"], {
      code: "make-up-on-weekday",
      zh: `${dayText(weekday)} 不是周六或周日，不会是调休上班日`,
      en: `${dayText(weekday)} is no Saturday or Sunday: nobody has to work it instead`,
      example: "make_up_days: [2025-09-28]",
    });
}
