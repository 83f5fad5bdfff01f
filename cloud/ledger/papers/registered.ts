// Which papers of the register: one filter for the list, its counts and its file.
import { type SelectQueryBuilder, sql } from "kysely";
import type { Scope } from "#cloud/identity/scope.ts";
import { whole } from "#cloud/store/reading.ts";
import type { Database, Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";

export const paperStates = ["unserved", "late", "unreceived", "withdrawn"] as const;
export type PaperState = (typeof paperStates)[number];

export interface PaperFilter {
  readonly site?: string | undefined;
  readonly hazard?: string | undefined;
  readonly organisation?: string | undefined;
  readonly kind?: string | undefined;
  readonly year?: string | undefined;
  readonly state?: PaperState | undefined;
  /** In the number, the title, the hazard's number or whom it is for. */
  readonly text?: string | undefined;
}

interface Asked {
  readonly scope: Scope;
  readonly now: number;
}
type Papers<Output> = SelectQueryBuilder<Database, "issued_paper", Output>;

const states: Readonly<Record<PaperState, (now: number) => ReturnType<typeof sql<boolean>>>> = {
  unserved: () => sql<boolean>`served_at is null and withdrawn_at is null`,
  late: (now) => sql<boolean>`served_at is null and withdrawn_at is null and serve_due < ${whole(now)}`,
  unreceived: () => sql<boolean>`received_at is null and withdrawn_at is null`,
  withdrawn: () => sql<boolean>`withdrawn_at is not null`,
};

function narrowed<Output>(papers: Papers<Output>, filter: PaperFilter, { scope }: Pick<Asked, "scope">): Papers<Output> {
  let found = papers;
  if (!scope.all) found = found.where("site", "in", scope.sites);
  for (const column of ["site", "hazard", "organisation", "kind"] as const) {
    const value = filter[column];
    if (value !== undefined) found = found.where(column, "=", value);
  }
  if (filter.year !== undefined) found = found.where("year", "=", Number(filter.year));
  const { text } = filter;
  if (text !== undefined && text.trim() !== "") {
    const like = `%${text.trim().replace(/[\\%_]/g, (one) => `\\${one}`)}%`;
    found = found.where((eb) =>
      eb.or(
        (["number", "title", "hazard", "addressee"] as const).map((column) => sql<boolean>`${sql.ref(column)} like ${like} escape '\\'`),
      ),
    );
  }
  return found;
}

/** The newest first. */
export function papersOf(read: Queries, filter: PaperFilter, asked: Asked): Papers<Row<"issued_paper">> {
  const found = narrowed(read.selectFrom("issued_paper").selectAll(), filter, asked);
  const shown = filter.state === undefined ? found : found.where(states[filter.state](asked.now));
  return shown.orderBy("issued_at", "desc").orderBy("id", "desc");
}

export interface PaperCounts {
  readonly all: number;
  readonly unserved: number;
  readonly late: number;
  readonly unreceived: number;
  readonly withdrawn: number;
  /** Of everything that this post reaches: what one may narrow to. */
  readonly organisations: readonly string[];
  readonly years: readonly number[];
}

/** How many each list would show of the same filter; the filter's own state does not count. */
export async function paperCounts(read: Queries, filter: PaperFilter, asked: Asked): Promise<PaperCounts> {
  const many = (when: ReturnType<typeof sql>) => sql<number | string | null>`sum(case when ${when} then 1 else 0 end)`;
  const found = await narrowed(read.selectFrom("issued_paper"), filter, asked)
    .select([
      sql<number | string>`count(*)`.as("total"),
      many(states.unserved(asked.now)).as("unserved"),
      many(states.late(asked.now)).as("late"),
      many(states.unreceived(asked.now)).as("unreceived"),
      many(states.withdrawn(asked.now)).as("withdrawn"),
    ])
    .executeTakeFirstOrThrow();
  const mine = await narrowed(read.selectFrom("issued_paper").select(["organisation", "year"]).distinct(), {}, asked).execute();
  return {
    ...{ all: Number(found.total), unserved: Number(found.unserved ?? 0), late: Number(found.late ?? 0) },
    ...{ unreceived: Number(found.unreceived ?? 0), withdrawn: Number(found.withdrawn ?? 0) },
    organisations: [...new Set(mine.map(({ organisation }) => organisation))].sort(),
    years: [...new Set(mine.map(({ year }) => year))].sort((a, b) => b - a),
  };
}
