// The lines of a month's bridge: each a number of passages and the question that opens its rows. Pure.
import type { Bridge, Sums } from "../data/bridge-api.ts";

/** The three months of "2026-Q4". */
export function monthsOfQuarter(quarter: string): string[] {
  const [year = "", n = "1"] = quarter.split("-Q");
  return [1, 2, 3].map((k) => `${year}-${String(Number(n) * 3 - 3 + k).padStart(2, "0")}`);
}

/** The last month of the quarter that has begun; the first where none has. */
export function newestMonth(quarter: string, thisMonth: string): string {
  const months = monthsOfQuarter(quarter);
  const begun = months.filter((month) => month <= thisMonth);
  return begun[begun.length - 1] ?? months[0] ?? thisMonth;
}

export interface Line {
  /** Of this group no other line has it. */
  readonly id: string;
  readonly passages: number;
  readonly charged_fen: number | null;
  readonly received_fen: number;
  readonly query: Readonly<Record<string, string>>;
}

export const classLines = ({ classes }: Pick<Bridge, "classes">): Line[] =>
  Object.entries(classes).map(([name, { passages, charged_fen, received_fen }]) => ({
    ...{ id: name, passages, charged_fen, received_fen },
    query: { class: name },
  }));

/** Of a slip that was entered afterwards nobody opened a gate: its id is "". */
export const handLines = ({ by_hand }: Pick<Bridge, "by_hand">): Line[] =>
  by_hand.map(({ operator, passages, charged_fen, received_fen }) => ({
    ...{ id: operator ?? "", passages, charged_fen, received_fen },
    query: { class: "by-hand", operator: operator ?? "" },
  }));

export const takerLines = ({ by_operator }: Pick<Bridge, "by_operator">): Line[] =>
  by_operator.map(({ operator, method, payments, received_fen }) => ({
    ...{ id: `${operator} · ${method}`, passages: payments, charged_fen: null, received_fen },
    query: { operator, method },
  }));

export const sumOf = (lines: readonly Line[]): Sums => ({
  passages: lines.reduce((n, one) => n + one.passages, 0),
  charged_fen: lines.reduce((n, one) => n + (one.charged_fen ?? 0), 0),
  received_fen: lines.reduce((n, one) => n + one.received_fen, 0),
});

/** As many as the API answers at once. */
export const passagePage = 100;
