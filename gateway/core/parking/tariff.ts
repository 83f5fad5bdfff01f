// What a stay costs, and why. The one door: a tariff and a stay go in, a bill with its lines comes out, or a refusal that says what is not known. A missing rule is never a price of 0.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { noMoney } from "#protocols/vocabulary/money.ts";
import { toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { type Bill, type BillLine, bill } from "./bill.ts";
import { localSecond } from "./tariff/days.ts";
import { line } from "./tariff/lines.ts";
import { settle } from "./tariff/settle.ts";
import type { Stay } from "./tariff/stay.ts";
import type { Tariff, Version } from "./tariff/types.ts";
import { lengthWords, yuan } from "./tariff/words.ts";

export type { Coupon, EarlierStay, Pass, Payment, Span, Stay } from "./tariff/stay.ts";
export type { Tariff, Version } from "./tariff/types.ts";

export function quote(tariff: Tariff, stay: Stay): Bill | Refusal {
  const known = stay.entryLost === true ? withoutEntry(tariff, stay) : { stay, lines: [] };
  if ("kind" in known) return known;
  if ("tariff" in known) return known;
  const doubtful = possible(known.stay);
  let best: Bill | undefined;
  for (const times of doubtful.times) {
    const found = quoteTimes(tariff, times, known.lines);
    if ("kind" in found) return found;
    if (best === undefined || found.total < best.total) best = found;
  }
  if (best === undefined) throw new RangeError("no times to price");
  const { doubt } = doubtful;
  return doubt === undefined ? best : { ...bill(best.tariff, [...best.lines, line("doubt", doubt, noMoney)]), doubt };
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

/** The entry record is lost: the tariff says a price, a length to assume, or that a person decides. */
function withoutEntry(tariff: Tariff, stay: Stay): Bill | Refusal | { stay: Stay; lines: BillLine[] } {
  const version = versionAt(tariff, stay.left);
  if (version === undefined) return noVersion(stay.left);
  const rule = version.lostEntry;
  if (rule === undefined)
    return refusal("lost-entry-not-ruled", "收费文件没有无入场记录的规则", "the tariff says nothing of a lost entry record");
  if (rule.kind === "ask") return refusal("lost-entry-ask", "无入场记录，请值班人员核实", "no entry record: a person decides");
  if (rule.kind === "fixed") {
    const price = yuan(rule.price);
    return bill(label(tariff, version), [
      line("lost_entry", { zh: `无入场记录，按${price.zh}收费`, en: `no entry record: ${price.en}` }, rule.price),
    ]);
  }
  const length = lengthWords(rule.seconds);
  const said = line("lost_entry", { zh: `无入场记录，按停车${length.zh}计`, en: `no entry record: taken as ${length.en}` }, noMoney);
  return { stay: { ...stay, entered: wall(stay.left - rule.seconds * 1000) }, lines: [said] };
}

/** The times that a stay may have had. Where a clock is in doubt both ends are tried over the whole doubt (31 times each, the outermost included); where the exit lies before the entry nothing is charged. */
function possible(stay: Stay): { times: Stay[]; doubt?: { zh: string; en: string } } {
  if (localSecond(stay.left) < localSecond(stay.entered)) {
    const doubt = {
      zh: "出场时间早于入场时间，时钟存疑，不计费",
      en: "the exit is labelled before the entry: a clock is in doubt, nothing is charged",
    };
    return { times: [{ ...stay, left: stay.entered }], doubt };
  }
  const { doubt } = stay;
  if (doubt === undefined || (doubt.entered_ms === 0 && doubt.left_ms === 0)) return { times: [stay] };
  const times: Stay[] = [];
  for (const entered of trials(stay.entered, doubt.entered_ms))
    for (const left of trials(stay.left, doubt.left_ms))
      times.push({ ...stay, entered: wall(entered), left: wall(Math.max(entered, left)) });
  const length = lengthWords(Math.ceil((doubt.entered_ms + doubt.left_ms) / 1000));
  return { times, doubt: { zh: `时钟可能相差${length.zh}，按最低的算`, en: `a clock may be off by ${length.en}: the lowest price holds` } };
}

const trialsEachWay = 15;

/** The label itself first, so that of equal prices the plain one is told. */
function trials(at: Wall, doubt_ms: number): number[] {
  if (doubt_ms === 0) return [at];
  const found: number[] = [at];
  for (let step = 1; step <= trialsEachWay; step += 1) {
    const shift = Math.round((doubt_ms * step) / trialsEachWay);
    found.push(at - shift, at + shift);
  }
  return found;
}
