// What the site file says of supplies, as budgets: by branch, phase, shed and transformer. Protection keeps them for its sockets; the site process plans by the same ones.
import type { Budget } from "../core/charging/shed/budget.ts";
import { loadFixed } from "../core/charging/shed/limits.ts";
import type { ShedConfig, TransformerConfig } from "./shed-schema.ts";

export interface BudgetParts {
  readonly sheds: readonly ShedConfig[];
  readonly transformers: readonly TransformerConfig[];
  /** How many sockets a station has. */
  readonly sockets: (station: string) => number;
  /** Sockets of piles that stand in a shed: they count in its power and its transformer's; no site file says on which phase they hang. */
  readonly alsoIn?: (shed: string) => readonly string[];
}

export const expand = (names: readonly string[], { sockets }: Pick<BudgetParts, "sockets">): string[] =>
  names.flatMap((name) => (name.includes("/") ? [name] : Array.from({ length: sockets(name) }, (_, at) => `${name}/${at + 1}`)));

export function budgetsOf(parts: BudgetParts): Budget[] {
  const budgets = parts.sheds.flatMap((shed) => shedBudgets(shed, parts));
  for (const { id, name, limit_mW } of parts.transformers) {
    const fed = parts.sheds.filter(({ supply }) => supply.transformer === id);
    const sockets = new Set(fed.flatMap((shed) => whole(shed, parts)));
    budgets.push({ id, kind: "transformer", name: { zh: name, en: name }, unit: "mW", limit: limit_mW, sockets });
  }
  return budgets;
}

const whole = ({ id, stations }: ShedConfig, parts: BudgetParts): string[] => [...expand(stations, parts), ...(parts.alsoIn?.(id) ?? [])];
const ofBreaker = (breaker_mA: number): number => Math.floor((breaker_mA * loadFixed.breakerPermille) / 1000);

function shedBudgets(shed: ShedConfig, parts: BudgetParts): Budget[] {
  const { id, name, supply, groups = [] } = shed;
  const branches = groups.flatMap(({ id: group, name: own, breaker_mA, sockets }): Budget[] =>
    breaker_mA === undefined
      ? []
      : [
          {
            ...{ id: `${id}/${group}`, kind: "group", name: { zh: `${name}${own}支路`, en: `${name}, branch ${own}` } },
            ...{ unit: "mA", limit: ofBreaker(breaker_mA), sockets: new Set(expand(sockets, parts)) },
          },
        ],
  );
  const phases = supply.phases.map(
    ({ phase, breaker_mA, sockets }): Budget => ({
      ...{ id: `${id}/${phase}`, kind: "phase", name: { zh: `${name} ${phase} 相`, en: `${name}, phase ${phase}` } },
      ...{ unit: "mA", limit: ofBreaker(breaker_mA), sockets: new Set(expand(sockets, parts)) },
    }),
  );
  const words = { zh: `${name}总功率`, en: `${name}, total power` };
  const total: Budget[] =
    supply.power_mW === undefined
      ? []
      : [{ id, kind: "shed", name: words, unit: "mW", limit: supply.power_mW, sockets: new Set(whole(shed, parts)) }];
  return [...branches, ...phases, ...total];
}
