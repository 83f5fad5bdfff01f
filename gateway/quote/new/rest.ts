// The questions beside prices: which vehicles pay otherwise, who has an advantage, coupons, passes, payment, and what the sign says that a file cannot.
import { couponKinds, dayWords } from "#gateway/core/parking/tariff/types.ts";
import type { VersionFile } from "#gateway/tariff/schema.ts";
import { plateColours, plateKinds } from "#protocols/vocabulary/plate.ts";
import { askFree, askPricing } from "./prices.ts";
import type { Questions } from "./question.ts";

type ClassFile = NonNullable<VersionFile["classes"]>[number];
type ConcessionFile = NonNullable<VersionFile["concessions"]>[number];
type When = ClassFile["when"];

const kinds = [...new Set(plateKinds.map((kind) => kind.kind))];
const word = /^[a-z0-9][a-z0-9-]*$/;
const most = 20;

export async function askVehicles(ask: Questions): Promise<ClassFile[]> {
  const found: ClassFile[] = [];
  for (let nth = 1; nth <= most; nth += 1) {
    const at = ask.within(`vehicle${nth}`);
    const by = await at.choice(
      "by",
      [
        `第${nth}种另有价格的车看什么（先符合的先用；没有更多就空着）`,
        `vehicle ${nth} with prices of its own is known by (the first that fits decides; empty: no more)`,
      ],
      {
        none: { zh: "没有", en: "no more" },
        class: { zh: "车型：大型车、出租车……", en: "what it is: large, taxi …" },
        colour: { zh: "号牌颜色", en: "the colour of its plate" },
        kind: { zh: "号牌种类：警车、应急……", en: "the kind of its plate" },
      },
    );
    if (by === "none") break;
    found.push(await askVehicle(at, nth, by));
  }
  return found;
}

async function askVehicle(at: Questions, nth: number, by: "class" | "colour" | "kind"): Promise<ClassFile> {
  const zh = await at.text("name", ["它叫什么", "its name in Chinese"], "大型车");
  const en = await at.text("name_en", ["它的英文名", "its name in English"], "large vehicles");
  const when = await askWhen(at, by);
  const pays = await at.choice("pays", ["它怎么收", "it pays"], {
    free: { zh: "免费", en: "nothing" },
    factor: { zh: "价格和封顶的几倍", en: "a multiple of prices and caps" },
    bays: { zh: "乘以占用的车位数", en: "times the bays that it stands on" },
    own: { zh: "另一套价格", en: "prices of its own" },
  });
  const base = { id: `vehicle-${nth}`, name: { zh, en }, when };
  if (pays === "free") return { ...base, free: true };
  if (pays === "bays") return { ...base, by_bays: true };
  if (pays === "factor") return { ...base, factor: await at.number("factor", ["几倍", "times"], "2") };
  return { ...base, pricing: await askPricing(at) };
}

async function askWhen(at: Questions, by: "class" | "colour" | "kind"): Promise<When> {
  if (by === "colour") return { colours: await at.list("colours", ["哪些颜色", "which colours"], plateColours) } as When;
  if (by === "kind") return { kinds: await at.list("kinds", ["哪些种类", "which kinds"], kinds) } as When;
  return { class: await classes(at) } as When;
}

const classes = async (at: Questions): Promise<string[]> => {
  const found = await at.forms("class", ["出口用哪些词称呼它", "the words that the exit uses for it"], {
    example: "large, truck",
    form: word,
  });
  return found.length === 0 ? [await at.id("class", ["出口用哪个词称呼它", "the word that the exit uses for it"], "large")] : found;
};

export async function askConcessions(ask: Questions, windows: boolean): Promise<ConcessionFile[]> {
  const found: ConcessionFile[] = [];
  for (let nth = 1; nth <= most; nth += 1) {
    const at = ask.within(`discount${nth}`);
    const gives = await at.choice(
      "gives",
      [`第${nth}项优惠（取最省的一项；没有更多就空着）`, `advantage ${nth} (the best one is taken; empty: no more)`],
      {
        none: { zh: "没有", en: "no more" },
        "free-time": { zh: "免费一段时间", en: "free time" },
        percent: { zh: "减百分之几", en: "a percentage off" },
        "charging-time": { zh: "充电的时间不收停车费", en: "time while charging is not charged" },
      },
    );
    if (gives === "none") break;
    found.push(await askConcession(at, { nth, gives, windows }));
  }
  return found;
}

