// Prices in plain words: free time, periods, steps, tables and caps.
import { rangeWords } from "./lines.ts";
import type { DayWord, FreeTime, Period, PeriodRates, Pricing, Rate, Step, Windows, Words } from "./types.ts";
import { clockText, lengthWords, unitWords, yuan } from "./words.ts";

export function explainPricing(pricing: Pricing): Words[] {
  const { rate, free, windows, stayCap } = pricing;
  return [
    ...(free === undefined ? [] : [freeWords(free)]),
    ...(rate.shape === "periods" ? periodsWords(rate) : rateWords(rate)),
    ...(windows === undefined ? [] : windowsWords(windows)),
    ...(stayCap === undefined ? [] : [{ zh: `每次停车最高${yuan(stayCap).zh}`, en: `at most ${yuan(stayCap).en} a stay` }]),
  ];
}

function freeWords(free: FreeTime): Words {
  const length = lengthWords(free.seconds);
  const border =
    free.boundary === "included"
      ? { zh: `${length.zh}（含）以内免费`, en: `free up to and including ${length.en}` }
      : { zh: `不满${length.zh}免费`, en: `free below ${length.en}` };
  const then =
    free.whenExceeded === "counted"
      ? { zh: "超过的从入场起计费", en: "beyond that charged from the entry" }
      : { zh: "超过的只计超过部分", en: "beyond that only the part above is charged" };
  const again = free.again === "once" ? { zh: "", en: "" } : { zh: "，每个周期重新享受", en: ", again in every window" };
  const first =
    free.firstEntryIn === undefined
      ? { zh: "", en: "" }
      : {
          zh: `，${lengthWords(free.firstEntryIn).zh}内仅首次入场享受`,
          en: `, only the first entry in ${lengthWords(free.firstEntryIn).en}`,
        };
  const gap =
    free.notAfterExit === undefined
      ? { zh: "", en: "" }
      : {
          zh: `，离场${lengthWords(free.notAfterExit).zh}内再入场不享受`,
          en: `, not when re-entering within ${lengthWords(free.notAfterExit).en}`,
        };
  return { zh: `${border.zh}，${then.zh}${again.zh}${first.zh}${gap.zh}`, en: `${border.en}; ${then.en}${again.en}${first.en}${gap.en}` };
}

export function partWords(step: Step): Words {
  const unit = lengthWords(step.unit);
  if (step.dropUpTo === 0) return { zh: `不足${unit.zh}按${unit.zh}计`, en: `a part of ${unit.en} counts as ${unit.en}` };
  if (step.dropUpTo === step.unit - 1) return { zh: `不足${unit.zh}的部分不收`, en: `a part of ${unit.en} is not charged` };
  const drop = lengthWords(step.dropUpTo);
  return {
    zh: `不足${unit.zh}的部分，${drop.zh}（含）以内不收，超过按${unit.zh}计`,
    en: `a part of ${unit.en}: nothing up to ${drop.en}, above that as ${unit.en}`,
  };
}

