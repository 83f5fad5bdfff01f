// The rules that stand beside the price, in plain words: several entries, coupons, passes, inner lots, a lost record, rounding, paying.
import type { CouponKind, CouponRule, PassRule, PaymentRule, Version, Words } from "./types.ts";
import { lengthWords, plainYuan } from "./words.ts";

export function explainRest({ entries, coupons, passes, inner, lostEntry, rounding, payment }: Version): Words[] {
  const found: Words[] = [];
  if (entries !== undefined) found.push(entriesWords(entries));
  if (coupons !== undefined) found.push(couponWords(coupons));
  if (passes !== undefined) found.push(...passWords(passes));
  if (inner !== undefined)
    found.push(
      inner === "excluded"
        ? { zh: "在场内另行收费的区域停车的时间，这里不重复收费", en: "time in inner lots that charge for themselves is not charged here" }
        : { zh: "在场内另行收费的区域停车的时间，照常计入", en: "time in inner lots counts here too" },
    );
  if (lostEntry !== undefined) found.push(lostWords(lostEntry));
  if (rounding !== undefined) found.push(roundingWords(rounding));
  if (payment !== undefined) found.push(paymentWords(payment));
  return found;
}

function entriesWords({ kind, seconds, cap }: NonNullable<Version["entries"]>): Words {
  const price = plainYuan(cap);
  if (kind === "calendar-day")
    return {
      zh: `同一辆车在一个自然日内多次进出，合计最高收${price.zh}`,
      en: `several entries of a car on one calendar day cost ${price.en} together at most`,
    };
  const span = lengthWords(seconds);
  return {
    zh: `同一辆车自首次入场起${span.zh}内多次进出，合计最高收${price.zh}`,
    en: `several entries of a car within ${span.en} of the first cost ${price.en} together at most`,
  };
}

const couponNames: Record<CouponKind, Words> = {
  free: { zh: "免费券", en: "free" },
  percent: { zh: "折扣券", en: "percent" },
  minutes: { zh: "时长券", en: "minutes" },
  cash: { zh: "抵扣券", en: "cash" },
  "valid-for": { zh: "限时券", en: "some hours from when it was given" },
  "time-window": { zh: "时段券", en: "hours of the day" },
};

function couponWords({ accepted, stacking, afterPartialPayment, withConcession }: CouponRule): Words {
  const together = {
    one: { zh: "每次停车限用一张，按最省的一张", en: "one for a stay, the most favourable" },
    "one-of-each-kind": { zh: "每种限用一张", en: "one of each kind" },
    all: { zh: "可以一起使用", en: "they may be used together" },
  }[stacking];
  const paid = afterPartialPayment ? { zh: "", en: "" } : { zh: "；已缴过一部分费用后不能再用", en: "; not after a part was paid" };
  const joint = withConcession
    ? { zh: "；可与上述优惠同享", en: "; also together with a concession" }
    : { zh: "；不与其他优惠同享", en: "; not together with a concession" };
  return {
    zh: `优惠券：${accepted.map((kind) => couponNames[kind].zh).join("、")}，${together.zh}${paid.zh}${joint.zh}`,
    en: `coupons: ${accepted.map((kind) => couponNames[kind].en).join(", ")}; ${together.en}${paid.en}${joint.en}`,
  };
}

function passWords({ whenSpaceFallsFree, tolerance, freeTimeForRest }: PassRule): Words[] {
  const free = freeTimeForRest
    ? { zh: "，享受免费时间", en: ", with the free time" }
    : { zh: "，不享受免费时间", en: ", without the free time" };
  const length = lengthWords(tolerance);
  return [
    {
      zh: `月卡车辆：有效期内不另收费；有效期以外的时间按临时车收费${free.zh}`,
      en: `passes: nothing more while valid; any other time is charged as a visitor's${free.en}`,
    },
    whenSpaceFallsFree === "covered"
      ? {
          zh: `一户多车：车位停满后再入场的车按临时车收费，腾出车位后转为月卡（${length.zh}内腾出的，视为入场时就有车位）`,
          en: `more cars than spaces: a car beyond them is charged until a space falls free (one that does within ${length.en} counts as free at the entry)`,
        }
      : {
          zh: `一户多车：车位停满后再入场的车，本次按临时车收费（${length.zh}内腾出车位的除外）`,
          en: `more cars than spaces: a car beyond them is charged for that stay (unless a space falls free within ${length.en})`,
        },
  ];
}

function lostWords(rule: NonNullable<Version["lostEntry"]>): Words {
  if (rule.kind === "fixed")
    return { zh: `没有入场记录的，收${plainYuan(rule.price).zh}`, en: `without an entry record: ${plainYuan(rule.price).en}` };
  if (rule.kind === "ask") return { zh: "没有入场记录的，由值班人员核实后收费", en: "without an entry record the attendant decides" };
  const length = lengthWords(rule.seconds);
  return { zh: `没有入场记录的，按停车${length.zh}收费`, en: `without an entry record a stay of ${length.en} is charged` };
}

function roundingWords({ to, way }: NonNullable<Version["rounding"]>): Words {
  const unit = to === 100 ? { zh: "1元", en: "1 yuan" } : { zh: "1角", en: "0.1 yuan" };
  return {
    down: { zh: `合计不足${unit.zh}的零头不收`, en: `the total is rounded down to ${unit.en}` },
    up: { zh: `合计不足${unit.zh}的零头按${unit.zh}收`, en: `the total is rounded up to ${unit.en}` },
    "half-up": { zh: `合计四舍五入到${unit.zh}`, en: `the total is rounded to the nearest ${unit.en}` },
  }[way];
}

function paymentWords({ grace, afterGrace }: PaymentRule): Words {
  const length = lengthWords(grace);
  return afterGrace === "whole-stay"
    ? {
        zh: `缴费后请在${length.zh}内离场；超时的按全程计费，减去已缴金额`,
        en: `leave within ${length.en} of paying; after that the whole stay is priced, less what was paid`,
      }
    : {
        zh: `缴费后请在${length.zh}内离场；超时的从缴费时起另外计费，不再有免费时间`,
        en: `leave within ${length.en} of paying; after that a new stay begins with the payment, without free time`,
      };
}
