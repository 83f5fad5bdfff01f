// The windows of a stay as its bill tells them: windows that cost the same for the same reasons become one entry, neighbours a range, others a count, so that the bill of a year can still be read.
import { fen } from "#protocols/vocabulary/money.ts";
import { type Content, type Task, type WindowPrice, windowCap } from "./one-window.ts";

/** Where windows lie: one, or several that are counted at once; others may lie between the first and the last of them. */
export interface Place {
  readonly index: number;
  readonly lastIndex: number;
  readonly from: number;
  readonly until: number;
  readonly count: number;
  /** What a window there costs is remembered, and so are its words. */
  readonly known: boolean;
}

/** An entry grows while more windows like it are told. */
type Entry = Mutable<WindowPrice>;
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Told {
  readonly windows: Entry[];
  /** Which entry tells the windows of this content, by what one costs after its cap. */
  readonly entries: Map<Content, Map<number, Entry>>;
  /** Windows that are not full are not remembered elsewhere: equal texts, one content. */
  readonly parts: Map<string, Content>;
}

export const nothingTold = (): Told => ({ windows: [], entries: new Map(), parts: new Map() });

export function tell(told: Told, task: Task, content: Content, place: Place): void {
  const cap = windowCap(task, place.index);
  const amount = cap === undefined || content.uncapped <= cap ? content.uncapped : cap;
  const like = entriesOf(told, content);
  const entry = like.get(amount);
  if (entry === undefined) {
    const { free, items, uncapped } = content;
    const { index, lastIndex, from, until, count, known } = place;
    const made: Entry = { index, lastIndex, from, until, count, scattered: false, known, free, items, uncapped, amount: fen(amount) };
    like.set(amount, made);
    told.windows.push(made);
  } else join(entry, place);
}

/** More of the same, told in whatever order. */
export function join(entry: Mutable<Place>, { index, lastIndex, from, until, count }: Place): void {
  entry.count += count;
  if (index < entry.index) [entry.index, entry.from] = [index, from];
  if (lastIndex > entry.lastIndex) [entry.lastIndex, entry.until] = [lastIndex, until];
}

/** In the order of their first windows; neighbours are a range, others are scattered. So the bill says the same, however its windows were counted. */
export function windowsOf({ windows }: Told): WindowPrice[] {
  for (const entry of windows) entry.scattered = entry.count < entry.lastIndex - entry.index + 1;
  return windows.sort((a, b) => a.index - b.index);
}

function entriesOf({ entries, parts }: Told, content: Content): Map<number, Entry> {
  let own = content;
  if (!content.full) {
    own = parts.get(content.like) ?? content;
    if (own === content) parts.set(content.like, content);
  }
  const found = entries.get(own) ?? new Map<number, Entry>();
  if (found.size === 0) entries.set(own, found);
  return found;
}
