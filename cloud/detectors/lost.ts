// A detector that is not heard in its time is lost, never "well": an alarm, once, until it is heard again. One that was never heard has its time from when the cloud first knew of it.
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import { hourMs } from "#protocols/vocabulary/time.ts";
import type { DetectorSource } from "./sources.ts";
import { lostRule, ownGateway } from "./take.ts";

interface Looking {
  readonly store: Store;
  readonly committed: (marks: Marks) => void;
  readonly sources: readonly DetectorSource[];
}

/** How many were lost at this look. Done again it does nothing. */
export async function tickDetectors({ store, committed, sources }: Looking, now: number): Promise<number> {
  let lost = 0;
  for (const { site, detectors } of sources) {
    const rows = await store.read.selectFrom("detector").selectAll().where("site", "=", site).execute();
    const known = new Map(rows.map((row) => [row.detector, row]));
    const fresh = detectors.filter(({ id }) => !known.has(id));
    const due = detectors.filter(({ id, silent_h }) => {
      const row = known.get(id);
      return row !== undefined && row.silent === 0 && now - (row.heard_at ?? row.known_at) >= silent_h * hourMs;
    });
    if (fresh.length === 0 && due.length === 0) continue;
    lost += await changing(
      { store, committed },
      async (effect) => {
        for (const { id } of fresh)
          await effect.change
            .insertInto("detector")
            .values({ site, detector: id, known_at: now, heard_at: null, said_at: null, silent: 0, word: null, numbers: "{}" })
            .onConflict((conflict) => conflict.columns(["site", "detector"]).doNothing())
            .execute();
        let some = 0;
        for (const { id, name, zone = null, silent_h } of due) {
          // Looked at again within the transaction: it may have reported meanwhile, or another process was faster.
          const { numUpdatedRows } = await effect.change
            .updateTable("detector")
            .set({ silent: 1 })
            .where("site", "=", site)
            .where("detector", "=", id)
            .where("silent", "=", 0)
            .where((eb) => eb(eb.fn.coalesce("heard_at", "known_at"), "<=", now - silent_h * hourMs))
            .executeTakeFirst();
          if (Number(numUpdatedRows) === 0) continue;
          await raiseOwnAlarm(effect, { site, gateway: ownGateway, source: id, rule: lostRule, at: now, detail: ` ${name}`, zone });
          some += 1;
        }
        return some;
      },
      { alone: `${site}/${ownGateway}` },
    );
  }
  return lost;
}
