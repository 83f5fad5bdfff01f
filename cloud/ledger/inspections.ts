// Inspections by lot (双随机): which compounds, and which two of different organisations go there, follow from a seed and the sorted pool, so that nobody chooses and everybody can draw again.
// They answer a check list; what is not so becomes a hazard of the ledger, once.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { CheckItem, Checklist } from "#cloud/rulebook/checklists.ts";
import { usualChecklists } from "#cloud/rulebook/checklists.ts";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Compound, type Person, reportHazard } from "./hazards.ts";

/** Who is drawn from: those who look, never those who are looked at. */
export const inspectors: readonly Role[] = ["community-officer", "street-officer", "bureau-officer", "assessment-team", "grid-worker"];

export interface Inspector {
  readonly id: string;
  readonly organisation: string;
  /** The compounds that he reaches. */
  readonly sites: readonly string[];
}

export interface Pool {
  readonly sites: readonly string[];
  readonly inspectors: readonly Inspector[];
}

export interface Drawn {
  readonly site: string;
  readonly pair: readonly [string, string];
}

/** Sorted by a hash of the seed and the name: the first are drawn. Pure; the same seed and pool give the same draw. */
export function drawLots(seed: string, { sites, inspectors }: Pool, many: number): Drawn[] | undefined {
  const mark = (text: string): string => createHash("sha256").update(`${seed} ${text}`).digest("hex");
  const byLot = <One>(all: readonly One[], nameOf: (one: One) => string): One[] =>
    [...all].sort((a, b) => (mark(nameOf(a)) < mark(nameOf(b)) ? -1 : 1));
  const drawn: Drawn[] = [];
  for (const site of byLot(sites, (one) => `site ${one}`)) {
    if (drawn.length === many) break;
    const able = byLot(
      inspectors.filter((one) => one.sites.includes(site)),
      ({ id }) => `${site} ${id}`,
    );
    const [first] = able;
    // Two of one house would be one pair of eyes.
    const second = able.find(({ id, organisation }) => id !== first?.id && organisation !== first?.organisation);
    if (first !== undefined && second !== undefined) drawn.push({ site, pair: [first.id, second.id] });
  }
  return drawn.length === many ? drawn : undefined;
}

/** The same seed and pool once more: what is written is what was drawn, of all its compounds. */
export function drawnSo(
  { seed, pool }: Pick<Row<"inspection">, "seed" | "pool">,
  visits: readonly Pick<Row<"inspection_visit">, "site" | "first_person" | "second_person">[],
): boolean {
  const named = (site: string, pair: readonly string[]): string => JSON.stringify([site, ...pair]);
  const again = (drawLots(seed, JSON.parse(pool) as Pool, visits.length) ?? []).map(({ site, pair }) => named(site, pair)).sort();
  const written = visits.map(({ site, first_person, second_person }) => named(site, [first_person, second_person])).sort();
  return again.length === written.length && again.every((one, at) => one === written[at]);
}

export async function checklistOn(read: Queries, id: string, day: string): Promise<Checklist | undefined> {
  const written = (await ruleOn(read, "checklists", "", day))?.body as readonly Checklist[] | undefined;
  return (written ?? usualChecklists).find((one) => one.id === id);
}

export interface Drawing {
  readonly checklist: Checklist;
  readonly pool: Pool;
  readonly many: number;
  readonly note: string;
  readonly day: string;
  readonly person: Pick<Person, "id" | "name">;
  readonly now: number;
  /** Of a demonstration alone, which tells the same each time: a draw that counts takes its seed from chance. */
  readonly seed?: string;
}

