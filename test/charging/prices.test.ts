// P 07.prices: charging prices worked through by hand, each row with its file (which names its source), the load, and the arithmetic; and a second, naive pricing that agrees.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { billOf } from "#gateway/core/charging/price/bill.ts";
import { reached } from "#gateway/core/charging/price/choice.ts";
import { quoteCharge } from "#gateway/core/charging/price/quote.ts";
import type { ChargePrice } from "#gateway/core/charging/price/types.ts";
import { noUsage, type Slice, useSlice } from "#gateway/core/charging/price/usage.ts";
import { type ChargeValues, chargeOf } from "#gateway/prices/charge-words.ts";
import { chargePriceJsonSchema, parseChargePrice } from "#gateway/prices/file.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { counted, full } from "#test/promise.ts";
import { naiveBill } from "./naive.ts";
import { randomCase } from "./random.ts";

const folder = new URL("../../tariffs/charging/", import.meta.url);
const text = (name: string): string => readFileSync(new URL(`${name}.yaml`, folder), "utf8");

function price(name: string): ChargePrice {
  const read = parseChargePrice(text(name), name);
  if ("complaints" in read) throw new Error(JSON.stringify(read.complaints));
  return read.price;
}

function bill(name: string, start: string, load: string, more: ChargeValues = {}) {
  const charged = chargeOf({ start, load: load.split(" + "), ...more }, () => "");
  const told = quoteCharge(price(name), charged);
  if ("kind" in told) throw new Error(told.en);
  const naive = naiveBill(price(name).versions[0] ?? never(), charged.slices, { about: charged.about, quota_mWh: quotaOf(name, charged) });
  return { bill: told.bill, naive };
}
const never = (): never => {
  throw new Error("no version");
};
function quotaOf(name: string, { about, monthlyUsed_mWh }: { about: { groups: readonly string[] }; monthlyUsed_mWh: number }): number {
  const monthly = price(name).versions[0]?.monthly;
  return monthly?.groups.some((group) => about.groups.includes(group)) === true ? Math.max(0, monthly.energy_mWh - monthlyUsed_mWh) : 0;
}

