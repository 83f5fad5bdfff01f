// How owners decide on their money: shares of heads and of areas, apart, as data with a date; and whether so many votes were enough. Pure, and in whole numbers: no share is ever rounded.
import type { Threshold, VoteRule, VoteShares } from "#protocols/api/votes.ts";

/** What owners decide on, as the law parts it: which share is enough depends on it. */
export const voteMatters = {
  "use-fund": ["使用维修资金", "to spend the maintenance fund"],
  "raise-fund": ["筹集维修资金", "to raise the maintenance fund"],
  rebuild: ["改建、重建建筑物及其附属设施", "to alter or rebuild the building and what belongs to it"],
  "common-parts": ["改变共有部分用途或利用共有部分从事经营活动", "to change the use of common parts, or to do business with them"],
  company: ["选聘、解聘物业服务企业", "to choose or dismiss the property company"],
  other: ["其他共同决定事项", "what else is decided together"],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string]>>;
export type VoteMatter = keyof typeof voteMatters;
export const voteMatterNames = Object.keys(voteMatters) as VoteMatter[];
/** Of these a vote says how much money it is about. */
export const moneyMatters: ReadonlySet<string> = new Set<VoteMatter>(["use-fund", "raise-fund"]);

export type { VoteRule } from "#protocols/api/votes.ts";

/** What a place writes (rule kind `votes`): for ordinary matters, and for those that need more. */
export interface WrittenVoteRule extends Threshold {
  readonly special?: readonly (Threshold & { readonly matters: readonly VoteMatter[] })[];
}

interface LawRule extends VoteRule {
  readonly matters: readonly VoteMatter[];
}

const of = (numerator: number, denominator: number): VoteShares => ({
  heads: { numerator, denominator },
  areas: { numerator, denominator },
});
/** These need more than others by the law since 2021; what a place wrote of ordinary matters says nothing of them. */
const special: readonly VoteMatter[] = ["raise-fund", "rebuild", "common-parts"];
const old = { from: "2007-10-01", source: "物权法 第七十六条（2021 年前）", confirmed: false, of: "all", quorum: of(0, 1) } as const;
const present = { from: "2021-01-01", source: "民法典 第二百七十八条", confirmed: false, of: "taking-part", quorum: of(2, 3) } as const;

/** The law as it is usually read. To be confirmed with the local rules before it is relied on: the bureau writes its own (rule kind `votes`). */
export const voteRules: readonly LawRule[] = [
  { ...old, matters: ["use-fund", "raise-fund", "rebuild"], strict: false, majority: of(2, 3) },
  { ...old, matters: ["common-parts", "company", "other"], strict: true, majority: of(1, 2) },
  { ...present, matters: ["use-fund", "company", "other"], strict: true, majority: of(1, 2) },
  { ...present, matters: special, strict: false, majority: of(3, 4) },
];

export interface Votes {
  readonly all: { readonly heads: number; readonly areas_milli: number };
  readonly taking_part: { readonly heads: number; readonly areas_milli: number };
  readonly agreeing: { readonly heads: number; readonly areas_milli: number };
}

/** The law's of that day; undefined before the first. */
export const voteRuleOn = (day: string, matter: VoteMatter = "use-fund"): VoteRule | undefined => {
  const found = voteRules
    .filter(({ from, matters }) => from <= day && matters.includes(matter))
    .sort((a, b) => (a.from < b.from ? 1 : -1))[0];
  if (found === undefined) return undefined;
  const { matters: _, ...rule } = found;
  return rule;
};

/** What a place wrote of this matter; undefined: nothing, the law's stands. */
export function writtenFor({ special: more = [], ...ordinary }: WrittenVoteRule, matter: VoteMatter): Threshold | undefined {
  const own = more.find(({ matters }) => matters.includes(matter));
  if (own === undefined) return special.includes(matter) ? undefined : ordinary;
  const { matters: _, ...threshold } = own;
  return threshold;
}

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
  const whole = rule.of === "all" ? all : taking_part;
  const checks: readonly (readonly [string, boolean])[] = [
    ["quorum-heads", reaches(taking_part.heads, all.heads, rule.quorum.heads, false)],
    ["quorum-areas", reaches(taking_part.areas_milli, all.areas_milli, rule.quorum.areas, false)],
    ["majority-heads", reaches(agreeing.heads, whole.heads, rule.majority.heads, rule.strict)],
    ["majority-areas", reaches(agreeing.areas_milli, whole.areas_milli, rule.majority.areas, rule.strict)],
  ];
  const short = checks.filter(([, enough]) => !enough).map(([name]) => name);
  return { passed: short.length === 0, short };
}
