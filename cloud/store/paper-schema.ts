// The register of papers that were issued: numbered by who issues, what and in which year; what was printed is kept as it was, with its hash.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";

export interface IssuedPaperTable {
  id: string;
  /** "锦绣街道改字〔2026〕3号" */
  number: string;
  issuer: string;
  organisation: string;
  kind: string;
  year: number;
  n: number;
  hazard: string;
  site: string;
  title: string;
  /** Whom it is for. */
  addressee: string;
  /** JSON: what was printed. */
  body: string;
  sha256: string;
  person: string;
  person_name: string;
  issued_at: number;
  /** By when it is to be served, where a clock says so. */
  serve_due: number | null;
  provisional: number;
  served_at: number | null;
  served_how: string | null;
  served_by: string | null;
  /** Who took it, as he signed. */
  received_at: number | null;
  received_by: string | null;
  /** Taken back: the number stays used. */
  withdrawn_at: number | null;
  withdrawn_why: string | null;
}

/** By what stands before the year: two issuers of one word share its numbers, so that none stands twice. */
export interface PaperNumberTable {
  word: string;
  year: number;
  n: number;
}

export interface PaperTables {
  issued_paper: IssuedPaperTable;
  paper_number: PaperNumberTable;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createPaperSchema(db: Kysely<any>): Promise<void> {
  const paper =
    "id:text number:text issuer:text organisation:text kind:text year:integer n:bigint hazard:text site:text title:text addressee:text body:text sha256:text person:text person_name:text issued_at:bigint serve_due?:bigint provisional:integer served_at?:bigint served_how?:text served_by?:text received_at?:bigint received_by?:text withdrawn_at?:bigint withdrawn_why?:text";
  await table(db, "issued_paper", paper, ["id"]);
  await table(db, "paper_number", "word:text year:integer n:bigint", ["word", "year"]);
  await db.schema.createIndex("issued_paper_number_index").on("issued_paper").columns(["number"]).unique().execute();
  await db.schema.createIndex("issued_paper_hazard_index").on("issued_paper").columns(["hazard"]).execute();
  await db.schema.createIndex("issued_paper_issued_index").on("issued_paper").columns(["issued_at", "id"]).execute();
}
