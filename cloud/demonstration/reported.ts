// What the towns reported of the months that are over: one put a number right, one said zero, one is silent about the last month.
import { reportTown } from "#cloud/ledger/papers/due.ts";
import { monthSpan } from "#cloud/revenue/months.ts";
import type { Change } from "#cloud/store/store.ts";
import { dayMs, hourMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { done } from "./done.ts";
import type { Cast } from "./people.ts";

const monthBefore = (moment: number): string => (toRfc3339(wall(moment)) ?? "").slice(0, 7);

export async function tellTownReports(
  change: Change,
  {
    towns,
    now,
  }: { readonly towns: ReadonlyMap<string, { readonly sites: readonly string[]; readonly person: Cast["street"] }>; readonly now: number },
): Promise<void> {
  let over = monthSpan(monthBefore(now))?.from ?? now;
  for (let back = 1; back <= 3; back += 1) {
    const span = monthSpan(monthBefore(over - 1));
    if (span === undefined) return;
    for (const [nth, [town, { sites, person }]] of [...towns].entries()) {
      const at = span.to + (1 + nth) * dayMs + 10 * hourMs;
      // Silence is not zero: nothing stands there for the last month of the second town.
      if (at > now || (back === 1 && nth === 1)) continue;
      const found = await change
        .selectFrom("hazard")
        .select((eb) => eb.fn.countAll<number>().as("n"))
        .where("site", "in", sites)
        .where("matter", "=", "hazard")
        .where("found_at", ">=", span.from)
        .where("found_at", "<", span.to)
        .executeTakeFirstOrThrow();
      const common = { town, month: span.name, person: person.id };
      const corrected = back === 2 && nth === 0 && Number(found.n) > 2;
      done(await reportTown(change, { ...common, count: Number(found.n) - (corrected ? 2 : 0), reason: null, at }));
      if (corrected)
        done(await reportTown(change, { ...common, count: Number(found.n), reason: "漏计社区补报的两处", at: at + 3 * dayMs }));
    }
    over = span.from;
  }
}
