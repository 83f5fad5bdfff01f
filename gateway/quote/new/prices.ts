// The questions about prices: how time becomes money, free time, periods of the day, caps. The same for all vehicles and for a class with its own prices.
import { type DayWord, dayWords, type Words } from "#gateway/core/parking/tariff/types.ts";
import type { FreeFile, PricingFile, RateFile } from "#gateway/tariff/schema.ts";
import type { Questions } from "./question.ts";

type PeriodsFile = NonNullable<PricingFile["periods"]>;
type WindowsFile = NonNullable<PricingFile["windows"]>;

const rateChoices = {
  free: { zh: "免费", en: "free" },
  "per-visit": { zh: "按次", en: "a price per visit" },
  steps: {
    zh: "按时间单位：每小时、每半小时……，可以逐段不同",
    en: "by units of time: per hour, per half hour …, which may change as the stay grows",
  },
  table: { zh: "分档总价：2小时以内3元、4小时以内6元……", en: "a table of total prices: up to 2 h ¥3, up to 4 h ¥6 …" },
} as const satisfies Record<string, Words>;

export async function askPricing(ask: Questions): Promise<PricingFile> {
  const charged = await ask.choice("charged", ["按什么收费", "how is a stay charged"], {
    ...rateChoices,
    periods: { zh: "分时段：白天、夜间、节假日价格不同", en: "by periods of the day: day, night or holidays have different prices" },
  });
  const priced = charged === "periods" ? { periods: await askPeriods(ask) } : { rate: await askRate(ask, charged) };
  const windows = await askWindows(ask);
  const stayCap = await ask.maybeNumber(
    "stay_cap",
    ["每次停车最多多少元（没有就空着）", "the most that one stay costs, yuan (empty: none)"],
    "40",
  );
  if ("periods" in priced && windows !== undefined)
    priced.periods.together = await ask.choice("together", ["跨几个时段", "a stay over several periods"], {
      sum: { zh: "各时段相加", en: "pays for each of them" },
      highest: { zh: "一个周期内只收最高的一项", en: "pays only the highest of a window" },
    });
  return {
    ...(charged === "free" ? {} : await optionalFree(ask, windows !== undefined)),
    ...(windows === undefined ? {} : { windows }),
    ...priced,
    ...(stayCap === undefined ? {} : { stay_cap: stayCap }),
  };
}

async function askRate(ask: Questions, charged: keyof typeof rateChoices): Promise<RateFile> {
  if (charged === "free") return { free: true };
  if (charged === "per-visit") return { per_visit: await ask.number("per_visit", ["每次多少元", "yuan per visit"], "5") };
  return charged === "steps" ? askSteps(ask) : askTable(ask);
}

const mostRows = 50;

async function askSteps(ask: Questions): Promise<RateFile> {
  const steps: NonNullable<RateFile["steps"]> = [];
  for (let nth = 1; nth <= mostRows; nth += 1) {
    const at = ask.within(`step${nth}`);
    const until = await at.maybeLength(
      "until",
      [`第${nth}段到停车多久为止（最后一段空着）`, `step ${nth} holds until which length of the stay (empty: the last one)`],
      "1 h",
    );
    const per = await at.length("per", [`第${nth}段每多久计一次`, `step ${nth}: the unit`], "30 min");
    const price = await at.number("price", [`第${nth}段每个单位多少元`, `step ${nth}: yuan per unit`], "2.5");
    steps.push({ ...(until === undefined ? {} : { until }), per, price });
    if (until === undefined) break;
  }
  const part_unit = await ask.partUnit("part_unit", [
    "不足一个单位：up 按一个单位收，down 不收，drop 15 min 十五分钟及以内不收",
    "part of a unit: up charges it whole, down drops it, drop 15 min drops it up to 15 min",
  ]);
  return { part_unit, steps };
}