interface Advantage {
  readonly nth: number;
  readonly gives: "free-time" | "percent" | "charging-time";
  readonly windows: boolean;
}

async function askConcession(at: Questions, { nth, gives, windows }: Advantage): Promise<ConcessionFile> {
  const zh = await at.text("name", ["它叫什么", "its name in Chinese"], "新能源优惠");
  const en = await at.text("name_en", ["它的英文名", "its name in English"], "new-energy cars");
  const colours = await at.maybeList(
    "colours",
    ["只给哪些颜色的号牌（都给就空着）", "only for plates of which colours (empty: all)"],
    plateColours,
  );
  const notOperating = await at.yes("not_operating", ["出租车、网约车除外吗", "not for taxis and ride-hailing cars?"]);
  const energy = await at.maybeNumber(
    "charged_kWh",
    ["要充电多少度以上（不要求就空着）", "only after charging at least so many kWh (empty: no)"],
    "5",
  );
  const first = await at.maybeLength(
    "first_in",
    ["只给多久以内的第一次停车（每次都给就空着）", "only the first stop within (empty: every stop)"],
    "24 h",
  );
  const when = {
    ...(colours === undefined ? {} : { colours }),
    ...(notOperating ? { operating: false as const } : {}),
    ...(energy === undefined ? {} : { charged_at_least_kWh: energy }),
    ...(first === undefined ? {} : { first_entry_in: first }),
  };
  const base = { id: `discount-${nth}`, name: { zh, en }, when } as ConcessionFile;
  if (gives === "percent") return { ...base, percent_off: await at.number("percent", ["减百分之几", "percent off"], "50") };
  if (gives === "charging-time") {
    const longest = await at.maybeLength("most", ["最多多久（不限就空着）", "at most so long (empty: no limit)"], "2 h");
    return { ...base, charging_time: longest === undefined ? {} : { most: longest } };
  }
  const time = await at.length("time", ["免费多久", "how long is free"], "2 h");
  return { ...base, free: await askFree(at, time, windows) };
}

/** What goes with prices: coupons, passes, inner lots, lost entries, several entries, rounding, leaving after payment. */
export async function askRules(ask: Questions): Promise<Partial<VersionFile>> {
  const accepted = await ask.maybeList(
    "coupons.accepted",
    ["接受哪些优惠券（不接受就空着）", "which coupons are accepted (empty: none)"],
    couponKinds,
  );
  const coupons =
    accepted === undefined
      ? {}
      : {
          coupons: {
            accepted,
            stacking: await ask.choice("coupons.stacking", ["一次能用几张", "how many together"], {
              one: { zh: "一张", en: "one" },
              "one-of-each-kind": { zh: "每种一张", en: "one of each kind" },
              all: { zh: "不限", en: "all" },
            }),
            after_partial_payment: await ask.yes("coupons.after_partial_payment", [
              "付过一部分以后还能用吗",
              "may they be used after a part was paid?",
            ]),
            with_concession: await ask.yes("coupons.with_discount", ["能与其他优惠同时用吗", "together with an advantage?"]),
          },
        };
  return { ...coupons, ...(await askPasses(ask)), ...(await askEntries(ask)), ...(await askPayment(ask)) } as Partial<VersionFile>;
}

async function askPasses(ask: Questions): Promise<object> {
  const kind = await ask.choice(
    "passes.space",
    ["月卡：多车少位时，满位后再进的车有了空位", "monthly passes: a car that came when its spaces were full, once one falls free"],
    {
      none: { zh: "牌子没有说月卡", en: "the sign says nothing of passes" },
      covered: { zh: "从那时起算月卡", en: "is covered from then on" },
      temporary: { zh: "这次一直按临时车", en: "stays a visitor" },
    },
  );
  const passes =
    kind === "none"
      ? {}
      : {
          passes: {
            when_space_falls_free: kind,
            tolerance: await ask.length(
              "passes.tolerance",
              ["进场后多久以内有空位，算一开始就有", "a space that falls free within so long counts as free at the entry"],
              "15 min",
            ),
            rest_has_free_time: await ask.yes("passes.rest_has_free_time", [
              "月卡没有覆盖的那部分有免费时间吗",
              "has the uncovered rest free time?",
            ]),
          },
        };
  const inner = await ask.choice("inner_lots", ["在内场（另收费）停的时间", "time in inner lots that charge for themselves"], {
    none: { zh: "没有内场", en: "there are none" },
    excluded: { zh: "不计", en: "is not counted" },
    counted: { zh: "计入", en: "is counted" },
  });
  return { ...passes, ...(inner === "none" ? {} : { inner_lots: inner }) };
}

