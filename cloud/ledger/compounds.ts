// Every compound beside its hazards: who manages it today, how large it is, how far its charging ports and fire facilities are built. What nobody wrote is said to be unwritten, never
// none; and what is said to be sound stands beside what of it is still open in the ledger.
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import { rulesOn } from "#cloud/rulebook/rulebook.ts";
import type { Queries } from "#cloud/store/store.ts";
import { figuresOf } from "./figures.ts";
import type { Compound } from "./hazards.ts";
import { type CompoundBody, placesOn } from "./places.ts";
import { filtered, type HazardAbout, hazardAbouts } from "./query.ts";

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
  /** Of the open ones: about charging and parking of e-bikes, about fire facilities. */
  readonly about: Readonly<Record<HazardAbout, number>>;
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
  readonly open: number;
  readonly overdue: number;
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
  const abouts = await aboutsOf(read, { scope, now, near_days });
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
        about: { charging: abouts.charging.get(id) ?? 0, fire: abouts.fire.get(id) ?? 0 },
        facts: rule === undefined ? null : factsOf(rule.body as CompoundBody & { kind: string }, rule),
      };
    });
}

/** The very rows that the list shows under the same name, counted by compound. */
async function aboutsOf(
  read: Queries,
  where: { readonly scope: Scope; readonly now: number; readonly near_days: number },
): Promise<Readonly<Record<HazardAbout, ReadonlyMap<string, number>>>> {
  const of = async (about: HazardAbout): Promise<ReadonlyMap<string, number>> => {
    const rows = await filtered(read.selectFrom("hazard"), { list: "open", matter: "hazard", about }, where)
      .select((eb) => ["site", eb.fn.countAll<number | string>().as("n")])
      .groupBy("site")
      .execute();
    return new Map(rows.map(({ site, n }) => [site, Number(n)]));
  };
  const [charging, fire] = [await of(hazardAbouts[0]), await of(hazardAbouts[1])];
  return { charging, fire };
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
    ...{ compounds: all.length, open: all.reduce((n, { open }) => n + open, 0), overdue: all.reduce((n, { overdue }) => n + overdue, 0) },
    ...{ written: facts.length, e_bikes: sum((one) => one.e_bikes), sheds: sum((one) => one.sheds) },
    households: sum((one) => one.households),
    ports: {
      ...{ planned: sum(({ ports }) => ports.planned), started: sum(({ ports }) => ports.started) },
      ...{ finished: sum(({ ports }) => ports.finished), in_use: sum(({ ports }) => ports.in_use) },
    },
    fire_facilities: Object.fromEntries([...said].map(([word, mine]) => [word, mine.length])),
  };
}
