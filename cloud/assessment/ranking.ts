// A week's ranking: every number with its denominator and the hazards behind it. Pure and exact: shares are fractions, a score is in thousandths, and nothing over nothing is "—".
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { Week } from "./weeks.ts";

export interface RankedHazard {
  readonly id: string;
  readonly site: string;
  readonly source: string;
  readonly found_at: number;
  readonly closed_at: number | null;
  readonly deadline: number | null;
  readonly false_alarm: number;
  readonly merged_into: string | null;
}

export interface Unit {
  readonly id: string;
  readonly name: string;
  readonly kind: "town" | "compound";
  readonly sites: readonly string[];
  /** Said something in this week: a find, a step, a report. */
  readonly spoke: boolean;
}

export const numbers = {
  due: { zh: "应销号", en: "due", how: "整改时限不晚于本周末，且本周初尚未销号的隐患" },
  on_time: { zh: "按期销号", en: "closed in time", how: "应销号中，销号时间不晚于整改时限的" },
  closed: { zh: "本周销号", en: "closed this week", how: "销号时间在本周内的" },
  found: { zh: "本周发现", en: "found this week", how: "发现时间在本周内的" },
  automatic: { zh: "自动发现", en: "found by devices", how: "本周发现中，来源为自动监测的" },
  open: { zh: "在册未销", en: "open", how: "本周末尚未销号的" },
  overdue: { zh: "逾期", en: "overdue", how: "在册未销中，整改时限早于本周末的" },
} as const;
export type NumberName = keyof typeof numbers;

export const formulas: readonly string[] = [
  ...Object.values(numbers).map(({ zh, how }) => `${zh} = ${how}；误报归档与并案的不计`),
  "按期率 = 按期销号 ÷ 应销号；应销号为 0 时不计率、不排名",
  "逾期率 = 逾期 ÷ 在册未销；在册未销为 0 时为 0",
  "平均整改天数 = 本周销号隐患从发现到销号的平均天数（保留一位小数）",
  "得分 = 70 × 按期率 + 30 × （1 − 逾期率），保留三位小数，四舍五入",
  "得分相同名次并列；应销号少于 5 的标注“样本少”；本周零发现、未报送的另行标注，不因此靠前；发现并按期销号不扣分",
];

export interface RankedUnit {
  readonly unit: string;
  readonly name: string;
  readonly kind: Unit["kind"];
  readonly numbers: Readonly<Record<NumberName, number>>;
  /** null: nothing was due. */
  readonly on_time_share: { readonly numerator: number; readonly denominator: number } | null;
  readonly score_milli: number | null;
  readonly rank: number | null;
  /** Tenths of a day; null: none was closed. */
  readonly average_tenths: number | null;
  readonly small: boolean;
  readonly zero_finds: boolean;
  readonly silent: boolean;
}

export interface Ranking {
  readonly units: readonly RankedUnit[];
  readonly rows: Readonly<Record<string, Readonly<Record<NumberName, readonly string[]>>>>;
}

export const smallSample = 5;

export function behind(hazards: readonly RankedHazard[], { from, to }: Week): Readonly<Record<NumberName, readonly string[]>> {
  const counted = hazards.filter(({ false_alarm, merged_into, found_at }) => false_alarm === 0 && merged_into === null && found_at < to);
  const ids = (those: (one: RankedHazard) => boolean): string[] =>
    counted
      .filter(those)
      .map(({ id }) => id)
      .sort();
  const open = ({ closed_at }: RankedHazard): boolean => closed_at === null || closed_at >= to;
  const due = (one: RankedHazard): boolean =>
    one.deadline !== null && one.deadline < to && (one.closed_at === null || one.closed_at >= from);
  return {
    due: ids(due),
    on_time: ids((one) => due(one) && one.closed_at !== null && one.closed_at < to && one.closed_at <= (one.deadline ?? 0)),
    closed: ids(({ closed_at }) => closed_at !== null && closed_at >= from && closed_at < to),
    found: ids(({ found_at }) => found_at >= from),
    automatic: ids(({ found_at, source }) => found_at >= from && source === "自动监测"),
    open: ids(open),
    overdue: ids((one) => open(one) && one.deadline !== null && one.deadline < to),
  };
}

/** 70 × on_time/due + 30 × (1 − overdue/open), in thousandths, half up. */
export function scoreOf({ due, on_time, open, overdue }: Readonly<Record<NumberName, number>>): number | null {
  if (due === 0) return null;
  const [d, o] = [BigInt(due), BigInt(open === 0 ? 1 : open)];
  const numerator = 70_000n * BigInt(on_time) * o + 30_000n * (o - BigInt(overdue)) * d;
  return Number((2n * numerator + d * o) / (2n * d * o));
}

export function rank(hazards: readonly RankedHazard[], units: readonly Unit[], week: Week): Ranking {
  const bySite = new Map<string, RankedHazard[]>();
  for (const hazard of hazards) {
    const mine = bySite.get(hazard.site);
    if (mine === undefined) bySite.set(hazard.site, [hazard]);
    else mine.push(hazard);
  }
  const byId = new Map(hazards.map((hazard) => [hazard.id, hazard]));
  const rows: Record<string, Readonly<Record<NumberName, readonly string[]>>> = {};
  const unranked = units.map((unit): RankedUnit => {
    const mine = behind(
      unit.sites.flatMap((site) => bySite.get(site) ?? []),
      week,
    );
    rows[unit.id] = mine;
    const counts = Object.fromEntries(Object.entries(mine).map(([name, ids]) => [name, ids.length])) as Record<NumberName, number>;
    const took = mine.closed.map((id) => (byId.get(id)?.closed_at ?? 0) - (byId.get(id)?.found_at ?? 0));
    const total = took.reduce((sum, ms) => sum + ms, 0);
    return {
      ...{ unit: unit.id, name: unit.name, kind: unit.kind, numbers: counts, rank: null },
      on_time_share: counts.due === 0 ? null : { numerator: counts.on_time, denominator: counts.due },
      score_milli: scoreOf(counts),
      average_tenths: took.length === 0 ? null : Math.round((total * 10) / (took.length * dayMs)),
      ...{ small: counts.due < smallSample, zero_finds: counts.found === 0, silent: counts.found === 0 && !unit.spoke },
    };
  });
  const ranked = unranked.map((one): RankedUnit => {
    if (one.score_milli === null) return one;
    const better = unranked.filter(
      ({ kind, score_milli }) => kind === one.kind && score_milli !== null && score_milli > (one.score_milli ?? 0),
    );
    return { ...one, rank: better.length + 1 };
  });
  const order = (one: RankedUnit): number => (one.kind === "town" ? 0 : 1e9) + (one.rank ?? 1e6);
  return { units: ranked.sort((a, b) => order(a) - order(b) || (a.unit < b.unit ? -1 : 1)), rows };
}
