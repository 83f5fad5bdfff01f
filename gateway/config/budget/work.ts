// What each line of a shopping list needs, and what must change where it cannot keep its promise: the very functions that hold a site file at start.
import { boardLoad, builtLoads, socketLoad } from "#protocols/modbus/built-socket.ts";
import { deviceMs, loadOf, roundMs } from "#protocols/modbus/load.ts";
import { planReads } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { loadProfile, profileNames } from "../profiles.ts";
import { budgetOf, type Planned, type Remedy, remediesOf, wireOf } from "../timing.ts";
import type { Bought, BoughtSockets, ListedLine } from "./read.ts";
import { allSides, sidesOf, unitsOf } from "./sockets.ts";

export interface DeviceNeed {
  readonly profile: string;
  readonly count: number;
  readonly sockets: number;
  /** Of one poll. */
  readonly questions: number;
  readonly registers: number;
  /** One of them: read once, and kept energised once. */
  readonly each_ms: number;
  readonly turnaround_ms: number | "undeclared";
  /** How many of this model alone the line could carry. */
  readonly most: number;
}

/** `instead`: the same sockets with another model of the catalogue, and how many of it that takes. */
export type Change = Remedy | { readonly kind: "instead"; readonly of: string; readonly profile: string; readonly count: number };

export interface LineNeed {
  readonly id: string;
  readonly kind: "serial" | "rtu-tcp" | "tcp";
  readonly baud: number | null;
  readonly promised_ms: number;
  readonly allowed_ms: number;
  readonly round_ms: number;
  /** Below zero: over. */
  readonly margin_ms: number;
  readonly fits: boolean;
  readonly devices: readonly DeviceNeed[];
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
}
export type Warning = "many-loads" | "undeclared-turnaround" | "no-station" | "relays-alone" | "latching";

/** EIA-485: a driver carries 32 unit loads; the gateway is one. */
const mostLoads = 31;

const plannedOf = (listed: ListedLine): Planned => ({
  id: listed.line.id,
  wire: wireOf(listed.line),
  cutoff_ms: listed.line.cutoff_ms,
  loads: [
    ...listed.devices.flatMap(({ profile, count }) => Array.from({ length: count }, () => loadOf(profile))),
    ...builtLoads(allSides(listed)),
  ],
});

const fits = (planned: Planned): boolean => {
  const { round_ms, allowed_ms } = budgetOf(planned);
  return round_ms <= allowed_ms;
};

export function needOf(listed: ListedLine): LineNeed {
  const { line, devices, sockets = [] } = listed;
  const planned = plannedOf(listed);
  const { round_ms, promised_ms, allowed_ms } = budgetOf(planned);
  const keeps = round_ms <= allowed_ms;
  return {
    id: line.id,
    kind: line.kind,
    baud: planned.wire.baud ?? null,
    promised_ms,
    allowed_ms,
    round_ms,
    margin_ms: allowed_ms - round_ms,
    fits: keeps,
    devices: [...devices.map((one) => deviceNeed(one, planned)), ...sockets.map((one) => socketNeed(one, planned))],
    changes: keeps ? [] : [...remediesOf(planned).filter(({ kind }) => kind !== "model"), ...insteadOf(listed)],
    warnings: warningsOf(listed),
  };
}

function deviceNeed({ profile, count }: Bought, { wire, cutoff_ms }: Planned): DeviceNeed {
  const load = loadOf(profile);
  const blocks = planReads(profile);
  const allowed = Math.min(cutoff_ms, (load.hold_ms ?? Number.POSITIVE_INFINITY) / 2);
  const one = deviceMs(load, wire);
  const besides = roundMs([load], wire) - one;
  return {
    profile: profile.id,
    count,
    sockets: profile.switching === undefined ? 0 : (profile.sockets?.count ?? 0),
    questions: blocks.length,
    registers: blocks.reduce((sum, block) => sum + block.count, 0),
    each_ms: Math.round(one * 10) / 10,
    turnaround_ms: profile.read.turnaround_ms ?? "undeclared",
    most: Math.max(0, Math.floor((allowed - besides) / one)),
  };
}

/** Of one socket: its meter read, its relay pulsed; its share of the board's one question is the board's. */
function socketNeed(bought: BoughtSockets, { wire, cutoff_ms }: Planned): DeviceNeed {
  const [first] = sidesOf(bought);
  if (first === undefined) throw new Error("no socket");
  const [board, own] = [boardLoad(first), socketLoad(first)];
  const allowed = Math.min(cutoff_ms, (own.hold_ms ?? Number.POSITIVE_INFINITY) / 2);
  const { relay, meter, count } = bought;
  const roundOf = (sockets: number): number => roundMs(builtLoads(sidesOf({ relay, meter, count: sockets })), wire);
  let most = 0;
  while (most < 247 && roundOf(most + 1) <= allowed) most += 1;
  const undeclared = relay.read.turnaround_ms === undefined || meter.read.turnaround_ms === undefined;
  return {
    profile: `${relay.id} + ${meter.id}`,
    count,
    sockets: 1,
    questions: own.reads.length,
    registers: planReads(meter).reduce((sum, block) => sum + block.count, 0),
    each_ms: Math.round((deviceMs(own, wire) + deviceMs(board, wire) / Math.max(1, relay.relays?.count ?? 1)) * 10) / 10,
    turnaround_ms: undeclared ? "undeclared" : Math.max(relay.read.turnaround_ms ?? 0, meter.read.turnaround_ms ?? 0),
    most,
  };
}

const isStation = ({ kind, switching, sockets }: Profile): boolean =>
  kind === "station" && switching !== undefined && sockets !== undefined;

let stations: readonly Profile[] | undefined;
function stationModels(): readonly Profile[] {
  stations ??= profileNames().flatMap((name) => {
    const profile = loadProfile(name);
    return profile.kind !== "no-profile" && isStation(profile) ? [profile] : [];
  });
  return stations;
}

/** Other stations of the catalogue that would carry the same sockets on this line in time; the fewest first. */
function insteadOf(listed: ListedLine): Change[] {
  const found: Extract<Change, { kind: "instead" }>[] = [];
  for (const bought of listed.devices)
    for (const model of stationModels()) {
      if (!isStation(bought.profile) || model.id === bought.profile.id) continue;
      const count = Math.ceil((bought.count * (bought.profile.sockets?.count ?? 0)) / (model.sockets?.count ?? 1));
      const devices = listed.devices.map((one) => (one === bought ? { profile: model, count } : one));
      if (fits(plannedOf({ ...listed, devices }))) found.push({ kind: "instead", of: bought.profile.id, profile: model.id, count });
    }
  return found.sort((a, b) => a.count - b.count);
}

function warningsOf(listed: ListedLine): Warning[] {
  const { line, devices, sockets = [] } = listed;
  const models = [...devices.map(({ profile }) => profile), ...sockets.flatMap(({ relay, meter }) => [relay, meter])];
  return [
    ...(line.kind !== "tcp" && unitsOf(listed) > mostLoads ? (["many-loads"] as const) : []),
    ...(models.some(({ read }) => read.turnaround_ms === undefined) ? (["undeclared-turnaround"] as const) : []),
    ...(devices.some(({ profile }) => isStation(profile)) || sockets.length > 0 ? [] : (["no-station"] as const)),
    // Read once a round, and never pulsed: a relay that is to feed a socket costs its line far more.
    ...(devices.some(({ profile }) => profile.relays !== undefined) && sockets.length === 0 ? (["relays-alone"] as const) : []),
    ...(sockets.some(({ relay }) => relay.relays?.flash === undefined) ? (["latching"] as const) : []),
  ];
}
