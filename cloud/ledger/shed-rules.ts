// The check list of local fire rules, and the step from it into the ledger: each broken rule a hazard with the rule's source, however often it is taken over, as long as that hazard is open.
import type { Effect } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { type RuleState, ruleWords } from "#protocols/vocabulary/shed-rules.ts";
import type { Compound, Person } from "./hazards.ts";
import { beginHazard, nextNumber } from "./steps.ts";

export interface CheckedRule {
  readonly site: string;
  readonly gateway: string;
  readonly shed: string;
  readonly shed_name: string;
  readonly rule: string;
  readonly state: RuleState;
  readonly found: string;
  readonly zh: string;
  readonly en: string;
  readonly source: string;
  readonly told_at: number;
  /** The open hazard that it has become. */
  readonly hazard: string | null;
}

const ruleOf = (rule: string): string => `shed-rule.${rule}`;
const category = "电动自行车停放充电场所";
const keyOf = ({ gateway, shed, rule }: Pick<Row<"shed_rule">, "gateway" | "shed" | "rule">): string =>
  `${gateway} ${shed} ${ruleOf(rule)}`;

/** What is closed or was merged into another stands in nobody's way. */
async function openHazards(read: Queries, site: string): Promise<ReadonlyMap<string, string>> {
  const rows = await read
    .selectFrom("hazard")
    .select(["id", "gateway", "place", "rule"])
    .where("site", "=", site)
    .where("rule", "like", "shed-rule.%")
    .where("state", "!=", "已销号")
    .execute();
  return new Map(rows.map(({ id, gateway, place, rule }) => [`${gateway} ${place} ${rule}`, id]));
}

export async function checkedRules(read: Queries, site: string): Promise<CheckedRule[]> {
  const open = await openHazards(read, site);
  const rows = await read.selectFrom("shed_rule").selectAll().where("site", "=", site).orderBy("gateway").orderBy("place").execute();
  return rows.map(({ place: _, ...row }) => ({
    ...{ ...row, state: row.state as RuleState },
    ...ruleWords(row.rule),
    hazard: open.get(keyOf(row)) ?? null,
  }));
}

export interface TakingOver {
  readonly compound: Compound;
  /** One shed; undefined: all of the compound. */
  readonly shed?: string | undefined;
  readonly person: Pick<Person, "id" | "name">;
  readonly now: number;
}

export interface TakenOver {
  readonly opened: readonly string[];
  /** They were hazards already. */
  readonly known: readonly string[];
}

export async function takeOverRules(effect: Effect, { compound, shed, person, now }: TakingOver): Promise<TakenOver> {
  const { change, marks } = effect;
  const broken = (await checkedRules(change, compound.id)).filter((one) => one.state === "broken" && (shed ?? one.shed) === one.shed);
  const opened: string[] = [];
  for (const one of broken) {
    if (one.hazard !== null) continue;
    const id = await nextNumber(change, compound.compound_code, now);
    const [zh, en] = [
      `${one.shed_name}不符合：${one.zh}（实为 ${one.found}）`,
      `${one.shed_name}: not met: ${one.en} (found ${one.found})`,
    ];
    const beginning = {
      ...{ id, site: compound.id, gateway: one.gateway, compound: compound.name, place: one.shed, category, rule: ruleOf(one.rule) },
      ...{ zh, en, found_at: now, source: "物业自查", clause: one.source === "" ? null : one.source.slice(0, 200) },
    };
    await beginHazard(change, beginning, { at: now, person, action: "found", note: `核对清单转入：${one.zh}（${one.found}）` });
    marks.add({ kind: "hazard", id });
    opened.push(id);
  }
  return { opened, known: broken.flatMap(({ hazard }) => hazard ?? []) };
}
