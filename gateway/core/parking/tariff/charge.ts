// What a stay is charged before anything that was paid is taken off. In this order: the time that counts, its price, concessions, the cap over several entries, coupons, rounding.
// Of several concessions or single coupons the driver gets the cheapest, and never two that may not go together.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Fen, fen, noMoney, proportion, sumFen } from "#protocols/vocabulary/money.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { BillLine } from "../bill.ts";
import {
  choices,
  couponPercents,
  coveredByCoupon,
  minutesOff,
  moneyCouponLines,
  type PercentOff,
  percentLines,
  timeCouponLines,
} from "./coupons.ts";
import { dropFirst, type Interval, lengthOf, localSecond, within, without } from "./days.ts";
import { isFirstEntry, leftOfEntriesCap } from "./entries.ts";
import { line, pricedLines } from "./lines.ts";
import { coveredBy } from "./passes.ts";
import { priceIntervals } from "./price.ts";
import type { Coupon, Stay } from "./stay.ts";
import type { Concession, FreeTime, Pricing, Version } from "./types.ts";
import { type VehiclePricing, vehiclePricing } from "./vehicle.ts";
import { lengthWords, yuan } from "./words.ts";

export interface Charge {
  readonly lines: readonly BillLine[];
  readonly total: Fen;
}

const charge = (lines: readonly BillLine[]): Charge => ({ lines, total: sumFen(lines.map((one) => one.amount)) });

/** The part of a stay after a payment that settled what was before: no entry, so it has no free time; passes, first stops and caps over several entries go by the arrival. */
export interface Before {
  readonly arrived: Wall;
  readonly charged: Fen;
}

export function chargeFor(version: Version, stay: Stay, before?: Before): Charge | Refusal {
  const missing = missingKnowledge(version, stay);
  if (missing !== undefined) return missing;
  const vehicle = vehiclePricing(version, stay);
  if ("kind" in vehicle) return vehicle;
  if (vehicle.free !== undefined)
    return charge([line(vehicle.path, { zh: `${vehicle.free.zh}免费`, en: `${vehicle.free.en}: free` }, noMoney)]);
  const again = before !== undefined;
  const arrived = before?.arrived ?? stay.entered;
  const counted = countedTime(version, stay, arrived);
  const { sets, refused } = choices(version.coupons, stay.coupons ?? [], firstPaid(stay));
  const free = again || (counted.covered && version.passes?.freeTimeForRest === false) ? undefined : freeFor(vehicle.pricing.free, stay);
  const base: Offer = { version, stay, vehicle, intervals: counted.intervals, free, before: before ?? { arrived, charged: noMoney } };
  const concessions = [
    undefined,
    ...version.concessions.filter((entry) => !(again && entry.give.kind === "free-time") && applies(entry, stay, arrived)),
  ];
  let best: Charge | undefined;
  for (const concession of concessions)
    for (const coupons of concession !== undefined && version.coupons?.withConcession !== true ? [[]] : sets) {
      const found = priceOffer(base, concession, coupons);
      if ("kind" in found) return found;
      if (best === undefined || found.total < best.total) best = found;
    }
  return charge([...counted.lines, ...(best?.lines ?? []), ...refused]);
}

/** When money was taken first. */
function firstPaid({ payments }: Stay): Wall | undefined {
  const at = (payments ?? []).filter((payment) => payment.amount > 0).map((payment) => payment.at);
  return at.length === 0 ? undefined : wall(Math.min(...at));
}