async function askTable(ask: Questions): Promise<RateFile> {
  const brackets: NonNullable<RateFile["brackets"]> = [];
  for (let nth = 1; nth <= mostRows; nth += 1) {
    const at = ask.within(`row${nth}`);
    const said = [`第${nth}档：不超过多久（没有更多就空着）`, `row ${nth}: up to which length (empty: no more rows)`] as const;
    const upTo = nth === 1 ? await at.length("up_to", said, "2 h") : await at.maybeLength("up_to", said, "4 h");
    if (upTo === undefined) break;
    brackets.push({ up_to: upTo, price: await at.number("price", [`第${nth}档共收多少元`, `row ${nth}: yuan in all`], "3") });
  }
  const per = await ask.maybeLength(
    "beyond.per",
    ["超过最后一档以后，每多久加收一次（不再计就空着）", "beyond the last row: the unit that is added (empty: nothing is said)"],
    "1 h",
  );
  if (per === undefined) return { brackets };
  return {
    brackets,
    beyond: {
      per,
      price: await ask.number("beyond.price", ["每个单位加收多少元", "yuan for each of them"], "1"),
      part_unit: await ask.partUnit("beyond.part_unit", [
        "不足一个单位：up、down 或 drop 15 min",
        "part of a unit: up, down or drop 15 min",
      ]),
    },
  };
}

async function optionalFree(ask: Questions, windows: boolean): Promise<{ free?: FreeFile }> {
  const time = await ask.maybeLength("free.time", ["免费多久（没有就空着）", "free time (empty: none)"], "30 min");
  return time === undefined ? {} : { free: await askFree(ask.within("free"), time, windows) };
}

export async function askFree(ask: Questions, time: string, windows: boolean): Promise<FreeFile> {
  return {
    time,
    boundary: await ask.choice("boundary", [`恰好停${time}`, `a stay of exactly ${time}`], {
      included: { zh: "免费", en: "is free" },
      excluded: { zh: "收费", en: "is charged" },
    }),
    when_exceeded: await ask.choice("when_exceeded", ["超过免费时间以后", "once the free time is exceeded"], {
      counted: { zh: "从入场起算，免费的那段也收", en: "the stay is charged from its beginning" },
      deducted: { zh: "只收超过的部分", en: "only what is above is charged" },
    }),
    again: windows
      ? await ask.choice("again", ["免费时间", "the free time"], {
          once: { zh: "每次停车一次", en: "holds once a stay" },
          "each-window": { zh: "每个周期（24小时、每天）一次", en: "holds again in each window" },
        })
      : "once",
  };
}

const capsForm = /^\d{1,6}(\.\d{1,2})?$/;
const byStayForm = /^(\d+ (d|h|min)=)?\d{1,6}(\.\d{1,2})?$/;

async function askWindows(ask: Questions): Promise<WindowsFile | undefined> {
  const kind = await ask.choice("cap.kind", ["长时间停车按周期封顶吗", "is a long stay cut into windows with a cap"], {
    none: { zh: "没有", en: "no" },
    rolling: { zh: "从入场起每24小时（或别的时长）", en: "every 24 h (or another length) from the entry" },
    "calendar-day": { zh: "按自然日", en: "by the calendar day" },
  });
  if (kind === "none") return undefined;
  const cap = ask.within("cap");
  const base =
    kind === "rolling"
      ? { kind, length: await cap.length("length", ["一个周期多长", "the length of a window"], "24 h") }
      : { kind, day_starts: await cap.clock("day_starts", ["一天从几点开始", "when the day begins"], "00:00") };
  const amounts = await cap.forms(
    "amounts",
    [
      "每个周期最高多少元；第一天、第二天……不同就逐个写；不封顶空着",
      "the most per window, yuan; one after the other where they differ; empty: none",
    ],
    { example: "30 · 30, 40, 50", form: capsForm },
  );
  const byStay =
    amounts.length > 0
      ? []
      : await cap.forms(
          "by_stay",
          [
            "封顶看整次停车多久吗：24小时以内60、48小时以内80、再长110（没有就空着）",
            "does the cap go by the length of the whole stay (empty: no)",
          ],
          { example: "24 h=60, 48 h=80, 110", form: byStayForm },
        );
  return {
    ...base,
    rate: await cap.choice("rate", ["进入下一个周期", "in the next window the price"], {
      restarts: { zh: "重新计", en: "starts anew" },
      continues: { zh: "接着计", en: "runs on" },
    }),
    ...(amounts.length === 1 ? { cap: Number(amounts[0]) } : amounts.length > 1 ? { caps: amounts.map(Number) } : {}),
    ...(byStay.length > 0
      ? {
          caps_by_stay: byStay.map((row) => {
            const [upTo = "", price] = row.includes("=") ? row.split("=") : ["", row];
            return upTo === "" ? { cap: Number(price) } : { up_to: upTo, cap: Number(price) };
          }),
        }
      : {}),
  };
}

