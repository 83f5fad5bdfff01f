// Every second of every kind of day lies in exactly one period. Checked over all pairs of yesterday and today, because a period may run over midnight.
import { day, dayIs, periodFits } from "#gateway/core/parking/tariff/days.ts";
import { type Calendar, dayWords, type Period, type PeriodRates } from "#gateway/core/parking/tariff/types.ts";
import { clockText } from "#gateway/core/parking/tariff/words.ts";
import { type Complain, idTwice, type Path } from "./complaint.ts";

const weekdayNames = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

export function checkPeriods(
  rates: PeriodRates,
  calendar: Calendar | undefined,
  { path, complain }: { path: Path; complain: Complain },
): void {
  // Days that occur: every weekday; a worked weekend and a holiday only where the calendar names one.
  const days = Array.from({ length: 21 }, (_, code) => code).filter(
    (code) => code < 7 || (code < 14 ? (calendar?.makeUpDays.size ?? 0) > 0 : calendar === undefined || calendar.holidays.size > 0),
  );
  for (const [index, period] of rates.periods.entries()) {
    if (rates.periods.slice(0, index).some((other) => other.id === period.id))
      idTwice(period.id, [...path, "table", index, "id"], complain);
    if (!days.some((code) => periodFits(period, code)))
      complain([...path, "table", index, "days"], {
        code: "period-unreachable",
        zh: "日历里没有这样的日子，这个时段永远用不到",
        en: "the calendar has no such day: this period is never reached",
        example: "holidays: [2025-10-01 to 2025-10-08]",
      });
    if (period.cap === 0 && period.rate.shape !== "free")
      complain([...path, "table", index, "cap"], {
        code: "cap-of-nothing",
        zh: "封顶为零：不收费请写 rate: { free: true }",
        en: "a cap of nothing: say rate: { free: true }",
        example: "rate: { free: true }",
      });
    const words = [...period.days, ...(period.except ?? [])];
    if (calendar === undefined && words.some((word) => word === "workday" || word === "weekend" || word === "holiday"))
      complain([...path, "table", index, "days"], {
        code: "no-calendar",
        zh: "工作日、周末、节假日要有 calendar 才分得清",
        en: "workday, weekend and holiday need a calendar",
        example: "calendar: { from: 2025-01-01, until: 2025-12-31, holidays: [2025-10-01 to 2025-10-08], make_up_days: [2025-09-28] }",
      });
  }
  const codes = Array.from({ length: 7 * (calendar === undefined ? 1 : 3) }, (_, code) => code).filter(
    (code) => code < 7 || code >= 14 || code % 7 >= 5,
  );
  for (const yesterday of codes)
    for (const today of codes) {
      if ((yesterday + 1) % 7 !== today % 7) continue;
      const fault = faultOf(rates.periods, yesterday, today);
      if (fault === undefined) continue;
      const { at, kind, index } = fault;
      const when = `${weekdayNames[today % 7]}${today >= 14 ? "（节假日）" : today >= 7 ? "（调休上班）" : ""} ${clockText(at)}`;
      const dayName = `${dayWords[4 + (today % 7)]}${dayIs(today, "holiday") ? " (holiday)" : ""} ${clockText(at)}`;
      if (kind === "gap")
        complain([...path, "table"], {
          code: "periods-gap",
          zh: `从${when}起没有任何时段`,
          en: `from ${dayName} no period holds`,
          example: 'from: "07:00", until: "19:00"',
        });
      else
        complain([...path, "table", index], {
          code: "periods-overlap",
          zh: `从${when}起与另一时段重叠`,
          en: `from ${dayName} it overlaps another period`,
          example: 'from: "19:00"',
        });
      return;
    }
}

interface Fault {
  readonly at: number;
  readonly kind: "gap" | "overlap";
  readonly index: number;
}

/** The first second of a day that lies in no period, or in two. */
function faultOf(periods: readonly Period[], yesterday: number, today: number): Fault | undefined {
  const spans = periods.flatMap((period, index) => {
    const over = period.until <= period.from;
    return [
      ...(periodFits(period, today) ? [{ from: period.from, until: over ? day : period.until, index }] : []),
      ...(over && period.until > 0 && periodFits(period, yesterday) ? [{ from: 0, until: period.until, index }] : []),
    ];
  });
  spans.sort((a, b) => a.from - b.from || a.index - b.index);
  let reached = 0;
  for (const span of spans) {
    if (span.from > reached) return { at: reached, kind: "gap", index: span.index };
    if (span.from < reached) return { at: span.from, kind: "overlap", index: span.index };
    reached = span.until;
  }
  return reached < day ? { at: reached, kind: "gap", index: 0 } : undefined;
}
