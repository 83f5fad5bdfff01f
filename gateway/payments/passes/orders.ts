// Selling and renewing: an order says which days, at which price; when it is paid the pass holds for them. Paid twice, or two orders for the same days: each counts once, and days that are covered already move on.
import { type Term as CoreTerm, type Priced, pricePass, renewsFrom, rowFor } from "#gateway/core/parking/pass-price.ts";
import type { PassSale, Term } from "#protocols/api/passes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { yuanText } from "#protocols/vocabulary/money.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads, Transaction } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";
import { openShift } from "../shifts.ts";
import { type Holder, holderByPass, midnightOf, noDate, pricesAt } from "./prices.ts";

export interface PassRow {
  readonly id: string;
  readonly lot: string;
  readonly spaces: number;
  readonly from_at: number;
  readonly until_at: number;
  readonly suspended: string;
  readonly withdrawn: number;
  readonly grace_days: number;
}

export interface OrderRow {
  readonly id: string;
  readonly pass: string;
  readonly kind: "new" | "renewal";
  readonly from_at: number;
  readonly until_at: number;
  readonly amount_fen: number;
  readonly lines: string;
  readonly state: "asked" | "paid";
  readonly method: string | null;
  readonly payee: string | null;
  readonly collector: string | null;
  readonly paid_at: number | null;
}

export interface Paying {
  readonly method: string;
  readonly collector: string;
  readonly payee: string | null;
}

export interface PassOrders {
  quote(pass: string, term: Term, from?: string): Quoted | Refusal;
  /** Written, not yet paid; asked again for the same days while it is open it is the same order. */
  ask(pass: string, term: Term): OrderRow | Refusal;
  /** At the booth: asked and paid in one. */
  sell(pass: string, sale: PassSale, payee: string | null): { readonly order: string; readonly from: Wall; readonly until: Wall } | Refusal;
  /** The money of an order has come: in the same transaction as whatever says so. */
  paid(tx: Transaction, order: string, by: Paying): void;
  order(id: string): OrderRow | undefined;
}

export type Quoted = Priced & { readonly kind_of: "new" | "renewal"; readonly row: string };

export const passById = (reads: Reads, id: string): PassRow | undefined =>
  reads.get<PassRow>("SELECT * FROM pass WHERE id = ? AND kind = 'pass'", id);
export const orderById = (reads: Reads, id: string): OrderRow | undefined =>
  reads.get<OrderRow>("SELECT * FROM pass_order WHERE id = ?", id);

export const noPass = refusal("no-pass", "没有这张月卡，或尚未登记持有人", "no such pass, or nobody holds it yet");
const noPrices = refusal("no-pass-prices", "没有月卡价目，请先录入", "there is no price list of passes: write it first");
const noRow = refusal("no-pass-row", "价目里没有这种月卡", "the price list has no such pass");
const mostAhead_days = 800;

