// From prices to lines that a driver can read aloud: what was counted, at which price, and which cap holds.
import { type Fen, fen, noMoney } from "#protocols/vocabulary/money.ts";
import type { BillLine } from "../bill.ts";
import { day } from "./days.ts";
import type { WindowPrice } from "./one-window.ts";
import type { Priced } from "./price.ts";
import type { Charge } from "./rate.ts";
import type { PeriodRates, Pricing, Rate, Words } from "./types.ts";
import { dateWords, lengthWords, momentWords, unitWords, yuan } from "./words.ts";

export const line = (rule: string, words: Words, amount: Fen): BillLine => ({ rule, ...words, amount });

/** The lines of one priced stay; their sum is its total. */
export function pricedLines(priced: Priced, pricing: Pricing, names: { path: string; freeRule?: string }): BillLine[] {
  const { path } = names;
  const freeRule = names.freeRule ?? `${path}.free`;
  const lines: BillLine[] = [];
  const free = pricing.free;
  if (free !== undefined && priced.allFree) {
    const length = lengthWords(free.seconds);
    return [line(freeRule, { zh: `免费时间${length.zh}以内，不收费`, en: `within the free ${length.en}` }, noMoney)];
  }
  if (priced.deducted > 0) {
    const length = lengthWords(priced.deducted);
    lines.push(line(freeRule, { zh: `前${length.zh}免费`, en: `the first ${length.en} are free` }, noMoney));
  }
  const several = priced.windows.length > 1 || (priced.windows[0]?.count ?? 0) > 1;
  const shown = priced.windows.length > mostWindows ? priced.windows.slice(0, mostWindows - 1) : priced.windows;
  for (const window of shown) lines.push(...windowLines(window, { pricing, path, several }));
  lines.push(...restLine(priced.windows.slice(shown.length), path));
  if (pricing.stayCap !== undefined && priced.uncapped > priced.total) {
    const cap = yuan(pricing.stayCap);
    lines.push(
      line(`${path}.stay_cap`, { zh: `本次停车最高${cap.zh}`, en: `at most ${cap.en} a stay` }, fen(priced.total - priced.uncapped)),
    );
  }
  if (lines.length === 0) {
    const nothing =
      priced.windows.length === 0 ? { zh: "没有计费的时间", en: "no chargeable time" } : { zh: "本时段不收费", en: "free at these hours" };
    lines.push(line(path, nothing, noMoney));
  }
  return lines;
}

/** A bill is read aloud: more kinds of windows than these are told as one. */
const mostWindows = 12;

function restLine(rest: readonly WindowPrice[], path: string): BillLine[] {
  if (rest.length === 0) return [];
  const count = rest.reduce((sum, window) => sum + window.count, 0);
  const amount = fen(rest.reduce((sum, window) => sum + window.amount * window.count, 0));
  return [line(`${path}.windows`, { zh: `其余${count}个周期合计`, en: `the other ${count} windows together` }, amount)];
}

interface Context {
  readonly pricing: Pricing;
  readonly path: string;
  readonly several: boolean;
}

function windowLines(window: WindowPrice, context: Context): BillLine[] {
  const { pricing, path } = context;
  const name = context.several ? windowName(window, pricing) : { zh: "", en: "" };
  if (window.free) return [line(`${path}.free`, { zh: `${name.zh}免费时间以内`, en: `${name.en}within the free time` }, noMoney)];
  const each = yuan(window.amount);
  const times = window.scattered
    ? isDaily(pricing)
      ? { zh: `，每天${each.zh}`, en: `, ${each.en} a day` }
      : { zh: `，每个${each.zh}`, en: `, ${each.en} each` }
    : window.count > 1
      ? { zh: `，共${window.count}个，每个${each.zh}`, en: `, ${window.count} of them, ${each.en} each` }
      : { zh: "", en: "" };
  const total = fen(window.amount * window.count);
  if (window.amount < window.uncapped) {
    const raw = yuan(window.uncapped);
    const words = {
      zh: `${name.zh}按时计${raw.zh}，封顶${each.zh}${times.zh}`,
      en: `${name.en}${raw.en} by time, capped at ${each.en}${times.en}`,
    };
    return [line(`${path}.windows.cap`, words, total)];
  }
  if (window.count > 1 && window.items.length === 0)
    return [line(`${path}.windows`, { zh: `${name.zh}不收费`, en: `${name.en}free` }, noMoney)];
  if (window.count > 1) {
    const told = itemsOf(window, context);
    const items = told.text ?? itemsText(told.lines);
    told.text = items;
    return [line(`${path}.windows`, { zh: `${name.zh}${items.zh}${times.zh}`, en: `${name.en}${items.en}${times.en}` }, total)];
  }
  return itemsOf(window, context).lines.map(({ rule, zh, en, amount }) => ({ rule, zh: `${name.zh}${zh}`, en: `${name.en}${en}`, amount }));
}

const isDaily = ({ windows }: Pricing): boolean => windows === undefined || windows.seconds === day;

function windowName(window: WindowPrice, pricing: Pricing): Words {
  const { windows } = pricing;
  if (window.scattered)
    return isDaily(pricing)
      ? { zh: `其中${window.count}天：`, en: `${window.count} of the days: ` }
      : {
          zh: `其中${window.count}个${lengthWords(windows?.seconds ?? day).zh}：`,
          en: `${window.count} of the ${lengthWords(windows?.seconds ?? day).en}: `,
        };
  const [first, last] = [window.index + 1, window.lastIndex + 1];
  if (windows?.kind === "rolling") {
    const length = lengthWords(windows.seconds);
    return first === last
      ? { zh: `第${first}个${length.zh}：`, en: `${length.en} no. ${first}: ` }
      : { zh: `第${first}至第${last}个${length.zh}：`, en: `${length.en} no. ${first}–${last}: ` };
  }
  const days = windows !== undefined;
  const [from, until] = days
    ? [dateWords(window.from), dateWords(window.until - 1)]
    : [momentWords(window.from), momentWords(window.until)];
  return first === last
    ? { zh: `${from.zh}起：`, en: `from ${from.en}: ` }
    : { zh: `${from.zh}至${until.zh}：`, en: `${from.en} to ${until.en}: ` };
}

