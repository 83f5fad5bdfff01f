// A tariff looked over by trying it: the fee over three days from many entries, where a longer stay would cost less, and which stays two tariffs price differently.
import type { Fen } from "#protocols/vocabulary/money.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { quote } from "../tariff.ts";
import { day, dayOf, dependsOnDay, localSecond, wallOf, weekdayOf } from "./days.ts";
import type { Calendar, Pricing, Tariff, Version, Words } from "./types.ts";
import { plainVisitor, rarerVisitors, type Visitor, visitorsOf } from "./visitors.ts";

export interface Point {
  readonly seconds: number;
  readonly fee: Fen;
}

const surveyed = 72 * 3600;

/** The fee of a visitor who enters then, at each of these lengths; undefined where the tariff refuses. */
export function feeCurve(tariff: Tariff, entered: Wall, lengths: readonly number[], visitor = plainVisitor): (Point | undefined)[] {
  return lengths.map((seconds) => {
    const found = quote(tariff, visitor.stay({ entered, left: wall(entered + seconds * 1000) }));
    return "kind" in found ? undefined : { seconds, fee: found.total };
  });
}

/** Every so many seconds up to three days, and the lengths at which the rules themselves turn, each with the second before and after. */
export function turningLengths(version: Version, every: number): number[] {
  const found = new Set<number>();
  for (let at = every; at <= surveyed; at += every) found.add(at);
  const pricings = [version.pricing, ...version.classes.flatMap(({ effect }) => (effect.kind === "pricing" ? [effect.pricing] : []))];
  for (const at of pricings.flatMap(lengthsNamed))
    for (const near of [at - 1, at, at + 1]) if (near > 0 && near <= surveyed) found.add(near);
  return [...found].sort((a, b) => a - b);
}

function lengthsNamed({ free, windows, rate }: Pricing): number[] {
  const rates = rate.shape === "periods" ? rate.periods.map((period) => period.rate) : [rate];
  const inRates = rates.flatMap((one) =>
    one.shape === "steps"
      ? one.steps.flatMap((step) => [step.until ?? step.unit, step.unit])
      : one.shape === "brackets"
        ? one.rows.map((row) => row.upTo ?? 0)
        : [],
  );
  const free_s = free?.seconds ?? 0;
  return [
    ...inRates,
    ...inRates.map((one) => one + free_s),
    free_s,
    windows?.seconds ?? 0,
    (windows?.seconds ?? 0) * 2,
    ...(windows?.capsByStay.map((row) => row.upTo ?? 0) ?? []),
  ];
}

/** Days to try within a version's validity and calendar: where kinds of day matter each weekday, the eve of a holiday, a holiday and a worked weekend; else one. */
export function trialDays(version: Version): number[] {
  const { calendar } = version;
  const first = Math.max(dayOf(localSecond(version.from)), calendar === undefined ? 0 : calendar.from + 1);
  const last = Math.min(
    version.until === undefined ? Number.POSITIVE_INFINITY : dayOf(localSecond(version.until)) - 1,
    (calendar?.until ?? Number.POSITIVE_INFINITY) - 4,
  );
  const friday = first + ((4 - weekdayOf(first) + 7) % 7);
  const start = friday > last ? first : friday;
  const pricings = [version.pricing, ...version.classes.flatMap(({ effect }) => (effect.kind === "pricing" ? [effect.pricing] : []))];
  const byDay = pricings.some(({ rate }) => rate.shape === "periods" && dependsOnDay(rate));
  if (!byDay) return [start];
  const inside = (at: number | undefined): number[] => (at !== undefined && at >= first && at <= last ? [at] : []);
  const holiday = [...(calendar?.holidays ?? [])].sort((a, b) => a - b).find((at) => at > first && at <= last);
  const worked = [...(calendar?.makeUpDays ?? [])].sort((a, b) => a - b).find((at) => at >= first && at <= last);
  const week = [0, 1, 2, 3, 4, 5, 6].flatMap((shift) => inside(start + shift));
  return [...new Set([...week, ...inside(holiday === undefined ? undefined : holiday - 1), ...inside(holiday), ...inside(worked)])];
}

/** Entries on those days, every so many hours, ten minutes past: no boundary of any tariff. */
export function trialEntries(version: Version, everyHours: number): Wall[] {
  const found: Wall[] = [];
  for (const dayNumber of trialDays(version))
    for (let hour = 0; hour < 24; hour += everyHours) found.push(wallOf(dayNumber * day + hour * 3600 + 600));
  return found;
}

