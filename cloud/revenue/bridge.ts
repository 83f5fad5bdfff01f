// From passages to money: every passage of a month is in one class, the classes add up, and what was charged and not received is explained by its rows.
import type { Queries } from "#cloud/store/store.ts";
import type { Span } from "./months.ts";
import { type Passage, type PassageClass, passageClassNames, passagesOf } from "./passages.ts";

interface Sums {
  readonly passages: number;
  readonly charged_fen: number;
  readonly received_fen: number;
}

export interface Bridge {
  /** passes + free + paid + waived + short + by hand + inside + unmatched. */
  readonly passages: number;
  readonly stays: number;
  readonly classes: Readonly<Record<PassageClass, Sums>>;
  /** Who let how many out by hand; a slip that was entered afterwards has nobody who opened a gate. */
  readonly by_hand: readonly (Sums & { readonly operator: string | null })[];
  /** As the bills have it, as the payments have it, and the difference, which the classes explain. */
  readonly charged_fen: number;
  readonly received_fen: number;
  readonly difference_fen: number;
  /** Who took the money of these stays, and how: each line is the sum of its payments. */
  readonly by_operator: readonly {
    readonly operator: string;
    readonly method: string;
    readonly payments: number;
    readonly received_fen: number;
  }[];
  /** What the stays say was paid and no payment that arrived explains; not nothing while a gateway owes events. */
  readonly unattributed_fen: number;
  /** Difference of more than 5 %. */
  readonly flagged: boolean;
}

const sumsOf = (passages: readonly Passage[]): Sums => ({
  passages: passages.length,
  charged_fen: passages.reduce((sum, { charged_fen }) => sum + charged_fen, 0),
  received_fen: passages.reduce((sum, { received_fen }) => sum + received_fen, 0),
});

export async function bridgeOf(read: Queries, site: string, span: Span): Promise<Bridge> {
  const all = await passagesOf(read, site, span);
  const stays = all.filter(({ kind }) => kind === "stay");
  const payments = await paymentsOf(
    read,
    site,
    stays.map(({ ref }) => ref),
  );
  const lines = Map.groupBy(payments, ({ collector, method }) => `${collector}\n${method}`);
  const by_operator = [...lines.values()]
    .map((mine) => ({
      ...{ operator: mine[0]?.collector ?? "", method: mine[0]?.method ?? "", payments: mine.length },
      received_fen: mine.reduce((sum, { amount_fen }) => sum + amount_fen, 0),
    }))
    .sort((a, b) => (a.operator === b.operator ? (a.method < b.method ? -1 : 1) : a.operator < b.operator ? -1 : 1));
  const { charged_fen, received_fen } = sumsOf(stays);
  const difference_fen = charged_fen - received_fen;
  const hands = Map.groupBy(
    all.filter((one) => one.class === "by-hand"),
    ({ operator }) => operator,
  );
  return {
    ...{ passages: all.length, stays: stays.length, charged_fen, received_fen, difference_fen, by_operator },
    classes: Object.fromEntries(
      passageClassNames.map((name) => [name, sumsOf(all.filter((one) => one.class === name))]),
    ) as Bridge["classes"],
    by_hand: [...hands]
      .map(([operator, mine]) => ({ operator, ...sumsOf(mine) }))
      .sort((a, b) => b.passages - a.passages || ((a.operator ?? "") < (b.operator ?? "") ? -1 : 1)),
    unattributed_fen: received_fen - by_operator.reduce((sum, one) => sum + one.received_fen, 0),
    flagged: Math.abs(difference_fen) * 20 > charged_fen,
  };
}

/** The payments that arrived for these stays. */
export async function paymentsOf(read: Queries, site: string, visits: readonly string[]) {
  const found = [];
  for (let at = 0; at < visits.length; at += 500)
    found.push(
      ...(await read
        .selectFrom("payment")
        .select(["payment", "visit", "lane", "collector", "method", "amount_fen", "at"])
        .where("site", "=", site)
        .where("visit", "in", visits.slice(at, at + 500))
        .execute()),
    );
  return found;
}
