// Prices in plain words, as they hang at an entrance: free time, steps, tables, periods and caps.
import type { DayWord, FreeTime, Period, PeriodRates, Pricing, Rate, Step, Windows, Words } from "./types.ts";
import { clockText, lengthWords, plainYuan, unitWords } from "./words.ts";

export function explainPricing(pricing: Pricing): Words[] {
  const { rate, free, windows, stayCap } = pricing;
  return [
    ...(free === undefined ? [] : [freeWords(free, windows)]),
    ...(rate.shape === "periods" ? periodsWords(rate, windows) : rateWords(rate)),
    ...(windows === undefined ? [] : windowsWords(windows)),
    ...(stayCap === undefined
      ? []
      : [{ zh: `每次停车最高收${plainYuan(stayCap).zh}`, en: `a stay costs ${plainYuan(stayCap).en} at most` }]),
  ];
}

const joined = (parts: readonly Words[], zh: string, en: string): Words => ({
  zh: parts.map((part) => part.zh).join(zh),
  en: parts.map((part) => part.en).join(en),
});

export function freeWords(free: FreeTime, windows: Windows | undefined): Words {
  const length = lengthWords(free.seconds);
  const included = free.boundary === "included";
  const counted = free.whenExceeded === "counted";
  const parts: Words[] = [
    counted
      ? {
          zh: included
            ? `停车不超过${length.zh}（含）免费；超过${length.zh}的，从入场时起计费`
            : `停车不满${length.zh}免费；满${length.zh}的，从入场时起计费`,
          en: `${included ? `stays of up to ${length.en}` : `stays of less than ${length.en}`} are free; longer ones are charged from the entry`,
        }
      : {
          zh: included
            ? `前${length.zh}（含）免费；超过${length.zh}的，只对超过的部分计费`
            : `停车不满${length.zh}免费；满${length.zh}的，前${length.zh}仍免费，其余计费`,
          en: `the first ${length.en} are free${included ? "" : ` (a stay of exactly ${length.en} is charged)`}; only what is above is charged`,
        },
  ];
  if (free.again === "each-window") {
    const window = windows === undefined ? lengthWords(86_400) : lengthWords(windows.seconds);
    parts.push(
      windows?.kind === "calendar-day"
        ? { zh: "每天享受一次", en: "again every day" }
        : { zh: `每${window.zh}享受一次`, en: `again in every ${window.en}` },
    );
  }
  if (free.firstEntryIn !== undefined) {
    const span = lengthWords(free.firstEntryIn);
    parts.push({ zh: `${span.zh}内多次进出的，仅首次享受`, en: `of several entries within ${span.en} only the first has it` });
  }
  if (free.notAfterExit !== undefined) {
    const gap = lengthWords(free.notAfterExit);
    parts.push({ zh: `离场后${gap.zh}内再次入场的，不再享受`, en: `not for a car that left less than ${gap.en} ago` });
  }
  return joined(parts, "；", "; ");
}

/** What becomes of a part of a unit. */
export function partWords({ unit, dropUpTo }: Step): Words {
  const length = lengthWords(unit);
  if (dropUpTo === 0) return { zh: `不足${length.zh}按${length.zh}计`, en: `part of ${length.en} counts as ${length.en}` };
  if (dropUpTo === unit - 1) return { zh: `不足${length.zh}的不收费`, en: `part of ${length.en} is not charged` };
  const drop = lengthWords(dropUpTo);
  return {
    zh: `不足${length.zh}的，${drop.zh}（含）以内不收费，超过${drop.zh}按${length.zh}计`,
    en: `part of ${length.en} is not charged up to ${drop.en}, and counts as ${length.en} above`,
  };
}

function rateWords(rate: Rate): Words[] {
  if (rate.shape === "free") return [{ zh: "免费", en: "free" }];
  return rate.shape === "steps" ? stepsWords(rate.steps) : bracketsWords(rate);
}

/** Several steps with one rule for parts of a unit say it once, behind them. */
function stepsWords(steps: readonly Step[]): Words[] {
  const said = steps.filter((step, index) => step.price > 0 && !isBlock(step, steps[index - 1]?.until ?? 0));
  const parts = new Set(said.map((step) => partWords(step).zh));
  const [only] = said;
  const lines = steps.map((step, index) => {
    const words = stepWords(steps, index);
    const own = parts.size > 1 && said.includes(step);
    return own ? { zh: `${words.zh}，${partWords(step).zh}`, en: `${words.en}; ${partWords(step).en}` } : words;
  });
  if (parts.size !== 1 || only === undefined) return lines;
  const part = partWords(only);
  const [line] = lines;
  return said.length > 1 || line === undefined
    ? [...lines, { zh: part.zh, en: `a ${part.en}` }]
    : lines.map((words, index) => (steps[index] === only ? { zh: `${words.zh}，${part.zh}`, en: `${words.en}; ${part.en}` } : words));
}

/** A step of exactly one unit that is charged whole: "首小时5元". */
const isBlock = ({ until, unit, dropUpTo }: Step, start: number): boolean =>
  until !== undefined && until - start === unit && dropUpTo === 0;

