// What a stay costs, and why. The one door: a tariff and a stay go in, a bill with its lines comes out, or a refusal that says what is not known. A missing rule is never a price of 0.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import { type Bill, type BillLine, bill } from "./bill.ts";
import { localSecond } from "./tariff/days.ts";
import { possibleStays } from "./tariff/doubt.ts";
import { line } from "./tariff/lines.ts";
import { withoutEntry } from "./tariff/lost-entry.ts";
import { settle } from "./tariff/settle.ts";
import type { Doubt, Stay } from "./tariff/stay.ts";
import { longestStay, type Tariff, type Version } from "./tariff/types.ts";

export type { Coupon, Doubt, EarlierStay, Pass, Payment, Span, Stay } from "./tariff/stay.ts";
export type { Tariff, Version } from "./tariff/types.ts";

export function quote(tariff: Tariff, stay: Stay): Bill | Refusal {
  const known = stay.entryLost === true ? lostEntry(tariff, stay) : { stay, lines: [] };
  if ("kind" in known) return known;
  if (!("stay" in known)) return bill(known.tariff, known.lines);
  const told = inOrder(known.stay);
  if (told.left - told.entered > longestStay * 1000)
    return refusal("stay-too-long", "停车时间超过20年，请值班人员核实", "a stay of more than twenty years: a person decides");
  const { doubt } = told;
  const possible = doubt === undefined ? [told] : possibleStays(told, doubt, tariff.versions);
  let best: Bill | Refusal | undefined;
  for (const times of possible) {
    const found = quoteTimes(tariff, times, known.lines);
    if (best === undefined || (!("kind" in found) && ("kind" in best || found.total < best.total))) best = found;
  }
  if (best === undefined) throw new RangeError("no times to price");
  if ("kind" in best || doubt === undefined) return best;
  const { zh, en } = doubt;
  return { ...bill(best.tariff, [...best.lines, line("doubt", { zh, en }, noMoney)]), doubt: { zh, en } };
}

/** The version that a visit entered under. */
export const versionAt = (tariff: Tariff, entered: Wall): Version | undefined =>
  tariff.versions.findLast((version) => version.from <= entered && (version.until === undefined || entered < version.until));

const label = (tariff: Tariff, version: Version): string => `${tariff.id}@${version.id}`;

const noVersion = (at: Wall): Refusal =>
  refusal("no-version", `收费文件没有覆盖 ${toRfc3339(at)} 的版本`, `no version of the tariff covers ${toRfc3339(at)}`);

function quoteTimes(tariff: Tariff, stay: Stay, before: readonly BillLine[]): Bill | Refusal {
  const version = versionAt(tariff, stay.entered);
  if (version === undefined) return noVersion(stay.entered);
  const lines = settle(version, stay);
  return "kind" in lines ? lines : bill(label(tariff, version), [...before, ...lines]);
}

function lostEntry(
  tariff: Tariff,
  stay: Stay,
): { tariff: string; lines: readonly BillLine[] } | Refusal | { stay: Stay; lines: BillLine[] } {
  const version = versionAt(tariff, stay.left);
  if (version === undefined) return noVersion(stay.left);
  const found = withoutEntry(version, stay);
  return "kind" in found || "stay" in found ? found : { tariff: label(tariff, version), lines: found.lines };
}

/** Where the exit lies before the entry nothing is charged. */
function inOrder(stay: Stay): Stay {
  if (localSecond(stay.left) >= localSecond(stay.entered)) return stay;
  const doubt: Doubt = {
    anchor: "entered",
    from: stay.entered,
    until: stay.entered,
    shortest_s: 0,
    longest_s: 0,
    zh: "出场时间早于入场时间，时钟存疑，不计费",
    en: "the exit is labelled before the entry: a clock is in doubt, nothing is charged",
  };
  return { ...stay, left: stay.entered, doubt };
}
