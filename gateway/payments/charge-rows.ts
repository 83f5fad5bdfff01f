// What was asked of a provider, as the journal keeps it: of a stay's bill, of a pass's order, or of a charge's.
import { createHash } from "node:crypto";
import type { Reads } from "../journal/journal.ts";
import { onPhone } from "../lanes/bills.ts";
import type { SiteContext } from "../site-context.ts";

export interface ChargeRow {
  id: string;
  provider: string;
  /** Of a stay; null where it is for a pass or a charge. */
  bill: string | null;
  visit: string;
  lane: string;
  pass_order: string | null;
  charge_order: string | null;
  amount_fen: number;
  asked: string;
  qr: string | null;
  url: string | null;
  way: "qr" | "page" | "in-app";
  state: "asked" | "paid" | "closed";
  transaction_id: string | null;
  why: string | null;
}
export type ChargeState = Readonly<Pick<ChargeRow, "state" | "amount_fen" | "why" | "visit" | "pass_order">>;

/** How a phone pays: by the provider's page, or inside its app as this payer. */
export type Way = Pick<ChargeRow, "way"> & { readonly payer?: string | null };
/** The provider's name of a person is not kept: a digest tells one phone from another. */
export const wayOf = ({ payer }: { readonly payer?: string }): Way =>
  payer === undefined ? { way: "page" } : { way: "in-app", payer: createHash("sha256").update(payer).digest("hex").slice(0, 32) };

export const byId = (reads: Reads, id: string): ChargeRow | undefined => reads.get<ChargeRow>("SELECT * FROM pay_charge WHERE id = ?", id);

interface OfOrder extends Way {
  readonly of: "pass_order" | "charge_order";
  readonly order: string;
  /** What it is for: a pass, or a session. */
  readonly visit: string;
  readonly provider: string;
  readonly amount_fen: number;
}

/** Asked again by the same phone while it is open, the same. */
export function rowOfOrder(
  { journal, chance, clock }: Pick<SiteContext, "journal" | "chance" | "clock">,
  { of, order, visit, provider, amount_fen, way, payer = null }: OfOrder,
): ChargeRow {
  const open = journal.get<ChargeRow>(
    `SELECT * FROM pay_charge WHERE ${of} = ? AND provider = ? AND way = ? AND payer IS ? AND state = 'asked' LIMIT 1`,
    ...[order, provider, way, payer],
  );
  if (open !== undefined) return open;
  const id = chance.id().replaceAll("-", "");
  return journal.commit((tx) => {
    tx.run(
      `INSERT INTO pay_charge (id, provider, ${of}, visit, lane, amount_fen, asked, way, payer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, provider, order, visit, onPhone, amount_fen, JSON.stringify(clock.stamp()), way, payer],
    );
    return byId(tx, id) as ChargeRow;
  });
}
