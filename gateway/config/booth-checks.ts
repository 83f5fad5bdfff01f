// The booth's people held against each other: a name is one person's.
import type { SiteConfig } from "./schema.ts";
import type { Complain } from "./yaml-file.ts";

export function checkPeople({ people = [] }: SiteConfig["booth"], complain: Complain): void {
  const seen = new Set<string>();
  for (const [at, { name }] of people.entries()) {
    if (seen.has(name)) complain(["booth", "people", at, "name"], { zh: `姓名重复：${name}`, en: `name twice: ${name}` });
    seen.add(name);
  }
}
