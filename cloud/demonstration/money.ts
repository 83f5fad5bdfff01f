// The demonstration's money: how income is divided, what came in beside the lanes, months settled, a fund that paid for one hazard, and a quarter made public.
import { dayOf, dayText, openCalendar } from "#cloud/calendar/calendar.ts";
import { openCourse, takeStep } from "#cloud/ledger/courses.ts";
import { moveFund } from "#cloud/revenue/fund.ts";
import { monthAfter, monthSpan, monthsOf } from "#cloud/revenue/months.ts";
import { stepQuarter } from "#cloud/revenue/quarters.ts";
import { enterIncome, settleMonth } from "#cloud/revenue/settle.ts";
import { enterVote } from "#cloud/revenue/votes.ts";
import { writeRule } from "#cloud/rulebook/rulebook.ts";
import type { Change } from "#cloud/store/store.ts";
import { dayMs, toCivil, wall } from "#protocols/vocabulary/time.ts";
import { type Chance, chance } from "./chance.ts";
import { done } from "./done.ts";
import type { Cast } from "./people.ts";
import { sizeOf, tellWorks } from "./works.ts";

export interface Purse {
  readonly site: string;
  readonly cast: Cast;
  readonly town: string;
  readonly community: string;
  /** A closed hazard that the fund paid for. */
  readonly mended: string | undefined;
  readonly from: number;
  readonly now: number;
  /** Which of the compounds. */
  readonly nth: number;
}

const share = (party: string, numerator: number, denominator: number) => ({ party, numerator, denominator });
const split = {
  parties: [
    { id: "owners", zh: "业主共有（入公维金）", en: "owners, into the fund" },
    { id: "property", zh: "物业服务企业", en: "property company" },
  ],
  counted: "month",
  tiers: [{ up_to_fen: null, shares: [share("owners", 7, 10), share("property", 3, 10)] }],
  last_fen: "owners",
  order: [
    { kind: "channel-fees", how: { numerator: 6, denominator: 1_000 } },
    { kind: "electricity", how: "booked" },
    { kind: "management-fee", how: { numerator: 1, denominator: 10 } },
    { kind: "other-costs", how: "booked" },
  ],
  accounting: "cash",
  fund: "owners",
};

const other = [
  ["income", "电梯广告", 180_000, 260_000],
  ["income", "场地出租", 60_000, 150_000],
  ["income", "充电分成", 90_000, 160_000],
  ["electricity", "充电棚电费", 40_000, 70_000],
  ["other-costs", "道闸维保", 12_000, 28_000],
] as const;

const monthOf = (at: number): string => dayText(dayOf(at)).slice(0, 7);
export const quarterOf = (at: number, back = 0): string => {
  const { year, month } = toCivil(wall(at));
  const n = year * 4 + Math.floor((month - 1) / 3) - back;
  return `${Math.floor(n / 4)}-Q${(n % 4) + 1}`;
};

async function monthsSettled(change: Change, { site, cast, from, now }: Purse, by: Chance): Promise<void> {
  const person = cast.property;
  const [first = monthOf(from)] = [...monthsOf(quarterOf(now, 1)), monthAfter(monthOf(from))].sort();
  for (let month = first; month < monthOf(now); month = monthAfter(month)) {
    // Before the history begins the gates' money was taken by hand and written down.
    const before = month <= monthOf(from) ? ([["income", "停车（手工台账）", 1_100_000, 1_350_000]] as const) : [];
    for (const [kind, category, low, high] of [...before, ...other]) {
      const entry = {
        kind,
        category,
        amount_fen: by.whole(low, high),
        day: `${month}-${by.whole(10, 27)}`,
        voucher: `演示-${month}-${category}`,
      };
      await enterIncome(change, { site, ...entry, words: `${month} ${category}`, person, at: (monthSpan(month)?.to ?? now) + dayMs });
    }
    done(await settleMonth(change, { site, month, person, now: Math.min(now, (monthSpan(month)?.to ?? now) + 2 * dayMs) }));
  }
}