async function askEntries(ask: Questions): Promise<object> {
  const lost = await ask.choice("lost_entry.kind", ["没有入场记录", "no entry record"], {
    none: { zh: "牌子没有说", en: "the sign says nothing" },
    fixed: { zh: "收一个固定价", en: "a fixed price" },
    assume: { zh: "按停了多久计", en: "taken as a stay of so long" },
    ask: { zh: "由值班人员定", en: "a person decides" },
  });
  const lostRule =
    lost === "none"
      ? {}
      : {
          lost_entry:
            lost === "fixed"
              ? { fixed: await ask.number("lost_entry.price", ["多少元", "yuan"], "10") }
              : lost === "assume"
                ? { assume: await ask.length("lost_entry.length", ["按多久", "taken as"], "24 h") }
                : { ask: true },
        };
  const entries = await ask.choice("entries_cap.kind", ["多次进出合计封顶吗", "do several entries together have a cap"], {
    none: { zh: "没有", en: "no" },
    rolling: { zh: "从第一次入场起算", en: "counted from the first entry" },
    "calendar-day": { zh: "按自然日", en: "by the calendar day" },
  });
  if (entries === "none") return lostRule;
  const length = entries === "rolling" ? { length: await ask.length("entries_cap.length", ["多久以内", "within"], "24 h") } : {};
  return {
    ...lostRule,
    entries_cap: { kind: entries, ...length, cap: await ask.number("entries_cap.cap", ["合计最高多少元", "together at most, yuan"], "30") },
  };
}

async function askPayment(ask: Questions): Promise<object> {
  const to = await ask.choice("round.to", ["总额取整到", "the total is rounded to"], {
    none: { zh: "不取整", en: "not rounded" },
    "0.1": { zh: "角", en: "0.1 yuan" },
    "1": { zh: "元", en: "1 yuan" },
  });
  const round =
    to === "none"
      ? {}
      : {
          round: {
            to: Number(to),
            way: await ask.choice("round.way", ["怎样取整", "which way"], {
              down: { zh: "去尾", en: "down" },
              up: { zh: "进一", en: "up" },
              "half-up": { zh: "四舍五入", en: "half up" },
            }),
          },
        };
  const grace = await ask.maybeLength(
    "payment.grace",
    ["缴费后多久以内离场不再收（没有说就空着）", "after paying the car may leave within (empty: nothing is said)"],
    "15 min",
  );
  if (grace === undefined) return round;
  const after = await ask.choice("payment.after_grace", ["超过以后", "after that"], {
    "whole-stay": { zh: "按整次停车计，减去已付的", en: "the whole stay is priced, less what was paid" },
    "new-stay": { zh: "从缴费起另计", en: "a new stay begins with the payment" },
  });
  return { ...round, payment: { grace, after_grace: after } };
}

const dates = /^\d{4}-\d{2}-\d{2}( to \d{4}-\d{2}-\d{2})?$/;

/** Only where workdays, weekends or holidays have prices of their own. */
export async function askCalendar(
  ask: Questions,
  version: Pick<VersionFile, "pricing" | "classes">,
): Promise<Pick<VersionFile, "calendar">> {
  const tables = [version.pricing, ...(version.classes ?? []).map(({ pricing }) => pricing)].flatMap(
    (pricing) => pricing?.periods?.table ?? [],
  );
  const words = tables.flatMap(({ days, except = [] }) => [...days, ...except]);
  if (!words.some((one) => dayWords.indexOf(one) >= 1 && dayWords.indexOf(one) <= 3)) return {};
  const at = ask.within("calendar");
  return {
    calendar: {
      from: await at.date(
        "from",
        ["日历从哪天起（不晚于版本开始的前一天）", "the calendar begins (on the day before the version at the latest)"],
        "2025-12-31",
      ),
      until: await at.date("until", ["日历到哪天止", "and ends"], "2026-12-31"),
      holidays: await at.forms("holidays", ["法定节假日", "public holidays"], {
        example: "2026-01-01, 2026-02-15 to 2026-02-23",
        form: dates,
      }),
      make_up_days: await at.forms("make_up_days", ["调休上班的周末（没有就空着）", "weekend days that are worked (empty: none)"], {
        example: "2026-02-14, 2026-02-28",
        form: dates,
      }),
    },
  };
}