/** A rule that needs what nobody has told is a refusal: a discount that is given by not knowing, or a pass without a rule, would be a guess. */
function missingKnowledge(version: Version, stay: Stay): Refusal | undefined {
  const frees = [
    version.pricing.free,
    ...version.classes.map(({ effect }) => (effect.kind === "pricing" ? effect.pricing.free : undefined)),
    ...version.concessions.map(({ give }) => (give.kind === "free-time" ? give.free : undefined)),
  ];
  const needsHistory =
    version.entries !== undefined ||
    version.concessions.some((entry) => entry.when.firstEntryIn !== undefined) ||
    frees.some((free) => free?.firstEntryIn !== undefined || free?.notAfterExit !== undefined);
  if (needsHistory && stay.history === undefined)
    return refusal(
      "history-unknown",
      "收费规则涉及多次进出，但没有本车此前的停车记录",
      "the tariff speaks of earlier entries, and they were not given",
    );
  if ((stay.passes ?? []).length > 0 && version.passes === undefined)
    return refusal("passes-not-ruled", "收费文件没有月卡规则", "the tariff says nothing of passes");
  if ((stay.inner ?? []).length > 0 && version.inner === undefined)
    return refusal("inner-lots-not-ruled", "收费文件没有内场停车规则", "the tariff says nothing of inner lots");
  return undefined;
}

interface Counted {
  readonly intervals: readonly Interval[];
  readonly lines: readonly BillLine[];
  /** A pass covered a part. */
  readonly covered: boolean;
}

/** The seconds of the stay that are charged at all. */
function countedTime(version: Version, stay: Stay, arrived: Wall): Counted {
  const whole = { from: localSecond(stay.entered), until: localSecond(stay.left) };
  const start = whole.from < whole.until ? [whole] : [];
  const rule = version.passes;
  const inside = { from: localSecond(arrived), until: whole.until };
  const passes = rule === undefined ? [] : (stay.passes ?? []).flatMap((pass) => coveredBy(pass, inside, rule));
  const afterPasses = without(start, passes);
  const inner =
    version.inner === "excluded"
      ? (stay.inner ?? []).map((span) => ({ from: localSecond(span.from), until: localSecond(span.until) }))
      : [];
  const intervals = without(afterPasses, inner);
  const byPass = lengthOf(start) - lengthOf(afterPasses);
  const byInner = lengthOf(afterPasses) - lengthOf(intervals);
  const lines: BillLine[] = [];
  if (byPass > 0)
    lines.push(
      line("passes", { zh: `月卡有效${lengthWords(byPass).zh}，不收费`, en: `${lengthWords(byPass).en} covered by a pass` }, noMoney),
    );
  if (byInner > 0)
    lines.push(
      line(
        "inner_lots",
        { zh: `内场停车${lengthWords(byInner).zh}，不重复收费`, en: `${lengthWords(byInner).en} in inner lots, not charged here` },
        noMoney,
      ),
    );
  return { intervals, lines, covered: byPass > 0 };
}

/** Free time, where this entry has any. */
function freeFor(free: FreeTime | undefined, stay: Stay): FreeTime | undefined {
  const history = stay.history ?? [];
  const entered = localSecond(stay.entered);
  if (free?.firstEntryIn !== undefined && !isFirstEntry(entered, history, free.firstEntryIn)) return undefined;
  const gap = free?.notAfterExit;
  if (gap !== undefined && history.some((earlier) => localSecond(earlier.left) <= entered && entered - localSecond(earlier.left) < gap))
    return undefined;
  return free;
}

function applies({ when, give }: Concession, stay: Stay, arrived: Wall): boolean {
  const energy = (stay.charging ?? []).reduce((sum, span) => sum + span.energy_mWh, 0);
  if (when.classes !== undefined && (stay.class === undefined || !when.classes.includes(stay.class))) return false;
  if (when.colours !== undefined && !when.colours.includes(stay.colour)) return false;
  if (when.operating === false && stay.operating === true) return false;
  if (when.chargedAtLeast_mWh !== undefined && (stay.charging === undefined || energy < when.chargedAtLeast_mWh)) return false;
  if (when.firstEntryIn !== undefined && !isFirstEntry(localSecond(arrived), stay.history ?? [], when.firstEntryIn)) return false;
  return give.kind !== "free-time" || freeFor(give.free, stay) !== undefined;
}

interface Offer {
  readonly version: Version;
  readonly stay: Stay;
  readonly vehicle: VehiclePricing;
  readonly intervals: readonly Interval[];
  readonly free: FreeTime | undefined;
  readonly before: Before;
}

