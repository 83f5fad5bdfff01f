// Opening hazards and taking them on: every change of state is a step of the chain in the same transaction.

import type { Effect, Origin } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import type { Moment } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change } from "#cloud/store/store.ts";
import type { HazardAction, HazardState, Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs, toCivil, wall } from "#protocols/vocabulary/time.ts";
import { appendStep } from "./chain.ts";
import { type PromotionRule, promotionRule } from "./promotion.ts";
import { mayDo, step } from "./workflow.ts";

export interface Compound {
  readonly id: string;
  readonly name: string;
  readonly compound_code: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
}

interface Found extends Origin {
  readonly compound: Compound;
  readonly place: string;
  readonly rule: PromotionRule;
  readonly event: string;
  readonly found: Moment;
  readonly now: number;
}

/** A hazard of the same rule at the same place that is not closed takes the event to itself; otherwise a new one is numbered. */
export async function foundHazard(effect: Effect, found: Found): Promise<string> {
  const { change, marks } = effect;
  const open = await change
    .selectFrom("hazard")
    .selectAll()
    .where("site", "=", found.site)
    .where("gateway", "=", found.gateway)
    .where("place", "=", found.place)
    .where("rule", "=", found.rule.rule)
    .where("state", "!=", "已销号")
    .executeTakeFirst();
  if (open !== undefined) {
    const events = JSON.stringify([...(JSON.parse(open.events) as string[]), found.event]);
    await change.updateTable("hazard").set({ events, updated_at: found.now }).where("id", "=", open.id).execute();
    await machineStep(change, {
      hazard: open.id,
      at: found.now,
      action: "recurrence",
      from: open.state,
      to: open.state,
      note: `再次发生 ${found.event}`,
    });
    marks.add({ kind: "hazard", id: open.id });
    return open.id;
  }
  const id = await nextNumber(change, found.compound.compound_code, found.found.wall);
  const { site, gateway, place, rule, compound } = found;
  await change
    .insertInto("hazard")
    .values({
      ...{ id, site, gateway, place, compound: compound.name, category: rule.category, rule: rule.rule, grade: "一般" },
      ...{ zh: rule.zh, en: rule.en, found_at: found.found.wall, source: "自动监测", state: "待派单", false_alarm: 0 },
      ...{
        deadline: null,
        responsible: null,
        rectifier: null,
        reinspector: null,
        rectifier_organisation: null,
        reinspector_organisation: null,
      },
      events: JSON.stringify([found.event]),
      updated_at: found.now,
    })
    .execute();
  await noteLabels(effect, { site, gateway, at: found.found }, [{ place: "hazard.found_at", key: id }]);
  await machineStep(change, { hazard: id, at: found.now, action: "found", from: null, to: "待派单", note: `${rule.zh}（${place}）` });
  marks.add({ kind: "hazard", id });
  return id;
}

/** `<compound>-<yyyymmdd>-<n>`, the day in China's civil time, n from 1. */
async function nextNumber(change: Change, compound: string, at: number): Promise<string> {
  const { year, month, day } = toCivil(wall(at));
  const date = `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
  const { n } = await change
    .insertInto("hazard_number")
    .values({ compound, day: date, n: 1 })
    .onConflict((conflict) => conflict.columns(["compound", "day"]).doUpdateSet((eb) => ({ n: eb("hazard_number.n", "+", 1) })))
    .returning("n")
    .executeTakeFirstOrThrow();
  return `${compound}-${date}-${n}`;
}

interface MachineStep {
  readonly hazard: string;
  readonly at: number;
  readonly action: string;
  readonly from: string | null;
  readonly to: string;
  readonly note: string;
}

async function machineStep(change: Change, { hazard, at, action, from, to, note }: MachineStep): Promise<void> {
  const seq = await nextStep(change, hazard);
  await appendStep(change, { hazard, seq, at, person: null, person_name: "系统", action, from_state: from, to_state: to, note });
}

async function nextStep(change: Change, hazard: string): Promise<number> {
  const last = await change
    .selectFrom("hazard_step")
    .select("seq")
    .where("hazard", "=", hazard)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
  return (last?.seq ?? 0) + 1;
}

export interface AskedTransition {
  readonly id: string;
  readonly action: HazardAction;
  readonly note: string;
  readonly responsible: string | undefined;
  readonly deadline: number | undefined;
  readonly person: Person;
  readonly now: number;
}

/** The hazard as it then stands; a refusal in words; undefined when there is no such hazard. */
export async function transitHazard(effect: Effect, asked: AskedTransition): Promise<Row<"hazard"> | Refusal | undefined> {
  const { change, marks } = effect;
  const known = await change.selectFrom("hazard").selectAll().where("id", "=", asked.id).executeTakeFirst();
  if (known === undefined) return undefined;
  const facts = { ...known, state: known.state as HazardState };
  const to = step(facts, asked.action, asked.person);
  if (typeof to !== "string") return to;
  const wanting = whatIsMissing(asked);
  if (wanting !== undefined) return wanting;
  const changed = { ...fieldsOf(asked, known), state: to, updated_at: asked.now };
  // Two officers at once: the second finds no row in the state that it read.
  const moved = await change
    .updateTable("hazard")
    .set(changed)
    .where("id", "=", asked.id)
    .where("state", "=", known.state)
    .executeTakeFirst();
  if (moved.numUpdatedRows !== 1n)
    return refusal("wrong-state", "他人刚刚改变了该隐患的状态", "somebody else has just changed this hazard");
  await appendStep(change, {
    ...{ hazard: asked.id, seq: await nextStep(change, asked.id), at: asked.now, person: asked.person.id, person_name: asked.person.name },
    ...{ action: asked.action, from_state: known.state, to_state: to, note: asked.note },
  });
  marks.add({ kind: "hazard", id: asked.id });
  return { ...known, ...changed };
}

function whatIsMissing(asked: AskedTransition): Refusal | undefined {
  if (asked.note.trim() === "") return refusal("no-note", "请填写说明", "say why");
  if (asked.action !== "dispatch") return undefined;
  if (asked.responsible === undefined || asked.responsible.trim() === "")
    return refusal("no-responsible", "派单需填写责任人或责任单位", "a dispatch names who is responsible");
  if (asked.deadline !== undefined && asked.deadline <= asked.now)
    return refusal("deadline-past", "整改时限必须在将来", "the deadline must lie in the future");
  return undefined;
}

function fieldsOf(asked: AskedTransition, known: Row<"hazard">): Partial<Row<"hazard">> {
  const { id: person, organisation } = asked.person;
  switch (asked.action) {
    case "dispatch":
      return {
        responsible: asked.responsible ?? null,
        deadline: asked.deadline ?? asked.now + (promotionRule(known.rule)?.deadline_days ?? 7) * dayMs,
      };
    case "receive":
      return { rectifier: person, rectifier_organisation: organisation };
    case "request-reinspection":
      return { reinspector: person, reinspector_organisation: organisation };
    case "archive-false-alarm":
      return { false_alarm: 1 };
    // Work that was sent back keeps the names of those who did it: they may still not judge it.
    case "return":
    case "close":
      return {};
  }
}

export const actionsFor = (hazard: Row<"hazard">, person: Person | undefined): HazardAction[] =>
  person === undefined ? [] : mayDo({ ...hazard, state: hazard.state as HazardState }, person);