function stepWords(steps: readonly Step[], index: number): Words {
  const step = steps[index];
  if (step === undefined) return { zh: "", en: "" };
  const start = index === 0 ? 0 : (steps[index - 1]?.until ?? 0);
  const [from, to] = [lengthWords(start), step.until === undefined ? undefined : lengthWords(step.until)];
  const first =
    to === undefined
      ? { zh: "", en: "" }
      : { zh: `首${to.zh === "1小时" ? "小时" : to.zh}`, en: to.en === "1 h" ? "first hour" : `first ${to.en}` };
  const range =
    start === 0
      ? first
      : to === undefined
        ? { zh: `超过${from.zh}的部分`, en: `beyond ${from.en}` }
        : { zh: `超过${from.zh}至${to.zh}的部分`, en: `from ${from.en} to ${to.en}` };
  if (step.price === 0)
    return range.zh === "" ? { zh: "不收费", en: "not charged" } : { zh: `${range.zh}不收费`, en: `${range.en}: not charged` };
  const price = plainYuan(step.price);
  if (isBlock(step, start)) return { zh: `${range.zh}${price.zh}`, en: `${range.en}: ${price.en}` };
  const unit = unitWords(step.unit);
  const each = { zh: `每${unit.zh}${price.zh}`, en: `${price.en} per ${unit.en}` };
  if (range.zh === "") return each;
  return { zh: `${range.zh}${start === 0 ? "内" : "，"}${each.zh}`, en: `${range.en}: ${each.en}` };
}

function bracketsWords({ rows, beyond }: Extract<Rate, { shape: "brackets" }>): Words[] {
  const lines = rows.map((row, index): Words => {
    const price = plainYuan(row.price);
    if (row.upTo === undefined) return { zh: `每次${price.zh}`, en: `${price.en} a visit` };
    const upTo = lengthWords(row.upTo);
    const before = rows[index - 1]?.upTo;
    const from = before === undefined ? { zh: "停车", en: "" } : { zh: `超过${lengthWords(before).zh}、`, en: "" };
    return { zh: `${from.zh}不超过${upTo.zh}的，共${price.zh}`, en: `up to ${upTo.en}: ${price.en} in all` };
  });
  const last = rows.at(-1)?.upTo;
  if (beyond === undefined || last === undefined) return lines;
  const [end, unit, price, part] = [lengthWords(last), unitWords(beyond.unit), plainYuan(beyond.price), partWords(beyond)];
  if (beyond.price === 0) return [...lines, { zh: `超过${end.zh}的，不再加收`, en: `beyond ${end.en} nothing is added` }];
  return [
    ...lines,
    { zh: `超过${end.zh}的，每${unit.zh}加收${price.zh}，${part.zh}`, en: `beyond ${end.en}: ${price.en} more per ${unit.en}; ${part.en}` },
  ];
}

const dayNames: Record<DayWord, Words> = {
  "every-day": { zh: "每天", en: "every day" },
  workday: { zh: "工作日", en: "workdays" },
  weekend: { zh: "周末", en: "weekends" },
  holiday: { zh: "法定节假日", en: "public holidays" },
  monday: { zh: "周一", en: "Mondays" },
  tuesday: { zh: "周二", en: "Tuesdays" },
  wednesday: { zh: "周三", en: "Wednesdays" },
  thursday: { zh: "周四", en: "Thursdays" },
  friday: { zh: "周五", en: "Fridays" },
  saturday: { zh: "周六", en: "Saturdays" },
  sunday: { zh: "周日", en: "Sundays" },
};

function periodsWords(rates: PeriodRates, windows: Windows | undefined): Words[] {
  const lines = rates.periods.map((period) => periodWords(period, rates));
  const across: Words[] = [];
  const units = rates.periods.some(({ rate }) => rate.shape === "steps" && rate.steps.some((step) => step.price > 0));
  if (rates.together === "highest") {
    const each =
      windows === undefined || windows.kind === "calendar-day"
        ? { zh: "一天内", en: "in a day" }
        : { zh: `每${lengthWords(windows.seconds).zh}内`, en: `in each ${lengthWords(windows.seconds).en}` };
    across.push({
      zh: `${each.zh}跨几个时段的，只收其中最高的一项，不累加`,
      en: `of several periods ${each.en} only the highest is charged; they are not added up`,
    });
  } else across.push({ zh: "跨时段停车的，各时段分别计费后相加", en: "a stay over several periods pays for each of them" });
  if (units)
    across.push(
      rates.unitsAcross === "cut"
        ? { zh: "到时段交界处重新开始计时单位", en: "units begin anew where a period begins" }
        : { zh: "交界时已开始的计时单位，按开始时的价格计完", en: "a unit that has begun runs on at its own price" },
    );
  if (rates.stepsAcross === "continue")
    across.push({ zh: "停车时长跨时段连续累计", en: "the length of the stay counts on across periods" });
  return rates.periods.length === 1 ? lines : [...lines, joined(across, "；", "; ")];
}

