// Inspections as a list of visits: what waits first, mine before others', then what was held, the newest first. And what is handed in from what was ticked. Pure.
import type { Checklist, Inspection, ItemAnswer, Visit } from "../data/inspections-api.ts";

export const views = ["planned", "held", "draws"] as const;
export type View = (typeof views)[number];

export interface Drawn extends Visit {
  readonly inspection: Inspection;
  readonly key: string;
  /** null: nobody has handed it in. */
  readonly wrong: number | null;
}

export function visitsOf(inspections: readonly Inspection[]): Drawn[] {
  return inspections.flatMap((inspection) =>
    inspection.visits.map((visit) => ({
      ...{ ...visit, inspection, key: `${inspection.id}/${visit.site}` },
      wrong: visit.answers === null ? null : visit.answers.filter(({ ok }) => !ok).length,
    })),
  );
}

export function inView(visits: readonly Drawn[], view: Exclude<View, "draws">): Drawn[] {
  if (view === "planned")
    return visits
      .filter(({ wrong }) => wrong === null)
      .sort((a, b) => Number(b.mine) - Number(a.mine) || (a.inspection.at < b.inspection.at ? 1 : -1));
  return visits.filter(({ wrong }) => wrong !== null).sort((a, b) => ((a.handed_at ?? "") < (b.handed_at ?? "") ? 1 : -1));
}

/** What stands at one item of the form: nothing yet, in order, or not and where. */
export interface Ticked {
  readonly ok?: boolean;
  readonly place?: string;
  readonly words?: string;
}

export function answersOf({ items }: Pick<Checklist, "items">, ticked: Readonly<Record<string, Ticked>>): ItemAnswer[] {
  return items.flatMap(({ id }): ItemAnswer[] => {
    const { ok, place = "", words = "" } = ticked[id] ?? {};
    if (ok === undefined) return [];
    if (ok) return [{ item: id, ok }];
    const said = { ...(place.trim() === "" ? {} : { place: place.trim() }), ...(words.trim() === "" ? {} : { words: words.trim() }) };
    return [{ item: id, ok, ...said }];
  });
}
