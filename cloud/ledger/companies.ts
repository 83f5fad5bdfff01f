// Days overdue by the company of the time: whoever takes a compound over does not answer for what was late before, and whoever left it still does. Every number is the sum of its rows.
import { dayFrom, startOf } from "#cloud/calendar/calendar.ts";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Queries } from "#cloud/store/store.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import type { CompoundBody } from "./places.ts";
import { rowsOf } from "./query.ts";

/** One company at one compound, from a day on, until another was written. */
export interface Managed {
  readonly site: string;
  /** null: nobody wrote who managed the compound. */
  readonly company: string | null;
  /** null: before anything was written. */
  readonly from: number | null;
  /** null: nobody after it. */
  readonly until: number | null;
  /** As the newest of its own versions has it. */
  readonly contract_until: string | null;
  readonly households: number;
}

/** Of every compound who managed it from when to when; of two versions for one day the later holds. */
export async function managedBy(read: Queries, scope: Scope): Promise<ReadonlyMap<string, readonly Managed[]>> {
  const rules = await read
    .selectFrom("rule")
    .select(["scope", "valid_from", "body"])
    .where("kind", "=", "compound")
    .$if(!scope.all, (mine) => mine.where("scope", "in", scope.sites))
    .orderBy("valid_from")
    .orderBy("version")
    .execute();
  return new Map([...Map.groupBy(rules, (one) => one.scope)].map(([site, mine]) => [site, spansOf(site, mine)]));
}

function spansOf(site: string, rules: readonly { readonly valid_from: string; readonly body: string }[]): Managed[] {
  const spans: Managed[] = [{ site, company: null, from: null, until: null, contract_until: null, households: 0 }];
  for (const { valid_from, body } of rules) {
    const from = startOf(dayFrom(valid_from) ?? 0);
    const { company, contract_until = null, households } = JSON.parse(body) as CompoundBody & { readonly contract_until?: string };
    const known = { company: company || null, contract_until, households };
    // A second version for the same day stands instead of the first.
    if (spans.at(-1)?.from === from) spans.pop();
    const last = spans.at(-1);
    if (last?.company === known.company) spans[spans.length - 1] = { ...last, ...known, until: null };
    else {
      if (last !== undefined) spans[spans.length - 1] = { ...last, until: from };
      spans.push({ site, from, until: null, ...known });
    }
  }
  return spans;
}

export interface Within {
  readonly scope: Scope;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

interface Late {
  readonly id: string;
  readonly site: string;
  readonly deadline: number;
  readonly until: number;
}

/** What was late at some time of the span: its deadline, and until when. */
async function lateWithin(read: Queries, { scope, from, to, now }: Within, site?: string): Promise<Late[]> {
  const end = Math.min(to, now);
  const rows = await read
    .selectFrom("hazard")
    .select(["id", "site", "deadline", "closed_at"])
    .where("matter", "=", "hazard")
    .where("false_alarm", "=", 0)
    .where("merged_into", "is", null)
    .where("deadline", "<", end)
    .where((eb) => eb.or([eb("closed_at", "is", null), eb("closed_at", ">", from)]))
    .$if(!scope.all, (mine) => mine.where("site", "in", scope.sites))
    .$if(site !== undefined, (mine) => mine.where("site", "=", site ?? ""))
    .execute();
  return rows.flatMap(({ id, site: where, deadline, closed_at }) =>
    deadline === null || (closed_at !== null && closed_at <= deadline)
      ? []
      : [{ id, site: where, deadline, until: Math.min(end, closed_at ?? end) }],
  );
}

/** Day after day from the deadline, as `overdueDays` counts them: one minute late is day 1. How many begin in [from, to). */
export function daysBegun(deadline: number, from: number, to: number): number {
  const before = (at: number): number => Math.max(0, Math.ceil((at - deadline) / dayMs));
  return Math.max(0, before(to) - before(from));
}

interface Share {
  readonly company: string | null;
  readonly days: number;
}

/** The days of one hazard, to each company that managed its compound when they began. */
function sharesOf({ deadline, until, site }: Late, managed: readonly Managed[] | undefined, from: number): Share[] {
  const spans = managed ?? spansOf(site, []);
  return spans.flatMap((span): Share[] => {
    const days = daysBegun(deadline, Math.max(from, span.from ?? from), Math.min(until, span.until ?? until));
    return days === 0 ? [] : [{ company: span.company, days }];
  });
}

export interface CompanyDays {
  readonly company: string | null;
  readonly site: string;
  /** Hazards that were late while it managed the compound, and on how many days, begun ones counted. */
  readonly hazards: number;
  readonly days_overdue: number;
}

/** Days overdue within the span, each day to whom managed the compound when it began. */
export async function daysByCompany(read: Queries, within: Within): Promise<CompanyDays[]> {
  const managed = await managedBy(read, within.scope);
  const found = new Map<string, { company: string | null; site: string; hazards: Set<string>; days_overdue: number }>();
  for (const late of await lateWithin(read, within))
    for (const { company, days } of sharesOf(late, managed.get(late.site), within.from)) {
      const key = `${late.site}\n${company ?? ""}`;
      const mine = found.get(key) ?? { company, site: late.site, hazards: new Set<string>(), days_overdue: 0 };
      mine.hazards.add(late.id);
      mine.days_overdue += days;
      found.set(key, mine);
    }
  return [...found.values()]
    .map((one) => ({ ...one, hazards: one.hazards.size }))
    .sort((a, b) => b.days_overdue - a.days_overdue || (a.site < b.site ? -1 : 1));
}

export interface LateRow {
  readonly hazard: string;
  readonly site: string;
  readonly compound: string;
  readonly place: string;
  readonly zh: string;
  readonly en: string;
  readonly state: string;
  readonly deadline: number;
  readonly closed_at: number | null;
  /** Of this company, within the span. */
  readonly days: number;
}

export interface LatePage {
  readonly total: number;
  readonly days_overdue: number;
  readonly items: readonly LateRow[];
}

/** The rows behind one of those numbers, the latest of all first. `company` null: of the time for which nobody wrote one. */
export async function lateOf(
  read: Queries,
  within: Within,
  of: { readonly company: string | null; readonly site?: string | undefined; readonly skip: number; readonly take: number },
): Promise<LatePage> {
  const managed = await managedBy(read, within.scope);
  const mine = (await lateWithin(read, within, of.site))
    .map((late) => ({
      ...late,
      days: sharesOf(late, managed.get(late.site), within.from).reduce((n, one) => n + (one.company === of.company ? one.days : 0), 0),
    }))
    .filter(({ days }) => days > 0)
    .sort((a, b) => b.days - a.days || (a.id < b.id ? -1 : 1));
  const page = mine.slice(of.skip, of.skip + of.take);
  const days = new Map(page.map((one) => [one.id, one]));
  const rows = [];
  for (let at = 0; at < page.length; at += 400) rows.push(...(await rowsOf(read, page.slice(at, at + 400))));
  return {
    total: mine.length,
    days_overdue: mine.reduce((n, one) => n + one.days, 0),
    items: rows.map(({ id, site, compound, place, zh, en, state, closed_at }) => ({
      ...{ hazard: id, site, compound, place, zh, en, state, closed_at },
      ...{ deadline: days.get(id)?.deadline ?? 0, days: days.get(id)?.days ?? 0 },
    })),
  };
}
