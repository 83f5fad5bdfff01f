// Keeps every budget: refuses what would go beyond it, and sheds in order what already does. Lowest priority first, newest first; enough, and no more.
import { after, type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import { type Budget, type Metered, type SocketLoad, shareOf, type Taken, taken } from "./budget.ts";
import { loadFixed } from "./limits.ts";

/** How one budget has been going. */
interface Course {
  readonly overSince: Monotonic | undefined;
  readonly shedAt: Monotonic | undefined;
  /** After a shedding: until the load has been low for a while nothing new is let in near the limit. */
  readonly tight: boolean;
  readonly lowSince: Monotonic | undefined;
  /** That nothing more can be shed was said. */
  readonly helpless: boolean;
}
const fresh: Course = { overSince: undefined, shedAt: undefined, tight: false, lowSince: undefined, helpless: false };

export interface Load {
  readonly budgets: readonly Budget[];
  readonly courses: Readonly<Record<string, Course>>;
}
export const newLoad = (budgets: readonly Budget[]): Load => ({ budgets, courses: {} });

export interface Snapshot {
  readonly loads: readonly SocketLoad[];
  /** Fresh values of feeder meters by budget id. */
  readonly metered: Readonly<Record<string, Metered>>;
  readonly now: Monotonic;
}

export interface Shedding {
  readonly socket: string;
  readonly budget: Budget;
  readonly taken: Taken;
  /** Down to which the budget is brought. */
  readonly target: number;
  /** What this socket counts. */
  readonly share: number;
  readonly priority: number;
  readonly on_ms: number;
}

export interface LoadStep {
  readonly state: Load;
  /** In this order. */
  readonly shed: readonly Shedding[];
  /** Budgets that are over their limit with nothing left that could be shed; each is said once. */
  readonly helpless: readonly { readonly budget: Budget; readonly taken: Taken }[];
}

const courseOf = (state: Load, budget: Budget): Course => state.courses[budget.id] ?? fresh;

/** The room below the limit that keeps a budget quiet: a share of it, but never more than one socket's reserve, so that a large supply is not emptied for a small excess. */
function marginOf(budget: Budget, loads: readonly SocketLoad[]): number {
  const reserves = loads.filter(({ socket }) => budget.sockets.has(socket)).map(({ reserve }) => reserve[budget.unit]);
  return Math.min((budget.limit * loadFixed.marginPermille) / 1000, Math.max(0, ...reserves));
}
/** Down to where a shedding goes, and below which the budget must have been for a while before it is let up to its limit again. */
const targetOf = (budget: Budget, { loads }: Snapshot): number => budget.limit - marginOf(budget, loads);
const resumeOf = (budget: Budget, { loads }: Snapshot): number => budget.limit - 2 * marginOf(budget, loads);

export const takenOf = (budget: Budget, { loads, metered, now }: Snapshot): Taken =>
  taken(budget, loads, { metered: metered[budget.id], now });

/** Lowest priority, then newest, then the higher number: the order does not depend on chance. */
export const sheddingOrder = (a: SocketLoad, b: SocketLoad): number =>
  a.priority - b.priority || b.since - a.since || (a.socket < b.socket ? 1 : -1);

export function balance(before: Load, all: Snapshot): LoadStep {
  const snapshot: Snapshot = { ...all, loads: all.loads.filter(({ state }) => state !== "lapsed") };
  const courses: Record<string, Course> = { ...before.courses };
  const shed: Shedding[] = [];
  const helpless: LoadStep["helpless"][number][] = [];
  for (const budget of before.budgets) {
    const was = takenOf(budget, snapshot);
    // What another budget sheds in this moment relieves this one too.
    const going = shed
      .filter(({ socket }) => budget.sockets.has(socket))
      .reduce((sum, one) => sum + shareIn(budget, snapshot, one.socket), 0);
    const now: Taken = { ...was, value: was.value - going };
    const course = courseAfter(courseOf(before, budget), budget, { value: now.value, snapshot });
    courses[budget.id] = course;
    if (!isDue(course, snapshot.now)) continue;
    const chosen = choose(budget, now, { snapshot, gone: new Set(shed.map(({ socket }) => socket)) });
    if (chosen.length === 0 && !course.helpless) helpless.push({ budget, taken: now });
    shed.push(...chosen);
    courses[budget.id] =
      chosen.length === 0 ? { ...course, helpless: true } : { ...course, shedAt: snapshot.now, tight: true, lowSince: undefined };
  }
  return { state: { ...before, courses }, shed, helpless };
}

function shareIn(budget: Budget, { loads, now }: Snapshot, socket: string): number {
  const load = loads.find((one) => one.socket === socket);
  return load === undefined ? 0 : shareOf(load, budget.unit, now).value;
}

function courseAfter(course: Course, budget: Budget, { value, snapshot }: { value: number; snapshot: Snapshot }): Course {
  const { now } = snapshot;
  const over = value > budget.limit;
  const low = value <= resumeOf(budget, snapshot);
  const lowSince = low ? (course.lowSince ?? now) : undefined;
  const eased = lowSince !== undefined && now - lowSince >= loadFixed.resumeAfter_ms;
  return {
    overSince: over ? (course.overSince ?? now) : undefined,
    shedAt: course.shedAt,
    tight: course.tight && !eased,
    lowSince,
    helpless: course.helpless && over,
  };
}

const isDue = ({ overSince, shedAt }: Course, now: Monotonic): boolean =>
  overSince !== undefined && now - overSince >= loadFixed.hold_ms && (shedAt === undefined || now - shedAt >= loadFixed.again_ms);

function choose(budget: Budget, at: Taken, { snapshot, gone }: { snapshot: Snapshot; gone: ReadonlySet<string> }): Shedding[] {
  const target = targetOf(budget, snapshot);
  const chosen: Shedding[] = [];
  let left = at.value;
  for (const load of snapshot.loads.filter((one) => one.state === "on" && budget.sockets.has(one.socket)).sort(sheddingOrder)) {
    if (left <= target) break;
    const share = shareOf(load, budget.unit, snapshot.now).value;
    if (gone.has(load.socket) || share <= 0) continue;
    left -= share;
    const on_ms = Math.max(0, snapshot.now - load.since);
    chosen.push({ socket: load.socket, budget, taken: at, target, share, priority: load.priority, on_ms });
  }
  return chosen;
}

export interface NoRoom {
  readonly budget: Budget;
  readonly taken: Taken;
  /** What this socket might take. */
  readonly reserve: number;
  /** The limit that holds now: lower for a while after a shedding. */
  readonly limit: number;
}

/** Which budget has no room for this socket; undefined when all have. */
export function noRoom(state: Load, snapshot: Snapshot, asked: Pick<SocketLoad, "socket" | "reserve">): NoRoom | undefined {
  const others = snapshot.loads.filter((one) => one.socket !== asked.socket);
  for (const budget of state.budgets) {
    if (!budget.sockets.has(asked.socket)) continue;
    const limit = courseOf(state, budget).tight ? resumeOf(budget, snapshot) : budget.limit;
    const now = takenOf(budget, { ...snapshot, loads: others });
    const reserve = asked.reserve[budget.unit];
    if (now.value + reserve > limit) return { budget, taken: now, reserve, limit };
  }
  return undefined;
}

/** When `balance` has something to do by the clock alone. */
export function loadWakeAt(state: Load): Monotonic | undefined {
  const times = Object.values(state.courses).flatMap(({ overSince, shedAt, helpless }) => {
    if (overSince === undefined || helpless) return [];
    const held = after(overSince, loadFixed.hold_ms);
    return [shedAt === undefined ? held : monotonic(Math.max(held, shedAt + loadFixed.again_ms))];
  });
  return times.length === 0 ? undefined : monotonic(Math.min(...times));
}