/** In one line of a bill. */
const mostItems = 4;

function itemsText(lines: readonly BillLine[]): Words {
  const [zh, en] = [lines.map((item) => item.zh), lines.map((item) => item.en)];
  if (lines.length <= mostItems) return { zh: zh.join("；"), en: en.join("; ") };
  return {
    zh: `${zh.slice(0, mostItems - 1).join("；")}；等共${lines.length}项`,
    en: `${en.slice(0, mostItems - 1).join("; ")}; … ${lines.length} in all`,
  };
}

/** What is known of a window from one stay to the next is also told in the same words. */
interface ItemsTold {
  readonly path: string;
  readonly rate: Rate | PeriodRates;
  readonly lines: readonly BillLine[];
  /** In one line, where several windows are told at once: made when it is first asked for. */
  text?: Words;
}
const itemsTold = new WeakMap<WindowPrice["items"], ItemsTold>();

function itemsOf(window: WindowPrice, context: Context): ItemsTold {
  const { path } = context;
  const { rate } = context.pricing;
  const known = itemsTold.get(window.items);
  if (known !== undefined && known.path === path && known.rate === rate) return known;
  const told: ItemsTold = { path, rate, lines: itemLines(window, context) };
  if (window.known) itemsTold.set(window.items, told);
  return told;
}

function itemLines(window: WindowPrice, { pricing, path }: Context): BillLine[] {
  const rates = pricing.rate.shape === "periods" ? pricing.rate : undefined;
  const highest =
    rates?.together === "highest"
      ? window.items.reduce((best, item) => (item.amount > best.amount ? item : best), window.items[0] ?? { amount: noMoney })
      : undefined;
  return window.items.flatMap((item): BillLine[] => {
    if (highest !== undefined && item !== highest) return [];
    const period = rates?.periods[item.period];
    const rule = period === undefined ? `${path}.rate` : `${path}.periods.${period.id}`;
    const name = period === undefined ? { zh: "", en: "" } : { zh: `${period.name.zh} `, en: `${period.name.en} ` };
    const length = lengthWords(item.freed);
    const free =
      item.freed === 0
        ? []
        : [line(`${rule}.free`, { zh: `${name.zh}前${length.zh}免费`, en: `${name.en}first ${length.en} free` }, noMoney)];
    if (item.amount < item.uncapped) {
      const [raw, cap] = [yuan(item.uncapped), yuan(item.amount)];
      return [
        ...free,
        line(
          `${rule}.cap`,
          { zh: `${name.zh}按时计${raw.zh}，封顶后${cap.zh}`, en: `${name.en}${raw.en} by time, after the cap ${cap.en}` },
          item.amount,
        ),
      ];
    }
    const rate = rateOf(pricing.rate, item.period);
    return [
      ...free,
      ...item.charges.map((charge) => {
        const words = chargeWords(charge, rate);
        return line(
          `${rule}${chargeRule(charge, rate)}`,
          { zh: `${name.zh}${words.zh}`, en: `${name.en}${words.en}` },
          fen(charge.units * charge.price),
        );
      }),
    ];
  });
}

const rateOf = (rate: Rate | PeriodRates, period: number): Rate =>
  rate.shape === "periods" ? (rate.periods[period]?.rate ?? { shape: "free" }) : rate;

const chargeRule = (charge: Charge, rate: Rate): string =>
  rate.shape === "steps" ? `.steps[${charge.step}]` : rate.shape === "brackets" ? `.brackets[${charge.step}]` : "";

function chargeWords(charge: Charge, rate: Rate): Words {
  const price = yuan(charge.price);
  if (rate.shape === "brackets") {
    const upTo = rate.rows[charge.step]?.upTo;
    if (upTo === undefined && charge.step === 0) return { zh: `每次${price.zh}`, en: `${price.en} a visit` };
    const reached = lengthWords(upTo ?? charge.unit);
    return upTo === undefined
      ? { zh: `停车${reached.zh}，${price.zh}`, en: `${reached.en}: ${price.en}` }
      : { zh: `${reached.zh}以内${price.zh}`, en: `up to ${reached.en}: ${price.en}` };
  }
  const unit = unitWords(charge.unit);
  const range = rate.shape === "steps" ? rangeWords(rate, charge.step) : { zh: "", en: "" };
  return { zh: `${range.zh}每${unit.zh}${price.zh} × ${charge.units}`, en: `${range.en}${price.en} per ${unit.en} × ${charge.units}` };
}

/** "首1小时", "1小时以后": only where there is more than one step. */
export function rangeWords(rate: Extract<Rate, { shape: "steps" }>, index: number): Words {
  if (rate.steps.length === 1) return { zh: "", en: "" };
  const from = index === 0 ? 0 : (rate.steps[index - 1]?.until ?? 0);
  const until = rate.steps[index]?.until;
  const start = lengthWords(from);
  if (until === undefined) return { zh: `${start.zh}以后 `, en: `after ${start.en}: ` };
  const end = lengthWords(until);
  return from === 0 ? { zh: `首${end.zh} `, en: `first ${end.en}: ` } : { zh: `${start.zh}至${end.zh} `, en: `${start.en} to ${end.en}: ` };
}
