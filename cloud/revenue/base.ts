// From what came in to what is divided: refunds, channel fees as on the statement, tax, electricity, management fee, and losses carried, in the order that the contract
// declares. Each step says its amount and what is left, so that the sum can be read down the page.
import { type Fen, fen, noMoney, proportion } from "#protocols/vocabulary/money.ts";
import type { Fraction } from "./split.ts";

export const deductionKinds = ["refunds", "channel-fees", "tax", "electricity", "management-fee", "other-costs"] as const;
export type DeductionKind = (typeof deductionKinds)[number];

export interface Deduction {
  readonly kind: DeductionKind;
  /** As booked with a voucher, or a fraction of what is left at this place in the order (rounded to the fen, half up). */
  readonly how: "booked" | Fraction;
}

export interface BaseStep {
  readonly kind: "gross" | DeductionKind | "loss-carried";
  /** What it took away (or brought, for the first). */
  readonly amount_fen: Fen;
  readonly left_fen: Fen;
}

export interface Base {
  readonly steps: readonly BaseStep[];
  /** What is divided; never negative. */
  readonly base_fen: Fen;
  /** What the next period starts with as a loss: zero or less. */
  readonly carried_fen: Fen;
}

export interface Takings {
  readonly gross_fen: Fen;
  readonly booked: Readonly<Partial<Record<DeductionKind, Fen>>>;
  /** Zero or less: the losses of former periods. */
  readonly carried_fen: Fen;
}

export function baseOf(order: readonly Deduction[], { gross_fen, booked, carried_fen }: Takings): Base {
  if (carried_fen > 0) throw new RangeError(`a carried loss is not above zero: ${carried_fen}`);
  let left: number = gross_fen;
  const steps: BaseStep[] = [{ kind: "gross", amount_fen: gross_fen, left_fen: gross_fen }];
  for (const { kind, how } of order) {
    const amount =
      how === "booked" ? (booked[kind] ?? noMoney) : left <= 0 ? noMoney : proportion(fen(left), { ...how, rounding: "half-up" });
    left -= amount;
    steps.push({ kind, amount_fen: amount, left_fen: fen(left) });
  }
  // What was booked and has no place in the order would be lost without a word.
  for (const [kind, amount] of Object.entries(booked))
    if (amount !== 0 && !order.some((one) => one.kind === kind && one.how === "booked"))
      throw new RangeError(`${kind} of ${amount} fen has no place in the contract's order`);
  if (carried_fen !== 0) {
    left += carried_fen;
    steps.push({ kind: "loss-carried", amount_fen: fen(-carried_fen), left_fen: fen(left) });
  }
  return { steps, base_fen: fen(Math.max(0, left)), carried_fen: fen(Math.min(0, left)) };
}
