// The tariff in plain words, as it would hang at the entrance: every rule of the file, in the order in which it is applied.
import { toCivil } from "#protocols/vocabulary/time.ts";
import { explainPricing } from "./explain-pricing.ts";
import type { Concession, CouponKind, Tariff, VehicleWhen, Version, Words } from "./types.ts";
import { lengthWords, yuan } from "./words.ts";

export function explainTariff(tariff: Tariff, version: Version): Words[] {
  const { from, until } = version;
  const last = until === undefined ? undefined : dateText(until - 1);
  const valid =
    last === undefined
      ? { zh: `自${dateText(from)}起入场的车辆适用`, en: `for vehicles that enter from ${dateText(from)} on` }
      : { zh: `${dateText(from)}至${last}入场的车辆适用`, en: `for vehicles that enter from ${dateText(from)} to ${last}` };
  return [
    {
      zh: `${tariff.name.zh}${tariff.demonstration ? "【演示，非真实收费】" : ""}`,
      en: `${tariff.name.en}${tariff.demonstration ? " [demonstration, not a real tariff]" : ""}`,
    },
    valid,
    ...explainPricing(version.pricing),
    ...version.classes.flatMap(classWords),
    ...version.concessions.map(concessionWords),
    ...(version.concessions.length > 1
      ? [{ zh: "同时符合几项优惠的，取最省的一项，不叠加", en: "of several concessions the cheapest one holds; they are not added up" }]
      : []),
    ...restWords(version),
  ];
}

const dateText = (at: number): string => {
  const c = toCivil(at as Parameters<typeof toCivil>[0]);
  return `${c.year}-${String(c.month).padStart(2, "0")}-${String(c.day).padStart(2, "0")}`;
};

const colourWords: Record<string, Words> = {
  unknown: { zh: "颜色不明", en: "unknown" },
  blue: { zh: "蓝牌", en: "blue" },
  yellow: { zh: "黄牌", en: "yellow" },
  white: { zh: "白牌", en: "white" },
  black: { zh: "黑牌", en: "black" },
  green: { zh: "绿牌", en: "green" },
  "yellow-green": { zh: "黄绿牌", en: "yellow-green" },
};

function whoWords(when: VehicleWhen): Words {
  const parts: Words[] = [];
  if (when.classes !== undefined) parts.push({ zh: when.classes.join("、"), en: when.classes.join(", ") });
  if (when.colours !== undefined)
    parts.push({
      zh: when.colours.map((colour) => colourWords[colour]?.zh ?? colour).join("、"),
      en: `${when.colours.map((colour) => colourWords[colour]?.en ?? colour).join(" or ")} plates`,
    });
  if (when.kinds !== undefined) parts.push({ zh: `号牌种类 ${when.kinds.join("、")}`, en: `plates of kind ${when.kinds.join(", ")}` });
  return { zh: parts.map((part) => part.zh).join("，"), en: parts.map((part) => part.en).join(", ") };
}

function classWords({ name, when, effect }: Version["classes"][number]): Words[] {
  const who = whoWords(when);
  const head = { zh: `${name.zh}（${who.zh}）`, en: `${name.en} (${who.en})` };
  if (effect.kind === "free") return [{ zh: `${head.zh}：免费`, en: `${head.en}: free` }];
  if (effect.kind === "bays") return [{ zh: `${head.zh}：按占用车位数计费`, en: `${head.en}: times the number of bays used` }];
  if (effect.kind === "factor") {
    const factor = effect.numerator / effect.denominator;
    return [{ zh: `${head.zh}：价格和封顶均乘以${factor}`, en: `${head.en}: prices and caps times ${factor}` }];
  }
  return [
    { zh: `${head.zh}：`, en: `${head.en}:` },
    ...explainPricing(effect.pricing).map((words) => ({ zh: `　${words.zh}`, en: `  ${words.en}` })),
  ];
}

function concessionWords({ name, when, give }: Concession): Words {
  const conditions: Words[] = [];
  const who = whoWords(when);
  if (who.zh !== "") conditions.push(who);
  if (when.operating === false) conditions.push({ zh: "非营运", en: "not taxis or ride-hailing cars" });
  if (when.chargedAtLeast_mWh !== undefined)
    conditions.push({
      zh: `充电不少于${when.chargedAtLeast_mWh / 1_000_000}度`,
      en: `at least ${when.chargedAtLeast_mWh / 1_000_000} kWh charged`,
    });
  if (when.firstEntryIn !== undefined)
    conditions.push({
      zh: `${lengthWords(when.firstEntryIn).zh}内首次停放`,
      en: `the first stop in any ${lengthWords(when.firstEntryIn).en}`,
    });
  const condition = {
    zh: conditions.length === 0 ? "" : `（${conditions.map((one) => one.zh).join("，")}）`,
    en: conditions.length === 0 ? "" : ` (${conditions.map((one) => one.en).join(", ")})`,
  };
  const gift = giftWords(give);
  return { zh: `${name.zh}${condition.zh}：${gift.zh}`, en: `${name.en}${condition.en}: ${gift.en}` };
}

