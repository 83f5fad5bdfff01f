// What a stay costs, and why. The one door: a tariff and a stay go in, a bill with its lines comes out, or a refusal that says what is not known. A missing rule is never a price of 0.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { type Bill, bill } from "./bill.ts";
import { localSecond } from "./tariff/days.ts";
import { line, pricedLines } from "./tariff/lines.ts";
import { priceIntervals } from "./tariff/price.ts";
import type { Stay } from "./tariff/stay.ts";
import type { Tariff, Version } from "./tariff/types.ts";
import { vehiclePricing } from "./tariff/vehicle.ts";

export type { Coupon, EarlierStay, Pass, Payment, Span, Stay } from "./tariff/stay.ts";
export type { Tariff, Version } from "./tariff/types.ts";

export function quote(tariff: Tariff, stay: Stay): Bill | Refusal {
  const version = versionAt(tariff, stay.entered);
  if (version === undefined)
    return refusal(
      "no-version",
      `收费文件没有覆盖入场时间 ${toRfc3339(stay.entered)} 的版本`,
      `no version of the tariff covers the entry at ${toRfc3339(stay.entered)}`,
    );
  const label = `${tariff.id}@${version.id}`;
  const found = vehiclePricing(version, stay);
  if ("kind" in found) return found;
  if (found.free !== undefined)
    return bill(label, [line(found.path, { zh: `${found.free.zh}免费`, en: `${found.free.en}: free` }, noMoney)]);
  const interval = { from: localSecond(stay.entered), until: localSecond(stay.left) };
  const priced = priceIntervals(found.pricing, version.calendar, interval.from < interval.until ? [interval] : []);
  if ("kind" in priced) return priced;
  return bill(label, pricedLines(priced, found.pricing, found.path));
}

/** The version that a visit entered under. */
export const versionAt = (tariff: Tariff, entered: Wall): Version | undefined =>
  tariff.versions.findLast((version) => version.from <= entered && (version.until === undefined || entered < version.until));
