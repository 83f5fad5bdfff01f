// A charging station in told time: relays that open by themselves when nobody re-arms them, card taps, and the faults that can be put on it.
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Chance } from "../chance.ts";
import {
  type Acting,
  advanceSocket,
  type Load,
  type Measured,
  newSocket,
  plugIn,
  ratedCurrent_mA,
  type Shape,
  type Socket,
  shapes,
} from "./socket.ts";
import { feederOf, metered, rightWires, type Wires } from "./wires.ts";

export type SocketFault = "over-current" | "over-temperature" | "weld" | "frozen-meter" | "no-number" | "wrap" | Shape;
export type StationFault = "dead-slave" | "smoke" | "crc-burst" | "brown-out";
export type RelayReason = "start" | "commanded" | "dead-man" | "welded";

interface ActiveFault {
  readonly amount: number;
  readonly until: number;
  readonly since?: number;
}

export interface Bay {
  readonly socket: Socket;
  /** What the last command says; `contact` is what the metal does. */
  commanded: boolean;
  contact: boolean;
  why: RelayReason;
  /** When the relay changed; for "welded": when it should have opened and did not. */
  changedAt: number;
  closedAt: number;
  requestSeq: number;
  requestCard: number;
  /** A tap that no closed relay has answered yet. */
  tapWaits: boolean;
  readonly faults: Map<SocketFault, ActiveFault>;
}

export interface Station {
  readonly id: string;
  readonly unit: number;
  readonly profile: Profile;
  readonly switching: NonNullable<Profile["switching"]>;
  readonly bays: readonly Bay[];
  readonly faults: Map<StationFault, ActiveFault>;
  readonly startedAt: number;
  readonly leakage_mA: number;
  readonly wires: Wires;
  /** What a frozen meter showed when it was first looked at. */
  readonly frozen: Map<number, Measured>;
  rearmedAt: number;
  /** Whether there is power at the relays: what stands above them is closed. */
  supplied: boolean;
  readonly counts: { taps: number; sessions: number; cutoffs: number };
}

function newBay(random: Chance, now: number): Bay {
  return {
    socket: newSocket(random, now),
    commanded: false,
    contact: false,
    why: "start",
    changedAt: now,
    closedAt: now,
    requestSeq: 0,
    requestCard: 0,
    tapWaits: false,
    faults: new Map(),
  };
}

interface Made {
  readonly id: string;
  readonly unit: number;
  readonly profile: Profile;
  readonly wires?: Wires | undefined;
}

export function newStation(is: Made, random: Chance, now: number): Station {
  const { switching, sockets } = is.profile;
  if (switching === undefined || sockets === undefined) throw new Error(`${is.profile.id}: a station needs "switching" and "sockets"`);
  return {
    ...is,
    switching,
    bays: Array.from({ length: sockets.count }, (_, i) => newBay(random.for(`${is.id}/${i + 1}`), now)),
    faults: new Map(),
    startedAt: now,
    leakage_mA: random.whole(1, 6),
    wires: is.wires ?? rightWires,
    frozen: new Map(),
    rearmedAt: Number.NEGATIVE_INFINITY,
    supplied: true,
    counts: { taps: 0, sessions: 0, cutoffs: 0 },
  };
}

/** What acts on the outlet of a bay: the relay that really feeds it. */
function acting(station: Station, bay: Bay): Acting {
  const { faults } = bay;
  const outlet = station.bays.indexOf(bay);
  const contact = station.wires.bypassed.has(outlet) || (station.bays[feederOf(station.wires, outlet)]?.contact ?? false);
  const share = faults.get("over-current")?.amount;
  return {
    closed: contact && station.supplied,
    shape: shapeOf(faults),
    overCurrent_mA: share === undefined ? undefined : (ratedCurrent_mA * share) / 1_000,
    overTemperature_mC: faults.get("over-temperature")?.amount,
  };
}

function shapeOf(faults: Bay["faults"]): Acting["shape"] {
  const name = shapes.find((one) => faults.has(one));
  return name === undefined ? undefined : { name, since: faults.get(name)?.since ?? 0 };
}

function open(bay: Bay, why: "commanded" | "dead-man", now: number): void {
  bay.commanded = false;
  bay.changedAt = now;
  bay.contact = bay.contact && bay.faults.has("weld");
  bay.why = bay.contact ? "welded" : why;
}

function endFaults(station: Station, now: number): void {
  for (const [name, { until }] of station.faults) if (until <= now) station.faults.delete(name);
  for (const bay of station.bays) for (const [name, { until }] of bay.faults) if (until <= now) endSocketFault(bay, name, now);
}