function giftWords(give: Concession["give"]): Words {
  if (give.kind === "percent-off") return { zh: `减免${give.percent}%`, en: `${give.percent} % off` };
  if (give.kind === "charging-time") {
    const most =
      give.most === undefined
        ? { zh: "", en: "" }
        : { zh: `，最多${lengthWords(give.most).zh}`, en: `, at most ${lengthWords(give.most).en}` };
    return { zh: `充电的时间不计停车费${most.zh}`, en: `time while charging is not charged${most.en}` };
  }
  const length = lengthWords(give.free.seconds);
  return give.free.whenExceeded === "deducted"
    ? { zh: `免费${length.zh}，超过部分计费`, en: `${length.en} free, the part above is charged` }
    : { zh: `${length.zh}以内免费，超过的从入场起计费`, en: `free up to ${length.en}; beyond that from the entry` };
}

const couponNames: Record<CouponKind, Words> = {
  free: { zh: "免费券", en: "free" },
  percent: { zh: "折扣券", en: "percent" },
  minutes: { zh: "时长券", en: "minutes" },
  cash: { zh: "抵扣券", en: "cash" },
  "valid-for": { zh: "限时免费券", en: "valid-for" },
  "time-window": { zh: "时段券", en: "time-window" },
};

/** The rules that stand beside the price. */
function restWords(version: Version): Words[] {
  const { entries, coupons, passes, inner, lostEntry, rounding, payment } = version;
  const found: Words[] = [];
  if (entries !== undefined) {
    const span =
      entries.kind === "rolling"
        ? { zh: `首次入场起每${lengthWords(entries.seconds).zh}`, en: `each ${lengthWords(entries.seconds).en} from the first entry` }
        : { zh: "每个自然日", en: "each calendar day" };
    found.push({
      zh: `多次进出：${span.zh}合计最高${yuan(entries.cap).zh}`,
      en: `several entries: at most ${yuan(entries.cap).en} for ${span.en}`,
    });
  }
  if (coupons !== undefined) {
    const stacking = {
      one: { zh: "每次用一张（取最省的）", en: "one a stay, the most favourable" },
      "one-of-each-kind": { zh: "每种用一张", en: "one of each kind" },
      all: { zh: "可同时使用", en: "all together" },
    }[coupons.stacking];
    const paid = coupons.afterPartialPayment ? { zh: "", en: "" } : { zh: "，部分支付后不能再用", en: ", not after a part was paid" };
    const joint = coupons.withConcession ? { zh: "", en: "" } : { zh: "，不与其他优惠同享", en: ", not together with a concession" };
    found.push({
      zh: `优惠券：接受${coupons.accepted.map((kind) => couponNames[kind].zh).join("、")}，${stacking.zh}${paid.zh}${joint.zh}`,
      en: `coupons: ${coupons.accepted.map((kind) => couponNames[kind].en).join(", ")}; ${stacking.en}${paid.en}${joint.en}`,
    });
  }
  if (passes !== undefined) {
    const more =
      passes.whenSpaceFallsFree === "covered"
        ? { zh: "有空位后转为月租", en: "covered from when a space falls free" }
        : { zh: "本次按临时车", en: "temporary for that stay" };
    const free = passes.freeTimeForRest ? { zh: "享受", en: "with" } : { zh: "不享受", en: "without" };
    found.push({
      zh: `月卡：有效期内不另收费；有效期外的部分按临时车计费，${free.zh}免费时间；多车少位时超出的车${more.zh}（${lengthWords(passes.tolerance).zh}内腾出视为有位）`,
      en: `passes: nothing more while valid; the rest as a visitor ${free.en} free time; a car beyond the pass's spaces is ${more.en} (${lengthWords(passes.tolerance).en} tolerance)`,
    });
  }
  if (inner !== undefined)
    found.push(
      inner === "excluded"
        ? { zh: "在内场停车的时间不重复计费", en: "time in inner lots is not charged here" }
        : { zh: "在内场停车的时间照常计入", en: "time in inner lots counts" },
    );
  if (lostEntry?.kind === "fixed")
    found.push({ zh: `无入场记录：按${yuan(lostEntry.price).zh}收费`, en: `no entry record: ${yuan(lostEntry.price).en}` });
  if (lostEntry?.kind === "assume")
    found.push({
      zh: `无入场记录：按停车${lengthWords(lostEntry.seconds).zh}计费`,
      en: `no entry record: taken as ${lengthWords(lostEntry.seconds).en}`,
    });
  if (lostEntry?.kind === "ask") found.push({ zh: "无入场记录：由值班人员核实", en: "no entry record: the attendant decides" });
  if (rounding !== undefined) {
    const way = { down: { zh: "去尾", en: "down" }, up: { zh: "进一", en: "up" }, "half-up": { zh: "四舍五入", en: "half up" } }[
      rounding.way
    ];
    found.push({ zh: `总额${way.zh}取整到${yuan(rounding.to).zh}`, en: `the total is rounded ${way.en} to ${yuan(rounding.to).en}` });
  }
  if (payment !== undefined) {
    const then =
      payment.afterGrace === "whole-stay"
        ? { zh: "超时按整次停车计费并减去已付", en: "after that the whole stay is priced and what was paid taken off" }
        : { zh: "超时从缴费起另外计费", en: "after that a new stay begins with the payment" };
    found.push({
      zh: `缴费后${lengthWords(payment.grace).zh}内离场，${then.zh}`,
      en: `leave within ${lengthWords(payment.grace).en} of paying; ${then.en}`,
    });
  }
  return found;
}
