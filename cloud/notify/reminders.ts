// What is told and is no alarm: nobody acknowledges it, nothing escalates it. A row each, with whom it is for and what to do.
import type { Role } from "#protocols/api/views.ts";

export interface ReminderRule {
  /** Instead of the roles of an alarm's priority. */
  readonly roles: readonly Role[];
  readonly action_zh: string;
  readonly action_en: string;
}

export const reminderRules: Readonly<Record<string, ReminderRule>> = {
  "report.due": {
    roles: ["street-officer"],
    action_zh: "在台账中报送该月数字；没有发现也要报零。\n未报送不等于零隐患。",
    action_en: "Report the month's number in the ledger; report a zero where nothing was found.\nSilence is not zero.",
  },
};
