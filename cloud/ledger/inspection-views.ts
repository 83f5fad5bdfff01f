// Inspections as somebody may see them: who looks sees what is planned; who is looked at sees a visit once it was held, and the seed once all of its draw were, so that nobody tidies up for a day.

import type { Scope } from "#cloud/identity/scope.ts";
import { sees } from "#cloud/identity/scope.ts";
import type { CheckItem, Checklist } from "#cloud/rulebook/checklists.ts";
import type { Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Answer, drawnSo, inspectors, type Pool } from "./inspections.ts";

export interface Looking {
  readonly scope: Scope;
  readonly person: { readonly id: string; readonly role: Role };
  /** Of this cloud's compounds every one. */
  readonly whole: boolean;
  readonly nameOf: (site: string) => string;
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
}

export interface VisitView {
  readonly site: string;
  readonly name: string;
  readonly first_person: string;
  readonly second_person: string;
  readonly pair: readonly Named[];
  readonly answers: readonly (Answer & { readonly hazard?: string })[] | null;
  readonly handed_by: Named | null;
  readonly handed_at: string | null;
  /** The one who asks is one of the two, and nothing was handed in. */
  readonly mine: boolean;
}

export interface InspectionView {
  readonly id: string;
  readonly day: string;
  readonly note: string;
  readonly person_name: string;
  readonly at: string;
  readonly checklist: Checklist;
  readonly seed: string | null;
  readonly pool: Pool | null;
  /** Drawn again just now, of all compounds: the same. */
  readonly sound: boolean;
  readonly visits: readonly VisitView[];
}

export const planners: readonly Role[] = [...inspectors, "auditor", "administrator"];
const newest = 200;

export async function inspectionsFor(read: Queries, { scope, person, whole, nameOf }: Looking): Promise<InspectionView[]> {
  const drawn = await read.selectFrom("inspection").selectAll().orderBy("at", "desc").orderBy("id").limit(newest).execute();
  const visits = await read
    .selectFrom("inspection_visit")
    .selectAll()
    .where("inspection", "in", ["", ...drawn.map(({ id }) => id)])
    .orderBy("site")
    .execute();
  const byDraw = Map.groupBy(visits, ({ inspection }) => inspection);
  const ids = new Set(visits.flatMap(({ first_person, second_person }) => [first_person, second_person]));
  const people = await read
    .selectFrom("person")
    .select(["id", "name"])
    .where("id", "in", ["", ...ids])
    .execute();
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const planner = planners.includes(person.role);
  return drawn.flatMap(({ id, day, note, person_name, at, seed, checklist, pool: text }) => {
    const all = byDraw.get(id) ?? [];
    const mine = all.filter((visit) => sees(scope, visit.site) && (planner || visit.handed_at !== null));
    if (mine.length === 0) return [];
    const pool = JSON.parse(text) as Pool;
    const named = (who: string): Named => ({
      ...{ id: who, name: names.get(who) ?? who },
      organisation: pool.inspectors.find((one) => one.id === who)?.organisation ?? "",
    });
    const views = mine.map(({ site, first_person, second_person, answers, handed_by, handed_at }): VisitView => {
      const pair = [first_person, second_person];
      return {
        ...{ site, name: nameOf(site), first_person, second_person, pair: pair.map(named) },
        answers: answers === null ? null : (JSON.parse(answers) as VisitView["answers"]),
        handed_by: handed_by === null ? null : named(handed_by),
        handed_at: handed_at === null ? null : time(handed_at),
        mine: handed_at === null && pair.includes(person.id) && inspectors.includes(person.role),
      };
    });
    const open = planner || all.every(({ handed_at }) => handed_at !== null);
    return [
      {
        ...{ id, day, note, person_name, at: time(at), checklist: JSON.parse(checklist) as Checklist, seed: open ? seed : null },
        // With the pool and the seed anybody can draw again; the pool is of all compounds and names who else may come.
        ...{ pool: planner && whole ? pool : null, sound: drawnSo({ seed, pool: text }, all), visits: views },
      },
    ];
  });
}

const itemOf = ({ items }: Checklist, id: string): CheckItem | undefined => items.find((one) => one.id === id);

/** A line an answer; a line a visit that nobody has handed in. */
export function inspectionRows(views: readonly InspectionView[]): (string | number)[][] {
  const head = ["抽取日期", "检查表", "小区", "检查人员", "条目", "结果", "部位", "说明", "隐患编号", "上报时间", "抽取种子"];
  const rows = views.flatMap(({ day, checklist, seed, visits }) =>
    visits.flatMap(({ name, pair, answers, handed_at }) => {
      const who = pair.map((one) => `${one.name}（${one.organisation}）`).join("、");
      const line = (item: string, result: string, more: readonly string[]): string[] => [
        ...[day, checklist.zh, name, who, item, result],
        ...[...more, handed_at ?? "", seed ?? ""],
      ];
      return answers === null
        ? [line("", "待检查", ["", "", ""])]
        : answers.map(({ item, ok, place = "", words = "", hazard = "" }) =>
            line(itemOf(checklist, item)?.zh ?? item, ok ? "符合" : "不符合", [place, words, hazard]),
          );
    }),
  );
  return [head, ...rows];
}
