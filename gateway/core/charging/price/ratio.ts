// Exact fractions of a fen, so that a bill is rounded once: each line is what the rounded sum has grown by, and the lines add up.
import { type Fen, fen, type Rounding } from "#protocols/vocabulary/money.ts";

export interface Ratio {
  readonly over: bigint;
  readonly under: bigint;
}

export const nothing: Ratio = { over: 0n, under: 1n };

const divisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisor(b, a % b));

export function ratio(over: bigint, under: bigint): Ratio {
  const shared = divisor(over, under) || 1n;
  return { over: over / shared, under: under / shared };
}

export const plus = (a: Ratio, b: Ratio): Ratio => ratio(a.over * b.under + b.over * a.under, a.under * b.under);

/** Never negative here. */
export function rounded({ over, under }: Ratio, way: Rounding): Fen {
  const whole = over / under;
  const rest = over % under;
  const up = way === "up" ? rest > 0n : way === "half-up" && rest * 2n >= under;
  return fen(Number(whole + (up ? 1n : 0n)));
}

/** Whole fen for each amount in turn; their sum is the sum's own rounding. */
export function sharedOut(amounts: readonly Ratio[], way: Rounding): Fen[] {
  let sum = nothing;
  let given = 0;
  return amounts.map((amount) => {
    sum = plus(sum, amount);
    const upTo = rounded(sum, way);
    const own = upTo - given;
    given = upTo;
    return fen(own);
  });
}
