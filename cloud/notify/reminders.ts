// What is told and is no alarm: nobody acknowledges it, nothing escalates it. A row each, with whom it is for and what to do.
import type { Role } from "#protocols/api/views.ts";

export interface ReminderRule {
  /** Instead of the roles of an alarm's priority. */
  readonly roles: readonly Role[];
  readonly action_zh: string;
  readonly action_en: string;
}

/** A rung of the ledger's ladder: each notice says itself whom that rung tells. */
export const escalationRule = "ledger.escalated";

export const reminderRules: Readonly<Record<string, ReminderRule>> = {
  [escalationRule]: {
    roles: [],
    action_zh: "在台账中打开该隐患：按期整改、申请延期，或督促责任单位。",
    action_en: "Open the hazard in the ledger: put it right in time, ask for a postponement, or press whoever is responsible.",
  },
  "report.due": {
    roles: ["street-officer"],
    action_zh: "在台账中报送该月数字；没有发现也要报零。\n未报送不等于零隐患。",
    action_en: "Report the month's number in the ledger; report a zero where nothing was found.\nSilence is not zero.",
  },
};
