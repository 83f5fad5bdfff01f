// Who acts in the demonstration's history: the people of its configuration, by role and area; whom it does not name is invented.

import { sees } from "#cloud/identity/scope.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import type { Person } from "#cloud/ledger/hazards.ts";
import type { Role } from "#protocols/api/views.ts";

export interface Known extends Person {
  readonly area: string;
}
export type Cast = Readonly<Record<"property" | "community" | "street" | "bureau" | "grid" | "owners" | "assessor", Person>>;

const parts: readonly (readonly [keyof Cast, Role, string])[] = [
  ["property", "property-manager", "物业经理"],
  ["community", "community-officer", "社区专干"],
  ["street", "street-officer", "街道专干"],
  ["bureau", "bureau-officer", "住建专员"],
  ["grid", "grid-worker", "网格员"],
  ["owners", "owners-committee", "业委会"],
  ["assessor", "assessment-team", "考评员"],
];

export function castOf(site: string, people: readonly Known[], tree: Tree): Cast {
  const cast = parts.map(([part, role, called]): [string, Person] => {
    const found = people.find((one) => one.role === role && sees(tree.scopeOf(one.area), site));
    return [part, found ?? { id: `demo-${part}-${site}`, name: `${called}（演示）`, role, organisation: `${called}单位（演示）` }];
  });
  return Object.fromEntries(cast) as Cast;
}
