// What a channel and a bank say of a compound's money, line by line as their files have it; and what was spent of a party's part, each with its decision and its voucher.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface StatementTable {
  id: string;
  site: string;
  /** channel | bank */
  kind: string;
  name: string;
  sha256: string;
  lines: number;
  person: string;
  person_name: string;
  at: number;
}

export interface StatementLineTable {
  site: string;
  kind: string;
  /** What makes it one line in all files that hold it. */
  key: string;
  statement: string;
  row: number;
  at: number;
  /** In; below zero: out. */
  amount_fen: number;
  refund_fen: number;
  fee_fen: number;
  reference: string;
  batch: string;
  words: string;
  other: string;
}

export interface SpendingTable {
  id: string;
  site: string;
  /** Of whose part: a party of the split. */
  party: string;
  day: string;
  amount_fen: number;
  payee: string;
  words: string;
  decision: string;
  voucher: string;
  approval: string | null;
  person: string;
  person_name: string;
  at: number;
}

export interface StatementTables {
  statement: StatementTable;
  statement_line: StatementLineTable;
  spending: SpendingTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createStatementSchema(db: Kysely<any>): Promise<void> {
  await table(db, "statement", "id:text site:text kind:text name:text sha256:text lines:bigint person:text person_name:text at:bigint", [
    "id",
  ]);
  const line =
    "site:text kind:text key:text statement:text row:bigint at:bigint amount_fen:bigint refund_fen:bigint fee_fen:bigint reference:text batch:text words:text other:text";
  await table(db, "statement_line", line, ["site", "kind", "key"]);
  const spending =
    "id:text site:text party:text day:text amount_fen:bigint payee:text words:text decision:text voucher:text approval?:text person:text person_name:text at:bigint";
  await table(db, "spending", spending, ["id"]);
  for (const [name, on, columns] of [
    ["statement_line_at", "statement_line", ["site", "kind", "at"]],
    ["statement_site", "statement", ["site", "at"]],
    ["spending_site", "spending", ["site", "day"]],
  ] as const)
    await db.schema
      .createIndex(`${name}_index`)
      .on(on)
      .columns([...columns] as never[])
      .execute();
}
