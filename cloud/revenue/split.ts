// How income is divided: n parties, shares as exact fractions, tiers that a month may cross, a minimum to the maintenance fund, and a rule for the last fen. Pure.
// The sum of the parts is always the whole: nothing is rounded into existence, nothing is rounded away.
import { type Fen, fen, noMoney, proportion, sumFen } from "#protocols/vocabulary/money.ts";

export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Share extends Fraction {
  readonly party: string;
}

export interface Tier {
  /** Up to this sum counted from the period's beginning; null: without end. Only the last has none. */
  readonly up_to_fen: number | null;
  /** Their sum is exactly one. */
  readonly shares: readonly Share[];
}

export interface Minimum {
  readonly party: string;
  /** Of the month's base, so much at least … */
  readonly share?: Fraction;
  /** … and so many fen, as far as there is a base. */
  readonly fen?: number;
  /** Who gives way, in this order. */
  readonly from: readonly string[];
}

export interface SplitRule {
  readonly parties: readonly { readonly id: string; readonly zh: string; readonly en: string }[];
  /** What the tiers count: each month alone, the year so far, or all since the rule began (a recovery tier: until the builder has his money back). */
  readonly counted: "month" | "year" | "always";
  readonly tiers: readonly Tier[];
  readonly minimum?: Minimum;
  /** A party's id: it takes what the division leaves. Or the largest remainders take a fen each, the earlier party first. */
  readonly last_fen: string;
}
export const largestRemainder = "largest-remainder";

/** What is wrong with a rule, in words; none: it divides every sum. */
export function complaintsOf({ parties, tiers, minimum, last_fen }: SplitRule): string[] {
  const found: string[] = [];
  const ids = parties.map(({ id }) => id);
  const unknown = (id: string): boolean => !ids.includes(id);
  if (ids.length === 0) found.push("没有分配方 / no party");
  if (new Set(ids).size < ids.length) found.push("分配方重复 / a party is named twice");
  if (last_fen !== largestRemainder && unknown(last_fen)) found.push(`末分归属不明 / last_fen: no such party: ${last_fen}`);
  if (tiers.length === 0) found.push("没有档次 / no tier");
  let before = 0;
  for (const [at, { up_to_fen, shares }] of tiers.entries()) {
    const place = `第 ${at + 1} 档 / tier ${at + 1}`;
    if ((up_to_fen === null) !== (at === tiers.length - 1)) found.push(`${place}: 只有最后一档不封顶 / only the last has no end`);
    if (up_to_fen !== null && (!Number.isSafeInteger(up_to_fen) || up_to_fen <= before))
      found.push(`${place}: 上限应递增 / the ends rise: ${up_to_fen}`);
    before = up_to_fen ?? before;
    for (const { party, numerator, denominator } of shares) {
      if (unknown(party)) found.push(`${place}: 没有这一方 / no such party: ${party}`);
      if (!isFraction({ numerator, denominator })) found.push(`${place}: 不是分数 / no fraction: ${numerator}/${denominator}`);
    }
    if (new Set(shares.map(({ party }) => party)).size < shares.length) found.push(`${place}: 一方写了两次 / a party is named twice`);
    if (shares.every(isFraction) && !sumIsOne(shares)) found.push(`${place}: 比例之和不是 1 / the shares are not one together`);
  }
  if (minimum !== undefined) {
    if ([minimum.party, ...minimum.from].some(unknown)) found.push("保底：没有这一方 / minimum: no such party");
    if (minimum.from.includes(minimum.party)) found.push("保底：不能由自己补足 / minimum: from itself");
    if (minimum.from.length === 0) found.push("保底：由谁补足 / minimum: nobody gives way");
    if (minimum.share !== undefined && !isFraction(minimum.share)) found.push("保底：不是分数 / minimum: no fraction");
    if (minimum.fen !== undefined && (!Number.isSafeInteger(minimum.fen) || minimum.fen < 0)) found.push("保底：金额 / minimum: fen");
  }
  return found;
}

const isFraction = ({ numerator, denominator }: Fraction): boolean =>
  Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator) && denominator > 0 && numerator >= 0 && numerator <= denominator;

function sumIsOne(shares: readonly Fraction[]): boolean {
  const whole = shares.reduce((product, { denominator }) => product * BigInt(denominator), 1n);
  return shares.reduce((sum, { numerator, denominator }) => sum + (BigInt(numerator) * whole) / BigInt(denominator), 0n) === whole;
}

