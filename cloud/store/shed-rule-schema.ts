// Local fire rules of each shed, as its gateway's newest start found them; the words are the rule's own (protocols/vocabulary/shed-rules.ts).
import type { Kysely } from "kysely";
import { table } from "./alarm-schema.ts";

export interface ShedRuleTable {
  site: string;
  gateway: string;
  shed: string;
  shed_name: string;
  rule: string;
  /** met | broken | not-said */
  state: string;
  found: string;
  /** In the order of the rules. */
  place: number;
  /** By which start of the gateway it is known. */
  told_at: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a migration runs against a schema that the types do not describe yet
export async function createShedRuleSchema(db: Kysely<any>): Promise<void> {
  await table(db, "shed_rule", "site gateway shed shed_name rule state found", "place told_at", ["site", "gateway", "shed", "rule"]);
}
