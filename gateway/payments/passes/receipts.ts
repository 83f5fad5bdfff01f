// What a payer may hold in his hand: what was paid, for what, to whom, less what was given back since; and what an invoice needs, kept and handed out as a table. Issuing is outside.
import type { InvoiceData } from "#protocols/api/passes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { type Stamp, toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../../journal/journal.ts";
import type { SiteContext } from "../../site-context.ts";

export interface Receipt {
  readonly receipt: string;
  readonly kind: "parking" | "pass";
  readonly about: string;
  readonly lines: readonly { readonly zh: string; readonly en: string; readonly amount_fen: number }[];
  readonly paid_fen: number;
  readonly back_fen: number;
  readonly amount_fen: number;
  readonly method: string;
  readonly payee: string | null;
  readonly at: string;
  readonly invoice: string | null;
}

export interface Receipts {
  /** By the payment's or the order's own name. */
  receipt(id: string): Receipt | undefined;
  invoice(receipt: string, data: InvoiceData): { readonly invoice: string; readonly amount_fen: number } | Refusal;
  /** Of those that were asked for in these days: from this midnight up to, not including, that one. */
  invoices(span: { from: Wall; until: Wall }): readonly (readonly (string | number | null)[])[];
}

interface Paid {
  readonly kind: Receipt["kind"];
  readonly about: string;
  readonly lines: string;
  readonly amount_fen: number;
  readonly back_fen: number;
  readonly method: string;
  readonly payee: string | null;
  readonly at: Wall;
}

/** By the payment's or the order's own name, or by the name of the phone's charge. */
function paidBy(reads: Reads, name: string): Paid | undefined {
  const id = reads.get<{ pass_order: string | null }>("SELECT pass_order FROM pay_charge WHERE id = ?", name)?.pass_order ?? name;
  const order = reads.get<{
    pass: string;
    lines: string;
    amount_fen: number;
    method: string;
    payee: string | null;
    paid_at: number;
    back: number;
  }>(
    "SELECT pass, lines, amount_fen, method, payee, paid_at, (SELECT coalesce(sum(amount_fen), 0) FROM pass_refund WHERE pass_order = o.id) AS back FROM pass_order o WHERE id = ? AND state = 'paid'",
    id,
  );
  if (order !== undefined) return { ...order, kind: "pass", about: order.pass, back_fen: order.back, at: wall(order.paid_at) };
  const row = reads.get<{
    plate: Plate;
    lines: string;
    amount_fen: number;
    method: string;
    payee: string | null;
    at: string;
    back: number;
  }>(
    "SELECT v.plate, b.lines, p.amount_fen, p.method, p.payee, p.at, (SELECT coalesce(sum(amount_fen), 0) FROM money_entry WHERE payment = p.id AND kind IN ('refund', 'void')) AS back FROM payment p JOIN visit v ON v.id = p.visit JOIN bill b ON b.id = p.bill WHERE p.id = ?",
    id,
  );
  if (row === undefined) return undefined;
  const lines = (JSON.parse(row.lines) as { zh: string; en: string; amount: number }[]).map(({ zh, en, amount }) => ({
    zh,
    en,
    amount_fen: amount,
  }));
  return {
    ...row,
    kind: "parking",
    about: displayPlate(row.plate),
    lines: JSON.stringify(lines),
    back_fen: row.back,
    at: (JSON.parse(row.at) as Stamp).wall,
  };
}

const noReceipt = refusal("no-receipt", "没有这笔已付款项", "no such payment");
const nothingLeft = refusal("given-back", "这笔款项已全部退回，不能开票", "all of it was given back: there is nothing to invoice");
const differs = refusal("invoice-differs", "这笔款项已登记过其他开票信息", "other invoice data were given for this payment");

export function receiptsOf({ journal, clock }: SiteContext): Receipts {
  return {
    receipt(id) {
      const paid = paidBy(journal, id);
      if (paid === undefined) return undefined;
      const { kind, about, lines, amount_fen, back_fen, method, payee, at } = paid;
      const invoice = journal.get<{ id: string }>("SELECT id FROM invoice WHERE receipt = ?", id)?.id ?? null;
      return {
        ...{ receipt: id, kind, about, lines: JSON.parse(lines) as Receipt["lines"], paid_fen: amount_fen, back_fen },
        ...{ amount_fen: amount_fen - back_fen, method, payee, at: toRfc3339(at), invoice },
      };
    },
    invoice: (receipt, { invoice, title, tax_number = null, email = null }) =>
      journal.commit((tx) => {
        const paid = paidBy(tx, receipt);
        if (paid === undefined) return noReceipt;
        const known = tx.get<{ id: string; title: string; tax_number: string | null; amount_fen: number }>(
          "SELECT * FROM invoice WHERE receipt = ?",
          receipt,
        );
        if (known !== undefined)
          return known.id === invoice && known.title === title && known.tax_number === tax_number
            ? { invoice, amount_fen: known.amount_fen }
            : differs;
        const amount = paid.amount_fen - paid.back_fen;
        if (amount < 1) return nothingLeft;
        tx.run(
          "INSERT INTO invoice (id, receipt, title, tax_number, email, amount_fen, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
          ...[invoice, receipt, title, tax_number, email, amount, clock.wall()],
        );
        return { invoice, amount_fen: amount };
      }),
    invoices: ({ from, until }) => [
      ["开票编号", "收款编号", "种类", "抬头", "税号", "邮箱", "登记金额（元）", "现余金额（元）", "收款方", "付款时间", "登记时间"],
      ...journal
        .all<{
          id: string;
          receipt: string;
          title: string;
          tax_number: string | null;
          email: string | null;
          amount_fen: number;
          at: number;
        }>("SELECT * FROM invoice WHERE at >= ? AND at < ? ORDER BY at, id", ...[from, until])
        .map((row) => {
          const paid = paidBy(journal, row.receipt);
          const left = paid === undefined ? 0 : paid.amount_fen - paid.back_fen;
          const yuan = (amount: number): string => (amount / 100).toFixed(2);
          return [
            ...[row.id, row.receipt, paid?.kind === "pass" ? "月卡" : "临停", row.title, row.tax_number, row.email],
            ...[
              yuan(row.amount_fen),
              yuan(left),
              paid?.payee ?? null,
              paid === undefined ? null : toRfc3339(paid.at),
              toRfc3339(wall(row.at)),
            ],
          ];
        }),
    ],
  };
}
