// Money is whole fen. Multiply first, divide once, round once, and the call says which way.
declare const fenBrand: unique symbol;
export type Fen = number & { readonly [fenBrand]: true };

export type Rounding = "down" | "up" | "half-up";

/** A whole number of fen. Throws on fractions, NaN and numbers too large to be exact: that is a bug, never a price. */
export function fen(amount: number): Fen {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole number of fen: ${amount}`);
  return amount as Fen;
}

export const noMoney = fen(0);

export function sumFen(amounts: Iterable<Fen>): Fen {
  let total = 0;
  for (const amount of amounts) total += amount;
  return fen(total);
}

/** amount × numerator ÷ denominator, rounded once. Exact for any sizes that occur: the product is taken in big integers. */
export function proportion(amount: Fen, ratio: { numerator: number; denominator: number; rounding: Rounding }): Fen {
  const product = BigInt(amount) * BigInt(ratio.numerator);
  const divisor = BigInt(ratio.denominator);
  if (divisor <= 0n) throw new RangeError(`denominator must be positive: ${ratio.denominator}`);
  const floor = product >= 0n ? product / divisor : -((-product + divisor - 1n) / divisor);
  const rest = product - floor * divisor;
  const roundsUp = ratio.rounding === "up" ? rest > 0n : ratio.rounding === "half-up" && rest * 2n >= divisor;
  return fen(Number(floor + (roundsUp ? 1n : 0n)));
}

/** 1205 -> "12.05": for people; machines get fen. */
export function yuanText(amount: Fen): string {
  const cents = Math.abs(amount);
  return `${amount < 0 ? "-" : ""}${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
}
