// A change, and what it touched: marked inside the transaction, shown after its commit; other processes are told in the transaction itself.
import type { Effect } from "./happening.ts";
import { Marks } from "./marks.ts";
import type { How, Store } from "./store.ts";
import { countingTogether } from "./tally.ts";

export interface Changing {
  readonly store: Store;
  /** After the commit: what to show. */
  readonly committed: (marks: Marks) => void;
}

/** One durable transaction. */
export async function changing<Result>(
  { store, committed }: Changing,
  work: (effect: Effect) => Promise<Result>,
  how?: How,
): Promise<Result> {
  const marks = new Marks();
  const result = await store.change(async (change) => {
    marks.take(); // a transaction that is run again starts with no marks
    const result = await countingTogether(change, () => work({ change, marks }));
    if (marks.size > 0) await store.announcements?.say(change, marks.all);
    return result;
  }, how);
  if (marks.size > 0) committed(marks);
  return result;
}