interface Voted {
  readonly site: string;
  readonly cast: Cast;
  readonly now: number;
  readonly part: (heads: number, area: number) => { heads: number; areas_milli: number };
  /** The vote that passed. */
  readonly voted: string;
}
/** What takes three quarters, once without and once with them; and a work that waits for its notice under the vote that passed. */
async function otherVotes(change: Change, { site, cast, now, part, voted }: Voted): Promise<void> {
  const [all, taking_part] = [part(640, 82_000), part(488, 62_730)];
  const entered = { site, all, taking_part, person: cast.owners } as const;
  const raising = { number: "业主表决 演示〔2026〕3 号", subject: "续筹维修资金，每平方米 6 元", matter: "raise-fund" } as const;
  const sum = {
    day: dayText(dayOf(now - 18 * dayMs)),
    amount_fen: (all.areas_milli / 1_000) * 600,
    agreeing: part(342, 45_460),
    at: now - 16 * dayMs,
  };
  done(await enterVote(change, { ...entered, ...raising, ...sum }));
  const letting = { number: "业主表决 演示〔2026〕4 号", subject: "利用楼顶设置 5G 基站，收益归全体业主", matter: "common-parts" } as const;
  const none = { day: dayText(dayOf(now - 12 * dayMs)), amount_fen: 0, agreeing: part(391, 50_220), at: now - 11 * dayMs };
  done(await enterVote(change, { ...entered, ...letting, ...none }));
  const opened = now - 45 * dayMs;
  const work = {
    site,
    title: "消防泵更换（与本次表决同一项目）",
    about: null,
    budget_fen: 900_000,
    note: "两台消防泵锈蚀，年检不合格（演示）",
  };
  const { id } = await openCourse(change, { kind: "fund-work", ...work, person: cast.property, now: opened });
  const steps = [
    ["estimate", 40, "查勘与预算", "预算书 演示〔12〕号", cast.property],
    ["vote", 19, "表决通过，另行公示", voted, cast.owners],
    ["notice", 3, "小区公告栏与线上同时公示", "公示 演示〔5〕号", cast.property],
  ] as const;
  for (const [step, ago, note, reference, person] of steps) {
    const at = now - ago * dayMs;
    const day = dayText(dayOf(at));
    done(await takeStep(change, { id, kind: "fund-work", step, day, note, reference, person, calendar: openCalendar(), now: at }));
  }
}

export async function tellMoney(change: Change, seed: number, purse: Purse): Promise<void> {
  const { site, cast, from, now, mended, town, community, nth } = purse;
  const by = chance(seed);
  // In force since before the quarter that is made public begins.
  const early = (monthSpan(monthsOf(quarterOf(now, 1)).at(0) ?? monthOf(from))?.from ?? from) - dayMs;
  const day = dayText(dayOf(Math.min(early, from - 40 * dayMs)));
  const rule = { valid_from: day, note: "演示数据", person: cast.bureau.id, at: from };
  done(await writeRule(change, { kind: "split", scope: site, body: split, ...rule }));
  for (const { valid_from, body, note, at } of tellWorks(nth, { town, community, company: cast.property.organisation }, now))
    done(await writeRule(change, { kind: "compound", scope: site, valid_from, body, note, person: cast.bureau.name, at }));
  const purseOf = (kind: "opening" | "grant" | "spent", amount_fen: number, words: string, at: number, given: object = {}) =>
    moveFund(change, { site, kind, amount_fen, words, person: cast.property, at, ...given });
  done(await purseOf("opening", by.whole(30_000_000, 42_000_000), "期初余额（演示）", Math.min(early, from)));
  await monthsSettled(change, purse, by);
  const { households, area_m2 } = sizeOf(nth);
  const part = (heads: number, area: number) => ({
    heads: Math.round((households * heads) / 640),
    areas_milli: Math.round((area_m2 * area) / 82_000) * 1_000,
  });
  const voted = {
    ...{
      site,
      number: "业主表决 演示〔2026〕2 号",
      subject: "消防设施维修",
      matter: "use-fund" as const,
      day: dayText(dayOf(now - 30 * dayMs)),
      amount_fen: 2_000_000,
    },
    ...{ all: part(640, 82_000), taking_part: part(471, 60_315), agreeing: part(402, 52_480) },
    ...{ person: cast.owners, at: now - 20 * dayMs },
  };
  // Written down wrongly at first: two figures of an area changed places. What was entered stays, and another took its place.
  const first = { ...voted, number: "业主表决 演示〔2026〕1 号", agreeing: part(402, 25_480), at: now - 21 * dayMs };
  done(await enterVote(change, first));
  done(await enterVote(change, { ...voted, replaces: first.number }));
  await otherVotes(change, { site, cast, now, part, voted: voted.number });
  const paid = { vote: voted.number, notice: "公示七日无异议", ...(mended === undefined ? {} : { hazard: mended }) };
  done(await purseOf("spent", -by.whole(600_000, 1_900_000), "消防设施维修", now - 4 * dayMs, paid));
  // The last quarter that is over, where a month of it was settled.
  const quarter = quarterOf(now, 1);
  if (monthsOf(quarter).some((month) => month > monthOf(from))) {
    const at = now - 10 * dayMs;
    done(await stepQuarter(change, { site, quarter, step: "submit", person: cast.property, now: at }));
    done(await stepQuarter(change, { site, quarter, step: "check", person: cast.owners, now: at + dayMs }));
    done(await stepQuarter(change, { site, quarter, step: "publish", person: cast.owners, now: at + 2 * dayMs }));
  }
}
