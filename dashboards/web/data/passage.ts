// One car's way through a lane as events told it: triggered, read, decided, ordered, seen open, passed. Pure. A step that no event tells is not guessed: it is shown as missing, and never as zero.
import type { EventView } from "#protocols/api/views.ts";
import { parseMoment } from "../format/moments.ts";

/** One car is not longer about it. */
const longest_ms = 120_000;

export const passageSteps = ["trigger", "read", "decided", "ordered", "opened", "passed"] as const;
export interface PassageStep {
  readonly what: (typeof passageSteps)[number];
  /** After the first step that is known; null: nobody has told. */
  readonly after_ms: number | null;
}
export interface Passage {
  readonly at: string;
  readonly plate: string | null;
  readonly steps: readonly PassageStep[];
}

interface Told {
  readonly event: EventView;
  readonly at: number;
}
type Data = Readonly<Record<string, unknown>>;
const dataOf = ({ data }: EventView): Data => (typeof data === "object" && data !== null ? (data as Data) : {});
const numberIn = (data: unknown, name: string): number | null => {
  const value = typeof data === "object" && data !== null ? (data as Data)[name] : undefined;
  return typeof value === "number" ? value : null;
};
const decides = /^visit\.(opened|billed|paid)$/;
/** What a board's counter told after a gap has no time of its own. */
const isOpening = ({ event }: Told): boolean => event.type === "gate.opened" && dataOf(event).known_late !== true;
const isPassing = ({ event }: Told): boolean => event.type === "lane.passed" && dataOf(event).known_late !== true;

const byTime = (events: readonly EventView[]): Told[] =>
  events
    .flatMap((event) => {
      const at = parseMoment(event.at);
      return at === undefined ? [] : [{ event, at: Number(at) }];
    })
    .sort((a, b) => a.at - b.at);

interface Found {
  readonly decided?: Told | undefined;
  readonly opened?: Told | undefined;
  readonly passed?: Told | undefined;
}

/** Each where it was told; the camera's and the gate's own moments as the opening tells of them. */
function stepsOf({ decided, opened, passed }: Found): PassageStep[] {
  const own = opened === undefined ? {} : dataOf(opened.event);
  const after = numberIn(own, "after_ms");
  const heard = opened === undefined || after === null ? null : opened.at - after;
  const { steps } = own;
  const traced = typeof steps === "object" && steps !== null ? heard : null;
  const [read_ms, decided_ms, gate_ms] = ["read_ms", "decided_ms", "gate_ms"].map((name) => numberIn(steps, name));
  const at = (from: number | null | undefined, ...more: (number | null | undefined)[]): number | null =>
    from === null || from === undefined || more.some((one) => one === null || one === undefined)
      ? null
      : more.reduce<number>((sum, one) => sum + (one ?? 0), from);
  const moments: Readonly<Record<PassageStep["what"], number | null>> = {
    trigger: at(traced, read_ms === null || read_ms === undefined ? null : -read_ms),
    read: traced,
    decided: at(traced, decided_ms) ?? decided?.at ?? null,
    // Without a stopwatch the order is the only moment before the arm that is told.
    ordered: traced === null ? heard : at(traced, decided_ms, gate_ms),
    opened: opened?.at ?? null,
    passed: passed?.at ?? null,
  };
  const known = Object.values(moments).filter((one) => one !== null);
  const begin = Math.min(...known);
  return passageSteps.map((what) => ({ what, after_ms: moments[what] === null ? null : Math.round((moments[what] ?? 0) - begin) }));
}

function passageOf(found: Found, at: string): Passage {
  const plates = [found.decided, found.passed].map((one) => (one === undefined ? undefined : dataOf(one.event).plate));
  const plate = plates.find((one) => typeof one === "string");
  return { at, plate: typeof plate === "string" ? plate : null, steps: stepsOf(found) };
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= longest_ms;

/** The last decision about this car before its arm went up. */
const decisionBefore = (all: readonly Told[], until: number, visit: unknown): Told | undefined =>
  [...all].reverse().find(({ event, at }) => {
    if (at > until || !near(at, until) || !decides.test(event.type)) return false;
    return visit === undefined || dataOf(event).visit === visit;
  });

/** The newest whole passage of a lane; undefined while there is none. `events`: of that one lane, in any order. */
export function lastPassage(events: readonly EventView[]): Passage | undefined {
  const newest = byTime(events).reverse();
  const passed = newest.find(isPassing);
  if (passed === undefined) return undefined;
  const opened = newest.find((one) => isOpening(one) && one.at <= passed.at && near(one.at, passed.at));
  if (opened === undefined) return undefined;
  const decided = decisionBefore([...newest].reverse(), opened.at, dataOf(passed.event).visit);
  return passageOf({ decided, opened, passed }, passed.event.at);
}

/** What an event is a step of; undefined: of no car's way through a lane. `events`: of its lane, around it. */
export function passageAround(events: readonly EventView[], key: string): Passage | undefined {
  const all = byTime(events);
  const middle = all.find(({ event }) => event.key === key);
  if (middle === undefined) return undefined;
  const { event, at } = middle;
  const visit = dataOf(event).visit ?? undefined;
  const passing = all.filter((one) => isPassing(one) && near(one.at, at));
  if (event.type === "gate.opened" && !isOpening(middle)) return undefined;
  if (isPassing(middle)) {
    const opened = [...all].reverse().find((one) => isOpening(one) && one.at <= at && near(one.at, at));
    return passageOf({ opened, passed: middle, decided: decisionBefore(all, opened?.at ?? at, visit ?? null) }, event.at);
  }
  if (isOpening(middle)) {
    const next = all.find((one) => isOpening(one) && one.at > at);
    const passed = passing.find((one) => one.at >= at && (next === undefined || one.at <= next.at));
    const whose = passed === undefined ? undefined : (dataOf(passed.event).visit ?? undefined);
    return passageOf({ decided: decisionBefore(all, at, whose), opened: middle, passed }, event.at);
  }
  if (!decides.test(event.type) && event.type !== "lane.exception") return undefined;
  // The arm that went up for it: before anybody else was decided on.
  const later = all.filter((one) => one.at >= at && one !== middle);
  const other = later.find((one) => decides.test(one.event.type) && dataOf(one.event).visit !== visit);
  const opened = later.find((one) => isOpening(one) && (other === undefined || one.at <= other.at));
  const passed = passing.find(
    (one) =>
      one.at >= (opened?.at ?? at) &&
      (opened !== undefined || visit !== undefined) &&
      (visit === undefined || dataOf(one.event).visit === visit),
  );
  return passageOf({ decided: middle, opened, passed }, event.at);
}