/** Sums in fen, electricity | service [| occupied], as anybody can work them out. */
type Row = [file: string, start: string, load: string, sum: string, rule: string, more?: ChargeValues];
const rows: Row[] = [
  // 浙江合表电价 0.558 元/度（浙江省电网居民生活用电价格表），服务费 0.30 元/度，分别计价（发改办价格〔2024〕537号）
  ["shared-meter-and-service", "2026-03-02 18:00", "200 W/5 h", "55.8 | 30", "一度电：电费0.558元四舍五入0.56元，服务费0.30元"],
  ["shared-meter-and-service", "2026-03-02 18:00", "165 W/4 h", "0.66*55.8 | 0.66*30", "0.66度"],
  ["shared-meter-and-service", "2026-03-02 18:00", "120 W/7 h + 15 W/1 h", "0.855*55.8 | 0.855*30", "恒流之后的浮充也按表计"],
  ["shared-meter-and-service", "2026-03-02 18:00", "480 W/2 h 30 min", "1.2*55.8 | 1.2*30", "1.2度"],
  ["shared-meter-and-service", "2026-03-02 18:00", "200 W/5 h", "55.8 | 30", "预付2元，余下1.14元退还", { prepaid: "2" }],
  ["shared-meter-and-service", "2026-03-02 18:00", "200 W/5 h", "50 | 0", "预付0.50元：超出的不收，先减服务费", { prepaid: "0.5" }],
  // 浙江峰谷：高峰 8–22 时 0.568 元，低谷 0.288 元
  ["peak-and-valley", "2026-03-02 20:00", "200 W/2 h", "0.4*56.8 | 2*10", "全在高峰"],
  ["peak-and-valley", "2026-03-02 22:00", "200 W/5 h", "28.8 | 5*10", "22时起低谷"],
  ["peak-and-valley", "2026-03-02 21:00", "200 W/3 h", "0.2*56.8 + 0.4*28.8 | 3*10", "跨22时，一小时高峰、两小时低谷"],
  ["peak-and-valley", "2026-03-02 21:59", "120 W/2 min", "0.002*56.8 + 0.002*28.8 | 2/60*10", "22时整的前后各一分钟"],
  ["peak-and-valley", "2026-03-03 07:00", "200 W/2 h", "0.2*28.8 + 0.2*56.8 | 2*10", "跨8时"],
  ["peak-and-valley", "2026-03-02 23:00", "150 W/8 h", "1.2*28.8 | 8*10", "跨零点，全在低谷"],
  // 十路板功率档 200/400/600/800 W，时间比例 100/75/50/25 %
  ["coin-by-power", "2026-03-02 18:00", "180 W/4 h", "0 | 100", "200 W以内1元4小时"],
  ["coin-by-power", "2026-03-02 18:00", "180 W/4 h 1 min", "0 | 200", "多1分钟按1元"],
  ["coin-by-power", "2026-03-02 18:00", "350 W/3 h", "0 | 100", "400 W以内1元3小时"],
  ["coin-by-power", "2026-03-02 18:00", "350 W/1 h 30 min + 180 W/2 h", "0 | 100", "充电中降档：半元在第二档，半元在第一档"],
  ["coin-by-power", "2026-03-02 18:00", "350 W/1 h 30 min + 180 W/2 h 1 s", "0 | 200", "多1秒，第二个1元"],
  ["coin-by-power", "2026-03-02 18:00", "500 W/1 h + 180 W/2 h", "0 | 100", "第三档1小时等于半元"],
  ["coin-by-power", "2026-03-02 18:00", "700 W/1 h", "0 | 100", "最高档1元1小时"],
  ["coin-by-power", "2026-03-02 18:00", "200 W/4 h", "0 | 100", "恰好200 W在第一档"],
  ["coin-by-power", "2026-03-02 18:00", "201 W/4 h", "0 | 200", "201 W在第二档：4/3元按2元"],
  // 最高功率档，累计 5 分钟
  ["hours-by-highest-power", "2026-03-02 18:00", "140 W/3 h", "0.42*53.8 | 3*10", "150 W以内每小时0.10元"],
  [
    "hours-by-highest-power",
    "2026-03-02 18:00",
    "320 W/4 min + 140 W/2 h 56 min",
    "(320*4/60 + 140*176/60)/1000*53.8 | 3*10",
    "冲击4分钟不算档",
  ],
  [
    "hours-by-highest-power",
    "2026-03-02 18:00",
    "320 W/5 min + 140 W/2 h 55 min",
    "(320*5/60 + 140*175/60)/1000*53.8 | 3*25",
    "满5分钟，整次按最高档",
  ],
  [
    "hours-by-highest-power",
    "2026-03-02 18:00",
    "320 W/3 min + 280 W/2 min + 140 W/1 h 55 min",
    "(320*3/60 + 280*2/60 + 140*115/60)/1000*53.8 | 2*15",
    "两档累计满5分钟，按较低一档",
  ],
  ["hours-by-highest-power", "2026-03-02 18:00", "140 W/2 h 1 min", "(140*121/60)/1000*53.8 | 3*10", "不足一小时按一小时"],
  ["hours-by-highest-power", "2026-03-02 08:00", "320 W/20 h", "6.4*53.8 | 500 - 6.4*53.8", "封顶5元：先减服务费，电费照实"],
  // 演示：住户八折、员工免服务费、最低0.20元、封顶6元、占用
  ["demonstration", "2026-03-02 18:00", "180 W/3 h", "0.54*53.3 | 0.54*35", "电费与服务费分开"],
  ["demonstration", "2026-03-02 18:00", "180 W/3 h", "0.54*53.3 | 0.54*35 - 0.2*19", "住户服务费八折", { group: ["resident"] }],
  ["demonstration", "2026-03-02 18:00", "180 W/3 h", "0.54*53.3 | 0", "员工免服务费；两项适用取较优", { group: ["resident", "staff"] }],
  ["demonstration", "2026-03-02 18:00", "100 W/10 min", "1/60*53.3 | 20 - 1", "不足最低消费0.20元，补在服务费"],
  ["demonstration", "2026-03-02 18:00", "100 W/10 min", "1/60*53.3 | 1/60*35", "保护断电的不补最低消费", { fault: true }],
  ["demonstration", "2026-03-02 18:00", "100 W/3 min", "0 | 0", "3分钟以内免费"],
  ["demonstration", "2026-03-02 18:00", "100 W/3 min 1 s", "0.005*53.3 | 20", "超过后全计，按最低消费"],
  [
    "demonstration",
    "2026-03-02 18:00",
    "180 W/3 h",
    "0.54*53.3 | 0.54*35 | 2*50",
    "占用2小时30分，扣1小时后按2小时",
    { occupied: "2 h 30 min" },
  ],
  ["demonstration", "2026-03-02 18:00", "180 W/3 h", "0.54*53.3 | 0.54*35 | 300", "占用一整夜，封顶3元", { occupied: "12 h" }],
  ["demonstration", "2026-03-02 18:00", "180 W/3 h", "0.54*53.3 | 0.54*35 | 0", "占用恰好1小时不收", { occupied: "1 h" }],
  // 住户免费额度
  ["resident-quota", "2026-03-02 18:00", "200 W/5 h", "Math.floor(0.95*50) | 50", "扣除0.05度，每次0.50元"],
  ["resident-quota", "2026-03-02 18:00", "200 W/5 h", "0 | 50", "住户本月还有9度：不收电费", { group: ["resident"], "monthly-used": "1" }],
  [
    "resident-quota",
    "2026-03-02 18:00",
    "200 W/5 h",
    "Math.floor(0.55*50) | 50",
    "本月只剩0.4度",
    { group: ["resident"], "monthly-used": "9.6" },
  ],
  ["resident-quota", "2026-03-02 18:00", "200 W/12 min", "0 | 0", "0.04度在每次免费额度内，服务费也不收"],
  ["resident-quota", "2026-03-02 18:00", "200 W/5 h", "Math.floor(0.95*50) - 23 | 25", "员工五折，一并减", { group: ["staff"] }],
];

