// Several entries of one car, grouped: a group begins with an entry and holds all that follow within the given time of it. "The first stop in 24 h" and "several entries pay at most" are said of groups.
import { type Fen, fen } from "#protocols/vocabulary/money.ts";
import { day, dayOf, localSecond } from "./days.ts";
import type { EarlierStay } from "./stay.ts";
import type { EntriesCap } from "./types.ts";

interface Group {
  /** The entry that began the group of this stay; this stay's own when it is the first. */
  readonly anchor: number;
  readonly earlier: readonly EarlierStay[];
}

/** The group that an entry belongs to. A group is anchored at its first entry and never slides: what enters at or after anchor + seconds begins a new one. */
export function rollingGroup(entered: number, history: readonly EarlierStay[], seconds: number): Group {
  const before = history.filter((stay) => localSecond(stay.entered) < entered).sort((a, b) => a.entered - b.entered);
  let anchor = Number.NEGATIVE_INFINITY;
  let earlier: EarlierStay[] = [];
  for (const stay of before) {
    const at = localSecond(stay.entered);
    if (at >= anchor + seconds) {
      anchor = at;
      earlier = [stay];
    } else earlier.push(stay);
  }
  return entered >= anchor + seconds ? { anchor: entered, earlier: [] } : { anchor, earlier };
}

function dayGroup(entered: number, history: readonly EarlierStay[]): Group {
  const earlier = history.filter((stay) => localSecond(stay.entered) < entered && dayOf(localSecond(stay.entered)) === dayOf(entered));
  return { anchor: dayOf(entered) * day, earlier };
}

export const isFirstEntry = (entered: number, history: readonly EarlierStay[], seconds: number): boolean =>
  rollingGroup(entered, history, seconds).earlier.length === 0;

/** What this stay may still cost: the cap of every started period of its group, less what the group was charged before. */
export function leftOfEntriesCap(rule: EntriesCap, stay: { from: number; until: number }, history: readonly EarlierStay[]): Fen {
  const group = rule.kind === "rolling" ? rollingGroup(stay.from, history, rule.seconds) : dayGroup(stay.from, history);
  const periods = Math.max(1, Math.ceil((stay.until - group.anchor) / rule.seconds));
  const charged = group.earlier.reduce((sum, earlier) => sum + earlier.charged, 0);
  return fen(Math.max(0, rule.cap * periods - charged));
}
