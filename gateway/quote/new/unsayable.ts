// What signs say and a tariff file cannot. Each has its reason: it is refused, never approximated.
import type { Words } from "#gateway/core/parking/tariff/types.ts";

export const unsayable = {
  "entry-hour": {
    zh: "价格看几点入场（早鸟价、傍晚入场价）：文件只按停在哪些钟点、停了多久计价，写成时段会多收或少收",
    en: "the price goes by the hour of entry (early bird, evening entry): a file prices the hours stood on and the length, and periods would charge some stays too much or too little",
  },
  "joined-entries": {
    zh: "短时间内再次入场算同一次停车、从第一次入场起计：文件可以不再给免费时间、可以合计封顶，但不能把两次停车连成一次",
    en: "a car that comes back soon goes on with its earlier stay: a file can withhold free time or cap several entries together, but not join two stays into one",
  },
  "two-caps": {
    zh: "同时有24小时滚动封顶和自然日封顶：一个文件只有一种周期",
    en: "a cap per rolling 24 h and one per calendar day at once: a file has one kind of window",
  },
  "two-discounts": { zh: "一辆车同时享受两项优惠：文件只取最省的一项", en: "two advantages at once: a file takes the best one only" },
  "prepaid-days": {
    zh: "预付若干天的套餐价：文件没有预付套餐",
    en: "a price for days that are paid in advance: a file has no such packages",
  },
  "spend-back": { zh: "满额减免后返还：文件没有返还", en: "money given back after spending enough: a file gives nothing back" },
  floating: { zh: "价格随空位或需求浮动：文件里的价格是写定的", en: "prices that float with demand: a file states its prices" },
  "by-the-minute": {
    zh: "按分钟按比例计价而每分钟不是整分钱：金额必须是整分",
    en: "prorated by the minute at a price that is no whole fen: money is whole fen",
  },
  other: { zh: "牌子上还有这里没有问到的规则", en: "the sign has a rule that none of these questions asked about" },
} as const satisfies Record<string, Words>;
