// The devices that each gateway's site file names, with what stands against them. Of a gateway that is not online nobody knows anything: no last value is shown as today's.

import { textOf } from "#cloud/documents/documents.ts";
import { devicesIn, type NamedDevice } from "#cloud/documents/site-devices.ts";
import type { Scope } from "#cloud/identity/scope.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import type { DeviceKind } from "#protocols/api/device-kinds.ts";
import type { DeviceList, DeviceView } from "#protocols/api/devices.ts";
import { maybeTime } from "./words.ts";

/** Which alarms are about a device of this kind: by what they are called, and whose id is their source. */
export const complaints: Readonly<Record<DeviceKind, { readonly rules: readonly string[]; readonly by: "id" | "of" }>> = {
  camera: { rules: ["camera.silent"], by: "of" },
  barrier: { rules: ["gate.unanswered"], by: "of" },
  line: { rules: ["line.late"], by: "id" },
  station: { rules: ["station.silent"], by: "id" },
  // What a shed sees of its contacts and its contactor stands with the shed.
  board: { rules: [], by: "id" },
  "energy-meter": { rules: ["energy.lost", "energy.surplus"], by: "id" },
  "pile-host": { rules: [], by: "id" },
  "fire-device": { rules: ["fire.device-lost"], by: "id" },
  detector: { rules: ["fire.device-lost"], by: "id" },
  facility: { rules: ["facility.unread"], by: "id" },
};

type Alarm = Pick<Row<"alarm">, "id" | "site" | "gateway" | "rule" | "source" | "zh" | "en" | "first_at">;
type Gateway = Pick<Row<"gateway">, "site" | "gateway" | "state">;

const aboutOf = (device: NamedDevice): string | null => (complaints[device.kind].by === "of" ? device.of : device.id);

function viewOf(device: NamedDevice, of: Gateway, alarms: readonly Alarm[], seen: ReadonlyMap<string, number>): DeviceView {
  const { rules } = complaints[device.kind];
  const source = aboutOf(device);
  const alarm = alarms.find(
    (one) => one.gateway === of.gateway && one.site === of.site && one.source === source && rules.includes(one.rule),
  );
  const lane = device.kind === "camera" ? device.of : null;
  return {
    ...{ site: of.site, gateway: of.gateway, ...device },
    state: of.state !== "online" ? "unheard" : alarm === undefined ? "well" : "amiss",
    ...{ zh: alarm?.zh ?? null, en: alarm?.en ?? null, alarm: alarm?.id ?? null, since: maybeTime(alarm?.first_at ?? null) },
    seen: maybeTime((lane === null ? undefined : seen.get(`${of.site}/${of.gateway}/${lane}`)) ?? null),
  };
}

export async function deviceList(
  read: Queries,
  { scope, site }: { readonly scope: Scope; readonly site?: string | undefined },
): Promise<DeviceList> {
  let gateways = read
    .selectFrom("gateway")
    .select(["site", "gateway", "state"])
    .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
    .orderBy("site")
    .orderBy("gateway");
  if (site !== undefined) gateways = gateways.where("site", "=", site);
  const known = await gateways.execute();
  const alarms = await read
    .selectFrom("alarm")
    .select(["id", "site", "gateway", "rule", "source", "zh", "en", "first_at"])
    .where("active", "=", 1)
    .where("open", "=", 1)
    .where("rule", "in", [...new Set(Object.values(complaints).flatMap(({ rules }) => rules))])
    .execute();
  const lanes = await read.selectFrom("lane").select(["site", "gateway", "lane", "last_at"]).execute();
  const seen = new Map(
    lanes.flatMap(({ site: at, gateway, lane, last_at }) => (last_at === null ? [] : [[`${at}/${gateway}/${lane}`, last_at]])),
  );
  const items: DeviceView[] = [];
  const unknown: { site: string; gateway: string }[] = [];
  for (const of of known) {
    const text = await siteTextOf(read, of);
    if (text === undefined) unknown.push({ site: of.site, gateway: of.gateway });
    else for (const device of devicesIn(text)) items.push(viewOf(device, of, alarms, seen));
  }
  return { items, unknown };
}

/** The site file that it runs by, as it said last. */
async function siteTextOf(read: Queries, { site, gateway }: Gateway): Promise<string | undefined> {
  const runs = await read
    .selectFrom("running")
    .select(["name", "version"])
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("kind", "=", "site")
    .executeTakeFirst();
  return runs === undefined ? undefined : textOf(read, { site, gateway, kind: "site", name: runs.name }, runs.version);
}
