// What the doctor says of one thing: well, or not, in both languages, and the line that mends it.
export interface Finding {
  readonly check: string;
  readonly state: "ok" | "warning" | "failed";
  readonly zh: string;
  readonly en: string;
  readonly mend?: string;
}

export const ok = (check: string, zh: string, en: string): Finding => ({ check, state: "ok", zh, en });
export const warning = (check: string, words: { zh: string; en: string; mend: string }): Finding => ({ check, state: "warning", ...words });
