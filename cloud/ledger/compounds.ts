// Every compound beside its hazards: who manages it today, how large it is, how far its charging ports and fire facilities are built; and days overdue by the company of the time,
// so that whoever takes a compound over does not answer for what was late before.
import { dayFrom, dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import { rulesOn } from "#cloud/rulebook/rulebook.ts";
import type { Queries } from "#cloud/store/store.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { figuresOf } from "./figures.ts";
import type { Compound } from "./hazards.ts";
import { type CompoundBody, placesOn } from "./places.ts";

export interface Where {
  readonly tree: Tree;
  readonly compounds: readonly Compound[];
}

export interface AtGlance {
  readonly site: string;
  readonly name: string;
  readonly town: string;
  readonly community: string;
  readonly grid: string | null;
  /** null: nobody has written its facts yet. */
  readonly facts: Facts | null;
  readonly open: number;
  readonly closed: number;
  readonly overdue: number;
}

export type Facts = Omit<CompoundBody, "town" | "community" | "grid" | "aliases"> & {
  readonly kind: string;
  readonly valid_from: string;
  readonly version: number;
  readonly contract_until?: string;
  readonly manager?: string;
  readonly fire_maintenance?: string;
  readonly control_room?: boolean;
};

export interface Progress {
  readonly compounds: number;
  /** Of so many the facts are written: the sums are of these. */
  readonly written: number;
  readonly ports: CompoundBody["ports"];
  /** 完好 and so on: how many compounds say so. */
  readonly fire_facilities: Readonly<Record<string, number>>;
  readonly e_bikes: number;
  readonly sheds: number;
  readonly households: number;
}

export async function atGlance(
  read: Queries,
  where: Where,
  { scope, now, near_days }: { readonly scope: Scope; readonly now: number; readonly near_days: number },
): Promise<AtGlance[]> {
  const day = dayText(dayOf(now));
  const written = new Map((await rulesOn(read, "compound", day)).map((rule) => [rule.scope, rule]));
  const places = await placesOn(read, where, day);
  const counts = new Map((await figuresOf(read, { scope, now, near_days })).compounds.map((one) => [one.site, one]));
  return where.compounds
    .filter(({ id }) => scope.all || scope.sites.includes(id))
    .map(({ id, name }): AtGlance => {
      const rule = written.get(id);
      const { town = "", community = "", grid = null } = places.get(id) ?? {};
      const states = counts.get(id)?.states;
      const all = Object.values(states ?? {}).reduce((sum, n) => sum + n, 0);
      const closed = states?.已销号 ?? 0;
      return {
        ...{ site: id, name, town, community, grid, open: all - closed, closed, overdue: counts.get(id)?.overdue ?? 0 },
        facts: rule === undefined ? null : factsOf(rule.body as CompoundBody & { kind: string }, rule),
      };
    });
}

function factsOf(
  body: CompoundBody & { kind: string },
  { valid_from, version }: { readonly valid_from: string; readonly version: number },
): Facts {
  const { town: _, community: __, grid: ___, aliases: ____, ...facts } = body;
  return { ...facts, valid_from, version };
}

/** What is built, over all of these; what nobody wrote is not counted as none. */
export function progressOf(all: readonly AtGlance[]): Progress {
  const facts = all.flatMap((one) => (one.facts === null ? [] : [one.facts]));
  const sum = (of: (one: Facts) => number): number => facts.reduce((total, one) => total + of(one), 0);
  const said = Map.groupBy(facts, ({ fire_facilities }) => fire_facilities);
  return {
    ...{ compounds: all.length, written: facts.length, e_bikes: sum((one) => one.e_bikes), sheds: sum((one) => one.sheds) },
    households: sum((one) => one.households),
    ports: {
      ...{ planned: sum(({ ports }) => ports.planned), started: sum(({ ports }) => ports.started) },
      ...{ finished: sum(({ ports }) => ports.finished), in_use: sum(({ ports }) => ports.in_use) },
    },
    fire_facilities: Object.fromEntries([...said].map(([word, mine]) => [word, mine.length])),
  };
}

export interface CompanyDays {
  /** null: nobody wrote who managed the compound then. */
  readonly company: string | null;
  readonly site: string;
  /** Hazards that were late while it managed the compound, and on how many days, begun ones counted. */
  readonly hazards: number;
  readonly days_overdue: number;
}

interface Managed {
  readonly from: number;
  readonly company: string;
}

/** Days overdue within the span, each day to whom managed the compound when it began. */
export async function daysByCompany(
  read: Queries,
  { scope, from, to, now }: { readonly scope: Scope; readonly from: number; readonly to: number; readonly now: number },
): Promise<CompanyDays[]> {
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
    .execute();
  const managed = await managersOf(read);
  const found = new Map<string, { company: string | null; site: string; hazards: Set<string>; days: number }>();
  for (const { id, site, deadline, closed_at } of rows) {
    if (deadline === null || (closed_at !== null && closed_at <= deadline)) continue;
    const until = Math.min(end, closed_at ?? end);
    // Day after day from the deadline, as `overdueDays` counts them: one minute late is day 1.
    const first = Math.max(0, Math.ceil((from - deadline) / dayMs));
    for (let begun = deadline + first * dayMs; begun < until; begun += dayMs) {
      const company = companyAt(managed.get(site) ?? [], begun);
      const key = `${site}\n${company ?? ""}`;
      const mine = found.get(key) ?? { company, site, hazards: new Set<string>(), days: 0 };
      mine.hazards.add(id);
      mine.days += 1;
      found.set(key, mine);
    }
  }
  return [...found.values()]
    .map(({ company, site, hazards, days }) => ({ company, site, hazards: hazards.size, days_overdue: days }))
    .sort((a, b) => b.days_overdue - a.days_overdue || (a.site < b.site ? -1 : 1));
}

/** Of every compound who managed it from which day on; of two versions for one day the later holds. */
async function managersOf(read: Queries): Promise<ReadonlyMap<string, readonly Managed[]>> {
  const rules = await read
    .selectFrom("rule")
    .select(["scope", "valid_from", "body"])
    .where("kind", "=", "compound")
    .orderBy("valid_from")
    .orderBy("version")
    .execute();
  return new Map(
    [...Map.groupBy(rules, ({ scope }) => scope)].map(([scope, mine]) => [
      scope,
      mine.map(({ valid_from, body }) => ({
        from: startOf(dayFrom(valid_from) ?? 0),
        company: (JSON.parse(body) as CompoundBody).company ?? "",
      })),
    ]),
  );
}

const companyAt = (managed: readonly Managed[], at: number): string | null => managed.findLast(({ from }) => from <= at)?.company ?? null;
