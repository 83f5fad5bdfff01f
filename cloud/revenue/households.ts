// The maintenance fund by household: an amount over floor areas by largest remainder, exact to the fen and the same whatever order the households stand in. Pure.
import { type Fen, fen, proportion, sumFen } from "#protocols/vocabulary/money.ts";

export interface Household {
  readonly id: string;
  /** Square centimetres × 100 would be silly: thousandths of a square metre, a whole number. */
  readonly area_milli: number;
}

export interface HouseholdPart {
  readonly id: string;
  readonly amount_fen: Fen;
}

/** Negative for what is spent. Ties go to the smaller id, so that no order decides. */
export function byArea(amount: Fen, households: readonly Household[]): HouseholdPart[] {
  if (households.length === 0) throw new RangeError("there is no household to share it");
  if (new Set(households.map(({ id }) => id)).size < households.length) throw new RangeError("a household stands twice");
  for (const { id, area_milli } of households)
    if (!Number.isSafeInteger(area_milli) || area_milli <= 0) throw new RangeError(`household ${id} has no floor area: ${area_milli}`);
  const total = households.reduce((sum, { area_milli }) => sum + area_milli, 0);
  const [sign, size] = amount < 0 ? [-1, fen(-amount)] : [1, amount];
  const parts = households.map(({ id, area_milli }) => {
    const floor = proportion(size, { numerator: area_milli, denominator: total, rounding: "down" });
    return { id, floor, rest: BigInt(size) * BigInt(area_milli) - BigInt(floor) * BigInt(total) };
  });
  const left = size - sumFen(parts.map(({ floor }) => floor));
  const more = new Set(
    [...parts]
      .sort((a, b) => (a.rest < b.rest ? 1 : a.rest > b.rest ? -1 : a.id < b.id ? -1 : 1))
      .slice(0, left)
      .map(({ id }) => id),
  );
  return parts.map(({ id, floor }) => ({ id, amount_fen: fen(sign * (floor + (more.has(id) ? 1 : 0)) || 0) }));
}
