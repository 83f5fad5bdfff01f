// Sheds as the safety process uses them: which board is asked for what, which coil is pulsed, and which budgets there are. From the site file's own words.
import { type Coil, relayPlace } from "#protocols/modbus/hold.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Place } from "#protocols/modbus/wanted.ts";
import { type FacilityConfig, isAnalog } from "../config/facility-schema.ts";
import { budgetsOf, expand } from "../config/shed-budgets.ts";
import type { DeviceConfig, ShedConfig, TransformerConfig } from "../config/shed-schema.ts";
import type { Budget } from "../core/charging/shed/budget.ts";
import type { InputSetup } from "../core/charging/shed/inputs.ts";
import { shedFixed } from "../core/charging/shed/limits.ts";

interface OnLine {
  readonly id: string;
  readonly line: string;
  readonly unit: number;
  readonly profile: Profile;
}
export interface BoardOnLine extends OnLine {
  readonly wanted: readonly Place[];
  /** It has contacts or a contactor's relay: what it says opens a whole shed. A meter has neither, and may wait its turn. */
  readonly urgent: boolean;
}
export type CoilOnLine = OnLine & Coil;

/** Where a level is read, and which one is meant. */
export interface Contact {
  readonly device: string;
  readonly place: Place;
  readonly active: 0 | 1;
}
export interface Value {
  readonly device: string;
  readonly place: Place;
}

/** `level`: a contact, told as 1 or 0. */
export interface WatchedValue extends Value {
  readonly level: boolean;
}

export interface ShedWiring {
  readonly id: string;
  readonly stations: readonly string[];
  readonly blind_ms: number;
  readonly inputs: readonly (InputSetup & Contact)[];
  readonly contactor: { readonly coil: string; readonly relay: Value | undefined; readonly feedback: Contact | undefined } | undefined;
  readonly meter:
    | { readonly device: string; readonly residual: Place | undefined; readonly residual_alarm_mA: number | undefined }
    | undefined;
}

export interface ShedsWiring {
  readonly boards: readonly BoardOnLine[];
  readonly coils: readonly CoilOnLine[];
  readonly sheds: readonly ShedWiring[];
  readonly budgets: readonly Budget[];
  /** Of sockets that have one of their own. */
  readonly priorities: ReadonlyMap<string, number>;
  /** Which meter shows a budget. */
  readonly meters: ReadonlyMap<string, Value>;
  /** Values that are read and told, and that nothing here decides on: water supply, power room. */
  readonly watched: readonly WatchedValue[];
}

export const noSheds: ShedsWiring = {
  boards: [],
  coils: [],
  sheds: [],
  budgets: [],
  priorities: new Map(),
  meters: new Map(),
  watched: [],
};
export const usualPriority = 5;

export interface ShedParts {
  readonly devices: readonly DeviceConfig[];
  readonly sheds: readonly ShedConfig[];
  readonly transformers: readonly TransformerConfig[];
  readonly facilities?: readonly FacilityConfig[] | undefined;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly sockets: (station: string) => number;
}

/** From parts that were held against each other (gateway/config/shed-checks.ts). */
export function wireSheds(parts: ShedParts): ShedsWiring {
  const sheds = parts.sheds.map((shed) => wireShed(shed, parts));
  const budgets = budgetsOf(parts);
  const meters = new Map<string, Value>(parts.sheds.flatMap(metersOf));
  for (const { id, meter } of parts.transformers)
    if (meter !== undefined) meters.set(id, { device: meter.device, place: { point: meter.power } });
  const priorities = new Map<string, number>();
  for (const { groups = [] } of parts.sheds)
    for (const { sockets, priority = usualPriority } of groups)
      for (const socket of expand(sockets, parts)) priorities.set(socket, priority);
  const watched = (parts.facilities ?? []).flatMap(({ device, points }) =>
    points.map(({ kind, point, channel, bit }): WatchedValue => ({ device, place: { point, channel, bit }, level: !isAnalog(kind) })),
  );
  const boards = boardsOf(sheds, [...meters.values(), ...watched], parts);
  return { boards, coils: coilsOf(parts), sheds, budgets, priorities, meters, watched };
}

const coilName = (shed: string): string => `${shed}:contactor`;

function onLine(device: string, { devices, profiles }: Pick<ShedParts, "devices" | "profiles">): OnLine {
  const found = devices.find(({ id }) => id === device);
  const profile = found === undefined ? undefined : profiles.get(found.profile);
  if (found === undefined || profile === undefined) throw new Error(`no device ${device}`);
  return { id: found.id, line: found.line, unit: found.unit, profile };
}

const contactOf = ({ device, point, channel, bit, active }: Place & { device: string; active: 0 | 1 }): Contact => ({
  device,
  place: { point, channel, bit },
  active,
});

function wireShed(shed: ShedConfig, parts: ShedParts): ShedWiring {
  const { id, stations, blind_ms, contactor, meter } = shed;
  const relay = contactor === undefined ? undefined : relayPlace(onLine(contactor.device, parts).profile, contactor.relay);
  return {
    id,
    stations,
    blind_ms,
    inputs: shed.inputs.map((input) => ({ id: input.id, kind: input.kind, ...contactOf(input) })),
    contactor:
      contactor === undefined
        ? undefined
        : {
            coil: coilName(id),
            relay: relay === undefined ? undefined : { device: contactor.device, place: relay },
            feedback: contactor.feedback === undefined ? undefined : contactOf(contactor.feedback),
          },
    meter:
      meter === undefined
        ? undefined
        : {
            device: meter.device,
            residual: meter.residual === undefined ? undefined : { point: meter.residual },
            residual_alarm_mA: meter.residual_alarm_mA,
          },
  };
}

/** Which of a shed's budgets its own meter shows. */
function metersOf({ id, supply, meter }: ShedConfig): [string, Value][] {
  if (meter === undefined) return [];
  const shown: [string, string | undefined][] = supply.phases.map(({ phase }) => [
    `${id}/${phase}`,
    meter[`current_${phase.toLowerCase() as "l1" | "l2" | "l3"}`],
  ]);
  if (supply.power_mW !== undefined) shown.push([id, meter.power]);
  return shown.flatMap(([budget, point]): [string, Value][] =>
    point === undefined ? [] : [[budget, { device: meter.device, place: { point } }]],
  );
}

/** Each device once, with everything that anybody wants of it. */
function boardsOf(sheds: readonly ShedWiring[], meters: readonly Value[], parts: ShedParts): BoardOnLine[] {
  const wanted = new Map<string, Place[]>();
  const urgent = new Set<string>();
  const want = (value: Value | undefined): void => {
    if (value !== undefined) wanted.set(value.device, [...(wanted.get(value.device) ?? []), value.place]);
  };
  const wantSoon = (value: Value | undefined): void => {
    want(value);
    if (value !== undefined) urgent.add(value.device);
  };
  for (const { inputs, contactor, meter } of sheds) {
    for (const input of inputs) wantSoon(input);
    wantSoon(contactor?.relay);
    wantSoon(contactor?.feedback);
    if (meter?.residual !== undefined) want({ device: meter.device, place: meter.residual });
  }
  for (const value of meters) want(value);
  return [...wanted].map(([device, places]) => ({ ...onLine(device, parts), wanted: places, urgent: urgent.has(device) }));
}

const coilsOf = (parts: ShedParts): CoilOnLine[] =>
  parts.sheds.flatMap(({ id, contactor }) => {
    if (contactor === undefined) return [];
    const { device, relay, held_by } = contactor;
    return [{ ...onLine(device, parts), id: coilName(id), relay, held_by, hold_ms: shedFixed.contactorHold_ms }];
  });
