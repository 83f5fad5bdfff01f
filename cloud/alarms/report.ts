// The counts above the list of alarms, and the report of their figures over a span of days.
import type { Scope } from "#cloud/identity/scope.ts";
import type { Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { type Call, floodsOf, isStale, type Kpi, kpiOf, targets, worseThanTargets } from "./figures.ts";
import { lifeOf } from "./row.ts";

export interface Of {
  readonly scope: Scope;
  readonly site?: string | undefined;
}

const openRows = (read: Queries, { scope, site }: Of) =>
  read
    .selectFrom("alarm")
    .select(["rule", "open", "active", "latched", "acknowledged_at", "hold", "priority", "stood_at", "chattering"])
    .where("open", "=", 1)
    .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
    .$if(site !== undefined, (all) => all.where("site", "=", site ?? ""))
    .execute();

export async function summaryOf(read: Queries, of: Of & { readonly now: number }) {
  const rows = await openRows(read, of);
  const free = rows.filter(({ hold }) => hold === "none");
  const calls = await callTimes(read, of, { from: of.now - dayMs, to: of.now + 1 });
  const flood = floodsOf(
    calls.map(({ at }) => at),
    of.now,
  ).find(({ to }) => to === undefined);
  return {
    active: free.filter(({ active }) => active === 1).length,
    unacknowledged: free.filter((row) => lifeOf(row).condition.endsWith("-unacknowledged")).length,
    shelved: rows.filter(({ hold }) => hold === "shelved").length,
    suppressed: rows.filter(({ hold }) => hold === "suppressed").length,
    out_of_service: rows.filter(({ hold }) => hold === "out-of-service").length,
    stale: free.filter((row) => isStale(row, of.now)).length,
    chattering: free.filter(({ chattering }) => chattering === 1).length,
    by_priority: [1, 2, 3, 4].map((priority) => free.filter((row) => row.priority === priority).length),
    flood: flood === undefined ? null : { since: time(flood.from), calls: flood.calls },
  };
}

async function callTimes(read: Queries, { scope, site }: Of, span: { readonly from: number; readonly to: number }): Promise<Call[]> {
  const rows = await read
    .selectFrom("alarm_call")
    .select(["at", "cause", "priority", "acknowledged_at"])
    .where("at", ">=", span.from)
    .where("at", "<", span.to)
    .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
    .$if(site !== undefined, (all) => all.where("site", "=", site ?? ""))
    .orderBy("at")
    .limit(200_000)
    .execute();
  return rows.map(({ at, cause, priority, acknowledged_at }) => ({
    ...{ at, cause, priority: priority as Call["priority"], acknowledged_at: acknowledged_at ?? undefined },
  }));
}

/** What is not there is null, so that a reader of the report sees that it was asked for. */
type Told = { readonly [K in keyof Kpi]: Exclude<Kpi[K], undefined> | (undefined extends Kpi[K] ? null : never) };
export interface KpiReport extends Told {
  readonly from: string;
  readonly to: string;
  readonly targets: typeof targets;
  readonly worse: readonly string[];
}

export async function kpiOver(read: Queries, of: Of & { readonly from: number; readonly to: number }): Promise<KpiReport> {
  const { from, to } = of;
  const rows = await openRows(read, of);
  const figures = kpiOf({
    ...{ from, to, calls: await callTimes(read, of, { from, to }) },
    stale: rows.filter((row) => row.hold === "none" && isStale(row, to)).length,
    chattering: rows.filter(({ chattering }) => chattering === 1).length,
    held: rows.filter(({ hold }) => hold !== "none").length,
  });
  const { mix_permille = null, median_response_ms = null, p90_response_ms = null, ...rest } = figures;
  const told: Told = { ...rest, mix_permille, median_response_ms, p90_response_ms };
  return { from: time(from), to: time(to), ...told, targets, worse: worseThanTargets(figures) };
}
