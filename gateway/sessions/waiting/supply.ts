// The site's supplies, and what each socket may take of them at most: from the site file, piles included with what they were declared to open above.
import { budgetsOf } from "../../config/shed-budgets.ts";
import { pilesOf, socketCount } from "../../config/stations.ts";
import type { Draw } from "../../core/charging/plan/plan.ts";
import type { Budget } from "../../core/charging/shed/budget.ts";
import { reserveOf } from "../../core/charging/shed/socket-load.ts";
import type { SiteContext } from "../../site-context.ts";

export interface SupplySocket {
  readonly most: Draw;
  readonly longest_s: number;
  /** It charges by its own firmware, and protection does not see it. */
  readonly pile: boolean;
}

export interface Supply {
  readonly budgets: readonly Budget[];
  readonly sockets: ReadonlyMap<string, SupplySocket>;
}

/** 220 V − 10 %: the current that a power may mean. */
const lowest_V = 198;
const numbered = (id: string, count: number): string[] => Array.from({ length: count }, (_, at) => `${id}/${at + 1}`);

export function supplyOf({ config, profiles, limits }: Pick<SiteContext, "config" | "profiles" | "limits">): Supply {
  const sockets = new Map<string, SupplySocket>();
  const counts = new Map<string, number>();
  for (const station of config.stations) {
    const held = limits.get(station.limits);
    const count = socketCount(station, profiles) ?? 0;
    counts.set(station.id, count);
    if (held === undefined) continue;
    const one = { most: reserveOf(held), longest_s: held.max_time.end_s, pile: false };
    for (const name of numbered(station.id, count)) sockets.set(name, one);
  }
  const piles = pilesOf(config);
  for (const { id, ports, overload_W, time_most_s } of piles) {
    const most = { mW: overload_W * 1000, mA: Math.ceil((overload_W * 1000) / lowest_V) };
    for (const name of numbered(id, ports)) sockets.set(name, { most, longest_s: time_most_s, pile: true });
  }
  const budgets = budgetsOf({
    ...{ sheds: config.sheds ?? [], transformers: config.transformers ?? [], sockets: (station) => counts.get(station) ?? 0 },
    alsoIn: (shed) => piles.filter((pile) => pile.shed === shed).flatMap(({ id, ports }) => numbered(id, ports)),
  });
  return { budgets, sockets };
}
