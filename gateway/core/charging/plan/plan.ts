// Who may start beneath limits that several share, who waits, for what, and until when at the latest. Longest wait first: what somebody waits for is held for him,
// so that nobody who came later takes it, and whoever is told a time starts no later, as long as nothing takes more than it is counted with.
import type { Wall } from "#protocols/vocabulary/time.ts";
import type { Budget } from "../shed/budget.ts";

export interface Draw {
  readonly mA: number;
  readonly mW: number;
}

export type PlanBudget = Pick<Budget, "id" | "name" | "unit" | "limit" | "sockets"> & {
  /** What flows there beside the running charges; undefined: not known now, and then nothing is let in. */
  readonly base: number | undefined;
};

export interface RunningCharge {
  readonly socket: string;
  /** Measured, or at its most where nobody measures. */
  readonly draws: Draw;
  /** When it is over at the latest. */
  readonly until: Wall;
}

export interface WaitingStart {
  readonly id: string;
  readonly socket: string;
  readonly asked: Wall;
  /** Not before: the valley, where somebody chose it; else when it was asked for. */
  readonly from: Wall;
  readonly most: Draw;
  readonly lasts_ms: number;
}

/** Why one does not start now: the budget that has no room, with all numbers of the decision. */
export interface Blocked {
  readonly budget: PlanBudget;
  readonly used: number | undefined;
  /** Held for those who have waited longer. */
  readonly held: number;
  readonly needs: number;
}

export interface Turn {
  readonly id: string;
  readonly may: boolean;
  /** Its place among those who wait with it; 1 is next. */
  readonly place: number;
  readonly blocked: Blocked | undefined;
  /** undefined: what flows beside the charges leaves no room even when all of them have ended. */
  readonly latest: Wall | undefined;
}

/** By when the waiting began in earnest; the order of asking does not depend on the order of the list. */
const order = (a: WaitingStart, b: WaitingStart): number => a.from - b.from || a.asked - b.asked || (a.id < b.id ? -1 : 1);

interface Looked {
  readonly admitted: readonly WaitingStart[];
  readonly blocked: ReadonlyMap<string, Blocked>;
}

/** One look at one moment. */
function look(budgets: readonly PlanBudget[], running: readonly RunningCharge[], queue: readonly WaitingStart[]): Looked {
  const state = budgets.map((budget) => {
    const drawn = running.reduce((sum, one) => (budget.sockets.has(one.socket) ? sum + one.draws[budget.unit] : sum), 0);
    return { budget, used: budget.base === undefined ? undefined : budget.base + drawn, held: 0 };
  });
  const admitted: WaitingStart[] = [];
  const blocked = new Map<string, Blocked>();
  for (const one of queue) {
    const mine = state.filter(({ budget }) => budget.sockets.has(one.socket));
    const full = mine.find(({ budget, used, held }) => used === undefined || used + held + one.most[budget.unit] > budget.limit);
    if (full === undefined) {
      admitted.push(one);
      for (const at of mine) at.used = (at.used ?? 0) + one.most[at.budget.unit];
      continue;
    }
    blocked.set(one.id, { budget: full.budget, used: full.used, held: full.held, needs: one.most[full.budget.unit] });
    // Nothing is held for a start that would not fit if every charge had ended: it would keep everybody out for nothing.
    if (mine.every(({ budget }) => (budget.base ?? 0) + one.most[budget.unit] <= budget.limit))
      for (const at of mine) at.held += one.most[at.budget.unit];
  }
  return { admitted, blocked };
}

/**
 * `latest` comes of running the same rule forward with every charge as long as it can be. Shorter charges bring it nearer and never put it off:
 * what is held for one is held whether or not it has started.
 */
export function plan(
  budgets: readonly PlanBudget[],
  { running, waiting }: { readonly running: readonly RunningCharge[]; readonly waiting: readonly WaitingStart[] },
  now: Wall,
): Turn[] {
  const first = look(budgets, running, waiting.filter(({ from }) => from <= now).toSorted(order));
  const latest = new Map<string, Wall>();
  let left = waiting.toSorted(order);
  let going = running.map((one) => ({ ...one, until: Math.max(one.until, now + 1) as Wall }));
  for (let at: Wall | undefined = now; at !== undefined && left.length > 0; at = nextOf(going, left, at)) {
    const moment: Wall = at;
    going = going.filter(({ until }) => until > moment);
    const { admitted } = look(
      budgets,
      going,
      left.filter(({ from }) => from <= moment),
    );
    for (const { id, socket, most, lasts_ms } of admitted) {
      latest.set(id, moment);
      going.push({ socket, draws: most, until: (moment + Math.max(1, lasts_ms)) as Wall });
    }
    left = left.filter(({ id }) => !latest.has(id));
  }
  const may = new Set(first.admitted.map(({ id }) => id));
  const behind = waiting.filter(({ id }) => !may.has(id)).toSorted(order);
  return waiting.toSorted(order).map(({ id }) => ({
    ...{ id, may: may.has(id), place: may.has(id) ? 0 : behind.findIndex((one) => one.id === id) + 1 },
    ...{ blocked: first.blocked.get(id), latest: latest.get(id) },
  }));
}

/** When something ends, or somebody's hour comes. */
function nextOf(going: readonly RunningCharge[], left: readonly WaitingStart[], after: Wall): Wall | undefined {
  const times = [...going.map(({ until }) => until), ...left.map(({ from }) => from)].filter((at) => at > after);
  return times.length === 0 ? undefined : (times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY) as Wall);
}