function rateWords(rate: Rate): Words[] {
  if (rate.shape === "free") return [{ zh: "免费", en: "free" }];
  if (rate.shape === "steps")
    return rate.steps.map((step, index) => {
      const [range, unit, price, part] = [rangeWords(rate, index), unitWords(step.unit), yuan(step.price), partWords(step)];
      return { zh: `${range.zh}每${unit.zh}${price.zh}，${part.zh}`, en: `${range.en}${price.en} per ${unit.en}; ${part.en}` };
    });
  const rows = rate.rows.map((row) =>
    row.upTo === undefined
      ? { zh: `每次${yuan(row.price).zh}`, en: `${yuan(row.price).en} a visit` }
      : {
          zh: `${lengthWords(row.upTo).zh}（含）以内共${yuan(row.price).zh}`,
          en: `up to and including ${lengthWords(row.upTo).en}: ${yuan(row.price).en} in all`,
        },
  );
  if (rate.beyond === undefined) return rows;
  const [unit, price, part] = [unitWords(rate.beyond.unit), yuan(rate.beyond.price), partWords(rate.beyond)];
  return [...rows, { zh: `以后每${unit.zh}加${price.zh}，${part.zh}`, en: `then ${price.en} per ${unit.en}; ${part.en}` }];
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

function periodsWords(rates: PeriodRates): Words[] {
  const across =
    rates.unitsAcross === "cut"
      ? { zh: "跨时段时计时单位到界截止，重新计", en: "a unit ends at a period's boundary" }
      : { zh: "已开始的计时单位按原时段价格计完", en: "a unit that was begun runs on at its own price" };
  const steps = rates.stepsAcross === "restart" ? { zh: "", en: "" } : { zh: "，时长跨时段连续计算", en: "; the length reached counts on" };
  const second =
    rates.boundary === "next"
      ? { zh: "，整点归后一时段", en: "; the boundary's second belongs to the next period" }
      : { zh: "，整点归前一时段", en: "; the boundary's second belongs to the period before" };
  const together =
    rates.together === "sum"
      ? { zh: "", en: "" }
      : { zh: "；各时段不累加，只收最高的一项", en: "; only the highest of the periods is charged" };
  return [
    ...rates.periods.map(periodWords),
    { zh: `${across.zh}${steps.zh}${second.zh}${together.zh}`, en: `${across.en}${steps.en}${second.en}${together.en}` },
  ];
}

function periodWords(period: Period): Words {
  const days = { zh: period.days.map((word) => dayNames[word].zh).join("、"), en: period.days.map((word) => dayNames[word].en).join(", ") };
  const clock = `${clockText(period.from)}–${clockText(period.until)}`;
  const rates = rateWords(period.rate);
  const cap =
    period.cap === undefined ? { zh: "", en: "" } : { zh: `，本时段最高${yuan(period.cap).zh}`, en: `; at most ${yuan(period.cap).en}` };
  return {
    zh: `${period.name.zh}（${days.zh}${clock}）：${rates.map((words) => words.zh).join("；")}${cap.zh}`,
    en: `${period.name.en} (${days.en} ${clock}): ${rates.map((words) => words.en).join("; ")}${cap.en}`,
  };
}

function windowsWords(windows: Windows): Words[] {
  const each =
    windows.kind === "rolling"
      ? { zh: `入场起每${lengthWords(windows.seconds).zh}`, en: `each ${lengthWords(windows.seconds).en} from the entry` }
      : { zh: `每天（${clockText(windows.dayStarts)}起算）`, en: `each day (from ${clockText(windows.dayStarts)})` };
  const rate = windows.rate === "restarts" ? { zh: "重新计价", en: "prices start anew" } : { zh: "接着计价", en: "prices run on" };
  const found: Words[] = [{ zh: `${each.zh}为一个周期，${rate.zh}`, en: `${each.en} is one window; ${rate.en}` }];
  if (windows.capsByStay.length > 0)
    for (const row of windows.capsByStay)
      found.push(
        row.upTo === undefined
          ? { zh: `停得更久的，每个周期最高${yuan(row.cap).zh}`, en: `longer stays: at most ${yuan(row.cap).en} a window` }
          : {
              zh: `总停车不超过${lengthWords(row.upTo).zh}的，每个周期最高${yuan(row.cap).zh}`,
              en: `stays up to ${lengthWords(row.upTo).en}: at most ${yuan(row.cap).en} a window`,
            },
      );
  else if (windows.caps.length > 0) {
    const caps = windows.caps.map(yuan);
    const [zh, en] = [caps.map((cap) => cap.zh).join("、"), caps.map((cap) => cap.en).join(", ")];
    if (caps.length === 1) found.push({ zh: `每个周期最高${zh}`, en: `at most ${en} a window` });
    else found.push({ zh: `各周期依次最高${zh}，以后沿用最后一个`, en: `at most ${en} in turn; the last holds on` });
  }
  return found;
}
