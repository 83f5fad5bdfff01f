// What is said beside a trip curve, Chinese first; and its sentences: what flowed, for how long, what the limits let, and what is not known.
import type { TripCurve } from "#protocols/api/trip.ts";

const spanIn =
  (units: readonly [hour: string, minute: string, second: string]) =>
  (ms: number): string => {
    const [size, unit] = ms >= 3_600_000 ? [3_600_000, units[0]] : ms >= 60_000 ? [60_000, units[1]] : [1_000, units[2]];
    return `${Number((ms / size).toPrecision(3))} ${unit}`;
  };
export const amperes = (mA: number): string => `${(mA / 1000).toFixed(2)} A`;

export const tripZh = {
  title: "跳闸曲线与样本轨迹",
  show: "看跳闸曲线",
  span: spanIn(["小时", "分", "秒"]),
  axis: "电流 A",
  axisRated: "电流 A（上方：额定电流的倍数）",
  causes: { "over-current": "反时限过流", instantaneous: "速断", "over-power": "过功率" } as Readonly<Record<string, string>>,
  rules: {
    instantaneous: "速断",
    inverse: "反时限",
    "thermal-cold": "热模型（冷态）",
    "thermal-hot": "热模型（额定电流后）",
    power: "过功率",
  },
  band: "冷态恒定电流的断开范围（判定落在样本上）",
  held: "断电前的电流：至少这么大，连续了多久",
  open: "（虚线：此前没有读数，至少这么久）",
  mark: "断电点；横线为超限期间的最小与最大电流",
  cut: (at: string, over: string) => `断电时 ${at}，限值 ${over}`,
  above: (held: string, atLeast: boolean) => `超过限值${atLeast ? "至少" : ""}持续 ${held}`,
  lets: (span: string) => `按曲线这样大的恒定电流可流 ${span}`,
  heat: (percent: number) => `按这些读数重算，反时限累积到 ${percent}%`,
  limitsAre: (id: string, version: number, rated: string) => `限值文件 ${id} 第 ${version} 版，额定 ${rated}`,
  test: "这是一次脱扣试验：曲线按试验的较低额定电流绘制。",
  unknown: "这里不知道当时使用的限值（网关没有报来文本），因此没有曲线，只有电流轨迹。",
  changed: "断电所依据的限值与这份文件不同：限值已在其后改动，曲线仅供对照。",
  none: "断电前没有可信的电流读数。",
  holes: (n: number) => `读数有 ${n} 处缺口；缺口处轨迹断开，不作连续计。`,
  sampled: (round: string, span: string) => `保护约每 ${round} 判定一次；这里的读数间隔约 ${span}`,
  table: "数值表",
  columns: ["电流", "额定倍数", "连续最久", "最快规则允许"],
  ever: "不限",
  atLeast: (span: string) => `≥ ${span}`,
  back: "收起",
  loading: "正在读取…",
};
export type TripWords = typeof tripZh;

export const tripEn: TripWords = {
  title: "Trip curve and the path of the samples",
  show: "Trip curve",
  span: spanIn(["h", "min", "s"]),
  axis: "current, A",
  axisRated: "current, A (above: multiples of the rated current)",
  causes: { "over-current": "inverse-time over-current", instantaneous: "instantaneous", "over-power": "over-power" },
  rules: {
    ...{ instantaneous: "instantaneous", inverse: "inverse time", "thermal-cold": "thermal, cold" },
    ...{ "thermal-hot": "thermal, after rated current", power: "over-power" },
  },
  band: "a constant current from cold is cut within this (a decision falls on a sample)",
  held: "the current before the cut: at least so much, for how long without a break",
  open: " (dashed: nothing was read before; at least so long)",
  mark: "where it was cut; the line is from the least to the most that flowed beyond the limit",
  cut: (at, over) => `${at} when it was cut; the limit is ${over}`,
  above: (held, atLeast) => `beyond the limit for ${atLeast ? "at least " : ""}${held}`,
  lets: (span) => `the curve lets such a constant current flow for ${span}`,
  heat: (percent) => `computed anew from these readings, the inverse-time curve had run to ${percent}%`,
  limitsAre: (id, version, rated) => `limits ${id}, version ${version}, rated ${rated}`,
  test: "This was a trip test: the curves are those of its lower rated current.",
  unknown: "The limits of then are not known here (the gateway has not told their text): there is no curve, only the path of the current.",
  changed: "The limit that cut is not in this document: limits were changed since, and the curves are for comparison only.",
  none: "There is no reading of the current before the cut that can be trusted.",
  holes: (n) => `${n} gaps in the readings; the path ends at each, and is not counted across.`,
  sampled: (round, span) => `protection decides about every ${round}; readings here come about every ${span}`,
  table: "The numbers",
  columns: ["Current", "× rated", "Longest without a break", "Fastest rule lets it flow"],
  ever: "for ever",
  atLeast: (span) => `≥ ${span}`,
  back: "Close",
  loading: "Reading…",
};

/** The picture in words, the most important first. */
export function sentencesOf({ cut, limits, test, holes, readings, sample_ms, reading_ms }: TripCurve, say: TripWords): string[] {
  const { current_mA, limit_mA, above_ms, at_least, lets_ms, heat_permille } = cut;
  const parts = [
    current_mA !== null && limit_mA !== null && say.cut(amperes(current_mA), amperes(limit_mA)),
    above_ms !== null && say.above(say.span(above_ms), at_least),
    lets_ms !== null && say.lets(say.span(lets_ms)),
    heat_permille !== null && say.heat(Math.round(heat_permille / 10)),
  ].filter((one) => one !== false);
  const end = say === tripZh ? "。" : ".";
  return [
    ...(parts.length === 0 ? [] : [`${parts.join(say === tripZh ? "；" : "; ")}${end}`]),
    ...(readings < 2 ? [say.none] : []),
    ...(test ? [say.test] : []),
    ...(limits === null ? [say.unknown] : limits.same ? [] : [say.changed]),
    ...(holes > 0 ? [say.holes(holes)] : []),
    [
      limits !== null && say.limitsAre(limits.id, limits.version, amperes(limits.rated_mA)),
      say.sampled(say.span(sample_ms), say.span(reading_ms)),
    ]
      .filter((one) => one !== false)
      .join(say === tripZh ? "；" : "; ") + end,
  ];
}

/** The staircase as rows of a table: what a picture says to whoever cannot see it. */
export const rowsOf = ({ held, limits }: TripCurve, say: TripWords): string[][] =>
  held.map(({ current_mA, held_ms, at_least, lets_ms }) => [
    amperes(current_mA),
    limits === null ? "—" : `${(current_mA / limits.rated_mA).toFixed(2)}×`,
    at_least ? say.atLeast(say.span(held_ms)) : say.span(held_ms),
    limits === null ? "—" : lets_ms === null ? say.ever : say.span(lets_ms),
  ]);
