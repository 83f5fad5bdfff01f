// A period assessed: what towns and departments wrote down, what the ledger says by itself, appeals; per compound the score of town, sample and both, its stars, what is missing for five.
import { createHash, randomUUID } from "node:crypto";
import { ruleOn } from "#cloud/rulebook/rulebook.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Combined, combine, type Missing, missingFor, type Scheme, type Score, scoreOf, type Taken } from "./scheme.ts";
import { usualSchemes } from "./usual-schemes.ts";

/** "2026-Q4" → its first moment and the first after it, as civil days. */
export function quarterDays(period: string): { readonly from: string; readonly to: string } | undefined {
  const match = /^(\d{4})-Q([1-4])$/.exec(period);
  if (match === null) return undefined;
  const [year, quarter] = [Number(match[1]), Number(match[2])];
  const two = (n: number): string => String(n).padStart(2, "0");
  return {
    from: `${year}-${two(quarter * 3 - 2)}-01`,
    to: quarter === 4 ? `${year + 1}-01-01` : `${year}-${two(quarter * 3 + 1)}-01`,
  };
}

/** As it stood on that day: a scheme that was changed later scores what came later. */
export async function schemeOn(read: Queries, id: string, day: string): Promise<Scheme | undefined> {
  const written = await ruleOn(read, "scheme", id, day);
  return (written?.body as Scheme | undefined) ?? usualSchemes.find((one) => one.id === id);
}

/** The compounds of a town that the department looks at: by a hash of the period, so that nobody chooses them and everybody can count them again. */
export function sampled(scheme: Pick<Scheme, "id" | "sample">, period: string, sites: readonly string[]): string[] {
  const { numerator, denominator } = scheme.sample;
  const wanted = Math.ceil((sites.length * numerator) / denominator);
  const mark = (site: string): string => createHash("sha256").update(`${scheme.id} ${period} ${site}`).digest("hex");
  return [...sites]
    .sort((a, b) => (mark(a) < mark(b) ? -1 : 1))
    .slice(0, wanted)
    .sort();
}

export interface Assessed {
  readonly site: string;
  readonly town: Score | null;
  readonly department: Score | null;
  readonly combined: Combined | null;
  readonly stars: number;
  readonly failed: boolean;
  readonly missing: Missing | null;
}

export interface Period {
  readonly scheme: Scheme;
  readonly period: string;
  /** The moment up to which the ledger is looked at. */
  readonly now: number;
}

type HazardRow = Pick<Row<"hazard">, "id" | "site" | "grade" | "deadline" | "closed_at" | "state" | "false_alarm" | "merged_into">;

/** What the ledger takes off by itself; each with the hazard that it is for. */
export function fromLedger(scheme: Scheme, hazards: readonly HazardRow[], reopened: ReadonlySet<string>, now: number): Taken[] {
  const items = new Map(
    scheme.modules.flatMap((module) => module.items.filter(({ from }) => from === "ledger").map((one) => [one.id, one.milli] as const)),
  );
  const take = (item: string, id: string): Taken[] =>
    items.has(item) ? [{ id, source: "ledger", item, milli: items.get(item) ?? 0 }] : [];
  return hazards
    .filter(({ false_alarm, merged_into }) => false_alarm === 0 && merged_into === null)
    .flatMap((hazard) => {
      const open = hazard.closed_at === null || hazard.closed_at > now;
      return [
        ...(open && hazard.deadline !== null && hazard.deadline < now ? take("safety-overdue", hazard.id) : []),
        ...(open && hazard.grade === "重大" ? take("safety-major", hazard.id) : []),
        ...(reopened.has(hazard.id) ? take("safety-repeat", hazard.id) : []),
      ];
    });
}

