// Two boxes with one identity: a copied card, a replacement that was set up beside the old one. The broker lets only one of them in at a time, so each of their greetings
// ends the other's connection. What tells them apart is the boot: a box that has been restarted never says again that it is online under its earlier boot.
import { raiseOwnAlarm } from "#cloud/alarms/alarms.ts";
import type { Effect, Origin } from "#cloud/store/happening.ts";
import type { GatewayStatus } from "#protocols/uplink/envelope.ts";

export async function greeted(effect: Effect, { site, gateway }: Origin, status: GatewayStatus & { readonly at: number }): Promise<void> {
  const { epoch, boot, mono } = status;
  if (status.state !== "online" || mono === undefined) return;
  const of = effect.change.selectFrom("identity").where("site", "=", site).where("gateway", "=", gateway);
  const last = await of.select(["epoch", "boot", "turn"]).orderBy("turn", "desc").limit(1).executeTakeFirst();
  const known = await of.select("mono").where("epoch", "=", epoch).where("boot", "=", boot).executeTakeFirst();
  // Retained, or told to another of our processes before: no news.
  if (known !== undefined && mono <= known.mono) return;
  const same = last?.epoch === epoch && last.boot === boot;
  const turn = (last?.turn ?? 0) + (same ? 0 : 1);
  await effect.change
    .insertInto("identity")
    .values({ site, gateway, epoch, boot, mono, turn })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "epoch", "boot"]).doUpdateSet({ mono, turn }))
    .execute();
  if (known !== undefined && !same) await raiseOwnAlarm(effect, { site, gateway, rule: "uplink.identity", source: gateway, at: status.at });
}
