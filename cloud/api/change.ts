// A change asked for by a person: one durable transaction, then the live stream shows what it touched.
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Surroundings } from "./surroundings.ts";

export const changed = <Result>({ store, live }: Surroundings, work: (effect: Effect) => Promise<Result>): Promise<Result> =>
  changing({ store, committed: live.show }, work);
