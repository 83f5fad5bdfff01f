// Votes of the owners as the cloud answers and the page shows them: what was entered, and the rule that judges a matter on a day.

interface Share {
  readonly numerator: number;
  readonly denominator: number;
}
export interface VoteShares {
  readonly heads: Share;
  readonly areas: Share;
}

/** How much is enough: shares of heads and of areas. */
export interface Threshold {
  readonly source: string;
  /** So many must take part … */
  readonly quorum: VoteShares;
  /** … and of `of`, so many must agree. */
  readonly majority: VoteShares;
  readonly of: "all" | "taking-part";
  /** "more than" (过半数) or "at least" (以上, which counts the share itself: Civil Code art. 1259). */
  readonly strict: boolean;
}

/** The same as data with a date. */
export interface VoteRule extends Threshold {
  readonly from: string;
  /** false: the usual reading of the law, which nobody of this place has confirmed yet; it is printed so. */
  readonly confirmed: boolean;
}

export interface MatterRule {
  readonly matter: string;
  readonly zh: string;
  readonly en: string;
  /** Of these a vote says how much money it is about. */
  readonly money: boolean;
  /** null: no rule holds on that day. */
  readonly rule: VoteRule | null;
}
export interface VoteRules {
  readonly day: string;
  /** Whether the one who asks may enter a vote. */
  readonly may_enter: boolean;
  readonly rules: readonly MatterRule[];
}