export interface Slice {
  readonly tier: number;
  readonly amount_fen: Fen;
  readonly parts: readonly { readonly party: string; readonly amount_fen: Fen }[];
}

export interface Division {
  readonly base_fen: Fen;
  readonly slices: readonly Slice[];
  /** What the minimum moved, from whom. */
  readonly topped_up: readonly { readonly from: string; readonly amount_fen: Fen }[];
  /** Every party of the rule, in its order. */
  readonly parts: readonly { readonly party: string; readonly amount_fen: Fen }[];
}

/** `before`: what was divided already in what the tiers count. `base` is not negative: a loss is carried, not divided. */
export function divide(rule: SplitRule, base: Fen, before: Fen = noMoney): Division {
  if (base < 0 || before < 0) throw new RangeError(`only what is there is divided: ${base} after ${before}`);
  const wrong = complaintsOf(rule);
  if (wrong.length > 0) throw new RangeError(`this rule divides nothing: ${wrong.join("; ")}`);
  const slices: Slice[] = [];
  let from: number = before;
  const end = before + base;
  for (const [tier, { up_to_fen, shares }] of rule.tiers.entries()) {
    const to = Math.min(end, up_to_fen ?? end);
    if (to <= from) continue;
    const amount_fen = fen(to - from);
    slices.push({ tier, amount_fen, parts: partsOf(amount_fen, shares, rule) });
    from = to;
  }
  const raw = new Map(
    rule.parties.map(({ id }) => [
      id,
      sumFen(slices.flatMap(({ parts }) => parts.filter(({ party }) => party === id).map(({ amount_fen }) => amount_fen))),
    ]),
  );
  const topped_up = topUp(rule.minimum, base, raw);
  return { base_fen: base, slices, topped_up, parts: [...raw].map(([party, amount_fen]) => ({ party, amount_fen })) };
}

function partsOf(amount: Fen, shares: readonly Share[], { parties, last_fen }: SplitRule): Slice["parts"] {
  const parts = shares.map(({ party, numerator, denominator }) => {
    const amount_fen = proportion(amount, { numerator, denominator, rounding: "down" });
    // What was cut off, as a fraction of a fen: compared exactly, over a common denominator.
    const rest = BigInt(amount) * BigInt(numerator) - BigInt(amount_fen) * BigInt(denominator);
    return { party, amount_fen, rest, denominator: BigInt(denominator), order: parties.findIndex(({ id }) => id === party) };
  });
  let left = amount - sumFen(parts.map(({ amount_fen }) => amount_fen));
  if (last_fen !== largestRemainder) {
    const others = parts.map(({ party, amount_fen }) => ({ party, amount_fen }));
    if (left === 0) return others;
    return others.some(({ party }) => party === last_fen)
      ? others.map(({ party, amount_fen }) => ({ party, amount_fen: fen(amount_fen + (party === last_fen ? left : 0)) }))
      : [...others, { party: last_fen, amount_fen: fen(left) }];
  }
  const first = [...parts].sort((a, b) => {
    const difference = b.rest * a.denominator - a.rest * b.denominator;
    return difference > 0n ? 1 : difference < 0n ? -1 : a.order - b.order;
  });
  const more = new Set<string>();
  for (const { party } of first)
    if (left > 0) {
      more.add(party);
      left -= 1;
    }
  return parts.map(({ party, amount_fen }) => ({ party, amount_fen: fen(amount_fen + (more.has(party) ? 1 : 0)) }));
}

/** Changes `parts`. Nobody gives more than he has, and nothing comes from nowhere. */
function topUp(minimum: Minimum | undefined, base: Fen, parts: Map<string, Fen>): Division["topped_up"] {
  if (minimum === undefined) return [];
  const { party, share, from } = minimum;
  const wanted = Math.min(base, Math.max(minimum.fen ?? 0, share === undefined ? 0 : proportion(base, { ...share, rounding: "up" })));
  const moved: { from: string; amount_fen: Fen }[] = [];
  for (const giver of from) {
    const missing = wanted - (parts.get(party) ?? 0);
    const amount = Math.min(Math.max(0, missing), parts.get(giver) ?? 0);
    if (amount === 0) continue;
    parts.set(giver, fen((parts.get(giver) ?? 0) - amount));
    parts.set(party, fen((parts.get(party) ?? 0) + amount));
    moved.push({ from: giver, amount_fen: fen(amount) });
  }
  return moved;
}
