// The ledger as a file: a summary, one sheet per compound, the pictures and what the columns mean; or lines of CSV. What the filter shows is what is in it, all of it.
// It is read a page at a time and written as it is read: a hundred thousand hazards need no more memory than a thousand.
import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Scope } from "#cloud/identity/scope.ts";
import { whole } from "#cloud/store/reading.ts";
import type { Database } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type Column, csvLine, csvMark, type Value } from "#protocols/excel/write.ts";
import { dayMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { filtered, type HazardFilter } from "../query.ts";
import { type Exported, ledgerColumns, type Totals } from "./columns.ts";
import { writeWorkbookOf } from "./workbook.ts";

/** Plain data: it goes to another thread. */
export interface LedgerFile {
  readonly as: "xlsx" | "csv";
  readonly filter: HazardFilter;
  readonly scope: Scope;
  readonly now: number;
  /** "临期", as the ledger's clocks have it. */
  readonly near_days: number;
  readonly person: string;
  /** Left out otherwise, not masked: the same file, taken in again, then changes nothing. */
  readonly phones: boolean;
  /** Whether whoever asked sees pictures whole: then they are in the annex, small. */
  readonly pictures: boolean;
  /** "青阳街道/…" of every compound, as far as is known. */
  readonly places: Readonly<Record<string, string>>;
}

/** Who is told, as it goes on. */
export interface Told {
  /** How many there are, before the first is written. */
  readonly total: (rows: number) => void;
  readonly done: (rows: number) => void;
  readonly bytes: (bytes: Uint8Array) => void;
}

type Asked = Pick<LedgerFile, "filter" | "scope" | "now" | "near_days">;

/** A file goes from hand to hand: nothing of a mediation is in it, whoever makes it. */
const printable = <Output>(rows: SelectQueryBuilder<Database, "hazard", Output>): SelectQueryBuilder<Database, "hazard", Output> =>
  rows.where("matter", "!=", "mediation");

/** So many hazards are read at once. */
const pageRows = 400;

export interface Place {
  readonly id: string;
  readonly site: string;
  readonly compound: string;
}

/** All numbers in their order first, narrow: whichever index the filter takes, it is taken once. */
const placesOf = (read: Queries, { filter, ...where }: Asked): Promise<Place[]> =>
  filtered(printable(read.selectFrom("hazard").select(["id", "site", "compound"])), filter, where)
    .orderBy("site")
    .orderBy("found_at")
    .orderBy("id")
    .execute();

async function pageOf(read: Queries, places: readonly Place[], { now, phones, places: where }: LedgerFile): Promise<Exported[]> {
  const ids = places.map(({ id }) => id);
  const rows = new Map((await read.selectFrom("hazard").selectAll().where("id", "in", ids).execute()).map((row) => [row.id, row]));
  const photos = await read
    .selectFrom("evidence")
    .select((eb) => ["hazard", "kind", eb.fn.countAll<number | string>().as("n")])
    .where("hazard", "in", ids)
    .groupBy(["hazard", "kind"])
    .execute();
  const counts = new Map(photos.map(({ hazard, kind, n }) => [`${kind} ${hazard}`, Number(n)]));
  const of = (kind: string, id: string): number => counts.get(`${kind} ${id}`) ?? 0;
  return ids.flatMap((id): Exported[] => {
    const row = rows.get(id);
    if (row === undefined) return [];
    const told = phones ? row : { ...row, responsible_phone: null };
    return [
      {
        row: told,
        now,
        place: where[row.site] ?? "",
        photos: { before: of("before", id), after: of("after", id), other: of("other", id) },
      },
    ];
  });
}

/** Whether it is no more than so many: the rest is not counted. */
export async function isFew(read: Queries, { filter, ...where }: Asked, most: number): Promise<boolean> {
  const some = await filtered(printable(read.selectFrom("hazard").select("id")), filter, where)
    .limit(most + 1)
    .execute();
  return some.length <= most;
}

/** Whether no more than so many pictures would be in it: each takes time. */
export async function hasFewPictures(read: Queries, { as, pictures, filter, ...where }: LedgerFile, most: number): Promise<boolean> {
  if (as === "csv" || !pictures) return true;
  const some = await read
    .selectFrom("evidence")
    .select("sha256")
    .where("hazard", "in", filtered(printable(read.selectFrom("hazard").select("id")), filter, where))
    .limit(most + 1)
    .execute();
  return some.length <= most;
}

/** Sums of what the file would hold, as the database adds them up: what the file's own sums are held against. */
export async function totalsFor(read: Queries, { filter, ...where }: Asked): Promise<Totals> {
  const at = whole(where.now);
  const late = sql`state != '已销号' and deadline < ${at}`;
  const sum = (what: RawBuilder<unknown>) => sql<number | string | null>`sum(${what})`;
  const found = await filtered(printable(read.selectFrom("hazard")), filter, where)
    .select([
      sql<number | string>`count(*)`.as("rows"),
      sum(sql`case when state = '已销号' then 1 else 0 end`).as("closed"),
      sum(sql`case when ${late} then 1 else 0 end`).as("overdue"),
      sum(sql`case when ${late} then (${at} - deadline) / ${sql.lit(dayMs)} + 1 else 0 end`).as("overdue_days"),
      sum(sql`postponements`).as("postponements"),
      sum(sql`actual_fen`).as("actual_fen"),
    ])
    .executeTakeFirstOrThrow();
  const { rows, closed, overdue, overdue_days, postponements, actual_fen } = found;
  return {
    ...{ rows: Number(rows), closed: Number(closed ?? 0), overdue: Number(overdue ?? 0), overdue_days: Number(overdue_days ?? 0) },
    ...{ postponements: Number(postponements ?? 0), actual_fen: Number(actual_fen ?? 0) },
  };
}

export const moment = (at: number): string => toRfc3339(wall(at)).slice(0, 16).replace("T", " ");

export function filterText(filter: HazardFilter): string {
  const parts = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${String(value)}`]));
  return parts.length === 0 ? "全部" : parts.join("，");
}

/** The number of hazards. As they all were at one moment: a file does not mix before and after. */
export function writeLedger(read: Queries, asked: LedgerFile, told: Told): Promise<number> {
  return read
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(async (seen) => {
      const places = await placesOf(seen, asked);
      told.total(places.length);
      const pages = pagesOf(seen, places, asked, told);
      await (asked.as === "csv"
        ? writeCsv(pages, told)
        : writeWorkbookOf({ read: seen, places, pages, asked, bytes: told.bytes, alive: () => told.done(places.length) }));
      return places.length;
    });
}

async function* pagesOf(read: Queries, places: readonly Place[], asked: LedgerFile, told: Told): AsyncGenerator<readonly Exported[]> {
  for (let at = 0; at < places.length; at += pageRows) {
    yield await pageOf(read, places.slice(at, at + pageRows), asked);
    told.done(Math.min(places.length, at + pageRows));
  }
}

async function writeCsv(pages: AsyncIterable<readonly Exported[]>, { bytes }: Told): Promise<void> {
  const plain = (value: Value, kind: Column["kind"]): string | number | null => {
    if (typeof value === "object" && value !== null) return value.value / 100;
    if (kind === "date") return typeof value === "number" ? moment(value) : null;
    return kind === "money" && typeof value === "number" ? value / 100 : value;
  };
  const lineOf = (one: Exported): string => csvLine(ledgerColumns.map((column) => plain(column.of(one), column.kind)));
  bytes(Buffer.from(`${csvMark}${csvLine(ledgerColumns.map(({ head }) => head))}`));
  for await (const page of pages) bytes(Buffer.from(page.map(lineOf).join("")));
}

export const fileName = (compound: string, now: number, ending: string): string =>
  `台账_${compound}_${moment(now).replace(/[-:]/g, "").replace(" ", "_")}.${ending}`;
