// What shows only when a tariff is tried: a longer stay that costs less, a cap that no stay can reach, a calendar that ends before its version does.
import { day, dayOf, dependsOnDay, localSecond } from "#gateway/core/parking/tariff/days.ts";
import { priceIntervals } from "#gateway/core/parking/tariff/price.ts";
import { trialDays, whereItFalls } from "#gateway/core/parking/tariff/survey.ts";
import type { Calendar, Pricing, Tariff, Version } from "#gateway/core/parking/tariff/types.ts";
import { lengthWords } from "#gateway/core/parking/tariff/words.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { toRfc3339 } from "#protocols/vocabulary/time.ts";
import type { Complain, Path } from "./complaint.ts";
import { dayText } from "./rules-calendar.ts";

export function tryTariff(tariff: Tariff, complain: Complain): void {
  for (const [index, version] of tariff.versions.entries()) {
    const path: Path = ["versions", index];
    if (!version.longerMayCostLess) tryLonger(tariff, version, { path, complain });
    tryCalendar(version, path, complain);
    if (version.idleCaps) continue;
    tryCaps(version.pricing, version, { path: [...path, "pricing"], complain });
    for (const [at, { effect }] of version.classes.entries())
      if (effect.kind === "pricing") tryCaps(effect.pricing, version, { path: [...path, "classes", at, "pricing"], complain });
  }
}

interface Place {
  readonly path: Path;
  readonly complain: Complain;
}

function tryLonger(tariff: Tariff, version: Version, { path, complain }: Place): void {
  const falls = whereItFalls(tariff, version);
  if (falls === undefined) return;
  const { entered, visitor, shorter, longer } = falls;
  const [short, long] = [lengthWords(shorter.seconds), lengthWords(longer.seconds)];
  const who = visitor.id === "plain" ? { zh: "", en: "" } : { zh: `${visitor.name.zh}，`, en: `${visitor.name.en}, ` };
  complain([...path, "pricing"], {
    code: "longer-costs-less",
    zh: `${who.zh}${toRfc3339(entered)}入场：停${short.zh}收${yuanText(shorter.fee)}元，停${long.zh}反而收${yuanText(longer.fee)}元；确实如此请声明`,
    en: `${who.en}entering at ${toRfc3339(entered)}: ${short.en} cost ¥${yuanText(shorter.fee)}, ${long.en} only ¥${yuanText(longer.fee)}; if that is meant, declare it`,
    example: "longer_may_cost_less: true",
  });
}

const isByDay = ({ rate }: Pricing): boolean => rate.shape === "periods" && dependsOnDay(rate);
/** Cars that are inside on a version's last day leave later. */
const afterLastDay = 7;

function tryCalendar({ calendar, pricing, classes, from, until }: Version, path: Path, complain: Complain): void {
  const byDay = [pricing, ...classes.flatMap(({ effect }) => (effect.kind === "pricing" ? [effect.pricing] : []))].some(isByDay);
  if (calendar === undefined || !byDay) return;
  const first = dayOf(localSecond(from));
  if (calendar.from > first - 1)
    complain([...path, "calendar", "from"], {
      code: "calendar-short",
      zh: "日历要从版本开始的前一天写起：跨零点的时段属于前一天",
      en: "the calendar begins on the day before the version at the latest: a period over midnight belongs to the day before",
      example: `from: ${dayText(first - 1)}`,
    });
  const last = until === undefined ? undefined : dayOf(localSecond(until)) - 1;
  if (last === undefined)
    complain([...path, "calendar", "until"], {
      code: "calendar-short",
      zh: `版本没有写到哪天为止，而日历只到 ${dayText(calendar.until)}，以后的停车不能计费`,
      en: `the version has no end, but its calendar ends on ${dayText(calendar.until)}: later stays cannot be priced`,
      example: `until: ${dayText(calendar.until - afterLastDay)}`,
    });
  else if (calendar.until < last + afterLastDay)
    complain([...path, "calendar", "until"], {
      code: "calendar-short",
      zh: `版本最后一天入场的车要晚些才离场，日历至少写到 ${dayText(last + afterLastDay)}`,
      en: `who enters on the version's last day leaves later: the calendar must reach ${dayText(last + afterLastDay)} at least`,
      example: `until: ${dayText(last + afterLastDay)}`,
    });
}

