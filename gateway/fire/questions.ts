// What a person may ask a transmission device (GB/T 26875.3 types 61–88), as a unit.
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";

const ofDevice = ["read-device-state", "read-device-version", "read-device-config", "read-device-time"] as const;
const ofSystem = ["read-system-state", "read-version", "read-system-config", "read-system-time"] as const;
const ofComponent = ["read-component-state", "read-analog", "read-component-config"] as const;
export const questionKinds = [...ofDevice, ...ofSystem, ...ofComponent, "read-operations", "read-device-operations"] as const;

export interface Question {
  readonly read: (typeof questionKinds)[number];
  readonly system_type?: number;
  readonly system_address?: number;
  readonly component_address?: number;
  readonly records?: number;
  /** Time label. */
  readonly since?: string;
}

/** The unit that asks it; undefined: the place that it is about was not said. */
export function questionOf({
  read,
  system_type,
  system_address,
  component_address,
  records = 102,
  since = "2000-01-01 00:00:00",
}: Question): FireUnit | undefined {
  const is = <Kind extends string>(kinds: readonly Kind[]): Kind | undefined => kinds.find((one) => one === read);
  const device = is(ofDevice);
  if (device !== undefined) return { kind: device, objects: [{ reserved: 0 }] };
  if (read === "read-device-operations") return { kind: read, objects: [{ records, since }] };
  if (system_type === undefined || system_address === undefined) return undefined;
  const place = { system_type, system_address };
  if (read === "read-operations") return { kind: read, objects: [{ ...place, records, since }] };
  const system = is(ofSystem);
  if (system !== undefined) return { kind: system, objects: [place] };
  const component = is(ofComponent);
  return component === undefined || component_address === undefined
    ? undefined
    : { kind: component, objects: [{ ...place, component_address }] };
}
