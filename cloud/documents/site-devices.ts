// Which devices a site file names. Read with patience: a file of a newer or older gateway is no reason to show nothing. Neither address nor secret is taken from it.
import { parseDocument } from "yaml";
import type { DeviceKind } from "#protocols/api/device-kinds.ts";

export interface NamedDevice {
  readonly kind: DeviceKind;
  readonly id: string;
  readonly name: string;
  readonly of: string | null;
  readonly model: string | null;
}

type Thing = Readonly<Record<string, unknown>>;
const isThing = (value: unknown): value is Thing => typeof value === "object" && value !== null && !Array.isArray(value);
const things = (value: unknown): readonly Thing[] => (Array.isArray(value) ? value.filter(isThing) : []);
const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value.slice(0, 100) : null);
const mostDevices = 5_000;

function device(kind: DeviceKind, thing: Thing, given: Partial<NamedDevice> = {}): readonly NamedDevice[] {
  const id = given.id ?? textOf(thing.id);
  if (id === null) return [];
  const named: NamedDevice = {
    ...{ kind, id, name: textOf(thing.name) ?? id, of: textOf(thing.line) },
    model: textOf(thing.profile) ?? textOf(thing.protocol) ?? textOf(thing.kind),
  };
  return [{ ...named, ...given }];
}

export function devicesIn(text: string): readonly NamedDevice[] {
  let site: unknown;
  try {
    site = parseDocument(text).toJS({ maxAliasCount: 20 });
  } catch {
    return [];
  }
  if (!isThing(site)) return [];
  const fire = isThing(site.fire) ? site.fire : {};
  const ofLane = (lane: Thing): readonly NamedDevice[] => {
    const [of, name] = [textOf(lane.id), textOf(lane.name) ?? ""];
    return [
      ...(isThing(lane.camera) ? device("camera", lane.camera, { of, name }) : []),
      ...(isThing(lane.barrier) && of !== null ? device("barrier", lane.barrier, { id: of, of, name }) : []),
    ];
  };
  const found = [
    ...things(site.lanes).flatMap(ofLane),
    ...things(site.lines).flatMap((one) => device("line", one, { of: null })),
    // A station that is put together has no profile of its own.
    ...things(site.stations).flatMap((one) => device("station", one)),
    ...things(site.devices).flatMap((one) => device("board", one)),
    ...things(site.energy_meters).flatMap((one) => device("energy-meter", one, { model: "dlt645" })),
    ...things(site.pile_hosts).flatMap((one) => device("pile-host", one)),
    ...things(fire.devices).flatMap((one) => device("fire-device", one, { model: "gbt26875" })),
    ...things(fire.detectors).flatMap((one) => device("detector", one, { model: null })),
    ...things(site.facilities).flatMap((one) => device("facility", one)),
  ];
  return found.slice(0, mostDevices);
}
