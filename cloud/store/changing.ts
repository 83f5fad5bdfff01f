// A change, and what it touched: marked inside the transaction, shown after its commit; other processes are told in the transaction itself.
import type { Effect } from "./happening.ts";
import { Marks } from "./marks.ts";
import type { Store } from "./store.ts";

export interface Changing {
  readonly store: Store;
  /** After the commit: what to show. */
  readonly committed: (marks: Marks) => void;
}

/** One durable transaction; `alone` as in the store. */
export async function changing<Result>(
  { store, committed }: Changing,
  work: (effect: Effect) => Promise<Result>,
  alone?: string,
): Promise<Result> {
  const marks = new Marks();
  const result = await store.change(async (change) => {
    marks.take(); // a transaction that is run again starts with no marks
    const result = await work({ change, marks });
    if (marks.size > 0) await store.announcements?.say(change, marks.all);
    return result;
  }, alone);
  if (marks.size > 0) committed(marks);
  return result;
}
