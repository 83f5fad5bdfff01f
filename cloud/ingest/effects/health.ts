// What a gateway says of itself: the newest word is kept, with when it was heard and how long it was on its way.
import type { Effect } from "#cloud/store/happening.ts";
import type { Of } from "./events.ts";

export async function gatewayHealth({ change }: Effect, event: Of<"gateway.health">): Promise<void> {
  const { site, gateway, key, data, stamp, received } = event;
  const [, epoch = "", , seq = "0"] = key.split("/");
  const said = {
    ...{ epoch, seq: Number(seq), seen_at: received, said: JSON.stringify(data) },
    delayed_ms: stamp.synchronised ? Math.max(0, received - stamp.wall) : null,
  };
  await change
    .insertInto("gateway_health")
    .values({ site, gateway, ...said })
    .onConflict((conflict) =>
      conflict
        .columns(["site", "gateway"])
        .doUpdateSet(said)
        .where((eb) => eb.or([eb("gateway_health.epoch", "!=", epoch), eb("gateway_health.seq", "<", said.seq)])),
    )
    .execute();
}

/** The newest record by the gateway's own order; the others stay events. */
export async function gatewayCommissioned({ change }: Effect, event: Of<"gateway.commissioned">): Promise<void> {
  const { site, gateway, key, data, at } = event;
  const [, epoch = "", , seq = "0"] = key.split("/");
  const said = { epoch, seq: Number(seq), at: at.wall, said: JSON.stringify(data) };
  await change
    .insertInto("gateway_commissioning")
    .values({ site, gateway, ...said })
    .onConflict((conflict) =>
      conflict
        .columns(["site", "gateway"])
        .doUpdateSet(said)
        .where((eb) => eb.or([eb("gateway_commissioning.epoch", "!=", epoch), eb("gateway_commissioning.seq", "<", said.seq)])),
    )
    .execute();
}
