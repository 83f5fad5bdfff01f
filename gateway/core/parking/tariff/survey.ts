// A tariff looked over by trying it: the fee over three days from many entries, where a longer stay would cost less, and which stays two tariffs price differently.
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import type { PlateColour } from "#protocols/vocabulary/plate.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import { quote } from "../tariff.ts";
import { day, dayOf, localSecond, wallOf } from "./days.ts";
import type { Pricing, Tariff, Version } from "./types.ts";

export interface Point {
  readonly seconds: number;
  readonly fee: Fen;
}

export interface Falls {
  readonly entered: Wall;
  readonly shorter: Point;
  readonly longer: Point;
}

const surveyed = 72 * 3600;

/** The fee of a plain visitor who enters then, at each of these lengths; undefined where the tariff refuses. */
export function feeCurve(tariff: Tariff, entered: Wall, lengths: readonly number[], colour: PlateColour = "blue"): (Point | undefined)[] {
  return lengths.map((seconds) => {
    const found = quote(tariff, { entered, left: wall(entered + seconds * 1000), colour, history: [] });
    return "kind" in found ? undefined : { seconds, fee: fen(found.total) };
  });
}

/** Every so many seconds up to three days, and the lengths at which the rules themselves turn, each with the second before and after. */
export function turningLengths(version: Version, every: number): number[] {
  const found = new Set<number>();
  for (let at = every; at <= surveyed; at += every) found.add(at);
  for (const at of lengthsNamed(version.pricing))
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

/** Entries on the days of one week within the version's validity (and its calendar's), every so many hours. */
export function trialEntries(version: Version, everyHours: number): Wall[] {
  const first = Math.max(dayOf(localSecond(version.from)), version.calendar === undefined ? 0 : version.calendar.from + 1);
  const from = first + ((4 - ((first + 3) % 7) + 7) % 7); // a Friday, so that an entry sees work day and weekend
  const byDay =
    version.pricing.rate.shape === "periods" && version.pricing.rate.periods.some((period) => !period.days.includes("every-day"));
  const found: Wall[] = [];
  for (const dayNumber of byDay ? [from, from + 1, from + 2] : [from])
    for (let hour = 0; hour < 24; hour += everyHours) found.push(wallOf(dayNumber * day + hour * 3600 + 600));
  return found;
}

/** The first place where a longer stay costs less. */
export function whereItFalls(tariff: Tariff, version: Version): Falls | undefined {
  const lengths = turningLengths(version, 900);
  const only = { ...tariff, versions: [version] };
  for (const entered of trialEntries(version, 3)) {
    let highest: Point | undefined;
    for (const point of feeCurve(only, entered, lengths)) {
      if (point === undefined) continue;
      if (highest !== undefined && point.fee < highest.fee) return { entered, shorter: highest, longer: point };
      if (highest === undefined || point.fee > highest.fee) highest = point;
    }
  }
  return undefined;
}

export interface Change {
  readonly entered: Wall;
  /** The lengths that change price, first and last of a run, and what the first costs under each. */
  readonly from: number;
  readonly until: number;
  readonly before: Fen;
  readonly after: Fen;
}

/** Which stays change price between two tariffs, for a plain visitor, as runs of lengths at each entry; and how many were looked at. */
export function whatChanges(
  one: { tariff: Tariff; version: Version },
  other: { tariff: Tariff; version: Version },
): { looked: number; changed: number; changes: Change[] } {
  const lengths = [...new Set([...turningLengths(one.version, 900), ...turningLengths(other.version, 900)])].sort((a, b) => a - b);
  const changes: Change[] = [];
  let looked = 0;
  let changed = 0;
  for (const entered of trialEntries(one.version, 3)) {
    // Each version is tried whatever its dates: the question is the price.
    const forever = ({ tariff, version }: typeof one): Tariff => ({
      ...tariff,
      versions: [{ ...withoutEnd(version), from: wall(Math.min(version.from, entered)) }],
    });
    const [before, after] = [feeCurve(forever(one), entered, lengths), feeCurve(forever(other), entered, lengths)];
    let run: Change | undefined;
    for (const [index, seconds] of lengths.entries()) {
      const [old, fresh] = [before[index], after[index]];
      looked += 1;
      if (old === undefined || fresh === undefined || old.fee === fresh.fee) {
        if (run !== undefined) changes.push(run);
        run = undefined;
        continue;
      }
      changed += 1;
      run = run === undefined ? { entered, from: seconds, until: seconds, before: old.fee, after: fresh.fee } : { ...run, until: seconds };
    }
    if (run !== undefined) changes.push(run);
  }
  return { looked, changed, changes };
}

function withoutEnd(version: Version): Version {
  const { until: _, ...rest } = version;
  return rest;
}
