// Three ways of one month's money: what the edge took, what the channel says it took, what came to the bank. Each row in exactly one class, each sum explained by its rows. Pure.
import { dayMs, minuteMs } from "#protocols/vocabulary/time.ts";

export interface EdgePayment {
  readonly payment: string;
  readonly method: string;
  readonly amount_fen: number;
  readonly at: number;
}
export interface Booked {
  readonly id: string;
  /** Above zero came in, below zero went out. */
  readonly amount_fen: number;
  readonly at: number;
  readonly voucher: string;
}
export interface ChannelLine {
  readonly key: string;
  readonly at: number;
  readonly amount_fen: number;
  readonly refund_fen: number;
  readonly fee_fen: number;
  readonly reference: string;
  readonly serial: string;
  readonly batch: string;
}
export interface BankLine {
  readonly key: string;
  readonly at: number;
  readonly amount_fen: number;
  readonly words: string;
}

export const matchClasses = {
  matched: { zh: "账单与通道相符", en: "edge and channel agree" },
  differs: { zh: "金额不符", en: "the amounts differ" },
  "edge-only": { zh: "只有账单，通道没有", en: "at the edge only" },
  "channel-only": { zh: "只有通道，账单没有", en: "at the channel only" },
  cash: { zh: "现金等，不经通道", en: "cash and others, through no channel" },
} as const;
export type MatchClass = keyof typeof matchClasses;

export interface MatchedRow {
  readonly class: MatchClass;
  readonly payment: string | null;
  readonly channel: string | null;
  readonly edge_fen: number;
  readonly channel_fen: number;
  readonly by: "reference" | "amount-and-time" | null;
}
export interface MatchedBatch {
  readonly batch: string;
  readonly lines: number;
  readonly gross_fen: number;
  readonly refund_fen: number;
  readonly fee_fen: number;
  /** What should come to the bank. */
  readonly net_fen: number;
  /** null: it has not come. */
  readonly bank: string | null;
}
export interface ThreeWay {
  readonly rows: readonly MatchedRow[];
  readonly batches: readonly MatchedBatch[];
  readonly booked: readonly { readonly id: string; readonly amount_fen: number; readonly bank: string | null }[];
  /** At the bank, and explained by nothing. */
  readonly bank_only: readonly { readonly bank: string; readonly amount_fen: number; readonly words: string }[];
  readonly classes: Readonly<Record<MatchClass, { readonly rows: number; readonly edge_fen: number; readonly channel_fen: number }>>;
  readonly sums: {
    readonly edge_fen: number;
    readonly channel_fen: number;
    readonly channel_net_fen: number;
    readonly banked_fen: number;
    readonly not_banked_fen: number;
  };
  /** Everything agrees and nothing is left over. */
  readonly clean: boolean;
}

const throughNoChannel: ReadonlySet<string> = new Set(["cash", "card", "account", "free"]);
/** Two clocks say the same payment this far apart. */
const near_ms = 10 * minuteMs;
/** A channel pays out within so many days; holidays are the longest. */
const paidOut_ms = 10 * dayMs;

export interface Sides {
  readonly payments: readonly EdgePayment[];
  readonly channel: readonly ChannelLine[];
  readonly bank: readonly BankLine[];
  readonly booked: readonly Booked[];
  readonly dayOf: (at: number) => string;
}

export function threeWay({ payments, channel, bank, booked, dayOf }: Sides): ThreeWay {
  const rows = edgeAgainstChannel(payments, channel);
  const free = new Map([...bank].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1)).map((one) => [one.key, one]));
  const batches = banked(batchesOf(channel, dayOf), free);
  const others = booked.map(({ id, amount_fen, at, voucher }) => {
    const fits = [...free.values()].filter((one) => one.amount_fen === amount_fen && Math.abs(one.at - at) <= paidOut_ms);
    const found = fits.find(({ words }) => voucher !== "" && words.includes(voucher)) ?? fits[0];
    if (found !== undefined) free.delete(found.key);
    return { id, amount_fen, bank: found?.key ?? null };
  });
  const classes = Object.fromEntries(Object.keys(matchClasses).map((name) => [name, { rows: 0, edge_fen: 0, channel_fen: 0 }])) as Record<
    MatchClass,
    { rows: number; edge_fen: number; channel_fen: number }
  >;
  for (const row of rows) {
    classes[row.class].rows += 1;
    classes[row.class].edge_fen += row.edge_fen;
    classes[row.class].channel_fen += row.channel_fen;
  }
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const bank_only = [...free.values()].map(({ key, amount_fen, words }) => ({ bank: key, amount_fen, words }));
  const missing = batches.filter(({ bank: at }) => at === null);
  return {
    ...{ rows, batches, booked: others, bank_only, classes },
    sums: {
      edge_fen: sum(payments.map(({ amount_fen }) => amount_fen)),
      channel_fen: sum(channel.map(({ amount_fen }) => amount_fen)),
      channel_net_fen: sum(batches.map(({ net_fen }) => net_fen)),
      banked_fen: sum(batches.filter(({ bank: at }) => at !== null).map(({ net_fen }) => net_fen)),
      not_banked_fen: sum(missing.map(({ net_fen }) => net_fen)),
    },
    clean:
      rows.every((row) => row.class === "matched" || row.class === "cash") &&
      missing.length === 0 &&
      bank_only.length === 0 &&
      others.every((one) => one.bank !== null),
  };
}

