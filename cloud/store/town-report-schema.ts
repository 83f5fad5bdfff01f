// What each town reported for a month: every word it gave, the first and each correction, and none is overwritten.
import type { Kysely } from "kysely";
import { table } from "./ledger-schema.ts";
import { seal } from "./seals.ts";

export interface TownReportTable {
  town: string;
  month: string;
  /** From 1; the newest is what holds, the first says when it came. */
  seq: number;
  count: number;
  /** Why it is another number than before; null of the first. */
  reason: string | null;
  person: string;
  at: number;
}

interface Before {
  readonly town: string;
  readonly month: string;
  readonly count: number;
  readonly person: string;
  readonly at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createTownReportSchema(db: Kysely<any>): Promise<void> {
  await table(db, "town_report", "town:text month:text seq:bigint count:bigint reason?:text person:text at:bigint", [
    "town",
    "month",
    "seq",
  ]);
  // Until this day a later number took the place of the first: what stands there is the first word that is known.
  for (const { town, month, count, person, at } of (await db.selectFrom("due_report").selectAll().execute()) as Before[]) {
    const row: TownReportTable = { town, month, seq: 1, count: Number(count), reason: null, person, at: Number(at) };
    await db.insertInto("town_report").values(row).execute();
    await seal(db as Parameters<typeof seal>[0], "town_report", [row]);
  }
  await db.schema.dropTable("due_report").execute();
}
