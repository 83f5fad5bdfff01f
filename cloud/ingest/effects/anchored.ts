// A gateway's clock was set: the fact is kept, and by it every time that its boot had guessed or mistaken is derived. The stamps themselves stay as they came.
import { clearByEvent } from "#cloud/alarms/alarms.ts";
import type { Effect } from "#cloud/store/happening.ts";
import { correctLabels } from "#cloud/store/labels.ts";
import type { Of } from "./events.ts";

export async function anchored(effect: Effect, event: Of<"clock.anchored">): Promise<void> {
  const { gateway, key, data, received } = event;
  const { mono, boot, synchronised } = event.stamp;
  const wall = synchronised ? event.stamp.wall : data.wall;
  if (wall === undefined) return; // an anchor that does not hold is none
  const anchor = { gateway, boot, mono, wall, event: key, off_ms: data.off_ms, received_at: received };
  await effect.change
    .insertInto("clock_anchor")
    .values(anchor)
    .onConflict((conflict) => conflict.columns(["gateway", "boot", "mono"]).doNothing())
    .execute();
  await correctLabels(effect, event, anchor);
  // Told the time by us, it has it for its labels; its own clock is still not set.
  if (synchronised) await clearByEvent(effect, event, { rule: "uplink.clock", source: gateway });
}