function edgeAgainstChannel(payments: readonly EdgePayment[], channel: readonly ChannelLine[]): MatchedRow[] {
  const rows: MatchedRow[] = [];
  const free = new Map(channel.map((one) => [one.key, one]));
  const byNumber = new Map<string, ChannelLine>();
  for (const line of channel) for (const number of [line.reference, line.serial]) if (number !== "") byNumber.set(number, line);
  const pair = (one: EdgePayment, line: ChannelLine, by: "reference" | "amount-and-time"): void => {
    free.delete(line.key);
    const same = one.amount_fen === line.amount_fen;
    rows.push({
      class: same ? "matched" : "differs",
      payment: one.payment,
      channel: line.key,
      edge_fen: one.amount_fen,
      channel_fen: line.amount_fen,
      by,
    });
  };
  const left: EdgePayment[] = [];
  for (const one of payments) {
    const line = byNumber.get(one.payment);
    if (line !== undefined && free.has(line.key)) pair(one, line, "reference");
    else left.push(one);
  }
  // Without a number: the same amount at the same time, the nearest pair first, whatever order the files have.
  const candidates = left
    .filter(({ method }) => !throughNoChannel.has(method))
    .flatMap((one) =>
      [...free.values()]
        .filter((line) => line.amount_fen === one.amount_fen && Math.abs(line.at - one.at) <= near_ms)
        .map((line) => ({ one, line, apart: Math.abs(line.at - one.at) })),
    )
    .sort((a, b) => a.apart - b.apart || (a.one.payment + a.line.key < b.one.payment + b.line.key ? -1 : 1));
  const done = new Set<string>();
  for (const { one, line } of candidates) {
    if (done.has(one.payment) || !free.has(line.key)) continue;
    done.add(one.payment);
    pair(one, line, "amount-and-time");
  }
  for (const { payment, method, amount_fen } of left)
    if (!done.has(payment))
      rows.push({
        ...{
          class: throughNoChannel.has(method) ? "cash" : "edge-only",
          payment,
          channel: null,
          edge_fen: amount_fen,
          channel_fen: 0,
          by: null,
        },
      });
  for (const { key, amount_fen } of free.values())
    if (amount_fen !== 0) rows.push({ class: "channel-only", payment: null, channel: key, edge_fen: 0, channel_fen: amount_fen, by: null });
  return rows;
}

interface Batch extends Omit<MatchedBatch, "bank"> {
  readonly last: number;
}

/** By the channel's own number of a settlement, or by day. */
function batchesOf(channel: readonly ChannelLine[], dayOf: (at: number) => string): Batch[] {
  const groups = new Map<string, ChannelLine[]>();
  for (const line of channel) {
    const name = line.batch === "" ? dayOf(line.at) : line.batch;
    const mine = groups.get(name);
    if (mine === undefined) groups.set(name, [line]);
    else mine.push(line);
  }
  return [...groups]
    .map(([batch, lines]): Batch => {
      const sum = (of: (line: ChannelLine) => number): number => lines.reduce((total, line) => total + of(line), 0);
      const [gross_fen, refund_fen, fee_fen] = [sum((one) => one.amount_fen), sum((one) => one.refund_fen), sum((one) => one.fee_fen)];
      const last = Math.max(...lines.map(({ at }) => at));
      return { batch, lines: lines.length, gross_fen, refund_fen, fee_fen, net_fen: gross_fen - refund_fen - fee_fen, last };
    })
    .sort((a, b) => a.last - b.last || (a.batch < b.batch ? -1 : 1));
}

/** One transfer pays one batch, or several days in a row (a week-end, a holiday). What was matched leaves `free`. */
function banked(batches: readonly Batch[], free: Map<string, BankLine>): MatchedBatch[] {
  const paid = new Map<string, string>();
  const mostTogether = 10;
  for (let together = 1; together <= mostTogether; together += 1)
    for (const line of [...free.values()]) {
      if (line.amount_fen <= 0) continue;
      const open = batches.filter(({ batch }) => !paid.has(batch));
      for (let from = 0; from + together <= open.length; from += 1) {
        const run = open.slice(from, from + together);
        const last = run.at(-1)?.last ?? 0;
        // A day's own money comes on that day at the earliest; a bank says the day, not the hour.
        if (line.at < last - dayMs || line.at > last + paidOut_ms) continue;
        if (run.reduce((sum, { net_fen }) => sum + net_fen, 0) !== line.amount_fen) continue;
        for (const { batch } of run) paid.set(batch, line.key);
        free.delete(line.key);
        break;
      }
    }
  return batches.map(({ last: _, ...batch }) => ({ ...batch, bank: batch.net_fen === 0 ? "" : (paid.get(batch.batch) ?? null) }));
}
