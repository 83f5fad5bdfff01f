// One connection that only reads, of a database whose schema is made: for a thread of ours, which loads this and none of the migrations.
import { Kysely, type RawBuilder, sql } from "kysely";
import { postgres } from "./postgres.ts";
import type { Database } from "./schema.ts";
import { openSqliteReader } from "./sqlite.ts";
import type { Queries, StorePlace } from "./store.ts";

/** Without a deadline: it reads what may take minutes. */
export const openReading = (place: StorePlace): Queries =>
  place.kind === "sqlite" ? openSqliteReader(place.file) : new Kysely<Database>({ dialect: postgres(place.url, undefined) });

/** A whole number said to the database: both count with it in whole numbers (SQLite would take what JavaScript says for a fraction). */
export const whole = (value: number): RawBuilder<number> => sql<number>`cast(${value} as bigint)`;
