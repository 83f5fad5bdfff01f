// The gateway itself: that it spoke, what stands at its site, and whether its connection is up.
import { clearByEvent, raiseOwnAlarm, settleOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import { often } from "#cloud/store/often.ts";
import type { Change } from "#cloud/store/store.ts";
import { knowSocket } from "./charging.ts";
import type { Of } from "./events.ts";
import { knowFacilities } from "./facilities.ts";
import { knowLane } from "./lanes.ts";
import { knowLots } from "./lots.ts";
import { knowShedRules } from "./shed-rules.ts";
import { knowShed } from "./sheds.ts";

export async function gatewayStarted(effect: Effect, event: Of<"gateway.started">): Promise<void> {
  // The earlier boots whose clocks were not set are over.
  if (event.stamp.synchronised) await clearByEvent(effect, event, { rule: "uplink.clock", source: event.gateway });
  for (const { id, name, direction } of event.data.lanes ?? []) await knowLane(effect, event, { id, name, direction });
  for (const { id, sockets } of event.data.stations ?? [])
    for (let number = 1; number <= sockets; number += 1) await knowSocket(effect, event, `${id}/${number}`);
  for (const shed of event.data.sheds ?? []) await knowShed(effect, event, shed);
  await knowShedRules(effect, event);
  await knowFacilities(effect, event);
  await knowLots(effect, event);
}

const spoke = often((db, { site, gateway, at }: { site: string; gateway: string; at: number }) =>
  db
    .insertInto("gateway")
    .values({ site, gateway, state: "unknown", since: null, last_event_at: at })
    .onConflict((conflict) => conflict.columns(["site", "gateway"]).doUpdateSet({ last_event_at: at })),
);

export async function heardOf(effect: Effect, heard: Origin & { readonly at: number }): Promise<void> {
  const { site, gateway, at } = heard;
  await spoke(effect.change, { site, gateway, at });
  effect.marks.add({ kind: "gateway", site, gateway });
}

/** A retained status that is heard again (after our own restart) changes nothing. */
export async function statusOf(
  effect: Effect,
  status: Origin & { readonly state: "online" | "offline"; readonly at: number },
): Promise<void> {
  const { site, gateway, state, at } = status;
  const known = await effect.change
    .selectFrom("gateway")
    .select("state")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .executeTakeFirst();
  if (known?.state === state) return;
  await effect.change
    .insertInto("gateway")
    .values({ site, gateway, state, since: at, last_event_at: null })
    .onConflict((conflict) => conflict.columns(["site", "gateway"]).doUpdateSet({ state, since: at }))
    .execute();
  const alarm = { site, gateway, rule: "gateway.offline", source: gateway, at };
  await (state === "offline" ? raiseOwnAlarm(effect, alarm) : settleOwnAlarm(effect, alarm));
  effect.marks.add({ kind: "gateway", site, gateway });
}

/** We have just come up: who was here before us must say so again (retained status, or a new connection to our own broker). */
export async function forgetPresence(change: Change): Promise<void> {
  await change.updateTable("gateway").set({ state: "unknown" }).where("state", "=", "online").execute();
}

/** Who has said nothing of itself since then is gone: it may have gone while we were away, when nobody could hear its last will. */
export async function presumeGone(effect: Effect, at: number): Promise<void> {
  const silent = await effect.change.selectFrom("gateway").select(["site", "gateway"]).where("state", "=", "unknown").execute();
  for (const { site, gateway } of silent) await statusOf(effect, { site, gateway, state: "offline", at });
}
