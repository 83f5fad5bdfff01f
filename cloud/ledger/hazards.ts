// Opening hazards and taking them on: every change is a step of the chain in the same transaction.
import { noteCorrection } from "#cloud/assessment/snapshots.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { noteLabels } from "#cloud/store/labels.ts";
import type { Moment } from "#cloud/store/order.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { HazardReport, Matter } from "#protocols/api/hazards.ts";
import type { HazardAction, HazardState, Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { photosOf } from "./evidence.ts";
import { type Given, setOf, whatIsMissing } from "./fields.ts";
import { type LedgerPolicy, usualPolicy } from "./policy.ts";
import { type PromotionRule, promotionRule } from "./promotion.ts";
import { beginHazard, nextNumber, writeStep } from "./steps.ts";
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
  const { site, gateway, place, rule, compound, event, now } = found;
  const open = await change
    .selectFrom("hazard")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("place", "=", place)
    .where("rule", "=", rule.rule)
    .where("state", "!=", "已销号")
    .executeTakeFirst();
  if (open !== undefined) {
    const events = JSON.stringify([...(JSON.parse(open.events) as string[]), event]);
    await writeStep(change, open, { at: now, person: null, action: "recurrence", note: `再次发生 ${event}`, set: { events } });
    marks.add({ kind: "hazard", id: open.id });
    return open.id;
  }
  const id = await nextNumber(change, compound.compound_code, found.found.wall);
  const beginning = {
    ...{ id, site, gateway, place, compound: compound.name, category: rule.category, rule: rule.rule, zh: rule.zh, en: rule.en },
    ...{ found_at: found.found.wall, source: "自动监测", priority: 2, events: JSON.stringify([event]) },
  };
  await beginHazard(change, beginning, { at: now, person: null, action: "found", note: `${rule.zh}（${place}）` });
  await noteLabels(effect, { site, gateway, at: found.found }, [{ place: "hazard.found_at", key: id }]);
  marks.add({ kind: "hazard", id });
  return id;
}

/** Numbers of what is no hazard carry a letter. */
const letters: Readonly<Record<Matter, string>> = { hazard: "", wish: "W", complaint: "C", mediation: "M" };

export interface Reported extends Omit<HazardReport, "found_at" | "site"> {
  readonly compound: Compound;
  readonly found_at: number;
  readonly now: number;
  /** null: a resident without an account. */
  readonly person: Pick<Person, "id" | "name"> | null;
  readonly note?: string;
}

export async function reportHazard(effect: Effect, reported: Reported): Promise<Row<"hazard">> {
  const { change, marks } = effect;
  const { compound, found_at, now, person, matter = "hazard", place, category, zh, source, clause = null, priority = 3 } = reported;
  const id = await nextNumber(change, compound.compound_code, found_at, letters[matter]);
  const beginning = {
    ...{ id, site: compound.id, compound: compound.name, matter, place, category, zh, en: zh, found_at, source, clause, priority },
  };
  const row = await beginHazard(change, beginning, { at: now, person, action: "found", note: reported.note ?? `${zh}（${place}）` });
  marks.add({ kind: "hazard", id });
  return row;
}

export interface AskedTransition extends Given {
  readonly id: string;
  readonly action: HazardAction;
  readonly note: string;
  readonly person: Person;
  readonly now: number;
}

/** The hazard as it then stands; a refusal in words; undefined when there is no such hazard. */
export async function transitHazard(
  effect: Effect,
  asked: AskedTransition,
  policy: LedgerPolicy = usualPolicy,
): Promise<Row<"hazard"> | Refusal | undefined> {
  const { change, marks } = effect;
  const known = await change.selectFrom("hazard").selectAll().where("id", "=", asked.id).executeTakeFirst();
  if (known === undefined) return undefined;
  if (asked.action === "publish" && known.matter === "mediation")
    return refusal("confidential", "调解事项不公开", "a mediation is not made public");
  const to = step({ ...known, state: known.state as HazardState }, asked.action, asked.person, policy.separations);
  if (typeof to !== "string") return to;
  const wanting =
    whatIsMissing(asked, known, await photosOf(change, asked.id), policy) ??
    (await targetMissing(effect, asked, known)) ??
    (await paidByFund(effect, asked));
  if (wanting !== undefined) return wanting;
  const deadline_days = promotionRule(known.rule)?.deadline_days ?? policy.deadline_days;
  const set = setOf(asked, known, to, { ...policy, deadline_days });
  const { now: at, person, action, note } = asked;
  const row = await writeStep(change, known, { at, person, action, note, set: { ...set, state: to } });
  // Two officers at once: the second finds another version than the one that it read.
  if (row === undefined) return refusal("wrong-state", "他人刚刚改变了该隐患的状态", "somebody else has just changed this hazard");
  if (mending.has(action)) await noteCorrection(change, { hazard: row.id, action, note, person, at, set });
  marks.add({ kind: "hazard", id: asked.id });
  return row;
}

/** What changes what was counted before: a frozen week keeps its numbers and gets an entry beside them. */
const mending: ReadonlySet<HazardAction> = new Set([
  "correct",
  "archive-false-alarm",
  "merge",
  "reopen",
  "grant-postponement",
  "set-ordinary",
]);

/** Several reports of one thing become one hazard: of the same compound, and not in a circle. */
async function targetMissing({ change }: Effect, asked: AskedTransition, known: Row<"hazard">): Promise<Refusal | undefined> {
  if (asked.action !== "merge") return undefined;
  const target = await change
    .selectFrom("hazard")
    .select(["site", "merged_into", "state"])
    .where("id", "=", asked.merged_into ?? "")
    .executeTakeFirst();
  if (target === undefined || target.site !== known.site || target.merged_into !== null)
    return refusal("no-target", "没有可并入的隐患（应为同一小区、未被合并）", "there is no such hazard of this compound to merge it into");
  // What is reported again after it was closed is open again: it does not vanish in what is closed.
  return target.state === "已销号"
    ? refusal("target-closed", "目标隐患已销号：请先重新打开，或单独办理", "that hazard is closed: open it again first, or keep this one")
    : undefined;
}

/** What the fund paid is written once, by the fund: both sides say the same. */
async function paidByFund({ change }: Effect, { action, id }: AskedTransition): Promise<Refusal | undefined> {
  if (action !== "spend") return undefined;
  const paid = await change.selectFrom("fund_entry").select("id").where("hazard", "=", id).limit(1).executeTakeFirst();
  return paid === undefined
    ? undefined
    : refusal(
        "fund-paid",
        "实支由公维金账户记账，请在公维金账目中更正",
        "what it cost is what the fund paid: correct it in the fund's account",
      );
}

export const actionsFor = (hazard: Row<"hazard">, person: Person | undefined, policy: LedgerPolicy = usualPolicy): HazardAction[] =>
  person === undefined ? [] : mayDo({ ...hazard, state: hazard.state as HazardState }, person, policy.separations);
