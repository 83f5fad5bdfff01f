// From stays to money: every stay of a month is in one class, the classes add up, and what was charged and not received is explained by its rows.
import type { Queries } from "#cloud/store/store.ts";
import type { Span } from "./months.ts";

export const stayClasses = {
  free: { zh: "免费时段内", en: "free" },
  paid: { zh: "已付清", en: "paid" },
  short: { zh: "少收、减免", en: "short or waived" },
  inside: { zh: "尚在场内", en: "still inside" },
  unmatched: { zh: "无账单（放行或未匹配）", en: "no bill: let out or unmatched" },
} as const;
export type StayClass = keyof typeof stayClasses;

export interface Bridge {
  readonly stays: number;
  readonly classes: Readonly<Record<StayClass, { readonly stays: number; readonly charged_fen: number; readonly received_fen: number }>>;
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

export async function bridgeOf(read: Queries, site: string, span: Span): Promise<Bridge> {
  const stays = read
    .selectFrom("visit")
    .where("visit.site", "=", site)
    .where((eb) =>
      eb.or([
        eb.and([eb("left_at", ">=", span.from), eb("left_at", "<", span.to)]),
        eb.and([eb("left_at", "is", null), eb("entered_at", ">=", span.from), eb("entered_at", "<", span.to)]),
      ]),
    );
  const rows = await stays.select(["visit.visit", "state", "total_fen", "paid_fen", "entered_at", "left_at"]).execute();
  const taken = await stays
    .innerJoin("payment", "payment.visit", "visit.visit")
    .select((eb) => [
      "payment.collector",
      "payment.method",
      eb.fn.countAll<number | string>().as("n"),
      eb.fn.sum<number | string>("payment.amount_fen").as("sum"),
    ])
    .groupBy(["payment.collector", "payment.method"])
    .orderBy("payment.collector")
    .orderBy("payment.method")
    .execute();
  const by_operator = taken.map(({ collector, method, n, sum }) => ({
    operator: collector,
    method,
    payments: Number(n),
    received_fen: Number(sum),
  }));
  const classes = Object.fromEntries(
    Object.keys(stayClasses).map((name) => [name, { stays: 0, charged_fen: 0, received_fen: 0 }]),
  ) as Record<StayClass, { stays: number; charged_fen: number; received_fen: number }>;
  for (const row of rows) {
    const mine = classes[classOf(row)];
    mine.stays += 1;
    mine.charged_fen += row.total_fen ?? 0;
    mine.received_fen += row.paid_fen;
  }
  const charged_fen = Object.values(classes).reduce((sum, one) => sum + one.charged_fen, 0);
  const received_fen = Object.values(classes).reduce((sum, one) => sum + one.received_fen, 0);
  const difference_fen = charged_fen - received_fen;
  const unattributed_fen = received_fen - by_operator.reduce((sum, one) => sum + one.received_fen, 0);
  return {
    ...{ stays: rows.length, classes, charged_fen, received_fen, difference_fen, by_operator, unattributed_fen },
    flagged: Math.abs(difference_fen) * 20 > charged_fen,
  };
}

function classOf({
  state,
  total_fen,
  paid_fen,
}: {
  readonly state: string;
  readonly total_fen: number | null;
  readonly paid_fen: number;
}): StayClass {
  if (state === "inside" && paid_fen === 0) return "inside";
  if (total_fen === null) return "unmatched";
  if (total_fen === 0) return "free";
  return paid_fen >= total_fen ? "paid" : "short";
}
