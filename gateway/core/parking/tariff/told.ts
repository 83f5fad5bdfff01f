// The windows of a stay as its bill tells them: windows that cost the same for the same reasons become one entry, neighbours a range, others a count, so that the bill of a year can still be read.
import { fen } from "#protocols/vocabulary/money.ts";
import { type Content, type Task, type WindowPrice, windowCap } from "./one-window.ts";

/** Where windows lie: one, or several that are counted at once. */
export interface Place {
  readonly index: number;
  readonly lastIndex: number;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  readonly scattered: boolean;
}

export interface Told {
  readonly windows: WindowPrice[];
  /** Which entry tells the windows of this content and cap. */
  readonly entries: Map<string, number>;
}

export const nothingTold = (): Told => ({ windows: [], entries: new Map() });

export function tell({ windows, entries }: Told, task: Task, content: Content, place: Place): void {
  const cap = windowCap(task, place.index);
  const amount = cap === undefined || content.uncapped <= cap ? content.uncapped : cap;
  const key = amount === content.uncapped ? content.like : `${content.like} capped ${amount}`;
  const at = entries.get(key);
  const like = at === undefined ? undefined : windows[at];
  if (at === undefined || like === undefined) {
    entries.set(key, windows.length);
    const { full, free, items, uncapped } = content;
    windows.push({ ...place, full, free, items, uncapped, amount: fen(amount) });
    return;
  }
  const scattered = like.scattered || place.scattered || like.lastIndex !== place.index - 1 || at !== windows.length - 1;
  windows[at] = { ...like, count: like.count + place.count, lastIndex: place.lastIndex, until: place.until, scattered };
}
