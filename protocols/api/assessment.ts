// What was written of a compound in a period of assessment, as the cloud answers and the page shows it: the line, its appeal, and what the one who asks may do with it now.

export interface Decided {
  readonly name: string;
  /** null: not yet to be told. */
  readonly says: string | null;
}

export interface AssessmentEntry {
  readonly id: string;
  readonly site: string;
  readonly name: string;
  readonly source: "town" | "department";
  readonly item: string;
  readonly zh: string;
  readonly kind: "deduction" | "bonus" | "veto";
  readonly milli: number;
  readonly reason: string;
  readonly evidence: string | null;
  readonly person_name: string;
  readonly at: string;
  readonly state: string;
  readonly appeal: {
    readonly words: string;
    readonly name: string;
    readonly at: string;
    readonly decided: readonly Decided[];
    readonly decided_at: string | null;
    /** Both said so, or it stands. */
    readonly outcome: "void" | "uphold" | null;
  } | null;
  readonly may: readonly ("appeal" | "decide")[];
}