function periodWords(period: Period, { boundary }: PeriodRates): Words {
  const over = period.until <= period.from;
  const [from, until] = [clockText(period.from), clockText(period.until)].map((text) => text.replace(/^0/, ""));
  const [first, last] = boundary === "next" ? ["（含）", "（不含）"] : ["（不含）", "（含）"];
  const wholeDay = period.until - period.from === 86_400 || period.until === period.from;
  const every = period.days.includes("every-day") && period.except === undefined;
  const days = every ? { zh: "", en: "" } : daysWords(period);
  const clock = wholeDay
    ? { zh: every ? "全天" : "", en: every ? "all day" : "" }
    : { zh: `${from}${first}至${over ? "次日" : ""}${until}${last}`, en: `${from}–${until}` };
  const cap =
    period.cap === undefined ? [] : [{ zh: `本时段最高收${plainYuan(period.cap).zh}`, en: `at most ${plainYuan(period.cap).en}` }];
  const free =
    period.free === undefined
      ? []
      : [{ zh: `前${lengthWords(period.free).zh}免费`, en: `the first ${lengthWords(period.free).en} are free` }];
  const words = joined([...free, ...rateWords(period.rate), ...cap], "；", "; ");
  const when = {
    zh: [days.zh, clock.zh].filter((text) => text !== "").join(" "),
    en: [days.en, clock.en].filter((text) => text !== "").join(" "),
  };
  return { zh: `${period.name.zh} ${when.zh}：${words.zh}`, en: `${period.name.en} (${when.en}): ${words.en}` };
}

function daysWords({ days, except = [] }: Period): Words {
  const named = (words: readonly DayWord[]) =>
    joined(
      words.map((word) => dayNames[word]),
      "、",
      ", ",
    );
  const [on, off] = [named(days), named(except)];
  return except.length === 0 ? on : { zh: `${on.zh}（${off.zh}除外）`, en: `${on.en} except ${off.en}` };
}

function windowsWords(windows: Windows): Words[] {
  const { kind, caps, capsByStay } = windows;
  const length = lengthWords(windows.seconds);
  const starts = clockText(windows.dayStarts);
  const daily = kind === "calendar-day";
  const each = daily
    ? windows.dayStarts === 0
      ? { zh: "每个自然日", en: "each calendar day" }
      : { zh: `每天（${starts}起的24小时）`, en: `each day (24 h from ${starts})` }
    : { zh: `入场起每${length.zh}`, en: `each ${length.en} from the entry` };
  const next = daily ? { zh: "过了这一天", en: "the next day" } : { zh: `超过${length.zh}的`, en: `beyond ${length.en}` };
  const rate =
    windows.rate === "restarts"
      ? { zh: `${next.zh}重新计费`, en: `${next.en} prices start anew` }
      : { zh: `${next.zh}接着计费，不重新开始`, en: `${next.en} prices run on, they do not start anew` };
  if (capsByStay.length > 0) return [...capsByStay.map((row, index) => capByStayWords(row, capsByStay[index - 1]?.upTo, each)), rate];
  const [only] = caps;
  if (only === undefined) return [daily ? { zh: `按自然日计费，${rate.zh}`, en: `charged by the day: ${rate.en}` } : rate];
  if (caps.length === 1)
    return [{ zh: `${each.zh}最高收${plainYuan(only).zh}；${rate.zh}`, en: `at most ${plainYuan(only).en} for ${each.en}; ${rate.en}` }];
  const unit = daily ? { zh: "天", en: "day" } : { zh: `个${length.zh}`, en: length.en };
  const rows = caps.map((cap, index): Words => {
    const [price, last] = [plainYuan(cap), index === caps.length - 1];
    const nth = index + 1;
    const ordinal = ["1st", "2nd", "3rd"][index] ?? `${nth}th`;
    if (last)
      return {
        zh: `第${nth}${unit.zh}起每${daily ? "天" : length.zh}最高收${price.zh}`,
        en: `every ${unit.en} from the ${ordinal} on: at most ${price.en}`,
      };
    return { zh: `第${nth}${unit.zh}最高收${price.zh}`, en: `${ordinal} ${unit.en}: at most ${price.en}` };
  });
  const list = joined(rows, "，", ", ");
  return [{ zh: `${daily ? "" : "入场起"}${list.zh}；${rate.zh}`, en: `${daily ? "" : "from the entry, "}${list.en}; ${rate.en}` }];
}

function capByStayWords(
  { upTo, cap }: { upTo?: number; cap: Parameters<typeof plainYuan>[0] },
  before: number | undefined,
  each: Words,
): Words {
  const price = plainYuan(cap);
  const over = before === undefined ? { zh: "", en: "" } : { zh: `超过${lengthWords(before).zh}`, en: `over ${lengthWords(before).en}` };
  const to = upTo === undefined ? { zh: "", en: "" } : { zh: `不超过${lengthWords(upTo).zh}`, en: `up to ${lengthWords(upTo).en}` };
  const both = {
    zh: [over.zh, to.zh].filter((text) => text !== "").join("、"),
    en: [over.en, to.en].filter((text) => text !== "").join(" and "),
  };
  return { zh: `一次停车${both.zh}的，${each.zh}最高收${price.zh}`, en: `stays ${both.en}: at most ${price.en} for ${each.en}` };
}
