// One car's way through a lane as events told it: decided, seen open, passed. Pure. What no event says (the camera's trigger) is not guessed.
import type { EventView } from "#protocols/api/views.ts";
import { parseMoment } from "../format/moments.ts";

/** One car is not longer about it. */
const longest_ms = 120_000;

export interface PassageStep {
  readonly what: "decided" | "ordered" | "opened" | "passed";
  /** After the first step. */
  readonly after_ms: number;
}
export interface Passage {
  readonly at: string;
  readonly plate: string | null;
  readonly steps: readonly PassageStep[];
}

const dataOf = (event: EventView): Readonly<Record<string, unknown>> =>
  typeof event.data === "object" && event.data !== null ? (event.data as Readonly<Record<string, unknown>>) : {};

/** The newest whole passage of a lane; undefined while there is none. `newestFirst`: events of that one lane. */
export function lastPassage(newestFirst: readonly EventView[]): Passage | undefined {
  const byTime = newestFirst
    .map((event) => ({ event, at: parseMoment(event.at) }))
    .filter((one): one is { event: EventView; at: NonNullable<typeof one.at> } => one.at !== undefined)
    .sort((a, b) => b.at - a.at);
  // What a board's counter told after a gap has no time of its own.
  const passed = byTime.find(({ event }) => event.type === "lane.passed" && dataOf(event).known_late !== true);
  if (passed === undefined) return undefined;
  const earlier = byTime.filter(({ at }) => at <= passed.at && passed.at - at <= longest_ms);
  const opened = earlier.find(({ event }) => event.type === "gate.opened" && dataOf(event).known_late !== true);
  if (opened === undefined) return undefined;
  const { visit } = dataOf(passed.event);
  const decided = earlier.find(
    ({ event, at }) => at <= opened.at && /^visit\.(opened|billed|paid)$/.test(event.type) && dataOf(event).visit === visit,
  );
  const { after_ms } = dataOf(opened.event);
  const ordered = typeof after_ms === "number" ? opened.at - after_ms : undefined;
  const begin = Math.min(decided?.at ?? opened.at, ordered ?? opened.at);
  const told: PassageStep[] = [
    ...(decided === undefined ? [] : [{ what: "decided" as const, after_ms: decided.at - begin }]),
    ...(ordered === undefined ? [] : [{ what: "ordered" as const, after_ms: ordered - begin }]),
    { what: "opened", after_ms: opened.at - begin },
    { what: "passed", after_ms: passed.at - begin },
  ];
  // A board that counts the arm's way from its own clock may put the order before the decision: each stands where it was told.
  const steps = told.sort((a, b) => a.after_ms - b.after_ms);
  const plate = decided === undefined ? undefined : dataOf(decided.event).plate;
  return { at: passed.event.at, plate: typeof plate === "string" ? plate : null, steps };
}
