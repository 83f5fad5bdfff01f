// What a stay costs, and why: lines that a driver can read aloud; the total is their sum.
import { type Fen, sumFen } from "#protocols/vocabulary/money.ts";

export interface BillLine {
  /** The rule of the tariff file that made this line. */
  readonly rule: string;
  readonly zh: string;
  readonly en: string;
  readonly amount: Fen;
  /** The coupon that was used by this line. */
  readonly coupon?: string;
}

export interface Bill {
  /** "<lot tariff id>@<version>": the version that the visit entered under. */
  readonly tariff: string;
  readonly lines: readonly BillLine[];
  readonly total: Fen;
  /** Why the times are not certain; the bill is then the lowest that they allow. */
  readonly doubt?: { readonly zh: string; readonly en: string };
}

export const bill = (tariff: string, lines: readonly BillLine[]): Bill => ({
  tariff,
  lines,
  total: sumFen(lines.map((line) => line.amount)),
});
