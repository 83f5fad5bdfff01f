// What a town owes every month: a number of finds, zero if there were none. Silence is not zero: it is not reported, and late is late.
import type { Calendar } from "#cloud/calendar/calendar.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

/** The fifth working day of the month that follows. */
export const dueWorkingDays = 5;

/** What a town said of a month: its first word says when, its last one how many. */
export interface TownReport {
  readonly town: string;
  readonly month: string;
  readonly count: number;
  readonly person: string;
  readonly at: number;
  /** Every word in its order; the first has no reason. */
  readonly words: readonly { readonly count: number; readonly reason: string | null; readonly person: string; readonly at: number }[];
}

export async function reportsOf(read: Queries, month: string): Promise<TownReport[]> {
  const rows = await read.selectFrom("town_report").selectAll().where("month", "=", month).orderBy("town").orderBy("seq").execute();
  return [...Map.groupBy(rows, ({ town }) => town)].map(([town, own]) => ({
    ...{ town, month, at: own[0]?.at ?? 0, count: own.at(-1)?.count ?? 0, person: own.at(-1)?.person ?? "" },
    words: own.map(({ count, reason, person, at }) => ({ count, reason, person, at })),
  }));
}

/**
 * The first word stands: a later one does not make a late one early, and takes nothing away. The same number again is the word that stands.
 * One writer at a time: whoever calls it holds a lock, or writes alone.
 */
export async function reportTown(
  change: Change,
  { town, month, count, reason, person, at }: Omit<Row<"town_report">, "seq">,
): Promise<Row<"town_report"> | Refusal> {
  const last = await change
    .selectFrom("town_report")
    .selectAll()
    .where("town", "=", town)
    .where("month", "=", month)
    .orderBy("seq", "desc")
    .executeTakeFirst();
  if (last?.count === count) return last;
  if (last !== undefined && reason === null)
    return refusal(
      "reason-needed",
      `该月已报 ${last.count} 处；更正请写明原因`,
      `${last.count} were reported for this month; say why it is another number now`,
    );
  const word = { town, month, seq: (last?.seq ?? 0) + 1, count, reason: last === undefined ? null : reason, person, at };
  await change.insertInto("town_report").values(word).execute();
  await seal(change, "town_report", [word]);
  return word;
}

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
  {
    rows,
    calendar,
    now,
  }: { readonly rows: readonly Pick<TownReport, "town" | "month" | "count" | "at">[]; readonly calendar: Calendar; readonly now: number },
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
