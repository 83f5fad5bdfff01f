// What a town owes every month: a number of finds, zero if there were none. Silence is not zero: it is not reported, and late is late.
import type { Calendar } from "#cloud/calendar/calendar.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import type { Row } from "#cloud/store/schema.ts";

/** The fifth working day of the month that follows. */
export const dueWorkingDays = 5;

export interface Due {
  readonly town: string;
  readonly month: string;
  readonly state: "reported" | "zero" | "late" | "not-reported" | "not-due-yet";
  readonly count: number | null;
  readonly due_at: number;
  readonly provisional: boolean;
  /** So many days from being due; a reminder is sent when none is left. */
  readonly overdue: boolean;
}

export function dueReports(
  towns: readonly string[],
  month: string,
  { rows, calendar, now }: { readonly rows: readonly Row<"due_report">[]; readonly calendar: Calendar; readonly now: number },
): Due[] {
  const span = monthSpan(month);
  if (span === undefined) throw new RangeError(`no month: ${month}`);
  // From the last moment of the month: its own last day does not count.
  const { at: due_at, provisional } = calendar.workingDaysAfter(span.to - 1, dueWorkingDays);
  return towns.map((town): Due => {
    const row = rows.find((one) => one.town === town && one.month === month);
    const common = { town, month, due_at, provisional, count: row?.count ?? null };
    if (row === undefined) return { ...common, state: now > due_at ? "not-reported" : "not-due-yet", overdue: now > due_at };
    if (row.at > due_at) return { ...common, state: "late", overdue: true };
    return { ...common, state: row.count === 0 ? "zero" : "reported", overdue: false };
  });
}
