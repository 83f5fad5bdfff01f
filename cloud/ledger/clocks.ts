// The ledger's clocks: when a notice is to be served, a re-inspection made, a danger held down, and which rung of the ladder is due. Pure; the numbers are data.
import { type Calendar, type Due, dayOf, startOf } from "#cloud/calendar/calendar.ts";
import type { Role } from "#protocols/api/views.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";

export interface ClockRules {
  /** From finding it to serving the notice (责令限期改正通知书). */
  readonly notice_working_days: number;
  /** From the application to the re-inspection. */
  readonly reinspection_working_days: number;
  /** A suspected major hazard is reported in writing; civil days. */
  readonly major_report_days: number;
  /** A major hazard is held down by an interim measure. */
  readonly interim_control_hours: number;
  /** A wish, a complaint or an objection is answered. */
  readonly reply_working_days: number;
  /** "临期": so many civil days before the deadline. */
  readonly near_days: number;
  /** For how long an officer may hold an escalation. */
  readonly pause_days: number;
}

export const usualClocks: ClockRules = {
  notice_working_days: 3,
  reinspection_working_days: 3,
  major_report_days: 2,
  interim_control_hours: 24,
  reply_working_days: 5,
  near_days: 3,
  pause_days: 7,
};

export const noticeDue = (calendar: Calendar, rules: ClockRules, found: number): Due =>
  calendar.workingDaysAfter(found, rules.notice_working_days);
export const reinspectionDue = (calendar: Calendar, rules: ClockRules, applied: number): Due =>
  calendar.workingDaysAfter(applied, rules.reinspection_working_days);
export const replyDue = (calendar: Calendar, rules: ClockRules, asked: number): Due =>
  calendar.workingDaysAfter(asked, rules.reply_working_days);
/** Hours, whatever day it is: a danger does not wait for Monday. */
export const interimControlDue = (rules: ClockRules, found: number): number => found + rules.interim_control_hours * hourMs;

export interface Rung {
  readonly id: string;
  /** Before the deadline (negative), with it (0), or after it. */
  readonly days: number;
  readonly counted: "civil" | "working";
  /** What the hazard's supervision then stands at; 0 tells somebody and changes nothing. */
  readonly level: number;
  readonly zh: string;
  readonly en: string;
  readonly tells: readonly Role[];
}

/** At this hour of its day a rung is due: people are at their desks. */
export const rungHour = 9;

export const usualLadder: readonly Rung[] = [
  { id: "remind", days: -3, counted: "civil", level: 0, zh: "临期提醒", en: "reminder", tells: ["property-manager"] },
  {
    id: "yellow",
    days: 0,
    counted: "civil",
    level: 1,
    zh: "逾期黄牌",
    en: "overdue: yellow",
    tells: ["property-manager", "community-officer"],
  },
  { id: "street", days: 1, counted: "working", level: 2, zh: "镇街督办", en: "supervised by the street", tells: ["street-officer"] },
  { id: "bureau", days: 3, counted: "working", level: 3, zh: "住建局督办", en: "supervised by the bureau", tells: ["bureau-officer"] },
  { id: "talk", days: 7, counted: "working", level: 4, zh: "约谈", en: "summoned for a talk", tells: ["street-officer", "bureau-officer"] },
  { id: "notice", days: 15, counted: "working", level: 5, zh: "通报、信用扣分", en: "named, credit deducted", tells: ["bureau-officer"] },
  {
    ...{ id: "handed-over", days: 30, counted: "working", level: 6, zh: "抄送消防、检察", en: "copied to fire service and prosecutor" },
    tells: ["bureau-officer", "alliance"],
  },
];

export interface RungDue extends Due {
  readonly rung: Rung;
}

/** Every rung with its moment, in the order in which they come. */
export function rungsOf(calendar: Calendar, ladder: readonly Rung[], deadline: number): RungDue[] {
  const last = dayOf(deadline);
  return ladder
    .map((rung): RungDue => {
      if (rung.days === 0) return { rung, at: deadline + 1, provisional: false };
      if (rung.days < 0 || rung.counted === "civil") return { rung, at: atDesk(last + rung.days), provisional: false };
      const { at, provisional } = calendar.workingDaysAfter(deadline, rung.days);
      return { rung, at: atDesk(dayOf(at)), provisional };
    })
    .sort((a, b) => a.at - b.at);
}

const atDesk = (day: number): number => startOf(day) + rungHour * hourMs;

export interface Escalating {
  readonly deadline: number | null;
  /** The ids of the rungs that it stood on already, for this deadline. */
  readonly rungs: readonly string[];
  readonly paused_until: number | null;
}

/** What is due by now and was not done. A rung is stood on once; while paused, none is. */
export function dueRungs(
  hazard: Escalating,
  { calendar, ladder, now }: { readonly calendar: Calendar; readonly ladder: readonly Rung[]; readonly now: number },
): RungDue[] {
  if (hazard.deadline === null || (hazard.paused_until !== null && now < hazard.paused_until)) return [];
  return rungsOf(calendar, ladder, hazard.deadline).filter(({ at, rung }) => at <= now && !hazard.rungs.includes(rung.id));
}

/** What the ladder will do next, and when. */
export function nextRung(
  hazard: Escalating,
  { calendar, ladder }: { readonly calendar: Calendar; readonly ladder: readonly Rung[] },
): RungDue | undefined {
  if (hazard.deadline === null) return undefined;
  return rungsOf(calendar, ladder, hazard.deadline).find(({ rung }) => !hazard.rungs.includes(rung.id));
}
