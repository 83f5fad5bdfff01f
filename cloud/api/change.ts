// A change asked for by a person: one durable transaction, then the live stream shows what it touched.
import type { Effect } from "#cloud/store/happening.ts";
import { Marks } from "#cloud/store/marks.ts";
import type { Surroundings } from "./surroundings.ts";

export async function changed<Result>({ store, live }: Surroundings, work: (effect: Effect) => Promise<Result>): Promise<Result> {
  const marks = new Marks();
  const result = await store.change((change) => {
    marks.take(); // a transaction that is run again starts with no marks
    return work({ change, marks });
  });
  live.show(marks);
  return result;
}
