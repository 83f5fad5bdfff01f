// Public income as it is kept: what came in beside the gateways' own payments, settlements with the payments in them, the maintenance fund, quarters that were published.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

/** What no gateway counted: stalls, advertising, base stations; and what goes off: refunds, channel fees, electricity, each with its voucher. */
export interface IncomeEntryTable {
  id: string;
  site: string;
  /** income | one of the deductions */
  kind: string;
  category: string;
  amount_fen: number;
  /** The civil day it belongs to. */
  day: string;
  voucher: string;
  words: string;
  person: string;
  person_name: string;
  at: number;
  /** The settlement that took it; null: none yet. */
  settlement: string | null;
}

export interface SettlementTable {
  id: string;
  site: string;
  /** "2026-11" */
  month: string;
  rule_version: number;
  body: string;
  base_fen: number;
  carried_fen: number;
  person: string;
  at: number;
  previous: string;
  hash: string;
}

/** Which payments and entries it took: each once, for ever. */
export interface SettlementLineTable {
  settlement: string;
  kind: string;
  ref: string;
  amount_fen: number;
}

export interface FundEntryTable {
  id: string;
  site: string;
  /** opening | public-income | owners | grant | donation | spent | correction */
  kind: string;
  /** Negative: out of the fund. */
  amount_fen: number;
  hazard: string | null;
  vote: string | null;
  notice: string | null;
  approval: string | null;
  words: string;
  person: string;
  person_name: string;
  at: number;
  /** What the account stood at afterwards. */
  balance_fen: number;
  seq: number;
}

export interface QuarterTable {
  site: string;
  /** "2026-Q4" */
  quarter: string;
  state: string;
  body: string;
  hash: string;
  submitted_by: string;
  checked_by: string | null;
  published_at: number | null;
  updated_at: number;
}

export interface ObjectionTable {
  id: string;
  site: string;
  quarter: string;
  line: string;
  words: string;
  at: number;
  due_at: number;
  reply: string | null;
  replied_by: string | null;
  replied_at: number | null;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createRevenueSchema(db: Kysely<any>): Promise<void> {
  const income =
    "id:text site:text kind:text category:text amount_fen:bigint day:text voucher:text words:text person:text person_name:text at:bigint settlement?:text";
  await table(db, "income_entry", income, ["id"]);
  const settlement =
    "id:text site:text month:text rule_version:bigint body:text base_fen:bigint carried_fen:bigint person:text at:bigint previous:text hash:text";
  await table(db, "settlement", settlement, ["id"]);
  await table(db, "settlement_line", "settlement:text kind:text ref:text amount_fen:bigint", ["kind", "ref"]);
  const fund =
    "id:text site:text kind:text amount_fen:bigint hazard?:text vote?:text notice?:text approval?:text words:text person:text person_name:text at:bigint balance_fen:bigint seq:bigint";
  await table(db, "fund_entry", fund, ["id"]);
  const quarter =
    "site:text quarter:text state:text body:text hash:text submitted_by:text checked_by?:text published_at?:bigint updated_at:bigint";
  await table(db, "quarter", quarter, ["site", "quarter"]);
  const objection =
    "id:text site:text quarter:text line:text words:text at:bigint due_at:bigint reply?:text replied_by?:text replied_at?:bigint";
  await table(db, "objection", objection, ["id"]);
  for (const [name, on, columns, unique] of [
    ["income_entry_site", "income_entry", ["site", "day"], false],
    ["settlement_month", "settlement", ["site", "month"], true],
    ["settlement_line_of", "settlement_line", ["settlement"], false],
    ["fund_entry_seq", "fund_entry", ["site", "seq"], true],
    ["payment_site_at", "payment", ["site", "at"], false],
    ["objection_site", "objection", ["site", "quarter"], false],
  ] as const) {
    const index = db.schema
      .createIndex(`${name}_index`)
      .on(on)
      .columns([...columns] as never[]);
    await (unique ? index.unique() : index).execute();
  }
}
