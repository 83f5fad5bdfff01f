// A meter behind a relay of another board, and what is plugged in behind both: it shows what flows, with the lag of its class.
import { imageOf, type PointValue, valueLimits } from "#protocols/modbus/encode.ts";
import { widthOf } from "#protocols/modbus/placement.ts";
import type { Point, Profile } from "#protocols/modbus/profile.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "../modbus/answer.ts";
import type { AnyDevice } from "../modbus/any-device.ts";
import { type Acting, advanceSocket, type Load, newSocket, plugIn, type Socket } from "./socket.ts";

/** The metal of one relay: it follows its coil, and once it is welded it stays where it closed. */
export interface Contact {
  welded: boolean;
  closed(): boolean;
}

export function contactOf(coil: () => boolean): Contact {
  let shut = false;
  return {
    welded: false,
    closed() {
      shut = coil() || (this.welded && shut);
      return shut;
    },
  };
}

export interface Fed {
  /** The device's own memory, with what flows in place of what was plausible. */
  memory(now: number): Memory;
  /** Looks at the relay; to be called often, for between two looks it is taken to have stood still. */
  advance(now: number): void;
  plug(load: Load): void;
  readonly socket: Socket;
  readonly contact: Contact;
  /** When its metal last moved, as seen by whoever looks often. */
  changedAt: number;
  /** What a faulty load draws in place of its curve. */
  over_mA: number | undefined;
  /** It does not answer. */
  silent: boolean;
}

/** So long a load is meant to charge: longer than anybody watches. */
const allDay_ms = 86_400_000;
export const steadyLoad = (power_mW: number): Load => ({ plateau_mW: power_mW, float_mW: power_mW, full_ms: allDay_ms });

export interface FedBy {
  readonly profile: Profile;
  readonly device: AnyDevice;
  readonly chance: Chance;
  readonly now: number;
  readonly contact: Contact;
  /** Its transformer is turned round, or its voltage comes from another phase: what a meter without a sign shows of that is the amount. */
  readonly wired?: MeterFault | undefined;
}
export type MeterFault = "turned" | "phase";
/** cos 180° and cos 120°. */
const turns: Readonly<Record<MeterFault, number>> = { turned: -1, phase: -0.5 };

/** All that was taken, by whatever name the meter counts it. */
const energies = (taken_mWh: number) => ({ energy_mWh: taken_mWh, import_energy_mWh: taken_mWh, total_energy_mWh: taken_mWh });

const wordsOf = (point: Point): string[] => Array.from({ length: widthOf(point) }, (_, at) => `${point.table} ${point.address + at}`);

export function fedMeter({ profile, device, chance, now: start, contact, wired }: FedBy): Fed {
  const socket = newSocket(chance, start);
  let was = false;
  const turn = wired === undefined ? 1 : turns[wired];
  const tellsSign = profile.points.some((point) => point.name === "power_mW" && valueLimits(point)[0] < 0);
  function advance(now: number): void {
    const acting = (): Acting => ({ closed: was, overCurrent_mA: fed.over_mA });
    advanceSocket(socket, acting(), now);
    if (contact.closed() !== was) {
      was = !was;
      fed.changedAt = now;
    }
    advanceSocket(socket, acting(), now);
  }
  const fed: Fed = {
    advance,
    socket,
    contact,
    changedAt: start,
    over_mA: undefined,
    silent: false,
    plug: (load) => plugIn(socket, load),
    memory(now) {
      advance(now);
      const { voltage_mV, current_mA, temperature_mC } = socket.shown;
      const power_mW = socket.shown.power_mW * (tellsSign ? turn : Math.abs(turn));
      const flows: Readonly<Record<string, number>> = { voltage_mV, current_mA, power_mW, temperature_mC, ...energies(socket.energy_mWh) };
      const image = imageOf(profile, (name): PointValue => (flows[name] === undefined ? device.shown.get(name) : Math.round(flows[name])));
      // Settings that were written stay written: only the measured words are laid over them.
      const measured = new Set(profile.points.filter(({ name }) => flows[name] !== undefined).flatMap((point) => wordsOf(point)));
      return {
        ...device.memory,
        word: (address, table) =>
          (measured.has(`${table} ${address}`) ? image.get(table)?.get(address) : undefined) ?? device.memory.word(address, table),
      };
    },
  };
  return fed;
}
