// What a gateway had to let go is written down, once, and raised: a gap that nobody knows of looks like quiet.
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import type { NewRow } from "#cloud/store/schema.ts";
import type { ReadingsGap } from "#protocols/uplink/envelope.ts";
import type { Of } from "./events.ts";

export async function streamGap(effect: Effect, event: Of<"stream.gap">): Promise<void> {
  const { site, gateway, key, data, received } = event;
  const [, , stream = "state"] = key.split("/");
  const lost = data.count;
  await note(effect, {
    id: key,
    site,
    gateway,
    stream,
    reason: data.reason,
    from_at: data.from,
    to_at: data.to,
    lost,
    received_at: received,
  });
}

export async function readingsGaps(
  effect: Effect,
  heard: Origin & { readonly received: number },
  gaps: readonly ReadingsGap[],
): Promise<void> {
  const { site, gateway, received } = heard;
  for (const gap of gaps) {
    const row = { id: `${gateway}/${gap.id}`, site, gateway, stream: "bulk", reason: gap.reason, from_at: gap.from, to_at: gap.to };
    await note(effect, { ...row, lost: gap.points, received_at: received });
  }
}

async function note(effect: Effect, row: NewRow<"gap">): Promise<void> {
  const { site, gateway, received_at } = row;
  const made = await effect.change
    .insertInto("gap")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doNothing())
    .returning("id")
    .executeTakeFirst();
  if (made === undefined) return;
  effect.marks.add({ kind: "gateway", site, gateway });
  // Thinned readings are a declared policy at work, not a loss that somebody has to look into.
  if (row.reason !== "thinned") await raiseOwnAlarm(effect, { site, gateway, rule: "uplink.lost", source: row.stream, at: received_at });
}
