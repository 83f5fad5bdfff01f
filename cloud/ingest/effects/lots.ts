// From gateway.started: which lots a gateway has, and how large they are. The newest start says all of it.
import type { Effect } from "#cloud/store/happening.ts";
import type { Of } from "./events.ts";

export async function knowLots({ change }: Effect, event: Of<"gateway.started">): Promise<void> {
  const { site, gateway, at, data } = event;
  // A gateway of before they were told says nothing of them.
  if (data.lots === undefined) return;
  const newest = await change
    .selectFrom("lot")
    .select("told_at")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .orderBy("told_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (newest !== undefined && newest.told_at > at.wall) return;
  await change.deleteFrom("lot").where("site", "=", site).where("gateway", "=", gateway).execute();
  const once = new Map(data.lots.map((one) => [one.id, one]));
  for (const [place, { id: lot, name, within, capacity }] of [...once.values()].entries())
    await change.insertInto("lot").values({ site, gateway, lot, name, within, capacity, place, told_at: at.wall }).execute();
}
