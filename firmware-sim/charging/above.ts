// What stands above the sockets of the shed, in told time: a board with contacts and relays, a contactor that follows one of them, and a meter on the feeder.
// The stations' own electronics are fed before the contactor: opening it takes the current of every socket, welded or not, and leaves them answering.
import { imageOf } from "#protocols/modbus/encode.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { switchAddress, switchedBy } from "#protocols/modbus/switching.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "../modbus/answer.ts";
import { received } from "../modbus/manners.ts";
import type { Station } from "./station.ts";

export const boardUnit = 11;
export const meterUnit = 21;
/** Contacts of the board, counted from 1: loops closed at rest, so that a broken wire reads like an alarm. The fourth moves with the contactor. */
export const contacts = { smoke: 1, heat: 2, panel: 3, feedback: 4 } as const;
export type Detector = Exclude<keyof typeof contacts, "feedback">;
/** The relay that feeds the contactor's coil, from 0. */
const coilRelay = 0;
const contactorDelay_ms = 20;
const meterRefresh_ms = 1_000;

export type AboveFault = Detector | "leakage" | "contactor-weld" | "dead-slave";
interface ActiveFault {
  readonly amount: number;
  readonly until: number;
}

interface Relay {
  closed: boolean;
  /** When a flash-on ends. */
  until: number | undefined;
}

export interface AboveOptions {
  readonly board: Profile;
  readonly meter: Profile;
  /** Without one the stations hang on the supply directly, and the relay moves nothing. */
  readonly contactor: boolean;
}

export interface Above extends AboveOptions {
  readonly relays: readonly Relay[];
  readonly faults: Map<AboveFault, ActiveFault>;
  /** What the metal of the contactor does, and since when. */
  contact: boolean;
  changedAt: number;
  readonly leakage_mA: number;
  metered: {
    readonly at: number;
    readonly power_mW: number;
    readonly phases_mA: readonly [number, number, number];
    readonly residual_mA: number;
  };
}

export function newAbove(options: AboveOptions, chance: Chance, now: number): Above {
  const leakage_mA = chance.whole(30, 60);
  return {
    ...options,
    relays: Array.from({ length: options.board.relays?.count ?? 0 }, () => ({ closed: false, until: undefined })),
    faults: new Map(),
    contact: !options.contactor,
    changedAt: now,
    leakage_mA,
    metered: { at: Number.NEGATIVE_INFINITY, power_mW: 0, phases_mA: [0, 0, 0], residual_mA: leakage_mA },
  };
}

/** Where the contactor's metal will be, and from when on, as the relay stands now; undefined when nothing is to come by `now`. */
function nextMove(above: Above, now: number): { readonly at: number; readonly contact: boolean } | undefined {
  if (!above.contactor) return undefined;
  const relay = above.relays[coilRelay];
  if (relay === undefined) return undefined;
  const opensAt = relay.until === undefined ? Number.POSITIVE_INFINITY : relay.until;
  if (relay.closed && opensAt <= now)
    return { at: opensAt + contactorDelay_ms, contact: above.faults.has("contactor-weld") && above.contact };
  return undefined;
}

/** Lets the time pass up to `now`; `apply` is told when the supply of the stations changes. */
export function advanceAbove(above: Above, now: number, apply: (at: number, supplied: boolean) => void): void {
  for (const [name, { until }] of above.faults) if (until <= now) above.faults.delete(name);
  const move = nextMove(above, now);
  for (const relay of above.relays)
    if (relay.until !== undefined && relay.until <= now) {
      relay.closed = false;
      relay.until = undefined;
    }
  if (move !== undefined) setContact(above, move, apply);
  else follow(above, now, apply);
}

/** A weld that was taken away lets go. */
function follow(above: Above, now: number, apply: (at: number, supplied: boolean) => void): void {
  if (!above.contactor) return;
  const wanted = above.relays[coilRelay]?.closed ?? false;
  if (wanted === above.contact || (!wanted && above.faults.has("contactor-weld"))) return;
  setContact(above, { at: now, contact: wanted }, apply);
}

function setContact(above: Above, { at, contact }: { at: number; contact: boolean }, apply: (at: number, supplied: boolean) => void): void {
  if (above.contact === contact) return;
  above.contact = contact;
  above.changedAt = at;
  apply(at, contact);
}

