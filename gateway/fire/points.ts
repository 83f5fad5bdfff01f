// What a panel's units mean: points that burn, fail, are shielded, and are over again; what people did at the device. Pure: one unit in, facts out.
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { deviceOperationBits, systemOperationBits } from "#protocols/fire/gbt26875/codes.ts";
import { wallOf } from "#protocols/fire/gbt26875/label.ts";
import { readable } from "#protocols/fire/gbt26875/text.ts";
import type { FireCause } from "#protocols/uplink/fire-events.ts";

export interface PointFact {
  readonly kind: "raised" | "over";
  /** "1.42.17": type of the system, its address, the component's address; "1.42" the system itself; "device" the transmission device; with ".manual" a person's alarm there. */
  readonly point: string;
  readonly cause: FireCause;
  readonly text: string;
  /** Milliseconds since 1970 by the device's own clock; null: its label is no moment. */
  readonly said_at: number | null;
  readonly under_test: boolean;
}
export type PanelFact =
  | PointFact
  | { readonly kind: "operation"; readonly operations: readonly string[]; readonly operator: number; readonly said_at: number | null }
  /** A person at the device pressed the answer to a sentry check. */
  | { readonly kind: "sentry-answer"; readonly operator: number };

/** Every point that says something, with its causes. */
export type Points = ReadonlyMap<string, ReadonlySet<FireCause>>;

const componentCauses: readonly (readonly [bit: number, cause: FireCause])[] = [
  ...([
    [1, "fire"],
    [2, "fault"],
    [3, "shielded"],
    [4, "supervised"],
    [8, "power"],
  ] as const),
];
const systemCauses: readonly (readonly [bit: number, cause: FireCause])[] = [
  ...([
    [1, "fire"],
    [2, "fault"],
    [3, "shielded"],
    [4, "supervised"],
    [8, "main-power"],
    [9, "standby-power"],
    [10, "bus-fault"],
  ] as const),
];
const deviceCauses: readonly (readonly [bit: number, cause: FireCause])[] = [
  ...([
    [1, "fire"],
    [2, "fault"],
    [3, "main-power"],
    [4, "standby-power"],
    [5, "link-fault"],
    [6, "line-fault"],
  ] as const),
];

const isSet = (state: number, bit: number): boolean => (state & (1 << bit)) !== 0;
const saidAt = (label: string): number | null => wallOf(label) ?? null;

interface Said {
  readonly point: string;
  readonly state: number;
  readonly text: string;
  readonly time: string;
  readonly causes: readonly (readonly [bit: number, cause: FireCause])[];
}

/** A state names everything of its point: what is not set is over. */
function stated(points: Map<string, ReadonlySet<FireCause>>, { point, state, text, time, causes }: Said): PanelFact[] {
  const before = points.get(point) ?? new Set<FireCause>();
  const now = new Set(causes.filter(([bit]) => isSet(state, bit)).map(([, cause]) => cause));
  const base = { point, text: readable(text), said_at: saidAt(time), under_test: !isSet(state, 0) };
  const facts: PanelFact[] = [];
  for (const cause of now) if (!before.has(cause)) facts.push({ kind: "raised", cause, ...base });
  for (const cause of before) if (!now.has(cause)) facts.push({ kind: "over", cause, ...base });
  if (now.size === 0) points.delete(point);
  else points.set(point, now);
  return facts;
}

/** A person gave the alarm there (bit 2 of an operation): a fire of its own, which no state of the system or the device ends. */
function givenByHand(points: Map<string, ReadonlySet<FireCause>>, of: string, time: string): PanelFact[] {
  const point = `${of}.manual`;
  if (points.has(point)) return [];
  points.set(point, new Set(["fire"]));
  return [{ kind: "raised", point, cause: "fire", text: "手动报警 / alarm by hand", said_at: saidAt(time), under_test: false }];
}

/** A reset at the panel ends everything of that system; one at the transmission device what that says of itself, and not what the panel says. What still burns is told again. */
function resetAll(points: Map<string, ReadonlySet<FireCause>>, prefix: string, time: string): PanelFact[] {
  const facts: PanelFact[] = [];
  for (const [point, causes] of [...points]) {
    if (point !== prefix && !point.startsWith(`${prefix}.`)) continue;
    points.delete(point);
    for (const cause of causes) facts.push({ kind: "over", point, cause, text: "", said_at: saidAt(time), under_test: false });
  }
  return facts;
}

/** Reset, alarm cleared, alarm by hand: in this order, so that what is given by hand in the same breath stands. */
function operated(
  points: Map<string, ReadonlySet<FireCause>>,
  { of, operation, time }: { readonly of: string; readonly operation: number; readonly time: string },
): PanelFact[] {
  return [
    ...(isSet(operation, 0) ? resetAll(points, of, time) : []),
    ...(isSet(operation, 3) ? resetAll(points, `${of}.manual`, time) : []),
    ...(isSet(operation, 2) ? givenByHand(points, of, time) : []),
  ];
}

const words = (bits: number, names: Readonly<Record<number, { readonly zh: string; readonly en: string }>>): string[] =>
  Object.entries(names).flatMap(([bit, name]) => (isSet(bits, Number(bit)) ? [`${name.zh} / ${name.en}`] : []));

export function hearUnit(known: Points, unit: FireUnit): { readonly points: Points; readonly facts: readonly PanelFact[] } {
  const points = new Map(known);
  const facts: PanelFact[] = [];
  switch (unit.kind) {
    case "component-state":
      for (const { system_type, system_address, component_address, state, text, time } of unit.objects)
        facts.push(
          ...stated(points, { point: `${system_type}.${system_address}.${component_address}`, state, text, time, causes: componentCauses }),
        );
      break;
    case "system-state":
      for (const { system_type, system_address, state, time } of unit.objects) {
        const point = `${system_type}.${system_address}`;
        if (isSet(state, 13)) facts.push(...resetAll(points, point, time));
        facts.push(...stated(points, { point, state, text: "", time, causes: systemCauses }));
      }
      break;
    case "device-state":
      for (const { state, time } of unit.objects)
        facts.push(...stated(points, { point: "device", state, text: "", time, causes: deviceCauses }));
      break;
    case "operation":
      for (const { system_type, system_address, operation, operator, time } of unit.objects) {
        const of = `${system_type}.${system_address}`;
        facts.push({ kind: "operation", operations: words(operation, systemOperationBits), operator, said_at: saidAt(time) });
        facts.push(...operated(points, { of, operation, time }));
      }
      break;
    case "device-operation":
      for (const { operation, operator, time } of unit.objects) {
        facts.push({ kind: "operation", operations: words(operation, deviceOperationBits), operator, said_at: saidAt(time) });
        if (isSet(operation, 5)) facts.push({ kind: "sentry-answer", operator });
        facts.push(...operated(points, { of: "device", operation, time }));
      }
      break;
    default:
      break;
  }
  return { points, facts };
}