function priceOffer(offer: Offer, concession: Concession | undefined, coupons: readonly Coupon[]): Charge | Refusal {
  const { version, stay, vehicle } = offer;
  const give = concession?.give;
  const { intervals, lines } = timeOff(offer, concession, coupons);
  const free = give?.kind === "free-time" ? give.free : offer.free;
  const pricing = withFree(vehicle.pricing, free);
  const priced = priceIntervals(pricing, version.calendar, intervals);
  if ("kind" in priced) return priced;
  const freeRule = concession !== undefined && give?.kind === "free-time" ? `concessions.${concession.id}` : undefined;
  lines.push(...pricedLines(priced, pricing, { path: vehicle.path, ...(freeRule === undefined ? {} : { freeRule }) }));
  if (concession !== undefined && give?.kind === "percent-off")
    lines.push(...percentLines(sumOf(lines), [percentOff(concession, give.percent)]));
  if (version.entries !== undefined) {
    const { arrived, charged } = offer.before;
    const whole = { from: localSecond(arrived), until: localSecond(stay.left) };
    const most = fen(Math.max(0, leftOfEntriesCap(version.entries, whole, stay.history ?? []) - charged));
    const cap = yuan(version.entries.cap);
    if (sumOf(lines) > most)
      lines.push(
        line(
          "entries_cap",
          { zh: `多次进出合计封顶${cap.zh}`, en: `several entries together at most ${cap.en}` },
          fen(most - sumOf(lines)),
        ),
      );
  }
  lines.push(...percentLines(sumOf(lines), couponPercents(coupons)));
  lines.push(...moneyCouponLines(sumOf(lines), coupons));
  if (version.rounding !== undefined) lines.push(...roundLines(sumOf(lines), version.rounding));
  return charge(lines);
}

const sumOf = (lines: readonly BillLine[]): Fen => sumFen(lines.map((one) => one.amount));
const percentOff = (concession: Concession, percent: number): PercentOff => ({
  rule: `concessions.${concession.id}`,
  name: concession.name,
  percent,
});

function withFree(pricing: Pricing, free: FreeTime | undefined): Pricing {
  const { free: _, ...rest } = pricing;
  return free === undefined ? rest : { ...rest, free };
}

/** Time that charging or a coupon takes off, with the line that says so. */
function timeOff(
  { stay, intervals }: Offer,
  concession: Concession | undefined,
  coupons: readonly Coupon[],
): { intervals: Interval[]; lines: BillLine[] } {
  const whole = { from: localSecond(stay.entered), until: localSecond(stay.left) };
  const lines: BillLine[] = [];
  let kept = [...intervals];
  if (concession?.give.kind === "charging-time") {
    const charging = (stay.charging ?? []).map((span) => ({ from: localSecond(span.from), until: localSecond(span.until) }));
    const inside = charging.flatMap((span) => within(kept, span)).sort((a, b) => a.from - b.from);
    const merged = inside.filter((span, index) => index === 0 || span.from >= (inside[index - 1]?.until ?? 0));
    const rest = dropFirst(merged, concession.give.most ?? Number.POSITIVE_INFINITY);
    kept = without(kept, without(merged, rest));
    const taken = lengthWords(lengthOf(intervals) - lengthOf(kept));
    lines.push(
      line(
        `concessions.${concession.id}`,
        { zh: `${concession.name.zh}：充电${taken.zh}不计停车`, en: `${concession.name.en}: ${taken.en} of charging not counted` },
        noMoney,
      ),
    );
  }
  for (const coupon of coupons) kept = without(kept, coveredByCoupon(coupon, whole));
  kept = dropFirst(
    kept,
    coupons.reduce((sum, coupon) => sum + minutesOff(coupon), 0),
  );
  lines.push(...timeCouponLines(coupons));
  return { intervals: kept, lines };
}

function roundLines(amount: Fen, rule: NonNullable<Version["rounding"]>): BillLine[] {
  const rounded = fen(proportion(amount, { numerator: 1, denominator: rule.to, rounding: rule.way }) * rule.to);
  const to = yuan(rule.to);
  return rounded === amount ? [] : [line("round", { zh: `取整到${to.zh}`, en: `rounded to ${to.en}` }, fen(rounded - amount))];
}
