// An assessment scheme as data, and the score that it gives: modules with exact shares, points taken off, bonus, vetoes, stars. Pure. Thousandths of a point are whole numbers, and a
// share of one third is one third: the total is one fraction, rounded once.
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

export interface Module {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  /** Of the whole; all together are exactly one. */
  readonly share: Share;
  /** What may be taken off, each time, in thousandths of a point of the module's hundred. */
  readonly items: readonly { readonly id: string; readonly zh: string; readonly milli: number; readonly from?: "ledger" }[];
}

export interface Scheme {
  readonly id: string;
  /** Two that are never mixed. */
  readonly kind: "精细化考评" | "星级评价";
  readonly zh: string;
  readonly modules: readonly Module[];
  readonly bonus: readonly { readonly id: string; readonly zh: string; readonly milli: number }[];
  readonly bonus_cap_milli: number;
  readonly vetoes: readonly { readonly id: string; readonly zh: string; readonly effect: "no-star" | "failed" }[];
  /** From so many points on, so many stars; descending. */
  readonly stars: readonly { readonly from_milli: number; readonly stars: number }[];
  readonly failed_below_milli: number;
  /** So many stars in so many periods running make a model compound; the usual is five in four. */
  readonly model?: { readonly stars: number; readonly periods: number };
  /** How much the town's full score weighs beside the department's sample. */
  readonly town_share: Share;
  /** Further apart than this, the department's word holds and the town is looked at. */
  readonly disagreement_milli: number;
  /** Of a town's compounds so many are sampled, rounded up. */
  readonly sample: Share;
}

export interface Taken {
  readonly id: string;
  readonly source: "town" | "department" | "ledger";
  readonly item: string;
  readonly milli: number;
}

export interface ModuleScore {
  readonly module: string;
  readonly share: Share;
  /** Of a hundred points; never below zero. */
  readonly milli: number;
  readonly taken: readonly Taken[];
}

export interface Score {
  readonly modules: readonly ModuleScore[];
  readonly bonus_milli: number;
  readonly vetoes: readonly string[];
  readonly total_milli: number;
  readonly stars: number;
  readonly failed: boolean;
}

export function complaintsOfScheme(scheme: Scheme): string[] {
  const found: string[] = [];
  const whole = scheme.modules.reduce((product, { share }) => product * BigInt(share.denominator), 1n);
  const sum = scheme.modules.reduce((total, { share }) => total + (BigInt(share.numerator) * whole) / BigInt(share.denominator), 0n);
  if (sum !== whole) found.push("各模块权重之和不是 1 / the shares of the modules are not one together");
  const ids = [...scheme.modules.flatMap(({ items }) => items), ...scheme.bonus, ...scheme.vetoes].map(({ id }) => id);
  if (new Set(ids).size < ids.length) found.push("条目编号重复 / an item's id stands twice");
  for (const [at, { from_milli, stars }] of scheme.stars.entries()) {
    const next = scheme.stars[at + 1];
    if (next !== undefined && (next.from_milli >= from_milli || next.stars >= stars))
      found.push("星级应由高到低 / stars fall with the points");
  }
  for (const share of [scheme.town_share, scheme.sample])
    if (share.denominator <= 0 || share.numerator < 0 || share.numerator > share.denominator) found.push("不是分数 / no fraction");
  return found;
}

/** Half up. */
export function rounded(numerator: bigint, denominator: bigint): number {
  const [n, d] = denominator < 0n ? [-numerator, -denominator] : [numerator, denominator];
  const shifted = 2n * n + d;
  const floor = shifted >= 0n ? shifted / (2n * d) : -((-shifted + 2n * d - 1n) / (2n * d));
  return Number(floor);
}

export function scoreOf(
  scheme: Scheme,
  given: { readonly taken: readonly Taken[]; readonly bonus: readonly Taken[]; readonly vetoes: readonly string[] },
): Score {
  const modules = scheme.modules.map(({ id, share, items }): ModuleScore => {
    const taken = given.taken.filter(({ item }) => items.some((one) => one.id === item));
    return { module: id, share, taken, milli: Math.max(0, 100_000 - taken.reduce((sum, { milli }) => sum + milli, 0)) };
  });
  const whole = modules.reduce((product, { share }) => product * BigInt(share.denominator), 1n);
  const sum = modules.reduce(
    (total, { share, milli }) => total + (BigInt(milli) * BigInt(share.numerator) * whole) / BigInt(share.denominator),
    0n,
  );
  const bonus_milli = Math.min(
    scheme.bonus_cap_milli,
    given.bonus.reduce((total, { milli }) => total + milli, 0),
  );
  const total_milli = rounded(sum, whole) + bonus_milli;
  const vetoes = scheme.vetoes.filter(({ id }) => given.vetoes.includes(id));
  const failed = vetoes.some(({ effect }) => effect === "failed") || total_milli < scheme.failed_below_milli;
  const stars = vetoes.length > 0 || failed ? 0 : (scheme.stars.find(({ from_milli }) => total_milli >= from_milli)?.stars ?? 0);
  return { modules, bonus_milli, vetoes: vetoes.map(({ id }) => id), total_milli, stars, failed };
}

export interface Combined {
  readonly score_milli: number;
  /** Town minus sample; null: not sampled. */
  readonly difference_milli: number | null;
  readonly disagree: boolean;
}

/** Full coverage by the town and a sample by the department, combined; where they are too far apart, the department's holds. */
export function combine(scheme: Scheme, town: number | null, department: number | null): Combined | null {
  if (town === null && department === null) return null;
  if (town === null || department === null) return { score_milli: town ?? department ?? 0, difference_milli: null, disagree: false };
  const difference_milli = town - department;
  const disagree = Math.abs(difference_milli) > scheme.disagreement_milli;
  const { numerator, denominator } = scheme.town_share;
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  const score_milli = disagree ? department : rounded(BigInt(town) * n + BigInt(department) * (d - n), d);
  return { score_milli, difference_milli, disagree };
}

export interface Missing {
  readonly short_milli: number;
  /** What would bring most first; what is enough, taken in this order. */
  readonly steps: readonly { readonly what: string; readonly item: string; readonly gain_milli: number }[];
  readonly reachable: boolean;
  readonly vetoed: boolean;
}

/** What is missing for so many stars: which points, given back, would be enough. */
export function missingFor(scheme: Scheme, score: Score, stars: number): Missing {
  const from = scheme.stars.find((one) => one.stars === stars)?.from_milli ?? 0;
  const short_milli = Math.max(0, from - score.total_milli);
  const vetoed = score.vetoes.length > 0;
  const gains = score.modules
    .flatMap(({ module, share, taken, milli }) => {
      // What was taken beyond a module's hundred brings nothing back until the rest is.
      const beyond = Math.max(0, taken.reduce((sum, one) => sum + one.milli, 0) - (100_000 - milli));
      return taken.map((one) => ({
        ...{ what: one.id, item: one.item, module },
        gain_milli: rounded(BigInt(Math.max(0, one.milli - beyond)) * BigInt(share.numerator), BigInt(share.denominator)),
      }));
    })
    .filter(({ gain_milli }) => gain_milli > 0)
    .sort((a, b) => b.gain_milli - a.gain_milli || (a.what < b.what ? -1 : 1));
  const steps: { what: string; item: string; gain_milli: number }[] = [];
  let sum = 0;
  for (const { what, item, gain_milli } of gains) {
    if (sum >= short_milli) break;
    steps.push({ what, item, gain_milli });
    sum += gain_milli;
  }
  return { short_milli, steps, reachable: !vetoed && sum >= short_milli, vetoed };
}
