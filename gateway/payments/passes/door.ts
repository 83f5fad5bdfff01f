// The desk where passes are sold: prices, holders, orders, changes, reminders, receipts, and residents who ask for one.
import type { PassHolder, PassPrices } from "#protocols/api/passes.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { SiteContext } from "../../site-context.ts";
import { type PassChanges, passChangesOf } from "./changes.ts";
import { type PassOrders, passById, passOrdersOf } from "./orders.ts";
import { adopt, type Holder, holderByLink, holderByPass, writePrices } from "./prices.ts";
import { type Receipts, receiptsOf } from "./receipts.ts";
import { type Reminders, remindersOf } from "./reminders.ts";
import { type Residents, residentsOf } from "./residents.ts";

export interface HeldPass {
  readonly holder: Holder;
  /** null: nothing was paid yet. */
  readonly span: { readonly from: number; readonly until: number } | null;
  readonly orders: readonly { readonly order: string; readonly from_at: number; readonly until_at: number; readonly amount_fen: number }[];
}

export interface PassDesk {
  readonly orders: PassOrders;
  readonly changes: PassChanges;
  readonly reminders: Reminders;
  readonly receipts: Receipts;
  readonly residents: Residents;
  writePrices(prices: PassPrices): { readonly from: string } | Refusal;
  adopt(pass: string, holder: PassHolder): { readonly pass: string; readonly link: string } | Refusal;
  held(pass: string): HeldPass | undefined;
  byLink(link: string): HeldPass | undefined;
}

export function passDeskOf(context: SiteContext): PassDesk {
  const { journal } = context;
  const seen = (holder: Holder | undefined): HeldPass | undefined => {
    if (holder === undefined) return undefined;
    const row = passById(journal, holder.pass);
    const orders = journal.all<HeldPass["orders"][number]>(
      `SELECT id AS "order", from_at, until_at, amount_fen FROM pass_order WHERE pass = ? AND state = 'paid' ORDER BY paid_at DESC LIMIT 24`,
      holder.pass,
    );
    const span = row === undefined || row.withdrawn === 1 ? null : { from: row.from_at, until: row.until_at };
    return { holder, span, orders };
  };
  return {
    orders: passOrdersOf(context),
    changes: passChangesOf(context),
    reminders: remindersOf(context),
    receipts: receiptsOf(context),
    residents: residentsOf(context),
    writePrices: (prices) => writePrices(context, prices),
    adopt: (pass, holder) => adopt(context, pass, holder),
    held: (pass) => seen(holderByPass(journal, pass)),
    byLink: (link) => seen(holderByLink(journal, link)),
  };
}
