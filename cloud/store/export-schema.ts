// Files that are made aside and fetched later: who asked for what, how far it is, and the file in pieces. And the indexes that the ledger's first pages are read from.
import { type Kysely, sql } from "kysely";
import { table } from "./ledger-schema.ts";

export interface ExportJobTable {
  id: string;
  /** Who asked, and what he saw when he asked: nobody else fetches it. */
  person: string;
  /** JSON: the whole question, as the thread is told it. */
  asked: string;
  name: string;
  site: string | null;
  /** queued | running | ready | failed | cancelled */
  state: string;
  done: number;
  total: number | null;
  bytes: number;
  sha256: string | null;
  why: string | null;
  asked_at: number;
  ended_at: number | null;
  /** Which process makes it, and when it last said so: one that fell silent is taken over. */
  runner: string | null;
  beat_at: number;
  tries: number;
}

export interface ExportPieceTable {
  job: string;
  n: number;
  base64: string;
}

export interface ExportTables {
  export_job: ExportJobTable;
  export_piece: ExportPieceTable;
}

/** Open before closed, what has a deadline before what has none: as `sorted` in cloud/ledger/query.ts says it, word for word, or no index answers it. */
export const closedLast = sql<number>`(case when state = '已销号' then 1 else 0 end)`;
export const endlessLast = sql<number>`(case when deadline is null then 1 else 0 end)`;

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createExportSchema(db: Kysely<any>): Promise<void> {
  const job =
    "id:text person:text asked:text name:text site?:text state:text done:bigint total?:bigint bytes:bigint sha256?:text why?:text asked_at:bigint ended_at?:bigint runner?:text beat_at:bigint tries:bigint";
  await table(db, "export_job", job, ["id"]);
  await table(db, "export_piece", "job:text n:bigint base64:text", ["job", "n"]);
  await sql`create index hazard_due_index on hazard (${closedLast}, ${endlessLast}, deadline, id)`.execute(db);
  await sql`create index hazard_place_index on hazard (site, place, id)`.execute(db);
  await sql`create index hazard_listed_index on hazard (listed, matter, site)`.execute(db);
}
