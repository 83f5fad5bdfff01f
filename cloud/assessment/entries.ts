// What was written of a period, line by line, with its appeal and who has decided it: the first of the two is named, and what he says stays his own until the second has spoken.
import { type Scope, sees } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { time } from "#cloud/views/words.ts";
import type { AssessmentEntry, Decided } from "#protocols/api/assessment.ts";
import type { Role } from "#protocols/api/views.ts";
import { frozenAlready } from "./assess.ts";
import type { Scheme } from "./scheme.ts";

export const appellants: readonly Role[] = ["property-manager"];
export const deciders: readonly Role[] = ["bureau-officer", "street-officer", "assessment-team"];

export interface Asking {
  readonly scheme: Scheme;
  readonly period: string;
  readonly scope: Scope;
  readonly site: string | undefined;
  readonly person: { readonly id: string; readonly role: Role };
  readonly nameOf: (site: string) => string;
}

function itemOf({ modules, bonus, vetoes }: Scheme, item: string): Pick<AssessmentEntry, "zh" | "kind"> {
  const given = bonus.find(({ id }) => id === item);
  if (given !== undefined) return { zh: given.zh, kind: "bonus" };
  const veto = vetoes.find(({ id }) => id === item);
  if (veto !== undefined) return { zh: veto.zh, kind: "veto" };
  return { zh: modules.flatMap(({ items }) => items).find(({ id }) => id === item)?.zh ?? item, kind: "deduction" };
}

const namesIn = (appeals: readonly Row<"appeal">[]): string[] => [
  // Never empty, so that every database takes it.
  "",
  ...new Set(appeals.flatMap(({ by_person, first_person, second_person }) => [by_person, first_person ?? "", second_person ?? ""])),
];

export async function entriesFor(read: Queries, { scheme, period, scope, site, person, nameOf }: Asking): Promise<AssessmentEntry[]> {
  const rows = await read
    .selectFrom("assessment_entry")
    .selectAll()
    .where("scheme", "=", scheme.id)
    .where("period", "=", period)
    .$if(site !== undefined, (one) => one.where("site", "=", site ?? ""))
    .orderBy("at", "desc")
    .orderBy("id")
    .execute();
  const appeals = await read
    .selectFrom("appeal")
    .innerJoin("assessment_entry", "assessment_entry.id", "appeal.entry")
    .selectAll("appeal")
    .where("scheme", "=", scheme.id)
    .where("period", "=", period)
    .execute();
  const people = await read.selectFrom("person").select(["id", "name"]).where("id", "in", namesIn(appeals)).execute();
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const frozen = await frozenAlready(read, scheme.id, period);
  const byEntry = new Map(appeals.map((one) => [one.entry, one]));
  return rows
    .filter((row) => sees(scope, row.site))
    .map((row): AssessmentEntry => {
      const appeal = byEntry.get(row.id);
      const what = itemOf(scheme, row.item);
      const mayAppeal = appeal === undefined && !frozen && what.kind !== "bonus" && appellants.includes(person.role);
      const involved = [row.person, appeal?.by_person, appeal?.first_person];
      const mayDecide =
        appeal !== undefined && appeal.decided_at === null && deciders.includes(person.role) && !involved.includes(person.id);
      return {
        ...{
          id: row.id,
          site: row.site,
          name: nameOf(row.site),
          source: row.source as AssessmentEntry["source"],
          item: row.item,
          ...what,
          milli: row.milli,
        },
        ...{ reason: row.reason, evidence: row.evidence, person_name: row.person_name, at: time(row.at), state: row.state },
        appeal: appeal === undefined ? null : appealView(appeal, (id) => names.get(id) ?? id),
        may: [...(mayAppeal ? (["appeal"] as const) : []), ...(mayDecide ? (["decide"] as const) : [])],
      };
    });
}

function appealView(appeal: Row<"appeal">, nameOf: (id: string) => string): AssessmentEntry["appeal"] {
  const { words, by_person, at, first_person, first_says, second_person, second_says, decided_at } = appeal;
  const decided = [
    [first_person, first_says],
    [second_person, second_says],
  ].flatMap(([who, says = null]): Decided[] =>
    who === null || who === undefined ? [] : [{ name: nameOf(who), says: decided_at === null ? null : says }],
  );
  return {
    ...{ words, name: nameOf(by_person), at: time(at), decided, decided_at: decided_at === null ? null : time(decided_at) },
    outcome: decided_at === null ? null : first_says === "void" && second_says === "void" ? "void" : "uphold",
  };
}
