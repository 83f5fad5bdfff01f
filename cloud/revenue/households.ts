// The maintenance fund by household: an amount over floor areas by largest remainder, exact to the fen and the same whatever order the households stand in. Pure.
import { type Fen, fen, proportion, sumFen } from "#protocols/vocabulary/money.ts";

export interface Household {
  readonly id: string;
  /** Square centimetres × 100 would be silly: thousandths of a square metre, a whole number. */
  readonly area_milli: number;
}

export interface HouseholdPart {
  readonly id: string;
  readonly amount_fen: Fen;
}

/** Negative for what is spent. Ties go to the smaller id, so that no order decides. */
export function byArea(amount: Fen, households: readonly Household[]): HouseholdPart[] {
  if (households.length === 0) throw new RangeError("there is no household to share it");
  if (new Set(households.map(({ id }) => id)).size < households.length) throw new RangeError("a household stands twice");
  for (const { id, area_milli } of households)
    if (!Number.isSafeInteger(area_milli) || area_milli <= 0) throw new RangeError(`household ${id} has no floor area: ${area_milli}`);
  const total = households.reduce((sum, { area_milli }) => sum + area_milli, 0);
  const [sign, size] = amount < 0 ? [-1, fen(-amount)] : [1, amount];
  const parts = households.map(({ id, area_milli }) => {
    const floor = proportion(size, { numerator: area_milli, denominator: total, rounding: "down" });
    return { id, floor, rest: BigInt(size) * BigInt(area_milli) - BigInt(floor) * BigInt(total) };
  });
  const left = size - sumFen(parts.map(({ floor }) => floor));
  const more = new Set(
    [...parts]
      .sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.id < b.id ? -1 : 1))
      .slice(0, left)
      .map(({ id }) => id),
  );
  return parts.map(({ id, floor }) => ({ id, amount_fen: fen(sign * (floor + (more.has(id) ? 1 : 0)) || 0) }));
}

/** How the owners decide: shares of heads and of areas, as data with a date. */
export interface VoteRule {
  readonly from: string;
  readonly source: string;
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
/** Using the maintenance fund. To be confirmed with the local rules before it is relied on. */
export const voteRules: readonly VoteRule[] = [
  {
    ...{ from: "2007-10-01", source: "物权法 第七十六条（2021 年前）", of: "all", strict: false },
    ...{
      quorum: { heads: { numerator: 0, denominator: 1 }, areas: { numerator: 0, denominator: 1 } },
      majority: { heads: twoThirds, areas: twoThirds },
    },
  },
  {
    ...{ from: "2021-01-01", source: "民法典 第二百七十八条", of: "taking-part", strict: true },
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