export interface Falls {
  readonly entered: Wall;
  readonly visitor: Visitor;
  readonly shorter: Point;
  readonly longer: Point;
}

/** The first place where a longer stay costs less. Only caps that go by the length of the whole stay can do it, so those are tried from every hour. */
export function whereItFalls(tariff: Tariff, version: Version): Falls | undefined {
  const only = { ...tariff, versions: [forever(version)] };
  const lengths = turningLengths(version, 900);
  for (const visitor of visitorsOf(version))
    for (const entered of trialEntries(version, capsByStay(version) ? 1 : 6)) {
      let highest: Point | undefined;
      for (const point of feeCurve(only, entered, lengths, visitor)) {
        if (point === undefined) continue;
        if (highest !== undefined && point.fee < highest.fee) return { entered, visitor, shorter: highest, longer: point };
        if (highest === undefined || point.fee > highest.fee) highest = point;
      }
    }
  return undefined;
}

const capsByStay = ({ pricing, classes }: Version): boolean =>
  [pricing, ...classes.flatMap(({ effect }) => (effect.kind === "pricing" ? [effect.pricing] : []))].some(
    ({ windows }) => (windows?.capsByStay.length ?? 0) > 1,
  );

export interface Change {
  readonly visitor: Words;
  readonly entered: Wall;
  /** The lengths that change price, first and last of a run, and what the first costs under each; undefined: not priced. */
  readonly from: number;
  readonly until: number;
  readonly before: Fen | undefined;
  readonly after: Fen | undefined;
}

/** Which stays change price between two tariffs, for every kind of visitor that either tells apart, as runs of lengths at each entry; and how many were looked at. */
export function whatChanges(
  one: { tariff: Tariff; version: Version },
  other: { tariff: Tariff; version: Version },
): { looked: number; changed: number; changes: Change[] } {
  const lengths = [...new Set([...turningLengths(one.version, 1800), ...turningLengths(other.version, 1800)])].sort((a, b) => a - b);
  const entries = [...new Set([...trialEntries(one.version, 6), ...trialEntries(other.version, 6)])].sort((a, b) => a - b);
  // Each version is tried whatever its dates: the question is the price.
  const calendar = joined(one.version.calendar, other.version.calendar);
  const always = ({ tariff, version }: typeof one): Tariff => ({ ...tariff, versions: [forever(version, calendar)] });
  const [before, after] = [always(one), always(other)];
  const changes: Change[] = [];
  let looked = 0;
  let changed = 0;
  for (const visitor of allVisitors(one.version, other.version))
    for (const entered of entries) {
      const [old, fresh] = [feeCurve(before, entered, lengths, visitor), feeCurve(after, entered, lengths, visitor)];
      let run: Change | undefined;
      for (const [index, seconds] of lengths.entries()) {
        const [was, is] = [old[index]?.fee, fresh[index]?.fee];
        looked += 1;
        if (was !== is) changed += 1;
        const goesOn = run !== undefined && was !== is;
        if (run !== undefined && !goesOn) changes.push(run);
        run =
          was === is
            ? undefined
            : { ...(run ?? { visitor: visitor.name, entered, from: seconds, before: was, after: is }), until: seconds };
      }
      if (run !== undefined) changes.push(run);
    }
  return { looked, changed, changes };
}

/** Each one that either tells apart, once: by his looks and what he brings along, whatever a file calls him. */
function allVisitors(one: Version, other: Version): Visitor[] {
  const all = [...visitorsOf(one), ...visitorsOf(other), ...rarerVisitors(one), ...rarerVisitors(other)];
  return all.filter((visitor, index) => all.findIndex((known) => known.id === visitor.id) === index);
}

function forever(version: Version, calendar = version.calendar): Version {
  const { until: _, ...rest } = version;
  return { ...rest, from: wall(0), ...(calendar === undefined ? {} : { calendar }) };
}

/** The holidays of both, and no end: the same days for the same question. */
function joined(one: Calendar | undefined, other: Calendar | undefined): Calendar | undefined {
  const both = [one, other].filter((calendar) => calendar !== undefined);
  if (both.length === 0) return undefined;
  return {
    from: 0,
    until: Number.MAX_SAFE_INTEGER,
    holidays: new Set(both.flatMap((calendar) => [...calendar.holidays])),
    makeUpDays: new Set(both.flatMap((calendar) => [...calendar.makeUpDays])),
  };
}
