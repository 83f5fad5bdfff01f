// Towns that owe a month's report are reminded: at nine on the day before it is due, and at nine on the day after, each once. The reminder goes out by the channels of notification.
import { dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import { monthAfter, monthSpan } from "#cloud/revenue/months.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import type { Compound } from "../hazards.ts";
import { compoundsWithTowns } from "../places.ts";
import { policyOn } from "../policy.ts";
import { type Due, dueReports, reportsOf } from "./due.ts";

export const reminderStages = ["soon", "overdue"] as const;
export type ReminderStage = (typeof reminderStages)[number];

export interface Reminder {
  readonly id: string;
  readonly town: string;
  readonly month: string;
  readonly stage: ReminderStage;
  readonly at: number;
  readonly due_at: number;
  readonly provisional: boolean;
  /** A channel may be of some compounds only: the town's first stands for it. */
  readonly site: string;
}

const hour = 9;
/** Whoever has reported, in time or not, is left in peace. */
export function remindersOf({
  state,
  due_at,
}: Pick<Due, "state" | "due_at">): readonly { readonly stage: ReminderStage; readonly at: number }[] {
  if (state !== "not-due-yet" && state !== "not-reported") return [];
  const nine = (days: number): number => startOf(dayOf(due_at) + days) + hour * hourMs;
  return [
    { stage: "soon", at: nine(-1) },
    { stage: "overdue", at: nine(1) },
  ];
}

interface Where {
  readonly tree: Tree;
  readonly compounds: readonly Compound[];
}

/** What will be told until then and was not told yet; of what is past already only the last word of each town. */
export async function plannedReminders(
  read: Queries,
  where: Where,
  { now, until }: { readonly now: number; readonly until: number },
): Promise<Reminder[]> {
  const all = (await compoundsWithTowns(read, where, dayText(dayOf(now)))).filter(({ town }) => town !== "");
  const towns = [...new Set(all.map(({ town }) => town))].sort();
  const { calendar } = await policyOn(read, now);
  const planned: Reminder[] = [];
  for (const month of monthsOwed(now, until)) {
    const rows = await reportsOf(read, month);
    for (const due of dueReports(towns, month, { rows, calendar, now })) {
      const site =
        all
          .filter(({ town }) => town === due.town)
          .map(({ id }) => id)
          .sort()[0] ?? "";
      const mine = remindersOf(due)
        .filter(({ at }) => at <= until)
        .map(({ stage, at }): Reminder => {
          const { town, due_at, provisional } = due;
          return { id: `report.due/${month}/${town}/${stage}`, town, month, stage, at, due_at, provisional, site };
        });
      const past = mine.filter(({ at }) => at <= now);
      planned.push(...past.slice(-1), ...mine.filter(({ at }) => at > now));
    }
  }
  if (planned.length === 0) return planned;
  const told = await read
    .selectFrom("notice")
    .select("id")
    .where(
      "id",
      "in",
      planned.map(({ id }) => id),
    )
    .execute();
  const known = new Set(told.map(({ id }) => id));
  return planned.filter(({ id }) => !known.has(id)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The month before, and those that end until then. */
function monthsOwed(now: number, until: number): string[] {
  const current = dayText(dayOf(now)).slice(0, 7);
  const [year = 0, month = 1] = current.split("-").map(Number);
  const last = month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
  const months = [last];
  for (let next = current; (monthSpan(next)?.to ?? Number.POSITIVE_INFINITY) <= until; next = monthAfter(next)) months.push(next);
  return months;
}

/** The number of towns that are told now. */
export async function remind(change: Change, where: Where, now: number): Promise<number> {
  const due = await plannedReminders(change, where, { now, until: now });
  for (const { id, town, month, stage, site, due_at, provisional } of due) {
    const day = `${dayText(dayOf(due_at))}${provisional ? "（暂定）" : ""}`;
    const words =
      stage === "soon"
        ? { zh: `${town} ${month} 月报 ${day} 到期，尚未报送`, en: `${town} owes the report of ${month} by ${day}` }
        : { zh: `${town} ${month} 月报已过 ${day}，未报送`, en: `${town} has not sent the report of ${month}, due ${day}` };
    await change
      .insertInto("notice")
      .values({
        ...{ id, alarm: `report.due/${month}/${town}`, site, kind: "reminder", rule: "report.due", source: town, ...words },
        ...{ priority: stage === "soon" ? 4 : 3, count: 1, level: 0, at: now, taken: 0 },
      })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
  return due.length;
}