const worked = (sum: string): [number, number, number] => {
  const [electricity = 0, service = 0, occupied = 0] = sum
    .split(" | ")
    .map((part) => Math.round(Number(Function(`return ${part}`)()) + 1e-9));
  return [electricity, service, occupied];
};

test("P 07.prices published and worked examples, and a naive second pricing over random prices and curves", (context) => {
  for (const [file, start, load, sum, rule, more] of rows) {
    const { bill: real, naive } = bill(file, start, load, more);
    const { electricity_fen, service_fen, occupied_fen } = real;
    expect([electricity_fen, service_fen, occupied_fen], `${file} ${load} ${rule}`).toEqual(worked(sum));
    expect(real, rule).toMatchObject(naive);
    soundBill(real);
  }
  const runs = full ? 20_000 : 150;
  let slices = 0;
  for (let seed = 1; seed <= runs; seed += 1) {
    const one = randomCase(seed);
    const usage = one.slices.reduce((sum, slice) => useSlice(one.version, sum, slice), noUsage(one.quota_mWh));
    const real = billOf({ id: "random" }, one.version, { usage, about: one.about });
    expect(real, `seed ${seed}`).toMatchObject(naiveBill(one.version, one.slices, one));
    soundBill(real);
    slices += one.slices.length;
  }
  const sources = new Set(rows.map(([file]) => price(file).source ?? "demonstration"));
  counted(context, {
    examples: rows.length,
    sources: sources.size,
    "random charges": runs,
    "parts of their curves": slices,
    "wrong bills": 0,
  });
}, 600_000);

function soundBill(real: ReturnType<typeof billOf>): void {
  const sum = real.lines.reduce((total, { amount_fen }) => total + amount_fen, 0);
  expect([sum, real.electricity_fen + real.service_fen + real.occupied_fen]).toEqual([real.total_fen, real.total_fen]);
  for (const key of ["electricity_fen", "service_fen", "occupied_fen", "refund_fen", "due_fen"] as const) {
    expect(real[key]).toBeGreaterThanOrEqual(0);
    expect(Number.isSafeInteger(real[key])).toBe(true);
  }
  for (const { zh, en } of real.lines) expect(zh.length * en.length).toBeGreaterThan(0);
}

