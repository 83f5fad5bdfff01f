// What fire devices have said last, kept so that the city's centre can ask for it (GB/T 26875.3 types 61–88): each as the device said it, with the device's own time.
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { labelOf, wallOf } from "#protocols/fire/gbt26875/label.ts";
import { fitGb18030 } from "#protocols/frames/gb18030.ts";
import { type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import type { Journal, Transaction } from "../journal/journal.ts";

type Kept = "system-state" | "component-state" | "analog" | "version" | "system-config" | "component-config" | "system-time";
type Unit<Kind extends FireUnit["kind"]> = Extract<FireUnit, { readonly kind: Kind }>;
type Objects<Kind extends Kept | "operation" | "device-operation"> = Unit<Kind>["objects"];
interface Place {
  readonly system_type: number;
  readonly system_address: number;
  readonly component_address?: number;
  readonly analog_type?: number;
}

const keptKinds: ReadonlySet<string> = new Set<Kept>([
  ...(["system-state", "component-state", "analog", "version", "system-config", "component-config", "system-time"] as const),
]);
/** The newest; the standard asks for at most 102 at once. */
const mostOperations = 1_000;
/** Of this house as a transmission device: package.json's version, as far as two bytes say it. */
export const ownVersion = { major: 0, minor: 1 } as const;

const pointOf = ({ system_type, system_address, component_address, analog_type }: Place): string =>
  [system_type, system_address, component_address, analog_type].filter((one) => one !== undefined).join(".");

/** In the change that takes the unit in. */
export function remember(
  tx: Transaction,
  { device, unit, now }: { readonly device: string; readonly unit: FireUnit; readonly now: Wall },
): void {
  if (keptKinds.has(unit.kind))
    for (const object of (unit as Unit<Kept>).objects)
      tx.run("INSERT OR REPLACE INTO fire_said VALUES (?, ?, ?, ?, ?)", device, unit.kind, pointOf(object), JSON.stringify(object), now);
  if (unit.kind !== "operation" && unit.kind !== "device-operation") return;
  for (const object of unit.objects) {
    const system = "system_type" in object ? pointOf({ system_type: object.system_type, system_address: object.system_address }) : "device";
    tx.run(
      "INSERT INTO fire_operated (device, system, at, object) VALUES (?, ?, ?, ?)",
      device,
      system,
      wallOf(object.time) ?? now,
      JSON.stringify(object),
    );
  }
  tx.run("DELETE FROM fire_operated WHERE id <= (SELECT max(id) FROM fire_operated) - ?", mostOperations);
}

export interface Answering {
  readonly journal: Journal;
  readonly config: FireConfig;
  readonly now: Wall;
  /** Whether a device is heard: what a lost one said last is not told as if it were so. */
  readonly answers: (device: string) => boolean;
  /** A contact of ours cannot be read. */
  readonly blind?: () => boolean;
}

/** Bits of figure 8: what burns, what fails, and whether a device of ours is lost. */
export function ownState({ journal, config, answers, blind }: Omit<Answering, "now">): number {
  const causes = new Set(journal.all<{ cause: string }>("SELECT DISTINCT cause FROM fire_point").map(({ cause }) => cause));
  const lost = config.devices.some(({ id }) => !answers(id)) || blind?.() === true;
  const bits = [
    ...([
      [0, true],
      [1, causes.has("fire")],
      [2, ["fault", "bus-fault", "power"].some((one) => causes.has(one))],
      [3, causes.has("main-power")],
    ] as const),
    ...([
      [4, causes.has("standby-power")],
      [6, lost || causes.has("line-fault")],
    ] as const),
  ];
  return bits.reduce((state, [bit, is]) => (is ? state | (1 << bit) : state), 0);
}

/** What is said to a request; nothing known of what was asked is a unit without objects. undefined: it is no question to a transmission device. */
export function answerTo(asked: FireUnit, parts: Answering): FireUnit | undefined {
  const { journal, config, now, answers } = parts;
  const time = labelOf(now);
  function said<Kind extends Kept>(kind: Kind, places: readonly Place[], most: number): Objects<Kind> {
    const found = places.flatMap((place) => {
      const point = pointOf({ system_type: place.system_type, system_address: place.system_address, ...partOf(place) });
      return journal.all<{ device: string; object: string; heard_at: number }>(
        "SELECT device, object, heard_at FROM fire_said WHERE kind = ? AND (point = ? OR (? = 'analog' AND point GLOB ? || '.*')) ORDER BY device, point",
        ...[kind, point, kind, point],
      );
    });
    return found
      .filter(({ device }) => answers(device))
      .slice(0, most)
      .map(({ object, heard_at }) => {
        const one = JSON.parse(object) as { time?: string };
        // A clock goes on.
        const at = kind === "system-time" && one.time !== undefined ? wallOf(one.time) : undefined;
        return at === undefined ? one : { ...one, time: labelOf(wall(at + Math.max(0, now - heard_at))) };
      }) as unknown as Objects<Kind>;
  }
  function operated<Kind extends "operation" | "device-operation">(system: string, records: number, since: string): Objects<Kind> {
    const rows = journal.all<{ device: string; object: string }>(
      "SELECT device, object FROM fire_operated WHERE system = ? AND at >= ? ORDER BY at, id LIMIT ?",
      ...[system, wallOf(since) ?? 0, Math.min(records, system === "device" ? 127 : 102)],
    );
    return rows.map(({ object }) => JSON.parse(object)) as unknown as Objects<Kind>;
  }
  switch (asked.kind) {
    case "read-system-state":
      return { kind: "system-state", objects: said("system-state", asked.objects, 102) };
    case "read-component-state":
      return { kind: "component-state", objects: said("component-state", asked.objects, 22) };
    case "read-analog":
      return { kind: "analog", objects: said("analog", asked.objects, 63) };
    case "read-operations": {
      const [{ system_type, system_address, records, since } = { system_type: 0, system_address: 0, records: 0, since: time }] =
        asked.objects;
      return { kind: "operation", objects: operated<"operation">(pointOf({ system_type, system_address }), records, since) };
    }
    case "read-version":
      return { kind: "version", objects: said("version", asked.objects, 1) };
    case "read-system-config":
      return { kind: "system-config", objects: said("system-config", asked.objects, 3) };
    case "read-component-config":
      return { kind: "component-config", objects: said("component-config", asked.objects, 26) };
    case "read-system-time":
      return { kind: "system-time", objects: said("system-time", asked.objects, 1) };
    case "read-device-state":
      return { kind: "device-state", objects: [{ state: ownState(parts), time }] };
    case "read-device-operations": {
      const [{ records, since } = { records: 0, since: time }] = asked.objects;
      return { kind: "device-operation", objects: operated<"device-operation">("device", records, since) };
    }
    case "read-device-version":
      return { kind: "device-version", objects: [ownVersion] };
    case "read-device-config":
      return { kind: "device-config", objects: [{ text: fitGb18030(`厝边 ${config.devices.map(({ name }) => name).join("、")}`, 255) }] };
    case "read-device-time":
      return { kind: "device-time", objects: [{ time }] };
    default:
      return undefined;
  }
}

/** A question names no kind of component. */
const partOf = ({ component_address }: Place): Pick<Place, "component_address"> =>
  component_address === undefined ? {} : { component_address };
