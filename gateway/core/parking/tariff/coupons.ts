// Coupons: three kinds take time off a stay, three take money off its price. Which may be used together is the tariff's rule.
import { type Fen, fen, noMoney, proportion } from "#protocols/vocabulary/money.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { BillLine } from "../bill.ts";
import { day, dayOf, type Interval, localSecond } from "./days.ts";
import { line } from "./lines.ts";
import type { Coupon } from "./stay.ts";
import type { CouponKind, CouponRule, Words } from "./types.ts";
import { clockText, lengthWords, momentWords, yuan } from "./words.ts";

const names: Record<CouponKind, Words> = {
  free: { zh: "免费券", en: "free coupon" },
  percent: { zh: "折扣券", en: "percent coupon" },
  minutes: { zh: "时长券", en: "minutes coupon" },
  cash: { zh: "抵扣券", en: "cash coupon" },
  "valid-for": { zh: "限时免费券", en: "coupon valid for some hours" },
  "time-window": { zh: "时段券", en: "time-window coupon" },
};

/** The sets of coupons among which the driver gets the cheapest, none of them included: a coupon never makes a stay dearer. A coupon that may not be used is said with its reason. */
export function choices(
  rule: CouponRule | undefined,
  coupons: readonly Coupon[],
  firstPaid: Wall | undefined,
): { sets: Coupon[][]; refused: BillLine[] } {
  const reason = (coupon: Coupon): Words | undefined => {
    if (rule === undefined || !rule.accepted.includes(coupon.kind)) return { zh: "本停车场不接受", en: "not accepted here" };
    const late = firstPaid !== undefined && (coupon.presented === undefined || coupon.presented > firstPaid);
    return late && !rule.afterPartialPayment ? { zh: "已部分支付，不能再用", en: "not after a part was paid" } : undefined;
  };
  const refused = coupons.flatMap((coupon) => {
    const why = reason(coupon);
    return why === undefined
      ? []
      : [
          line(
            "coupons",
            { zh: `${names[coupon.kind].zh} ${coupon.id}：${why.zh}`, en: `${names[coupon.kind].en} ${coupon.id}: ${why.en}` },
            noMoney,
          ),
        ];
  });
  const usable = coupons.filter((coupon) => reason(coupon) === undefined);
  if (usable.length === 0) return { sets: [[]], refused };
  if (rule?.stacking === "one") return { sets: [...usable.map((coupon) => [coupon]), []], refused };
  if (rule?.stacking === "all") return { sets: [usable, []], refused };
  const firstOfKind = usable.filter((coupon, index) => usable.findIndex((other) => other.kind === coupon.kind) === index);
  return { sets: [firstOfKind, []], refused };
}

/** The seconds that a coupon covers; a minutes coupon covers the first chargeable ones and is said by `minutesOff`. */
export function coveredByCoupon(coupon: Coupon, stay: Interval): Interval[] {
  if (coupon.kind === "valid-for") {
    const from = localSecond(coupon.given);
    return [{ from, until: from + coupon.hours * 3600 }];
  }
  if (coupon.kind !== "time-window") return [];
  const windows: Interval[] = [];
  for (let at = dayOf(stay.from) - 1; at <= dayOf(stay.until); at += 1)
    windows.push({ from: at * day + coupon.from, until: at * day + coupon.until + (coupon.until <= coupon.from ? day : 0) });
  return windows;
}

export const minutesOff = (coupon: Coupon): number => (coupon.kind === "minutes" ? coupon.minutes * 60 : 0);

/** A coupon that takes time off says so on a line of its own. */
export function timeCouponLines(coupons: readonly Coupon[]): BillLine[] {
  return coupons.flatMap((coupon) => {
    const said = timeWords(coupon);
    return said === undefined
      ? []
      : [
          {
            ...line(
              "coupons",
              { zh: `${names[coupon.kind].zh} ${coupon.id}：${said.zh}`, en: `${names[coupon.kind].en} ${coupon.id}: ${said.en}` },
              noMoney,
            ),
            coupon: coupon.id,
          },
        ];
  });
}

function timeWords(coupon: Coupon): Words | undefined {
  if (coupon.kind === "minutes") {
    const length = lengthWords(coupon.minutes * 60);
    return { zh: `减免${length.zh}`, en: `${length.en} off` };
  }
  if (coupon.kind === "valid-for") {
    const from = momentWords(localSecond(coupon.given));
    return { zh: `${from.zh}起${coupon.hours}小时免费`, en: `${coupon.hours} h free from ${from.en}` };
  }
  if (coupon.kind === "time-window")
    return {
      zh: `每天${clockText(coupon.from)}–${clockText(coupon.until)}免费`,
      en: `free ${clockText(coupon.from)}–${clockText(coupon.until)}`,
    };
  return undefined;
}

export interface PercentOff {
  readonly coupon?: string;
  readonly rule: string;
  readonly name: Words;
  readonly percent: number;
}

export const couponPercents = (coupons: readonly Coupon[]): PercentOff[] =>
  coupons.flatMap((coupon) =>
    coupon.kind === "percent"
      ? [
          {
            coupon: coupon.id,
            rule: "coupons",
            name: { zh: `${names.percent.zh} ${coupon.id}`, en: `${names.percent.en} ${coupon.id}` },
            percent: coupon.percent,
          },
        ]
      : [],
  );

/** Percentages one after the other; each step is taken of the exact product and rounded once, down: in the driver's favour. */
export function percentLines(amount: Fen, percents: readonly PercentOff[]): BillLine[] {
  let numerator = 1;
  let denominator = 1;
  let before = amount;
  return percents.map(({ rule, name, percent, coupon }) => {
    numerator *= 100 - percent;
    denominator *= 100;
    const now = proportion(amount, { numerator, denominator, rounding: "down" });
    const off = fen(now - before);
    before = now;
    const said = line(rule, { zh: `${name.zh}减${percent}%`, en: `${name.en}: ${percent} % off` }, off);
    return coupon === undefined ? said : { ...said, coupon };
  });
}

/** Cash coupons, then free ones: never below nothing. */
export function moneyCouponLines(amount: Fen, coupons: readonly Coupon[]): BillLine[] {
  let rest = amount;
  const lines: BillLine[] = [];
  const take = (coupon: Coupon, most: number, said: Words) => {
    const off = Math.min(rest, most);
    rest = fen(rest - off);
    lines.push({
      ...line(
        "coupons",
        { zh: `${names[coupon.kind].zh} ${coupon.id}${said.zh}`, en: `${names[coupon.kind].en} ${coupon.id}${said.en}` },
        fen(0 - off),
      ),
      coupon: coupon.id,
    });
  };
  for (const coupon of coupons)
    if (coupon.kind === "cash") take(coupon, coupon.amount, { zh: `抵${yuan(coupon.amount).zh}`, en: `: ${yuan(coupon.amount).en} off` });
  for (const coupon of coupons) if (coupon.kind === "free") take(coupon, rest, { zh: "", en: "" });
  return lines;
}
