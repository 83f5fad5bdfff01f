// Every gateway that we know of, with what it said last of itself, and whether that says anything about now.
import type { Scope } from "#cloud/identity/scope.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { GatewayHealthView } from "#protocols/api/health.ts";
import { healthHolds_ms } from "#protocols/api/health-holds.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { maybeTime, time } from "./words.ts";

const unknown = { disk: null, cpu_mC: null, clock: null, lines: null, waiting: null } as const;

export async function healthViews(
  read: Queries,
  { scope, now, site }: { readonly scope: Scope; readonly now: number; readonly site?: string | undefined },
): Promise<GatewayHealthView[]> {
  let rows = read
    .selectFrom("gateway")
    .leftJoin("gateway_health", (join) =>
      join.onRef("gateway_health.site", "=", "gateway.site").onRef("gateway_health.gateway", "=", "gateway.gateway"),
    )
    .leftJoin("gateway_commissioning", (join) =>
      join.onRef("gateway_commissioning.site", "=", "gateway.site").onRef("gateway_commissioning.gateway", "=", "gateway.gateway"),
    )
    .select([
      "gateway_commissioning.at as commissioned_at",
      "gateway_commissioning.said as commissioning",
      "gateway.site",
      "gateway.gateway",
      "gateway.state",
      "gateway_health.seen_at",
      "gateway_health.delayed_ms",
      "gateway_health.said",
    ])
    .$if(!scope.all, (all) => all.where("gateway.site", "in", scope.sites))
    .orderBy("gateway.site")
    .orderBy("gateway.gateway");
  if (site !== undefined) rows = rows.where("gateway.site", "=", site);
  return (await rows.execute()).map(({ state, seen_at, delayed_ms, said, commissioned_at, commissioning, ...of }) => ({
    ...of,
    ...{ seen: maybeTime(seen_at), delayed_ms },
    stale: state !== "online" || seen_at === null || now - seen_at + (delayed_ms ?? 0) > healthHolds_ms,
    commissioned:
      commissioned_at === null || commissioning === null
        ? null
        : recordOf(commissioned_at, JSON.parse(commissioning) as EventData<"gateway.commissioned">),
    ...(said === null ? unknown : saidOf(JSON.parse(said) as EventData<"gateway.health">)),
  }));
}

const recordOf = (at: number, { person, proofs, hands, photos }: EventData<"gateway.commissioned">): GatewayHealthView["commissioned"] => ({
  ...{ at: time(at), person, proofs, hands, photos: photos.length },
});

const saidOf = ({ disk, cpu_mC, clock, lines, waiting }: EventData<"gateway.health">) => ({
  ...{ disk: disk ?? null, cpu_mC: cpu_mC ?? null, lines: lines ?? null, waiting },
  clock: { synchronised: clock.synchronised, ahead_ms: clock.ahead_ms ?? null },
});
