// Which devices are looked for, in which order, and what proves that one lives. Pure.
import type { DeviceView } from "#protocols/api/devices.ts";
import type { SocketView } from "#protocols/api/views.ts";
import type { Filters } from "../shell/address.ts";

export function isWanted({ id, name, model, gateway, kind, state }: DeviceView, filters: Filters): boolean {
  const text = (filters.text ?? "").trim().toLowerCase();
  const shown = [id, name, model ?? "", gateway].join(" ").toLowerCase();
  return (
    (text === "" || shown.includes(text)) &&
    (filters.source === undefined || filters.source === "" || filters.source === kind) &&
    (filters.state === undefined || filters.state === "" || filters.state === state)
  );
}

const weight = { amiss: 0, unheard: 1, well: 2 } as const;
/** What is amiss first; otherwise as the site file has them. */
export const inOrder = (devices: readonly DeviceView[]): readonly DeviceView[] =>
  devices
    .map((device, at) => ({ device, at }))
    .sort((a, b) => weight[a.device.state] - weight[b.device.state] || a.at - b.at)
    .map(({ device }) => device);

/** The newest reading of any of its sockets proves a station; a camera, the last car that it told of. */
export function seenOf(device: DeviceView, sockets: readonly SocketView[]): string | null {
  if (device.kind !== "station") return device.seen;
  const times = sockets
    .filter(({ site, gateway, station }) => site === device.site && gateway === device.gateway && station === device.id)
    .flatMap(({ seen }) => (seen === null ? [] : [seen]));
  return times.sort()[times.length - 1] ?? device.seen;
}
