// The demonstration's inspections by lot: one drawn and handed in, whose findings are hazards, and one that is drawn and waits. By the room's own steps, with a seed that is told again.
import { createHash } from "node:crypto";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { sees } from "#cloud/identity/scope.ts";
import type { Person } from "#cloud/ledger/hazards.ts";
import { type Answer, checklistOn, drawInspection, handIn, inspectors, type Pool } from "#cloud/ledger/inspections.ts";
import type { Checklist } from "#cloud/rulebook/checklists.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { done } from "./done.ts";
import { byLot } from "./fates.ts";
import type { Cast } from "./people.ts";
import type { Scene } from "./seed.ts";

const seen = [
  { place: "2 栋 1 单元楼道", words: "楼道停放电动自行车 2 辆，其中 1 辆正在充电" },
  { place: "西侧充电棚", words: "灭火器欠压 3 具" },
] as const;

/** The people of the configuration; where it names nobody who looks, the cast. */
function poolOf(
  { compounds, people, tree }: Scene,
  casts: readonly Cast[],
): { readonly pool: Pool; readonly known: ReadonlyMap<string, Person> } {
  const named = people.filter(({ role }) => inspectors.includes(role));
  const sites = compounds.map(({ id }) => id);
  const invented = casts.flatMap(({ street, bureau, grid, assessor }, at) =>
    [street, bureau, grid, assessor].map((person) => ({ person, sites: [sites[at] ?? ""] })),
  );
  const looking =
    named.length > 1 ? named.map((person) => ({ person, sites: sites.filter((site) => sees(tree.scopeOf(person.area), site)) })) : invented;
  const known = new Map<string, Person>(looking.map(({ person }) => [person.id, person]));
  const inspecting = [...known.values()].map(({ id, organisation }) => ({
    ...{ id, organisation },
    sites: [...new Set(looking.filter(({ person }) => person.id === id).flatMap((one) => one.sites))],
  }));
  return { pool: { sites, inspectors: inspecting }, known };
}

const answered = ({ items }: Checklist, wrong: readonly (readonly [item: string, at: number])[]): Answer[] =>
  items.map(({ id }) => {
    const found = seen[wrong.find(([item]) => item === id)?.[1] ?? -1];
    return found === undefined ? { item: id, ok: true } : { item: id, ok: false, ...found };
  });

export async function tellInspections(effect: Effect, scene: Scene, casts: readonly Cast[]): Promise<void> {
  const { compounds, seed, now } = scene;
  const { pool, known } = poolOf(scene, casts);
  const many = Math.min(2, compounds.length);
  const person = casts[0]?.bureau ?? { id: "demo-bureau", name: "住建专员（演示）" };
  const draw = async (list: string, note: string, at: number) => {
    const checklist = await checklistOn(effect.change, list, dayText(dayOf(at)));
    if (checklist === undefined) throw new Error(`the demonstration has no check list ${list}`);
    const told = createHash("sha256").update(`demonstration ${seed} ${list}`).digest("hex").slice(0, 32);
    const day = dayText(dayOf(at));
    const { inspection, visits } = done(
      await drawInspection(effect.change, { checklist, pool, many, note, day, person, now: at, seed: told }),
    );
    return { inspection, visits, checklist };
  };
  const held = await draw("charging", "电动自行车停放充电专项抽查（演示）", now - 9 * dayMs);
  for (const [nth, visit] of held.visits.entries()) {
    const by = known.get(nth === 0 ? visit.first_person : visit.second_person);
    const compound = compounds.find(({ id }) => id === visit.site);
    if (by === undefined || compound === undefined) continue;
    const wrong =
      nth === 0
        ? (
            [
              ["lifts", 0],
              ["extinguisher", 1],
            ] as const
          ).slice(0, byLot)
        : [];
    const answers = answered(held.checklist, wrong);
    done(
      await handIn(effect, {
        id: held.inspection.id,
        site: visit.site,
        answers,
        compound,
        person: by,
        now: now - 20 * hourMs + nth * hourMs,
      }),
    );
  }
  await draw("fire", "四季度消防设施抽查（演示）", now - dayMs);
}
