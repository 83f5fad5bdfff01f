// Every passage of a month at a compound's exits, each in one class: stays that ended (by pass, free, paid, waived, short, let out by hand, without a bill), stays that have not,
// and what went out with no stay at all: let out by hand, or seen by the board alone. What is counted is a row that can be opened.

import { handEvents } from "#cloud/store/passage-schema.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import type { Span } from "./months.ts";

export const passageClasses = {
  passes: { zh: "月卡内", en: "covered by a pass" },
  free: { zh: "免费", en: "free" },
  paid: { zh: "已付清", en: "paid" },
  waived: { zh: "已减免", en: "waived" },
  short: { zh: "少收，未说明", en: "paid less than billed, nobody said why" },
  "by-hand": { zh: "人工放行或按单收费", en: "let out by hand, or taken by a slip" },
  inside: { zh: "尚在场内", en: "still inside" },
  unmatched: { zh: "无账单、无人放行", en: "no bill, and let out by nobody" },
} as const;
export type PassageClass = keyof typeof passageClasses;
export const passageClassNames = Object.keys(passageClasses) as PassageClass[];

export interface Passage {
  /** stay: a visit; opening: a gate that a person ordered open with no visit; passage: a car that only the board saw. */
  readonly kind: "stay" | "opening" | "passage";
  /** The visit, or the number of the event. */
  readonly ref: string;
  readonly class: PassageClass;
  readonly lane: string | null;
  readonly plate: string | null;
  readonly entered_at: number | null;
  /** When it left, or when the gate was opened. */
  readonly at: number | null;
  readonly charged_fen: number;
  readonly received_fen: number;
  /** Who let it out, and why he said. */
  readonly operator: string | null;
  readonly reason: string | null;
}

interface Ordered {
  readonly ref: string;
  readonly at: number;
  readonly lane: string;
  readonly visit: string | null;
  readonly person: string;
  readonly reason: string;
}

/** A car is under the arm so long after somebody ordered it up, at most. */
const drivenWithin_ms = 3 * minuteMs;
/** A clock that was set between the order and the exit may put one of them beyond the month's end. */
const around_ms = hourMs;

export async function passagesOf(read: Queries, site: string, span: Span): Promise<Passage[]> {
  const entries = await read.selectFrom("lane").select("lane").where("site", "=", site).where("direction", "=", "entry").execute();
  const inward = new Set(entries.map(({ lane }) => lane));
  const orders = (await ordersOf(read, site, span)).filter(({ lane }) => !inward.has(lane));
  const stays = await staysOf(read, site, span);
  const waived = await waivedOf(read, site, span);
  const covered = await coveredOf(read, stays);
  const byVisit = new Map(orders.flatMap((one) => (one.visit === null ? [] : [[one.visit, one] as const])));
  const found = stays.map((stay): Passage => {
    const order = byVisit.get(stay.visit);
    const where = classOf(stay, { order, waived: waived.get(stay.visit) ?? 0, covered: covered.has(stay.visit) });
    const by = where === "by-hand" ? order : undefined;
    return {
      ...{ kind: "stay", ref: stay.visit, class: where, lane: stay.lane_out, plate: stay.plate, entered_at: stay.entered_at },
      ...{ at: stay.left_at, charged_fen: stay.total_fen ?? 0, received_fen: stay.paid_fen },
      ...{ operator: by?.person ?? null, reason: by?.reason ?? null },
    };
  });
  return [...found, ...(await withoutStay(read, { site, span, orders }))];
}

type Stay = Pick<Row<"visit">, "visit" | "state" | "plate" | "lane_out" | "tariff" | "entered_at" | "left_at" | "total_fen" | "paid_fen">;

const staysOf = (read: Queries, site: string, { from, to }: Span): Promise<Stay[]> =>
  read
    .selectFrom("visit")
    .select(["visit", "state", "plate", "lane_out", "tariff", "entered_at", "left_at", "total_fen", "paid_fen"])
    .where("site", "=", site)
    .where((eb) =>
      eb.or([
        eb.and([eb("left_at", ">=", from), eb("left_at", "<", to)]),
        eb.and([eb("left_at", "is", null), eb("entered_at", ">=", from), eb("entered_at", "<", to)]),
      ]),
    )
    .orderBy("entered_at")
    .orderBy("visit")
    .execute();

