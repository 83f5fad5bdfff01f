// How owners decide on their money: shares of heads and of areas, apart, as data with a date; and whether so many votes were enough. Pure, and in whole numbers: no share is ever rounded.

/** How the owners decide: shares of heads and of areas, as data with a date. */
export interface VoteRule {
  readonly from: string;
  readonly source: string;
  /** false: the usual reading of the law, which nobody of this place has confirmed yet; it is printed so. */
  readonly confirmed: boolean;
  /** So many must take part … */
  readonly quorum: {
    readonly heads: { readonly numerator: number; readonly denominator: number };
    readonly areas: { readonly numerator: number; readonly denominator: number };
  };
  /** … and of `of`, so many must agree. */
  readonly majority: {
    readonly heads: { readonly numerator: number; readonly denominator: number };
    readonly areas: { readonly numerator: number; readonly denominator: number };
  };
  readonly of: "all" | "taking-part";
  /** "more than" (过半数) or "at least". */
  readonly strict: boolean;
}

const twoThirds = { numerator: 2, denominator: 3 };
const half = { numerator: 1, denominator: 2 };
/** Using the maintenance fund. To be confirmed with the local rules before it is relied on: the bureau writes its own (rule kind `votes`). */
export const voteRules: readonly VoteRule[] = [
  {
    ...{ from: "2007-10-01", source: "物权法 第七十六条（2021 年前）", confirmed: false, of: "all", strict: false },
    ...{
      quorum: { heads: { numerator: 0, denominator: 1 }, areas: { numerator: 0, denominator: 1 } },
      majority: { heads: twoThirds, areas: twoThirds },
    },
  },
  {
    ...{ from: "2021-01-01", source: "民法典 第二百七十八条", confirmed: false, of: "taking-part", strict: true },
    ...{ quorum: { heads: twoThirds, areas: twoThirds }, majority: { heads: half, areas: half } },
  },
];

export interface Votes {
  readonly all: { readonly heads: number; readonly areas_milli: number };
  readonly taking_part: { readonly heads: number; readonly areas_milli: number };
  readonly agreeing: { readonly heads: number; readonly areas_milli: number };
}

/** The rule of that day; undefined before the first. */
export const voteRuleOn = (day: string, rules: readonly VoteRule[] = voteRules): VoteRule | undefined =>
  rules.filter(({ from }) => from <= day).sort((a, b) => (a.from < b.from ? 1 : -1))[0];

export interface Verdict {
  readonly passed: boolean;
  /** What fell short: "quorum-heads", "quorum-areas", "majority-heads", "majority-areas". */
  readonly short: readonly string[];
}

export function judgeVote(rule: VoteRule, { all, taking_part, agreeing }: Votes): Verdict {
  const reaches = (
    part: number,
    whole: number,
    { numerator, denominator }: { numerator: number; denominator: number },
    strict: boolean,
  ) => {
    const [left, right] = [BigInt(part) * BigInt(denominator), BigInt(whole) * BigInt(numerator)];
    return strict ? left > right : left >= right;
  };
  for (const [smaller, larger] of [
    [taking_part, all],
    [agreeing, taking_part],
  ] as const)
    if (smaller.heads > larger.heads || smaller.areas_milli > larger.areas_milli) throw new RangeError("more votes than voters");
  const of = rule.of === "all" ? all : taking_part;
  const checks: readonly (readonly [string, boolean])[] = [
    ["quorum-heads", reaches(taking_part.heads, all.heads, rule.quorum.heads, false)],
    ["quorum-areas", reaches(taking_part.areas_milli, all.areas_milli, rule.quorum.areas, false)],
    ["majority-heads", reaches(agreeing.heads, of.heads, rule.majority.heads, rule.strict)],
    ["majority-areas", reaches(agreeing.areas_milli, of.areas_milli, rule.majority.areas, rule.strict)],
  ];
  const short = checks.filter(([, enough]) => !enough).map(([name]) => name);
  return { passed: short.length === 0, short };
}
