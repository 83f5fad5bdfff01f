// The schemes as they begin: safety one third (formerly one fifth), four more modules, a bonus for early warning by devices, vetoes. Weights and items are the bureau's to change;
// no published sheet of scores was found, so these numbers are ours.
import type { Scheme } from "./scheme.ts";

const items = {
  safety: [
    { id: "safety-overdue", zh: "隐患逾期未销号", milli: 5_000, from: "ledger" as const },
    { id: "safety-major", zh: "重大隐患未销号", milli: 20_000, from: "ledger" as const },
    { id: "safety-repeat", zh: "隐患反弹", milli: 5_000, from: "ledger" as const },
    { id: "safety-exits", zh: "疏散通道堵塞", milli: 10_000 },
    { id: "safety-charging", zh: "违规停放充电", milli: 10_000 },
  ],
  service: [
    { id: "service-late", zh: "诉求超期未办", milli: 5_000 },
    { id: "service-public", zh: "公共收益未按季公示", milli: 20_000 },
  ],
  order: [{ id: "order-parking", zh: "停车秩序混乱", milli: 5_000 }],
  clean: [{ id: "clean-waste", zh: "环境卫生差", milli: 5_000 }],
  facilities: [{ id: "facilities-fire", zh: "消防设施停用", milli: 20_000 }],
} as const;

const scheme = (
  id: string,
  zh: string,
  safety: { numerator: number; denominator: number },
  other: { numerator: number; denominator: number },
): Scheme => ({
  ...{ id, zh, kind: "星级评价" },
  modules: [
    { id: "safety", zh: "消防安全", en: "fire safety", share: safety, items: items.safety },
    { id: "service", zh: "客户服务", en: "service", share: other, items: items.service },
    { id: "order", zh: "秩序维护", en: "order", share: other, items: items.order },
    { id: "clean", zh: "环卫绿化", en: "cleanliness and green", share: other, items: items.clean },
    { id: "facilities", zh: "共用设施设备", en: "common facilities", share: other, items: items.facilities },
  ],
  bonus: [{ id: "bonus-iot", zh: "物联网预警系统平台使用", milli: 3_000 }],
  bonus_cap_milli: 15_000,
  vetoes: [
    { id: "veto-fire", zh: "因失职发生火灾", effect: "failed" },
    { id: "veto-refusal", zh: "拒绝检查或约谈", effect: "no-star" },
    { id: "veto-misuse", zh: "挪用公维金或公共收益", effect: "failed" },
  ],
  stars: [
    { from_milli: 95_000, stars: 5 },
    { from_milli: 90_000, stars: 4 },
    { from_milli: 80_000, stars: 3 },
    { from_milli: 70_000, stars: 2 },
    { from_milli: 60_000, stars: 1 },
  ],
  failed_below_milli: 60_000,
  town_share: { numerator: 3, denominator: 5 },
  disagreement_milli: 10_000,
  sample: { numerator: 1, denominator: 5 },
});

export const usualSchemes: readonly Scheme[] = [
  scheme("stars-third", "星级评价（安全占三分之一）", { numerator: 1, denominator: 3 }, { numerator: 1, denominator: 6 }),
  scheme("stars-fifth", "星级评价（安全占五分之一，旧）", { numerator: 1, denominator: 5 }, { numerator: 1, denominator: 5 }),
];