interface Known {
  readonly order: Ordered | undefined;
  readonly waived: number;
  readonly covered: boolean;
}

function classOf({ left_at, tariff, total_fen, paid_fen }: Stay, { order, waived, covered }: Known): PassageClass {
  if (left_at === null) return "inside";
  // Money that a person took by a slip is as much by hand as a gate that he opened for nothing.
  if (tariff === "slip") return "by-hand";
  const open = total_fen === null ? true : paid_fen + waived < total_fen;
  if (order !== undefined && open) return "by-hand";
  if (total_fen === null) return "unmatched";
  if (total_fen === 0) return covered ? "passes" : "free";
  if (paid_fen >= total_fen) return "paid";
  return open ? "short" : "waived";
}

/** By the partial index of these events; `handEvents` is its condition, word for word. */
const happened = (read: Queries, site: string, type: string) =>
  read.selectFrom("event").select(["ordinal", "at", "data"]).where(handEvents).where("site", "=", site).where("type", "=", type);

async function ordersOf(read: Queries, site: string, { from, to }: Span): Promise<Ordered[]> {
  const rows = await happened(read, site, "gate.ordered")
    .where("at", ">=", from - around_ms)
    .where("at", "<", to + around_ms)
    .orderBy("at")
    .execute();
  return rows.map(({ ordinal, at, data }) => {
    const { lane, visit, person, reason } = JSON.parse(data) as Pick<Ordered, "lane" | "visit" | "person" | "reason">;
    return { ref: String(ordinal), at, lane, visit, person, reason };
  });
}

/** What was let off, of each visit; also long after it left. */
async function waivedOf(read: Queries, site: string, { from }: Span): Promise<ReadonlyMap<string, number>> {
  const rows = await happened(read, site, "money.entered")
    .where("at", ">=", from - around_ms)
    .execute();
  const sums = new Map<string, number>();
  for (const { data } of rows) {
    const { kind, visit, amount_fen } = JSON.parse(data) as { kind: string; visit: string; amount_fen: number };
    if (kind === "waiver") sums.set(visit, (sums.get(visit) ?? 0) + amount_fen);
  }
  return sums;
}

/** Stays that cost nothing because of a pass: their bill says so. */
async function coveredOf(read: Queries, stays: readonly Stay[]): Promise<ReadonlySet<string>> {
  const free = stays.filter(({ total_fen }) => total_fen === 0).map(({ visit }) => visit);
  const found = new Set<string>();
  for (let at = 0; at < free.length; at += 500) {
    const bills = await read
      .selectFrom("bill")
      .select("visit")
      .where("visit", "in", free.slice(at, at + 500))
      .where("lines", "like", '%"rule":"passes"%')
      .execute();
    for (const { visit } of bills) found.add(visit);
  }
  return found;
}

interface Without {
  readonly site: string;
  readonly span: Span;
  readonly orders: readonly Ordered[];
}

/** A car that the board saw pass after an order is that order's car, once; what neither has a visit nor an order is nobody's. */
async function withoutStay(read: Queries, { site, span, orders }: Without): Promise<Passage[]> {
  const seen = await happened(read, site, "lane.passed")
    .where("at", ">=", span.from)
    .where("at", "<", span.to)
    .where("data", "like", '%"visit":null%')
    .orderBy("at")
    .execute();
  const bare = { plate: null, entered_at: null, charged_fen: 0, received_fen: 0 } as const;
  const openings = orders.filter(({ visit }) => visit === null);
  const driven = new Set<string>();
  const passages = seen.flatMap(({ ordinal, at, data }): Passage[] => {
    const { lane, direction } = JSON.parse(data) as { lane: string; direction: string };
    if (direction !== "exit") return [];
    const order = openings.find((one) => one.lane === lane && !driven.has(one.ref) && one.at <= at && at - one.at <= drivenWithin_ms);
    if (order !== undefined) {
      driven.add(order.ref);
      return [];
    }
    return [{ kind: "passage", ref: String(ordinal), class: "unmatched", lane, at, operator: null, reason: null, ...bare }];
  });
  const inMonth = openings.filter(({ at }) => at >= span.from && at < span.to);
  return [
    ...inMonth.map(({ ref, lane, at, person, reason }): Passage => {
      return { kind: "opening", ref, class: "by-hand", lane, at, operator: person, reason, ...bare };
    }),
    ...passages,
  ];
}
