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

/** An entry grows while more windows like it are told. */
type Entry = { -readonly [Key in keyof WindowPrice]: WindowPrice[Key] };

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
    const { full, free, items, uncapped } = content;
    const { index, lastIndex, from, until, count, scattered } = place;
    const made: Entry = { index, lastIndex, from, until, count, scattered, full, free, items, uncapped, amount: fen(amount) };
    like.set(amount, made);
    told.windows.push(made);
  } else join(entry, place);
}

/** One more of the same: neighbours stay a range. */
export function join(entry: { -readonly [Key in keyof Place]: Place[Key] }, place: Place): void {
  entry.scattered ||= place.scattered || entry.lastIndex !== place.index - 1;
  entry.count += place.count;
  entry.lastIndex = place.lastIndex;
  entry.until = place.until;
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
