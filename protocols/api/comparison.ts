// Two versions of an assessment scheme over the same period, as the cloud answers and the page shows them: what each makes of the same visits, and line by line why they differ.

export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export interface SchemeVersionView {
  /** "stars-third@0": the scheme, and its version; 0 is the one that it began with. */
  readonly key: string;
  readonly id: string;
  readonly kind: string;
  readonly zh: string;
  readonly version: number;
  /** null: it has held since the beginning. */
  readonly valid_from: string | null;
  readonly modules: readonly { readonly id: string; readonly zh: string; readonly en: string; readonly share: Fraction }[];
  readonly town_share: Fraction;
  readonly disagreement_milli: number;
}

export interface CompareLine {
  /** "base": the hundred that everybody begins with; "beyond": what was taken off beyond a module's hundred costs nothing. */
  readonly kind: "base" | "item" | "beyond" | "bonus" | "rounding";
  readonly module: string | null;
  readonly item: string | null;
  readonly zh: string;
  readonly en: string;
  /** Of the whole, in each version; null: that version has no such item. */
  readonly share_a: Fraction | null;
  readonly share_b: Fraction | null;
  readonly a_milli: number;
  readonly b_milli: number;
  /** B less A. */
  readonly difference_milli: number;
  /** What it rests on: hazards of the ledger, and what was written down. */
  readonly rows: readonly {
    readonly id: string;
    readonly source: "town" | "department" | "ledger";
    readonly item: string;
    readonly milli: number;
  }[];
}

export interface ComparedSide {
  readonly score_milli: number;
  readonly stars: number;
  readonly failed: boolean;
  /** Names of the vetoes that hold. */
  readonly vetoes: readonly string[];
  /** Town and department are too far apart by this version: the department's word holds. */
  readonly disagree: boolean;
  /** Among all compounds that were assessed; equal scores share a rank. */
  readonly rank: number;
}

/** null: it was not assessed. */
export interface ComparedScores {
  readonly site: string;
  readonly a: ComparedSide | null;
  readonly b: ComparedSide | null;
  readonly difference_milli: number | null;
  readonly lines: readonly CompareLine[];
}
export interface ComparedCompound extends ComparedScores {
  readonly name: string;
}

export interface Comparison {
  readonly period: string;
  readonly a: SchemeVersionView;
  readonly b: SchemeVersionView;
  /** The scheme under which the period was written down; null: nobody wrote anything. */
  readonly written_under: string | null;
  readonly frozen: boolean;
  readonly coverage: { readonly compounds: number; readonly covered: number; readonly full: boolean };
  /** Of so many that were assessed the ranks are. */
  readonly ranked: number;
  readonly compounds: readonly ComparedCompound[];
}
