// Two versions of one scheme over the same period: what each makes of the same visits, and line by line why they differ. Pure. Every column of lines sums to its score, in whole
// thousandths of a point: what rounding leaves over is a line of its own.
import type { ComparedScores, ComparedSide, CompareLine } from "#protocols/api/comparison.ts";
import type { Assessed } from "./assess.ts";
import { rounded, type Scheme, type Score, type Share, type Taken } from "./scheme.ts";

/** A fraction exactly. */
interface Exact {
  readonly n: bigint;
  readonly d: bigint;
}
const none: Exact = { n: 0n, d: 1n };
const plus = (a: Exact, b: Exact): Exact => ({ n: a.n * b.d + b.n * a.d, d: a.d * b.d });
const times = (milli: number, ...shares: readonly Share[]): Exact =>
  shares.reduce<Exact>(({ n, d }, { numerator, denominator }) => ({ n: n * BigInt(numerator), d: d * BigInt(denominator) }), {
    n: BigInt(milli),
    d: 1n,
  });
const whole = ({ n, d }: Exact): number => rounded(n, d);

const one: Share = { numerator: 1, denominator: 1 };
/** How much the word of each counts: alone it counts whole; too far apart, the department's does. */
function weighed(scheme: Scheme, { town, department, combined }: Assessed): readonly (readonly [Score, Share])[] {
  if (town === null || department === null) return [town, department].flatMap((score) => (score === null ? [] : [[score, one] as const]));
  if (combined?.disagree === true) return [[department, one]];
  const { numerator, denominator } = scheme.town_share;
  return [
    [town, scheme.town_share],
    [department, { numerator: denominator - numerator, denominator }],
  ];
}

const moduleOf = (scheme: Scheme, item: string) => scheme.modules.find(({ items }) => items.some(({ id }) => id === item));

/** What an item costs by a version: its points times its module's share, of whoever's word counts. */
function costOf(scheme: Scheme, assessed: Assessed, item: string): number {
  const share = moduleOf(scheme, item)?.share;
  if (share === undefined) return 0;
  const cost = weighed(scheme, assessed).reduce((sum, [score, weight]) => {
    const points = score.modules.flatMap(({ taken }) => taken).reduce((all, one) => all + (one.item === item ? one.milli : 0), 0);
    return plus(sum, times(points, share, weight));
  }, none);
  return -whole(cost);
}

/** No module falls below nothing: what was taken beyond its hundred comes back. */
function beyondOf(scheme: Scheme, assessed: Assessed, module: string): number {
  const share = scheme.modules.find(({ id }) => id === module)?.share;
  if (share === undefined) return 0;
  return whole(
    weighed(scheme, assessed).reduce((sum, [score, weight]) => {
      const taken = score.modules.find((each) => each.module === module)?.taken ?? [];
      const over = Math.max(0, taken.reduce((all, { milli }) => all + milli, 0) - 100_000);
      return plus(sum, times(over, share, weight));
    }, none),
  );
}

const bonusOf = (scheme: Scheme, assessed: Assessed): number => weighed(scheme, assessed)[0]?.[0].bonus_milli ?? 0;

interface Scored {
  readonly scheme: Scheme;
  readonly assessed: Assessed;
}

/** Every row once, though both town and department count it. */
function rowsOf(both: readonly Scored[], fits: (item: string) => boolean): Taken[] {
  const rows = both.flatMap(({ assessed: { town, department } }) =>
    [town, department].flatMap((score) => score?.modules.flatMap(({ taken }) => taken) ?? []),
  );
  return [...new Map(rows.filter(({ item }) => fits(item)).map((row) => [`${row.id} ${row.item}`, row])).values()];
}