const quiet = (above: Above, detector: Detector): number => (above.faults.has(detector) ? 0 : 1);

function inputOf(above: Above, channel: number): number {
  for (const [name, own] of Object.entries(contacts)) {
    if (own !== channel) continue;
    return name === "feedback" ? Number(above.contact) : quiet(above, name as Detector);
  }
  return 0;
}

export interface Face {
  readonly above: Above;
  readonly stations: readonly Station[];
  readonly now: number;
  /** To be called after a relay was switched. */
  readonly moved: () => void;
}

/** Relays switched by coils: on, off, flash-on. A later flash-on begins its time anew, without a gap. */
function switchCoil({ above, now, moved }: Face, address: number, value: number): "done" | "value" {
  const { relays: own } = above.board;
  if (own === undefined) return "value";
  const { flash } = own;
  const at = above.relays.findIndex((_, index) => switchAddress(own, index) === address);
  const flashed = flash?.coil === undefined ? -1 : address - flash.coil;
  const relay = above.relays[at >= 0 ? at : flashed];
  if (relay === undefined) return "value";
  if (at >= 0 && value !== own.on && value !== own.off) return "value";
  if (at < 0 && (flash === undefined || value < 1 || value > flash.most)) return "value";
  relay.closed = at < 0 || value === own.on;
  relay.until = at < 0 && flash !== undefined ? now + value * flash.step_ms : undefined;
  moved();
  return "done";
}

export function boardMemory(face: Face): Memory {
  const { above } = face;
  const { board } = above;
  const image = imageOf(board, (name, channel) => {
    if (channel === undefined) return name === "meter_id" ? boardUnit : 100;
    if (name === "closed") return Number(above.relays[channel]?.closed ?? false);
    return name === "input_closed" ? inputOf(above, channel + 1) : 0;
  });
  const bit = (table: "coil" | "discrete", address: number): boolean | undefined => {
    const word = image.get(table)?.get(address);
    return word === undefined ? undefined : word === 1;
  };
  const { relays: own } = board;
  const holdsCoil = (address: number): boolean =>
    own !== undefined &&
    switchedBy(own).fn === 5 &&
    above.relays.some((_, index) => switchAddress(own, index) === address || (own.flash?.coil ?? Number.NaN) + index === address);
  return {
    receive: (pdu) => received(board, pdu),
    word: (address, table) => image.get(table)?.get(address),
    coil: (address) => bit("coil", address),
    discrete: (address) => bit("discrete", address),
    holdsCoil,
    writeCoil: (address, value) => switchCoil(face, address, value),
  };
}

/** Sockets 1–4 of every station hang on L1, 5–7 on L2, 8–10 on L3. */
export const phaseOf = (socket: number): 0 | 1 | 2 => (socket <= 4 ? 0 : socket <= 7 ? 1 : 2);

function measure({ above, stations, now }: Face): void {
  if (now - above.metered.at < meterRefresh_ms) return;
  const phases_mA: [number, number, number] = [0, 0, 0];
  let power_mW = 0;
  for (const { bays } of stations)
    for (const [index, { socket }] of bays.entries()) {
      phases_mA[phaseOf(index + 1)] += socket.truth.current_mA;
      power_mW += socket.truth.power_mW;
    }
  above.metered = { at: now, power_mW, phases_mA, residual_mA: above.faults.get("leakage")?.amount ?? above.leakage_mA };
}

export function meterMemory(face: Face): Memory {
  measure(face);
  const { meter, metered } = face.above;
  const shown: Readonly<Record<string, number>> = {
    power_mW: metered.power_mW,
    current_l1_mA: metered.phases_mA[0],
    current_l2_mA: metered.phases_mA[1],
    current_l3_mA: metered.phases_mA[2],
    residual_current_mA: metered.residual_mA,
    ...Object.fromEntries([1, 2, 3].map((phase) => [`voltage_l${phase}_mV`, 228_000])),
    room_temperature_mC: 27_000,
    transformer_temperature_mC: 54_000,
  };
  const image = imageOf(meter, (name) => {
    const point = meter.points.find((one) => one.name === name);
    return point?.bits === undefined ? Math.round(shown[name] ?? 0) : {};
  });
  return {
    receive: (pdu) => received(meter, pdu),
    word: (address, table) => image.get(table)?.get(address) ?? 0,
  };
}