export async function assess(read: Queries, { scheme, period, now }: Period, sites: readonly string[]): Promise<Assessed[]> {
  const among = ["", ...sites];
  const of = <T extends "assessment_visit" | "assessment_entry">(table: T) => ({ table, scheme: scheme.id, period });
  const visits = await read
    .selectFrom("assessment_visit")
    .selectAll()
    .where("scheme", "=", scheme.id)
    .where("period", "=", period)
    .where("site", "in", among)
    .execute();
  const entries = await read
    .selectFrom("assessment_entry")
    .selectAll()
    .where("scheme", "=", of("assessment_entry").scheme)
    .where("period", "=", period)
    .where("site", "in", among)
    .where("state", "!=", "void")
    .execute();
  const hazards = await read
    .selectFrom("hazard")
    .select(["id", "site", "grade", "deadline", "closed_at", "state", "false_alarm", "merged_into"])
    .where("site", "in", among)
    .where("matter", "=", "hazard")
    .where("state", "!=", "已销号")
    .where("found_at", "<=", now)
    .execute();
  const reopened = new Set(
    (await read.selectFrom("hazard_step").select("hazard").distinct().where("action", "=", "reopen").execute()).map(({ hazard }) => hazard),
  );
  return sites.map((site): Assessed => {
    const automatic = fromLedger(
      scheme,
      hazards.filter((one) => one.site === site),
      reopened,
      now,
    );
    const mine = entries.filter((one) => one.site === site);
    const score = (source: "town" | "department"): Score | null => {
      if (!visits.some((one) => one.site === site && one.source === source)) return null;
      const said = mine
        .filter((one) => one.source === source)
        .map((one): Taken => ({ id: one.id, source, item: one.item, milli: one.milli }));
      // A bonus and a veto hold whoever wrote them.
      const all = mine.map((one): Taken => ({ id: one.id, source: one.source as Taken["source"], item: one.item, milli: one.milli }));
      const bonus = all.filter(({ item }) => scheme.bonus.some(({ id }) => id === item));
      return scoreOf(scheme, { taken: [...automatic, ...said], bonus, vetoes: all.map(({ item }) => item) });
    };
    const [town, department] = [score("town"), score("department")];
    const combined = combine(scheme, town?.total_milli ?? null, department?.total_milli ?? null);
    const leading = combined?.disagree === true || town === null ? department : town;
    if (combined === null || leading === null) return { site, town, department, combined, stars: 0, failed: false, missing: null };
    const vetoed = leading.vetoes.length > 0;
    const failed =
      leading.vetoes.some((id) => scheme.vetoes.find((one) => one.id === id)?.effect === "failed") ||
      combined.score_milli < scheme.failed_below_milli;
    const stars = vetoed || failed ? 0 : (scheme.stars.find(({ from_milli }) => combined.score_milli >= from_milli)?.stars ?? 0);
    return {
      ...{ site, town, department, combined, stars, failed },
      missing: missingFor(scheme, { ...leading, total_milli: combined.score_milli }, 5),
    };
  });
}

export interface NewEntry {
  readonly scheme: Scheme;
  readonly period: string;
  readonly site: string;
  readonly source: "town" | "department";
  readonly item: string;
  readonly reason: string;
  readonly evidence: string | null;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: number;
}

/** A visit is written once; an item, a bonus or a veto each time. `item` "visit": somebody was there, and found nothing to write. */
export async function writeEntry(change: Change, entry: NewEntry): Promise<{ readonly id: string } | Refusal> {
  const { scheme, period, site, source, item, reason, evidence, person, at } = entry;
  if (quarterDays(period) === undefined) return refusal("no-period", "考评期应写作 2026-Q4", "a period is written 2026-Q4");
  const known = [
    ...scheme.modules.flatMap(({ items }) => items).filter(({ from }) => from === undefined),
    ...scheme.bonus,
    ...scheme.vetoes.map(({ id, zh }) => ({ id, zh, milli: 0 })),
  ];
  const found = known.find(({ id }) => id === item);
  if (item !== "visit" && found === undefined)
    return refusal("no-item", `考评方案没有该条目：${item}`, `the scheme has no such item: ${item}`);
  const visit = { scheme: scheme.id, period, site, source, person: person.id, person_name: person.name, at };
  const first = await change
    .insertInto("assessment_visit")
    .values(visit)
    .onConflict((conflict) => conflict.columns(["scheme", "period", "site", "source"]).doNothing())
    .executeTakeFirst();
  if (Number(first.numInsertedOrUpdatedRows ?? 0) > 0) await seal(change, "assessment_visit", [visit]);
  if (found === undefined) return { id: `${scheme.id}/${period}/${site}/${source}` };
  const id = randomUUID();
  const row = { ...visit, id, item, milli: found.milli, reason, evidence, state: "standing" };
  await change.insertInto("assessment_entry").values(row).execute();
  await seal(change, "assessment_entry", [row]);
  return { id };
}