/** Days of one long stay that is priced to see what caps can ever be reached. */
const longStay = 40;

/** A cap above everything that can be charged there: a slip of the pen, or a rule without effect. */
function tryCaps(pricing: Pricing, version: Version, { path, complain }: Place): void {
  const { windows, stayCap, rate } = pricing;
  const reached = reachedIn(pricing, version);
  const unreached = (at: Path, cap: number, most: number): void =>
    complain(at, {
      code: "cap-unreachable",
      zh: `按费率最多只收${yuanText(fen(most))}元，到不了封顶${yuanText(fen(cap))}元`,
      en: `the rates come to ¥${yuanText(fen(most))} at most: the cap of ¥${yuanText(fen(cap))} is never reached`,
      example: "idle_caps: true（公示确有此封顶 / if the sign says so），或去掉、核对 / else leave it out or mend it",
    });
  if (windows !== undefined && windows.caps.length <= longStay / 2)
    for (const [index, cap] of windows.caps.entries()) {
      const most = Math.max(0, ...reached.windows.filter((_, at) => (index === windows.caps.length - 1 ? at >= index : at === index)));
      if (most < cap) unreached([...path, "windows", ...(windows.caps.length === 1 ? ["cap"] : ["caps", index])], cap, most);
    }
  const highest = Math.max(0, ...reached.windows);
  for (const [index, row] of (windows?.capsByStay ?? []).entries())
    if (highest < row.cap) unreached([...path, "windows", "caps_by_stay", index, "cap"], row.cap, highest);
  if (rate.shape === "periods")
    for (const [index, period] of rate.periods.entries()) {
      const most = reached.periods[index] ?? 0;
      if (period.cap !== undefined && period.cap > 0 && most < period.cap)
        unreached([...path, "periods", "table", index, "cap"], period.cap, most);
    }
  if (stayCap !== undefined && reached.stay < stayCap) unreached([...path, "stay_cap"], stayCap, reached.stay);
}

interface Reached {
  /** The most that each window, in order, can be charged before its cap. */
  readonly windows: number[];
  readonly periods: number[];
  readonly stay: number;
}

function reachedIn(pricing: Pricing, version: Version): Reached {
  const { free: _, stayCap: __, ...rest } = pricing;
  // Window by window: with a cap for each no window is counted like another.
  const each = {
    ...rest,
    ...(rest.windows === undefined
      ? {}
      : { windows: { ...rest.windows, caps: Array.from({ length: longStay }, () => fen(Number.MAX_SAFE_INTEGER)), capsByStay: [] } }),
  };
  const windows: number[] = [];
  const periods: number[] = [];
  let stay = 0;
  for (const entered of trialDays(version).flatMap((at) => [0, 6, 12, 18].map((hour) => at * day + hour * 3600))) {
    for (const length of [longStay * day, 10 * 366 * day]) {
      const long = length > longStay * day;
      const priced = priceIntervals(long ? rest : each, whenever(version.calendar, entered, length), [
        { from: entered, until: entered + length },
      ]);
      if ("kind" in priced) continue;
      if (long) stay = Math.max(stay, priced.total);
      else
        for (const window of priced.windows) {
          for (let at = window.index; at <= window.lastIndex; at += 1) windows[at] = Math.max(windows[at] ?? 0, window.uncapped);
          for (const item of window.items) periods[item.period] = Math.max(periods[item.period] ?? 0, item.uncapped);
        }
    }
  }
  return { windows: [...windows].map((most) => most ?? 0), periods, stay };
}

/** The same holidays, and no end: the question is what could be charged, not whether it may be. */
const whenever = (calendar: Calendar | undefined, entered: number, length: number): Calendar | undefined =>
  calendar && { ...calendar, from: Math.min(calendar.from, dayOf(entered) - 1), until: dayOf(entered + length) + 1 };
