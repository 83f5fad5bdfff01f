// What the ledger goes by: calendar, clocks, ladder and the distance between those who work, look and close. Usual values stand in the code; versions written by the
// bureau stand in the rulebook and take over from their day on.
import { type Calendar, dayOf, dayText, openCalendar } from "#cloud/calendar/calendar.ts";
import { type PublishedYear, publishedYears } from "#cloud/calendar/years.ts";
import { ruleOn, rulesOn } from "#cloud/rulebook/rulebook.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type ClockRules, type Rung, usualClocks, usualLadder } from "./clocks.ts";
import { type Separations, usualSeparations } from "./workflow.ts";

export interface LedgerPolicy {
  readonly calendar: Calendar;
  readonly clocks: ClockRules;
  readonly ladder: readonly Rung[];
  readonly separations: Separations;
  /** Proposed where neither the dispatcher nor a rule names another. */
  readonly deadline_days: number;
}

export const usualPolicy: LedgerPolicy = {
  calendar: openCalendar(),
  clocks: usualClocks,
  ladder: usualLadder,
  separations: usualSeparations,
  deadline_days: 7,
};

export async function policyOn(read: Queries, now: number): Promise<LedgerPolicy> {
  const day = dayText(dayOf(now));
  const years = await rulesOn(read, "calendar", day);
  const clocks = await ruleOn(read, "clocks", "", day);
  const ladder = await ruleOn(read, "ladder", "", day);
  const separations = await ruleOn(read, "separations", "", day);
  const written = years.map(({ body }) => body as PublishedYear);
  const kept = publishedYears.filter(({ year }) => !written.some((one) => one.year === year));
  return {
    calendar: written.length === 0 ? usualPolicy.calendar : openCalendar([...kept, ...written]),
    clocks: (clocks?.body as ClockRules | undefined) ?? usualClocks,
    ladder: (ladder?.body as readonly Rung[] | undefined) ?? usualLadder,
    separations: (separations?.body as Separations | undefined) ?? usualSeparations,
    deadline_days: usualPolicy.deadline_days,
  };
}