export async function drawInspection(
  change: Change,
  { checklist, pool, many, note, day, person, now, seed = randomBytes(16).toString("hex") }: Drawing,
): Promise<{ readonly inspection: Row<"inspection">; readonly visits: readonly Row<"inspection_visit">[] } | Refusal> {
  const sorted: Pool = {
    sites: [...pool.sites].sort(),
    inspectors: [...pool.inspectors].sort((a, b) => (a.id < b.id ? -1 : 1)).map((one) => ({ ...one, sites: [...one.sites].sort() })),
  };
  const drawn = drawLots(seed, sorted, many);
  if (drawn === undefined)
    return refusal(
      "too-few",
      "可抽取的小区或检查人员不足（每个小区须有两名不同单位的人员）",
      "there are not so many compounds that two people of different organisations reach",
    );
  const inspection: Row<"inspection"> = {
    ...{ id: randomUUID(), day, seed, checklist: JSON.stringify(checklist), pool: JSON.stringify(sorted), note },
    ...{ person: person.id, person_name: person.name, at: now },
  };
  await change.insertInto("inspection").values(inspection).execute();
  await seal(change, "inspection", [inspection]);
  const visits = drawn.map(
    ({ site, pair: [first_person, second_person] }): Row<"inspection_visit"> => ({
      ...{ inspection: inspection.id, site, first_person, second_person, answers: null, handed_by: null, handed_at: null },
    }),
  );
  await change.insertInto("inspection_visit").values(visits).execute();
  await seal(change, "inspection_visit", visits);
  return { inspection, visits };
}

export interface Answer {
  readonly item: string;
  readonly ok: boolean;
  readonly place?: string | undefined;
  readonly words?: string | undefined;
}

export interface Handing {
  readonly id: string;
  readonly site: string;
  readonly answers: readonly Answer[];
  readonly compound: Compound;
  readonly person: Pick<Person, "id" | "name">;
  readonly now: number;
}

/** undefined: nothing of the kind was drawn. */
export async function handIn(
  effect: Effect,
  { id, site, answers, compound, person, now }: Handing,
): Promise<readonly string[] | Refusal | undefined> {
  const { change } = effect;
  const inspection = await change.selectFrom("inspection").selectAll().where("id", "=", id).executeTakeFirst();
  const visit = await change
    .selectFrom("inspection_visit")
    .selectAll()
    .where("inspection", "=", id)
    .where("site", "=", site)
    .executeTakeFirst();
  if (inspection === undefined || visit === undefined) return undefined;
  if (![visit.first_person, visit.second_person].includes(person.id))
    return refusal("not-drawn", "结果由抽中的检查人员上报", "the answers are handed in by one of the two who were drawn");
  if (visit.handed_at !== null) return refusal("handed", "该小区的结果已上报", "the answers of this compound were handed in already");
  const { items, zh } = JSON.parse(inspection.checklist) as Checklist;
  const wrong = answersWrong(items, answers);
  if (wrong !== undefined) return wrong;
  const made: string[] = [];
  const kept: (Answer & { readonly hazard?: string })[] = [];
  for (const answer of answers) {
    const item = items.find((one) => one.id === answer.item);
    if (answer.ok || item === undefined) {
      kept.push(answer);
      continue;
    }
    const row = await reportHazard(effect, {
      ...{ place: answer.place ?? "小区内", category: item.category, zh: answer.words ?? `不符合：${item.zh}`, source: "双随机" as const },
      ...(item.clause === undefined ? {} : { clause: item.clause }),
      ...{ compound, found_at: now, now, person, note: `双随机检查“${zh}”第 ${items.indexOf(item) + 1} 项：${item.zh}` },
    });
    made.push(row.id);
    kept.push({ ...answer, hazard: row.id });
  }
  const set = { answers: JSON.stringify(kept), handed_by: person.id, handed_at: now };
  await change.updateTable("inspection_visit").set(set).where("inspection", "=", id).where("site", "=", site).execute();
  await sealAgain(change, "inspection_visit:answers", { inspection: id, site });
  return made;
}

/** Every item once: what nobody looked at is not "in order". */
function answersWrong(items: readonly CheckItem[], answers: readonly Answer[]): Refusal | undefined {
  const said = answers.map(({ item }) => item);
  const missing = items.filter(({ id }) => !said.includes(id)).map((one) => one.zh);
  const strange = said.filter((id, at) => said.indexOf(id) !== at || !items.some((one) => one.id === id));
  if (missing.length > 0) return refusal("incomplete", `未检查：${missing.join("、")}`, `not looked at: ${missing.join(", ")}`);
  return strange.length > 0
    ? refusal("strange", `没有或重复的条目：${strange.join("、")}`, `no such item, or twice: ${strange.join(", ")}`)
    : undefined;
}