async function askPeriods(ask: Questions): Promise<PeriodsFile> {
  const table: PeriodsFile["table"] = [];
  for (let nth = 1; nth <= mostRows; nth += 1) {
    if (nth > 1 && !(await ask.yes(`period${nth}`, [`还有第${nth}个时段吗`, `is there a period no. ${nth}`]))) break;
    table.push(await askPeriod(ask.within(`period${nth}`), nth));
  }
  return {
    units_across: await ask.choice("units_across", ["已开始的计时单位到了时段交界", "a unit that has begun when the next period begins"], {
      cut: { zh: "到此为止，新时段重新开始", en: "ends there" },
      carried: { zh: "按原价数完", en: "runs on at its own price" },
    }),
    steps_across: await ask.choice("steps_across", ["到了新时段", "in the next period"], {
      restart: { zh: "从第一段重新计", en: "the first step holds again" },
      continue: { zh: "停车时长接着计", en: "the length of the stay counts on" },
    }),
    boundary: await ask.choice("boundary", ["交界那一秒（例如19:00:00）", "the boundary's own second"], {
      next: { zh: "属于后一时段", en: "belongs to the later period" },
      previous: { zh: "属于前一时段", en: "belongs to the earlier period" },
    }),
    together: "sum",
    table,
  };
}

async function askPeriod(ask: Questions, nth: number): Promise<PeriodsFile["table"][number]> {
  const zh = await ask.text("name", [`第${nth}个时段叫什么`, `the name of period ${nth}, in Chinese`], "白天");
  const en = await ask.text("name_en", ["它的英文名", "its name in English"], "day");
  const from = await ask.clock("from", ["从几点", "from which hour"], "07:00");
  const until = await ask.clock("until", ["到几点（过零点照写）", "until which hour (over midnight is fine)"], "19:00");
  const days = (await ask.list("days", ["哪些日子", "on which days"], dayWords)) as DayWord[];
  const except = (await ask.maybeList("except", ["其中哪些日子除外（没有就空着）", "except on which of them (empty: none)"], dayWords)) as
    | DayWord[]
    | undefined;
  const charged = await ask.choice("charged", ["这个时段按什么收费", "how is this period charged"], rateChoices);
  const rate = await askRate(ask, charged);
  const free =
    charged === "free"
      ? undefined
      : await ask.maybeLength("free", ["这个时段前多久免费（没有就空着）", "the first so long of it is free (empty: none)"], "30 min");
  const cap =
    charged === "free"
      ? undefined
      : await ask.maybeNumber("cap", ["这个时段最高多少元（没有就空着）", "the most for this period, yuan (empty: none)"], "20");
  return {
    id: `period-${nth}`,
    name: { zh, en },
    from,
    until,
    days,
    ...(except === undefined ? {} : { except }),
    ...(free === undefined ? {} : { free }),
    rate,
    ...(cap === undefined ? {} : { cap }),
  };
}
