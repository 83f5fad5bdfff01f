// What each town owes every month: reported, zero, late, or silent; and every word that it gave.
import { type Answer, call, send } from "./api.ts";

export interface TownDue {
  readonly town: string;
  readonly month: string;
  readonly state: "reported" | "zero" | "late" | "not-reported" | "not-due-yet";
  readonly count: number | null;
  readonly due_at: string;
  /** The year's holidays are not published yet: the day may still change. */
  readonly provisional: boolean;
  readonly reminders: readonly { readonly stage: string; readonly at: string }[];
  readonly words: readonly { readonly count: number; readonly reason: string | null; readonly person: string; readonly at: string }[];
}

const path = "/api/v1/ledger/reports";
export const readTownDues = (month: string): Promise<Answer<TownDue[]>> => call(`${path}?month=${month}`);

export const reportTown = (body: {
  readonly town: string;
  readonly month: string;
  readonly count: number;
  readonly reason?: string;
}): Promise<Answer<{ count: number }>> => send("POST", path, body);
