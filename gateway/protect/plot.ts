// What the two pictures share: logarithmic axes, the ticks on them, and the curves as points on them.
import type { BreakerWindow, CurvePoint } from "../core/charging/breaker.ts";
import type { CurveRule, RuleCurve } from "../core/charging/trip-curve.ts";

export interface Plot {
  readonly title: string;
  readonly curves: readonly RuleCurve[];
  readonly breaker: { readonly name: string; readonly window: BreakerWindow } | undefined;
  readonly A: readonly [least: number, most: number];
  readonly s: readonly [least: number, most: number];
  /** The latest that a cold socket is off. */
  readonly within: (current_mA: number) => number;
}

export const ruleWords: Readonly<
  Record<CurveRule, { readonly mark: string; readonly zh: string; readonly en: string; readonly colour: string }>
> = {
  instantaneous: { mark: "I", zh: "速断", en: "instantaneous", colour: "#b42318" },
  inverse: { mark: "R", zh: "反时限", en: "inverse time", colour: "#0a5fb4" },
  "thermal-cold": { mark: "T", zh: "热模型（冷态）", en: "thermal, cold", colour: "#8a4b08" },
  "thermal-hot": { mark: "H", zh: "热模型（额定电流后）", en: "thermal, after rated", colour: "#c46a12" },
  power: { mark: "P", zh: "过功率", en: "over-power", colour: "#5b3aa0" },
};

export const share = (value: number, [least, most]: readonly [number, number]): number => Math.log(value / least) / Math.log(most / least);
export const at = (part: number, [least, most]: readonly [number, number]): number => least * (most / least) ** part;

/** 1, 2 and 5 of every decade within. */
export function ticks([least, most]: readonly [number, number]): { readonly value: number; readonly whole: boolean }[] {
  const found: { value: number; whole: boolean }[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power += 1)
    for (const digit of [1, 2, 5]) {
      const value = Number((digit * 10 ** power).toPrecision(6));
      if (value >= least * 0.999 && value <= most * 1.001) found.push({ value, whole: digit === 1 });
    }
  return found;
}

/** Decades in seconds; a minute and an hour besides, because that is what the standard's conventional times are. */
export const timeTicks = (range: readonly [number, number]): { readonly value: number; readonly label: string }[] => [
  ...ticks(range).map(({ value, whole }) => ({ value, label: whole ? `${value} s` : "" })),
  ...[
    { value: 60, label: "1 min" },
    { value: 3_600, label: "1 h" },
  ].filter(({ value }) => value > range[0] && value < range[1]),
];

export const secondsText = (s: number): string =>
  s >= 3_600
    ? `${Number((s / 3_600).toPrecision(3))} h`
    : s >= 60
      ? `${Number((s / 60).toPrecision(3))} min`
      : `${Number(s.toPrecision(3))} s`;

/** The curve from where it begins to the right edge; its beginning is an asymptote that comes down from above. */
export function pointsOf(curve: Omit<RuleCurve, "rule">, plot: Pick<Plot, "A" | "s">, count = 240): CurvePoint[] {
  const [least, most] = plot.A;
  const from = Math.max(least, curve.from_mA / 1000);
  if (from >= most) return [];
  const found: CurvePoint[] = [{ A: from, s: plot.s[1] }];
  for (let index = 0; index <= count; index += 1) {
    const A = at(index / count, [from * (1 + 1e-6), most]);
    const s = curve.seconds(A * 1000);
    if (Number.isFinite(s)) found.push({ A, s: Math.min(plot.s[1], Math.max(plot.s[0], s)) });
  }
  return found;
}

/** Its fastest and its slowest line as one outline, from the conventional current down and back. */
export const outlineOf = ({ fastest, slowest }: BreakerWindow, plot: Pick<Plot, "A" | "s">): CurvePoint[] => {
  const right = plot.A[1];
  const inside = (line: readonly CurvePoint[]): CurvePoint[] =>
    line.map(({ A, s }) => ({ A: Math.min(right, A), s: Math.max(plot.s[0], Math.min(plot.s[1], s)) }));
  const last = slowest.at(-1);
  const top = [{ A: fastest[0]?.A ?? 0, s: plot.s[1] }];
  const back = [...inside(slowest), ...(last === undefined ? [] : [{ A: right, s: last.s }])].reverse();
  return [...top, ...inside(fastest), { A: right, s: plot.s[0] }, ...back, { A: slowest[0]?.A ?? 0, s: plot.s[1] }];
};