test("a slice cut anywhere costs the same: time that was counted in pieces is the time that was used", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { version, slices, about } = randomCase(seed);
    // Where the energy is spread evenly it can be cut at whole milliwatt hours.
    const even = slices.map((slice): Slice => ({ ...slice, energy_mWh: Math.floor(slice.ms / 1000) * 50 }));
    const pieces = even.flatMap(({ from, ms, power_mW }): Slice[] => {
      const cut = Math.max(1, Math.floor(ms / 3000)) * 1000;
      const rest = ms - cut;
      const first: Slice = { from, ms: cut, power_mW, energy_mWh: (cut / 1000) * 50 };
      return rest === 0 ? [first] : [first, { from: wall(from + cut), ms: rest, power_mW, energy_mWh: (rest / 1000) * 50 }];
    });
    const [one, other] = [even, pieces].map((all) =>
      billOf({ id: "r" }, version, { usage: all.reduce((sum, slice) => useSlice(version, sum, slice), noUsage()), about }),
    );
    expect(other, `seed ${seed}`).toEqual(one);
  }
});

test("money ends a charge once it is used up, and no sooner; time and energy as they were chosen", () => {
  const priced = { price: price("coin-by-power"), version: price("coin-by-power").versions[0] ?? never() };
  const about = { groups: [], ended: "ordinary" as const, paid_fen: 200 };
  let usage = noUsage();
  let minutes = 0;
  while (reached(priced, { usage, about }, { kind: "full" }) === undefined && minutes < 1_000) {
    usage = useSlice(priced.version, usage, {
      from: wall(1_790_000_000_000 + minutes * 60_000),
      ms: 60_000,
      power_mW: 180_000,
      energy_mWh: 3_000,
    });
    minutes += 1;
  }
  // A part of a coin is a coin, and all of it may be used: two yuan last for eight hours, not until the second is begun.
  expect(minutes).toBe(8 * 60);
  expect(reached(priced, { usage: { ...noUsage(), ms: 3_600_000 }, about }, { kind: "time", seconds: 3_600 })).toBe("time");
  expect(
    reached(
      priced,
      { usage: { ...noUsage(), energy_mWh: 500_000 }, about: { ...about, paid_fen: undefined } },
      { kind: "energy", mWh: 500_000 },
    ),
  ).toBe("energy");
  expect(reached(priced, { usage: noUsage(), about: { ...about, paid_fen: undefined } }, { kind: "full" })).toBe(undefined);
});

test("no version is a refusal, never a price of 0", () => {
  const charged = chargeOf({ start: "2020-01-01 10:00", load: ["200 W/1 h"] }, () => "");
  expect(quoteCharge(price("demonstration"), charged)).toMatchObject({ kind: "refusal", code: "no-price" });
});