/** What was frozen is not counted again: an appeal is decided before. */
export async function frozenAlready(read: Queries, scheme: string, period: string): Promise<boolean> {
  const known = await read
    .selectFrom("award")
    .select("site")
    .where("scheme", "=", scheme)
    .where("period", "=", period)
    .limit(1)
    .executeTakeFirst();
  return known !== undefined;
}

export async function appeal(
  change: Change,
  asked: { readonly entry: string; readonly person: string; readonly words: string; readonly at: number },
): Promise<Row<"appeal"> | Refusal> {
  const entry = await change.selectFrom("assessment_entry").selectAll().where("id", "=", asked.entry).executeTakeFirst();
  if (entry === undefined) return refusal("not-found", "没有这条扣分", "there is no such entry");
  const known = await change.selectFrom("appeal").select("entry").where("entry", "=", asked.entry).executeTakeFirst();
  if (known !== undefined) return refusal("appealed", "已申诉过", "it was appealed already");
  if (await frozenAlready(change, entry.scheme, entry.period))
    return refusal("frozen", "该期结果已冻结，不再受理申诉", "this period was frozen: appeals are no longer taken");
  const row = {
    entry: asked.entry,
    by_person: asked.person,
    words: asked.words,
    at: asked.at,
    first_person: null,
    first_says: null,
    second_person: null,
    second_says: null,
    decided_at: null,
  };
  await change.insertInto("appeal").values(row).execute();
  await seal(change, "appeal", [row]);
  return row;
}

/** Two decide, neither of them who wrote it, who appealed, or the other. Only when both say so are the points given back. */
export async function decideAppeal(
  change: Change,
  asked: { readonly entry: string; readonly person: string; readonly says: "uphold" | "void"; readonly at: number },
): Promise<Row<"appeal"> | Refusal> {
  const known = await change.selectFrom("appeal").selectAll().where("entry", "=", asked.entry).executeTakeFirst();
  const entry = await change.selectFrom("assessment_entry").selectAll().where("id", "=", asked.entry).executeTakeFirst();
  if (known === undefined || entry === undefined) return refusal("not-found", "没有这一申诉", "there is no such appeal");
  if (known.decided_at !== null) return refusal("decided", "申诉已裁定", "it is decided already");
  if ([entry.person, known.by_person, known.first_person].includes(asked.person))
    return refusal("same-person", "申诉须由两名未参与打分、申诉的人分别裁定", "two decide, neither of them who scored it or who appealed");
  const first = known.first_person === null;
  const set = first
    ? { first_person: asked.person, first_says: asked.says }
    : { second_person: asked.person, second_says: asked.says, decided_at: asked.at };
  await change.updateTable("appeal").set(set).where("entry", "=", asked.entry).execute();
  await sealAgain(change, first ? "appeal:first" : "appeal:decision", { entry: asked.entry });
  if (!first && known.first_says === "void" && asked.says === "void") {
    await change.updateTable("assessment_entry").set({ state: "void" }).where("id", "=", asked.entry).execute();
    await sealAgain(change, "assessment_entry:void", { id: asked.entry });
  }
  return { ...known, ...set };
}