function endSocketFault(bay: Bay, name: SocketFault, now: number): void {
  bay.faults.delete(name);
  if (name !== "weld" || bay.commanded || !bay.contact) return;
  bay.contact = false;
  bay.why = "commanded";
  bay.changedAt = now;
}

const advanceOutlets = (station: Station, at: number): void => {
  for (const bay of station.bays) advanceSocket(bay.socket, acting(station, bay), at);
};

/** Lets the time pass up to `now`. A relay that nobody re-armed opens at its deadline, however late we are called. */
export function advanceStation(station: Station, now: number): void {
  const deadlineOf = (bay: Bay): number => Math.max(station.rearmedAt, bay.closedAt) + station.switching.hold_ms;
  const due = station.bays.filter((bay) => bay.commanded && deadlineOf(bay) <= now).sort((x, y) => deadlineOf(x) - deadlineOf(y));
  for (const bay of due) {
    const deadline = deadlineOf(bay);
    advanceOutlets(station, deadline);
    open(bay, "dead-man", deadline);
  }
  advanceOutlets(station, now);
  endFaults(station, now);
}

/** The contactor above has moved at that moment. */
export function supply(station: Station, supplied: boolean, at: number): void {
  advanceStation(station, at);
  station.supplied = supplied;
}

/** What the meter of this bay shows, as it is wired. */
export function meterOf(station: Station, index: number): Measured | undefined {
  const bay = station.bays[index];
  if (bay?.faults.has("no-number") === true) return undefined;
  const seen = metered(station.wires, index, (outlet) => (station.bays[outlet] ?? station.bays[index])?.socket.shown ?? nothingShown);
  const sag_mV = station.faults.get("brown-out")?.amount;
  const shown = seen === undefined || sag_mV === undefined ? seen : { ...seen, voltage_mV: Math.min(seen.voltage_mV, sag_mV) };
  const frozen = station.wires.frozenMeters.has(index) || bay?.faults.has("frozen-meter") === true;
  if (!frozen) station.frozen.delete(index);
  if (!frozen || shown === undefined) return shown;
  const first = station.frozen.get(index) ?? { ...shown };
  station.frozen.set(index, first);
  return first;
}
const nothingShown: Measured = { voltage_mV: 0, current_mA: 0, power_mW: 0, temperature_mC: 0 };

export function rearm(station: Station, now: number): void {
  advanceStation(station, now);
  station.rearmedAt = now;
}

/** A command from the line. */
export function switchRelay(station: Station, socket: number, command: { closed: boolean; now: number }): void {
  advanceStation(station, command.now);
  const bay = station.bays[socket];
  if (bay === undefined) throw new RangeError(`${station.id} has no socket ${socket}`);
  if (command.closed) close(station, bay, command.now);
  else if (bay.commanded) {
    if (station.faults.has("smoke") || bay.faults.has("over-current") || bay.faults.has("over-temperature")) station.counts.cutoffs += 1;
    open(bay, "commanded", command.now);
  }
}

function close(station: Station, bay: Bay, now: number): void {
  bay.closedAt = now;
  if (!bay.commanded) {
    bay.commanded = true;
    bay.contact = !station.wires.deadRelays.has(station.bays.indexOf(bay));
    bay.why = "commanded";
    bay.changedAt = now;
  }
  if (!bay.tapWaits) return;
  bay.tapWaits = false;
  station.counts.sessions += 1;
}

/** Somebody plugs in and holds a card to the reader. */
export function tap(station: Station, bay: Bay, { load, card }: { load: Load; card: number }): void {
  plugIn(bay.socket, load);
  bay.requestSeq = (bay.requestSeq + 1) & 0xffff;
  bay.requestCard = card;
  bay.tapWaits = true;
  station.counts.taps += 1;
}

/** A faulty load leaves with its plug. */
export function unplug(bay: Bay): void {
  bay.socket.load = undefined;
  bay.tapWaits = false;
  bay.faults.delete("over-current");
  for (const shape of shapes) bay.faults.delete(shape);
}

export function putSocketFault(bay: Bay, name: SocketFault, fault: ActiveFault): void {
  bay.faults.set(name, fault);
}

export function clearFaults(station: Station, bays: readonly Bay[], now: number): void {
  for (const bay of bays) for (const name of [...bay.faults.keys()]) endSocketFault(bay, name, now);
  if (bays.length === station.bays.length) station.faults.clear();
}