const good = text("peak-and-valley");
const coin = text("coin-by-power");
const demo = text("demonstration");
test.each<[string, string, string]>([
  // what is wrong, the text, its code
  ["a negative price", good.replace("price: 0.568", "price: -0.568"), "negative"],
  ["a rate too fine", demo.replace("0.533", "0.53301"), "rate-too-fine"],
  ["not whole fen", demo.replace("cap: 6", "cap: 6.005"), "not-whole-fen"],
  ["hours with a gap", good.replace("08:00 to 22:00", "08:00 to 21:00"), "hours-gap"],
  ["hours that overlap", good.replace("08:00 to 22:00", "08:00 to 23:00"), "hours-overlap"],
  ["a band without a price", good.replace("{ hours: peak, price: 0.568 }, ", ""), "one-price-a-band"],
  ["a price of no band", good.replace("{ hours: valley,", "{ hours: dawn, price: 0.1 }, { hours: valley,"), "no-such-band"],
  ["hours that change nothing", good.replace("price: 0.568", "price: 0.288"), "hours-unused"],
  ["no electricity", demo.replace("    electricity: { per_kWh: 0.533 }\n", ""), "missing-key"],
  ["two kinds of service fee", demo.replace("service: { per_kWh: 0.35 }", "service: { per_kWh: 0.35, free: true }"), "more-than-one"],
  ["none", demo.replace("service: { per_kWh: 0.35 }", "service: {}"), "none-of"],
  ["an unknown key", demo.replace("    cap: 6", "    cap_per_day: 6"), "unknown-key"],
  ["tiers that fall", coin.replace("up_to: 400 W", "up_to: 100 W"), "not-rising"],
  ["a tier without an end in the middle", coin.replace("{ id: to-400, up_to: 400 W }", "{ id: to-400 }"), "tiers-end"],
  ["a tier without a price", coin.replace("          - { tier: above, per: 1 h, price: 1 }\n", ""), "one-price-a-tier"],
  ["a price of no tier", coin.replace("tier: above", "tier: beyond"), "no-such-tier|one-price-a-tier"],
  ["part of a unit that nobody can tell", coin.replace("per: 3 h, price: 1", "per: 3 h, price: 1.2"), "tiers-not-alike"],
  ["a higher tier that is cheaper", coin.replace("tier: above, per: 1 h", "tier: above, per: 9 h"), "higher-tier-cheaper"],
  [
    "tiers and no price by them",
    demo.replace("    electricity", "    tiers: { by: moment, table: [{ id: a, up_to: 200 W }, { id: b }] }\n    electricity"),
    "tiers-unused",
  ],
  ["highest without hold", coin.replace("by: moment", "by: highest"), "hold-for-highest"],
  ["a minimum above the cap", demo.replace("minimum: 0.2", "minimum: 7"), "minimum-above-cap"],
  ["a cap of nothing", demo.replace("cap: 6", "cap: 0"), "cap-of-nothing"],
  [
    "nothing is charged",
    demo.replace("{ per_kWh: 0.533 }", "{ included: true }").replace("service: { per_kWh: 0.35 }", "service: { free: true }"),
    "nothing-charged|discount-of-nothing",
  ],
  ["too dear", demo.replace("0.533", "53.3"), "too-dear"],
  [
    "a fee for a kept socket that cannot be reached",
    demo.replace("price: 0.5, part_unit: up, cap: 3", "price: 0.5, part_unit: up, cap: 0.1"),
    "occupied-unreachable",
  ],
  ["an id twice", demo.replace("id: staff", "id: resident"), "id-twice"],
  ["no such hour", good.replace("08:00 to 22:00", "08:00 to 24:30"), "no-such-time|hours-gap|hours-overlap|wrong-form"],
  ["a date that is none", demo.replace("2026-01-01", "2026-02-30"), "no-such-date"],
  [
    "a version twice",
    `${demo.replace("    from: 2026-01-01", "    from: 2026-01-01\n    until: 2026-06-30")}  - version: "2026"\n    from: 2026-07-01\n    electricity: { per_kWh: 0.5 }\n    service: { free: true }\n    rounding: down\n`,
    "version-twice",
  ],
  [
    "versions with a gap",
    `${demo.replace("    from: 2026-01-01", "    from: 2026-01-01\n    until: 2026-06-30")}  - version: b\n    from: 2026-08-01\n    electricity: { per_kWh: 0.5 }\n    service: { free: true }\n    rounding: down\n`,
    "versions-gap",
  ],
  [
    "versions that overlap",
    `${demo}  - version: b\n    from: 2026-08-01\n    electricity: { per_kWh: 0.5 }\n    service: { free: true }\n    rounding: down\n`,
    "versions-overlap",
  ],
])("refused, with its place and a remedy: %s", (_what, wrong, codes) => {
  expect([good, coin, demo]).not.toContain(wrong);
  const read = parseChargePrice(wrong, "x.yaml");
  if (!("complaints" in read)) throw new Error("accepted");
  for (const { code, line, zh, en, example } of read.complaints) {
    expect(codes.split("|")).toContain(code);
    expect(line).toBeGreaterThan(0);
    expect(zh.length * en.length * (example ?? "").length).toBeGreaterThan(0);
  }
});

test("every ready file is sound; the published schema is the source's: cuobian tariff schema charging > tariffs/charging/charging.schema.json", () => {
  const names = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  expect(names.length).toBeGreaterThanOrEqual(6);
  for (const name of names) expect(parseChargePrice(text(name.replace(".yaml", "")), name), name).toHaveProperty("price");
  expect(JSON.parse(readFileSync(new URL("charging.schema.json", folder), "utf8"))).toEqual(
    JSON.parse(JSON.stringify(chargePriceJsonSchema())),
  );
});
