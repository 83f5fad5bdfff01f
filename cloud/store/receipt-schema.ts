// Which report a resident's receipt code leads to. The code itself is kept nowhere: whoever reads the database cannot ask in a resident's name.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface ReportReceiptTable {
  code_hash: string;
  hazard: string;
  /** Hash of what was said with it: the same code with other words is refused. */
  said: string;
  at: number;
}

export interface ReceiptTables {
  report_receipt: ReportReceiptTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createReceiptSchema(db: Kysely<any>): Promise<void> {
  await table(db, "report_receipt", "code_hash:text hazard:text said:text at:bigint", ["code_hash"]);
}
