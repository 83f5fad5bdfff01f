// A whole charge priced at once: by the version in force when it began, with what is left of the month's free energy.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { type BillAbout, billOf, type ChargeBill, wholeFree } from "./bill.ts";
import { type ChargePrice, type PriceVersion, versionAt } from "./types.ts";
import { noUsage, type Slice, type Usage, useSlice } from "./usage.ts";

/** What is left of the month's free energy for a customer of these groups. */
export const quotaLeft = ({ monthly }: PriceVersion, groups: readonly string[], used_mWh: number): number =>
  monthly?.groups.some((group) => groups.includes(group)) === true ? Math.max(0, monthly.energy_mWh - used_mWh) : 0;

/** How much of it this charge has used: a charge that was free as a whole has used none. */
export const quotaUsed = (version: PriceVersion, left_mWh: number, usage: Usage): number =>
  wholeFree(version, usage) ? 0 : left_mWh - usage.quota_mWh;

export interface Charged {
  readonly began: Wall;
  readonly slices: readonly Slice[];
  readonly about: BillAbout;
  readonly monthlyUsed_mWh: number;
}

export function quoteCharge(price: ChargePrice, charged: Charged): { readonly bill: ChargeBill; readonly usage: Usage } | Refusal {
  const { began, slices, about, monthlyUsed_mWh } = charged;
  const version = versionAt(price, began);
  if (version === undefined) {
    const at = toRfc3339(began).slice(0, 16);
    return refusal("no-price", `${at} 没有生效的充电价格`, `no charging price is in force at ${at}`);
  }
  const usage = slices.reduce((sum, slice) => useSlice(version, sum, slice), noUsage(quotaLeft(version, about.groups, monthlyUsed_mWh)));
  return { bill: billOf(price, version, { usage, about }), usage };
}