export function passOrdersOf({ journal, clock, chance }: SiteContext): PassOrders {
  function quoted(reads: Reads, holder: Holder, term: Term, from?: Wall): Quoted | Refusal {
    const now = clock.wall();
    const prices = pricesAt(reads, holder.lot, now);
    if (prices === undefined) return noPrices;
    const row = rowFor(prices.rows, holder);
    if (row === undefined) return noRow;
    const known = passById(reads, holder.pass);
    const running = known !== undefined && known.withdrawn === 0;
    const begins = running ? renewsFrom(wall(known.until_at), now, prices.grace_days) : (from ?? now);
    const core = coreTerm(term);
    if ("kind" in core) return core;
    if (core.by === "day" && core.until < begins) return refusal("ends-before", "结束早于开始", "it ends before it begins");
    const priced = pricePass(row, begins, core);
    if (priced.period.until - now > mostAhead_days * 86_400_000)
      return refusal("too-far", "续得太远，最多预缴约两年", "too far ahead: about two years at most");
    return { ...priced, kind_of: running ? "renewal" : "new", row: row.row };
  }

  function write(tx: Transaction, id: string, pass: string, { period, total, lines, kind_of }: Quoted): OrderRow {
    const told = lines.map(({ zh, en, amount }) => ({ zh, en, amount_fen: amount }));
    tx.run(
      "INSERT INTO pass_order (id, pass, kind, from_at, until_at, amount_fen, lines, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ...[id, pass, kind_of, period.from, period.until, total, JSON.stringify(told), clock.wall()],
    );
    return orderById(tx, id) as OrderRow;
  }

  function paid(tx: Transaction, id: string, { method, collector, payee }: Paying): void {
    const order = orderById(tx, id);
    if (order === undefined || order.state === "paid") return;
    const holder = holderByPass(tx, order.pass);
    if (holder === undefined) throw new Error(`an order without a holder: ${id}`);
    const now = clock.wall();
    const known = passById(tx, order.pass);
    // Another order was paid meanwhile: these days follow it.
    const shift = known !== undefined && known.withdrawn === 0 && known.until_at > order.from_at ? known.until_at - order.from_at : 0;
    const [from, until] = [wall(order.from_at + shift), wall(order.until_at + shift)];
    coverDays(tx, { holder, known, from, until, person: collector, now, grace_days: pricesAt(tx, holder.lot, now)?.grace_days ?? 0 });
    tx.run(
      "UPDATE pass_order SET state = 'paid', from_at = ?, until_at = ?, method = ?, payee = ?, collector = ?, paid_at = ?, shift = ? WHERE id = ?",
      ...[from, until, method, payee, collector, now, method === "cash" ? (openShift(tx, collector) ?? null) : null, id],
    );
    const { pass, kind, amount_fen } = order;
    tx.event("pass.sold", { order: id, pass, lot: holder.lot, kind, from, until, amount_fen, method, collector, payee });
  }

  return {
    quote(pass, term, from) {
      const holder = holderByPass(journal, pass);
      if (holder === undefined) return noPass;
      const begins = from === undefined ? undefined : midnightOf(from);
      if (from !== undefined && begins === undefined) return noDate(from);
      return quoted(journal, holder, term, begins);
    },
    ask: (pass, term) =>
      journal.commit((tx) => {
        const holder = holderByPass(tx, pass);
        if (holder === undefined) return noPass;
        const priced = quoted(tx, holder, term);
        if ("kind" in priced) return priced;
        const open = tx.get<OrderRow>(
          "SELECT * FROM pass_order WHERE pass = ? AND state = 'asked' AND from_at = ? AND until_at = ? AND amount_fen = ? LIMIT 1",
          ...[pass, priced.period.from, priced.period.until, priced.total],
        );
        return open ?? write(tx, `pass-${chance.id()}`, pass, priced);
      }),
    sell: (pass, { order: id, term, from, amount_fen, method, collector }, payee) =>
      journal.commit((tx) => {
        const known = orderById(tx, id);
        if (known !== undefined) {
          if (known.pass !== pass || known.amount_fen !== amount_fen || known.method !== method)
            return refusal("order-differs", "该编号已用于另一单", "this name was used for another order");
          return { order: id, from: wall(known.from_at), until: wall(known.until_at) };
        }
        const holder = holderByPass(tx, pass);
        if (holder === undefined) return noPass;
        const begins = from === undefined ? undefined : midnightOf(from);
        if (from !== undefined && begins === undefined) return noDate(from);
        const priced = quoted(tx, holder, term, begins);
        if ("kind" in priced) return priced;
        if (priced.total !== amount_fen)
          return refusal(
            "other-amount",
            `金额不符：应收 ${yuanText(priced.total)} 元`,
            `the amount is not the price: ${yuanText(priced.total)} yuan`,
          );
        write(tx, id, pass, priced);
        paid(tx, id, { method, collector, payee });
        return { order: id, from: priced.period.from, until: priced.period.until };
      }),
    paid,
    order: (id) => orderById(journal, id),
  };
}

function coreTerm(term: Term): CoreTerm | Refusal {
  if (term.by !== "day") return term as CoreTerm;
  const until = midnightOf((term as { until: string }).until);
  return until === undefined ? noDate((term as { until: string }).until) : { by: "day", until };
}

interface Days {
  readonly holder: Holder;
  readonly known: PassRow | undefined;
  readonly from: Wall;
  readonly until: Wall;
  readonly person: string;
  readonly now: Wall;
  readonly grace_days: number;
}

/** The pass holds for these days too. Days between its old end and them, that nobody paid, are suspended. */
function coverDays(tx: Transaction, { holder, known, from, until, person, now, grace_days }: Days): void {
  const { pass, lot, plates, spaces } = holder;
  const goesOn = known !== undefined && known.withdrawn === 0;
  const gap = goesOn && known.until_at < from ? [[known.until_at, from]] : [];
  const suspended = JSON.stringify([...(goesOn ? (JSON.parse(known.suspended) as number[][]) : []), ...gap]);
  const begins = goesOn ? Math.min(known.from_at, from) : from;
  tx.run(
    "INSERT INTO pass (id, lot, spaces, from_at, until_at, suspended, withdrawn, person, at, grace_days) VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET spaces = excluded.spaces, from_at = excluded.from_at, until_at = excluded.until_at, suspended = excluded.suspended, withdrawn = 0, person = excluded.person, at = excluded.at, grace_days = excluded.grace_days",
    ...[pass, lot, spaces, begins, until, suspended, person, now, grace_days],
  );
  writePlates(tx, pass, plates);
  tx.run("UPDATE pass_holder SET reminded = NULL WHERE pass = ?", pass);
  tx.event("pass.written", { pass, lot, plates: [...plates], spaces, from: begins, until, withdrawn: false, person });
}

/** Cars that only stand in for another one keep their own days. */
export function writePlates(tx: Transaction, pass: string, plates: readonly string[]): void {
  tx.run("DELETE FROM pass_plate WHERE pass = ? AND until_at IS NULL", pass);
  for (const plate of plates)
    tx.run(
      "INSERT INTO pass_plate (pass, plate) VALUES (?, ?) ON CONFLICT (pass, plate) DO UPDATE SET from_at = NULL, until_at = NULL",
      pass,
      plate,
    );
}
