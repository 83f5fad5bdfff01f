// The ledger at a glance: how many, how far, how late. Every figure is a count of rows that a list can show, counted by the database from its indexes: no row of the ledger is fetched.
import { type SelectQueryBuilder, sql } from "kysely";
import { dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import type { Scope } from "#cloud/identity/scope.ts";
import { whole } from "#cloud/store/reading.ts";
import type { Database } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type HazardState, hazardStates } from "#protocols/api/hazards.ts";
import type { LedgerFigures } from "#protocols/api/ledger-figures.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export const weeksShown = 13;
const weekMs = 7 * dayMs;

export interface Seen {
  readonly scope: Scope;
  readonly now: number;
  readonly near_days: number;
}

type Count = number | string | null;
const numberOf = (count: Count | undefined): number => Number(count ?? 0);

export async function figuresOf(read: Queries, seen: Seen): Promise<LedgerFigures> {
  const { scope, now } = seen;
  const hazards = <Output>(rows: SelectQueryBuilder<Database, "hazard", Output>): SelectQueryBuilder<Database, "hazard", Output> =>
    rows.where("matter", "=", "hazard").$if(!scope.all, (mine) => mine.where("site", "in", scope.sites));
  const states = await statesOf(hazards(read.selectFrom("hazard")), seen);
  const names = await read
    .selectFrom("hazard")
    .select(["site", "compound"])
    .where("id", "in", hazards(read.selectFrom("hazard").select((eb) => eb.fn.min("id").as("id"))).groupBy("site"))
    .execute();
  const before = now - weekMs;
  const counted = async (rows: ReturnType<typeof hazards>): Promise<number> =>
    numberOf((await rows.select(sql<Count>`count(*)`.as("n")).executeTakeFirst())?.n);
  const overdue_before = await counted(
    hazards(read.selectFrom("hazard"))
      .where("found_at", "<", before)
      .where("deadline", "<", before)
      .where((eb) => eb.or([eb("closed_at", "is", null), eb("closed_at", ">=", before)])),
  );
  const listed = await counted(hazards(read.selectFrom("hazard")).where("listed", "=", 1));
  const found = await byWeek(hazards(read.selectFrom("hazard")), "found_at", now);
  const closed = await byWeek(hazards(read.selectFrom("hazard")), "closed_at", now);
  const sum = (of: (one: (typeof states)[number]) => number): number => states.reduce((total, one) => total + of(one), 0);
  const compoundOf = new Map(names.map(({ site, compound }) => [site, compound]));
  const last = startOf(dayOf(now) + 1);
  return {
    ...{ total: sum(({ n }) => n), closed: sum(({ state, n }) => (state === "已销号" ? n : 0)), overdue: sum(({ overdue }) => overdue) },
    ...{ overdue_before, near: sum(({ near }) => near), to_inspect: sum(({ state, n }) => (state === "待复查" ? n : 0)), listed },
    compounds: [...Map.groupBy(states, ({ site }) => site)].map(([site, mine]) => ({
      ...{ site, compound: compoundOf.get(site) ?? site, overdue: mine.reduce((total, { overdue }) => total + overdue, 0) },
      states: Object.fromEntries(hazardStates.map((state) => [state, mine.find((one) => one.state === state)?.n ?? 0])) as Record<
        HazardState,
        number
      >,
    })),
    weeks: Array.from({ length: weeksShown }, (_, at) => {
      const ago = weeksShown - 1 - at;
      return { to: dayText(dayOf(last - ago * weekMs - 1)), found: found(ago), closed: closed(ago) };
    }),
    ageing: [0, 1, 2, 3].map((n) => sum(({ ageing }) => ageing[n] ?? 0)) as unknown as LedgerFigures["ageing"],
  };
}

/** Of each compound and state: how many, how many of them late and how late. */
async function statesOf(rows: SelectQueryBuilder<Database, "hazard", unknown>, { now, near_days }: Seen) {
  const at = whole(now);
  const late = sql`state != '已销号' and deadline < ${at}`;
  const days = sql`((${at} - deadline) / ${sql.lit(dayMs)} + 1)`;
  const many = (when: ReturnType<typeof sql>) => sql<Count>`sum(case when ${when} then 1 else 0 end)`;
  const found = await rows
    .select([
      ...(["site", "state"] as const),
      sql<Count>`count(*)`.as("n"),
      many(late).as("overdue"),
      many(sql`state != '已销号' and deadline >= ${at} and deadline < ${whole(now + near_days * dayMs)}`).as("near"),
      many(sql`${late} and ${days} <= 3`).as("to3"),
      many(sql`${late} and ${days} > 3 and ${days} <= 7`).as("to7"),
      many(sql`${late} and ${days} > 7 and ${days} <= 15`).as("to15"),
      many(sql`${late} and ${days} > 15`).as("over15"),
    ])
    .groupBy(["site", "state"])
    .orderBy("site")
    .execute();
  return found.map(({ site, state, n, overdue, near, to3, to7, to15, over15 }) => ({
    ...{ site, state, n: numberOf(n), overdue: numberOf(overdue), near: numberOf(near) },
    ageing: [to3, to7, to15, over15].map(numberOf),
  }));
}

/** How many before the end of the week so many weeks ago: all, less those that came since. Of five years only the last thirteen weeks are looked at. */
async function byWeek(
  rows: SelectQueryBuilder<Database, "hazard", unknown>,
  column: "found_at" | "closed_at",
  now: number,
): Promise<(ago: number) => number> {
  const oldest = startOf(dayOf(now) + 1) - (weeksShown - 1) * weekMs;
  const all = await rows.select(sql<Count>`count(*)`.as("n")).where(column, "is not", null).executeTakeFirst();
  const since = sql<Count>`(${sql.ref(column)} - ${whole(oldest)}) / ${sql.lit(weekMs)}`;
  const recent = await rows
    .select([since.as("week"), sql<Count>`count(*)`.as("n")])
    .where(column, ">=", oldest)
    .groupBy("week")
    .execute();
  return (ago) => recent.reduce((left, one) => left - (numberOf(one.week) >= weeksShown - 1 - ago ? numberOf(one.n) : 0), numberOf(all?.n));
}