function linesOf(a: Scored, b: Scored, scores: readonly [number, number]): CompareLine[] {
  const both = [a, b];
  const modules = new Map(both.flatMap(({ scheme }) => scheme.modules.map((module) => [module.id, module] as const)));
  const items = new Map(both.flatMap(({ scheme }) => scheme.modules.flatMap((each) => each.items.map((item) => [item.id, item] as const))));
  const line = (given: Omit<CompareLine, "difference_milli">): CompareLine => ({
    ...given,
    difference_milli: given.b_milli - given.a_milli,
  });
  const nothing = { module: null, item: null, share_a: null, share_b: null, rows: [] } as const;
  const lines: CompareLine[] = [line({ ...nothing, kind: "base", zh: "满分", en: "full marks", a_milli: 100_000, b_milli: 100_000 })];
  for (const [id, { zh }] of items) {
    const rows = rowsOf(both, (item) => item === id);
    if (rows.length === 0) continue;
    const [ofA, ofB] = [moduleOf(a.scheme, id), moduleOf(b.scheme, id)];
    lines.push(
      line({
        ...{ kind: "item", module: (ofB ?? ofA)?.id ?? null, item: id, zh, en: zh, rows },
        ...{ share_a: ofA?.share ?? null, share_b: ofB?.share ?? null },
        ...{ a_milli: costOf(a.scheme, a.assessed, id), b_milli: costOf(b.scheme, b.assessed, id) },
      }),
    );
  }
  for (const [id, module] of modules) {
    const [back_a, back_b] = [beyondOf(a.scheme, a.assessed, id), beyondOf(b.scheme, b.assessed, id)];
    if (back_a === 0 && back_b === 0) continue;
    const share = (scheme: Scheme): Share | null => scheme.modules.find((each) => each.id === id)?.share ?? null;
    const [zh, en] = [`${module.zh}：扣完为止`, `${module.en}: no more than its hundred`];
    const shares = { share_a: share(a.scheme), share_b: share(b.scheme) };
    lines.push(line({ ...nothing, ...shares, kind: "beyond", module: id, zh, en, a_milli: back_a, b_milli: back_b }));
  }
  const bonus = { a_milli: bonusOf(a.scheme, a.assessed), b_milli: bonusOf(b.scheme, b.assessed) };
  if (bonus.a_milli !== 0 || bonus.b_milli !== 0) lines.push(line({ ...nothing, kind: "bonus", zh: "加分", en: "bonus", ...bonus }));
  const left = (of: "a_milli" | "b_milli", score: number): number => score - lines.reduce((sum, each) => sum + each[of], 0);
  const rest = { a_milli: left("a_milli", scores[0]), b_milli: left("b_milli", scores[1]) };
  if (rest.a_milli !== 0 || rest.b_milli !== 0) lines.push(line({ ...nothing, kind: "rounding", zh: "四舍五入", en: "rounding", ...rest }));
  return lines;
}

/** Equal scores share a rank, and the next one counts all before it. */
function ranksOf(all: readonly Assessed[]): ReadonlyMap<string, number> {
  const scored = all.flatMap(({ site, combined }) => (combined === null ? [] : [[site, combined.score_milli] as const]));
  return new Map(scored.map(([site, score]) => [site, 1 + scored.filter(([, other]) => other > score).length]));
}

/** Both lists are of the same compounds, in the same order. */
export function compareSchemes(
  a: { readonly scheme: Scheme; readonly all: readonly Assessed[] },
  b: { readonly scheme: Scheme; readonly all: readonly Assessed[] },
): ComparedScores[] {
  const [ranks_a, ranks_b] = [ranksOf(a.all), ranksOf(b.all)];
  const side = (scheme: Scheme, assessed: Assessed, ranks: ReadonlyMap<string, number>): ComparedSide | null => {
    const { combined, stars, failed, site } = assessed;
    if (combined === null) return null;
    const vetoes = new Set(weighed(scheme, assessed).flatMap(([score]) => score.vetoes));
    return {
      ...{ score_milli: combined.score_milli, stars, failed, disagree: combined.disagree, rank: ranks.get(site) ?? 0 },
      vetoes: scheme.vetoes.filter(({ id }) => vetoes.has(id)).map(({ zh }) => zh),
    };
  };
  return a.all.map((assessed, at): ComparedScores => {
    const other = b.all[at];
    const of_a = side(a.scheme, assessed, ranks_a);
    const of_b = other === undefined ? null : side(b.scheme, other, ranks_b);
    if (of_a === null || of_b === null || other === undefined)
      return { site: assessed.site, a: of_a, b: of_b, difference_milli: null, lines: [] };
    const lines = linesOf({ scheme: a.scheme, assessed }, { scheme: b.scheme, assessed: other }, [of_a.score_milli, of_b.score_milli]);
    return { site: assessed.site, a: of_a, b: of_b, difference_milli: of_b.score_milli - of_a.score_milli, lines };
  });
}
