// Sheds as the safety process uses them: which board is asked for what, which coil is pulsed, and which budgets there are. From the site file's own words.
import { type Coil, relayPlace } from "#protocols/modbus/hold.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Place } from "#protocols/modbus/wanted.ts";
import { type FacilityConfig, isAnalog } from "../config/facility-schema.ts";
import type { DeviceConfig, ShedConfig, TransformerConfig } from "../config/shed-schema.ts";
import type { Budget } from "../core/charging/shed/budget.ts";
import type { InputSetup } from "../core/charging/shed/inputs.ts";
import { loadFixed, shedFixed } from "../core/charging/shed/limits.ts";

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
  const meters = new Map<string, Value>();
  const budgets = parts.sheds.flatMap((shed) => shedBudgets(shed, parts, meters));
  for (const transformer of parts.transformers) {
    const fed = parts.sheds.filter(({ supply }) => supply.transformer === transformer.id);
    budgets.push(
      transformerBudget(
        transformer,
        fed.flatMap(({ stations }) => expand(stations, parts)),
      ),
    );
    if (transformer.meter !== undefined)
      meters.set(transformer.id, { device: transformer.meter.device, place: { point: transformer.meter.power } });
  }
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

const expand = (names: readonly string[], { sockets }: Pick<ShedParts, "sockets">): string[] =>
  names.flatMap((name) => (name.includes("/") ? [name] : Array.from({ length: sockets(name) }, (_, at) => `${name}/${at + 1}`)));

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

function shedBudgets(shed: ShedConfig, parts: ShedParts, meters: Map<string, Value>): Budget[] {
  const { id, name, supply, groups = [], meter } = shed;
  const ofBreaker = (breaker_mA: number): number => Math.floor((breaker_mA * loadFixed.breakerPermille) / 1000);
  const budgets: Budget[] = [];
  for (const group of groups)
    if (group.breaker_mA !== undefined)
      budgets.push({
        id: `${id}/${group.id}`,
        kind: "group",
        name: { zh: `${name}${group.name}支路`, en: `${name}, branch ${group.name}` },
        unit: "mA",
        limit: ofBreaker(group.breaker_mA),
        sockets: new Set(expand(group.sockets, parts)),
      });
  for (const { phase, breaker_mA, sockets } of supply.phases) {
    const budget = `${id}/${phase}`;
    const point = meter?.[`current_${phase.toLowerCase() as "l1" | "l2" | "l3"}`];
    if (meter !== undefined && point !== undefined) meters.set(budget, { device: meter.device, place: { point } });
    const words = { zh: `${name} ${phase} 相`, en: `${name}, phase ${phase}` };
    budgets.push({
      id: budget,
      kind: "phase",
      name: words,
      unit: "mA",
      limit: ofBreaker(breaker_mA),
      sockets: new Set(expand(sockets, parts)),
    });
  }
  if (supply.power_mW !== undefined) {
    if (meter?.power !== undefined) meters.set(id, { device: meter.device, place: { point: meter.power } });
    const words = { zh: `${name}总功率`, en: `${name}, total power` };
    budgets.push({ id, kind: "shed", name: words, unit: "mW", limit: supply.power_mW, sockets: new Set(expand(shed.stations, parts)) });
  }
  return budgets;
}

const transformerBudget = ({ id, name, limit_mW }: TransformerConfig, sockets: readonly string[]): Budget => ({
  id,
  kind: "transformer",
  name: { zh: name, en: name },
  unit: "mW",
  limit: limit_mW,
  sockets: new Set(sockets),
});

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
