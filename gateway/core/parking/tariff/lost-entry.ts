// No entry record: the tariff says a price, a length to assume, or that a person decides. Whoever pays nothing at all, or stands on a pass at this moment, pays nothing without a record either.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import type { BillLine } from "../bill.ts";
import { localSecond } from "./days.ts";
import { line } from "./lines.ts";
import { coveredBy } from "./passes.ts";
import { paidLines } from "./settle.ts";
import type { Stay } from "./stay.ts";
import type { Version } from "./types.ts";
import { vehiclePricing } from "./vehicle.ts";
import { lengthWords, yuan } from "./words.ts";

/** The whole bill, or the stay to be priced instead, with the line that says so. */
export function withoutEntry(version: Version, stay: Stay): { lines: BillLine[] } | { stay: Stay; lines: BillLine[] } | Refusal {
  const rule = version.lostEntry;
  if (rule === undefined)
    return refusal("lost-entry-not-ruled", "收费文件没有无入场记录的规则", "the tariff says nothing of a lost entry record");
  if (rule.kind === "ask") return refusal("lost-entry-ask", "无入场记录，请值班人员核实", "no entry record: a person decides");
  if (rule.kind === "assume") {
    const length = lengthWords(rule.seconds);
    const said = line("lost_entry", { zh: `无入场记录，按停车${length.zh}计`, en: `no entry record: taken as ${length.en}` }, noMoney);
    return { stay: { ...stay, entered: wall(stay.left - rule.seconds * 1000) }, lines: [said] };
  }
  const free = freeNow(version, stay);
  if (free !== undefined) return "kind" in free ? free : { lines: [free] };
  const price = yuan(rule.price);
  const said = line("lost_entry", { zh: `无入场记录，按${price.zh}收费`, en: `no entry record: ${price.en}` }, rule.price);
  return { lines: [said, ...paidLines(rule.price, stay.payments ?? [])] };
}

/** A class that is free, or a pass that covers the second in which the car leaves. */
function freeNow(version: Version, stay: Stay): BillLine | Refusal | undefined {
  const vehicle = vehiclePricing(version, stay);
  if (!("kind" in vehicle) && vehicle.free !== undefined)
    return line(vehicle.path, { zh: `${vehicle.free.zh}免费`, en: `${vehicle.free.en}: free` }, noMoney);
  const { passes } = version;
  if (passes === undefined && (stay.passes ?? []).length > 0)
    return refusal("passes-not-ruled", "收费文件没有月卡规则", "the tariff says nothing of passes");
  const until = localSecond(stay.left);
  const covered =
    passes !== undefined && (stay.passes ?? []).some((pass) => coveredBy(pass, { from: until - 1, until }, passes).length > 0);
  return covered
    ? line("passes", { zh: "无入场记录，月卡有效，不收费", en: "no entry record, a pass is valid: free" }, noMoney)
    : undefined;
}
