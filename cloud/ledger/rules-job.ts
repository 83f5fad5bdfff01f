// `cuobian ledger rules`: the check list of local fire rules at a terminal, and the step from it into the ledger.
import type { CloudConfig } from "#cloud/config/schema.ts";
import { Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Job } from "./jobs.ts";
import { checkedRules, takeOverRules } from "./shed-rules.ts";

const marks = { met: "✓", broken: "✗", "not-said": "?" } as const;

/** 0: nothing is broken, or all of it stands in the ledger; 1: something is broken and does not. */
export async function shedRules(store: Store, { sites }: CloudConfig, { site, apply, json, say }: Job): Promise<number> {
  const asked = sites.filter(({ id }) => (site ?? id) === id);
  if ((apply !== undefined && apply !== "all") || asked.length === 0) {
    say("cuobian ledger rules --config cloud.yaml [--site ID] [--apply all] [--json]");
    return 2;
  }
  const out = (text: string): void => void process.stdout.write(`${text}\n`);
  let missing = 0;
  for (const compound of asked) {
    const taken =
      apply === undefined
        ? { opened: [], known: [] }
        : await store.change(
            (change) =>
              takeOverRules({ change, marks: new Marks() }, { compound, person: { id: "console", name: "控制台" }, now: Date.now() }),
            { alone: `shed-rules ${compound.id}` },
          );
    const rules = await checkedRules(store.read, compound.id);
    const unledgered = rules.filter(({ state, hazard }) => state === "broken" && hazard === null).length;
    missing += unledgered;
    if (json) {
      out(JSON.stringify({ site: compound.id, rules, ...taken }));
      continue;
    }
    for (const { state, shed_name, zh, en, found, source, hazard } of rules)
      out(`${marks[state]} ${shed_name}: ${zh} / ${en}：${found}  [${source}]${hazard === null ? "" : `  → ${hazard}`}`);
    out(
      `${compound.name}：${rules.length} 项，${rules.filter(({ state }) => state === "broken").length} 项不符，${taken.opened.length} 项新转入台账 / rules, broken, taken over now`,
    );
    if (unledgered > 0) say("转入台账请加 / to take what is broken over into the ledger: --apply all");
  }
  return missing === 0 ? 0 : 1;
}
