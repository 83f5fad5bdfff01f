// The barrier board's registers, from its profile read backwards; its pulse coils act when written with 0xFF00.
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Pulse as Place } from "#protocols/modbus/switching.ts";
import type { Memory } from "../modbus/answer.ts";
import { type PointValue, registerImage } from "../modbus/image.ts";
import { advanceBarrier, type Barrier, type Pulse, pulse } from "./barrier.ts";

/** What the board counted before this day: nobody's counters start at 0. */
export interface Lifetime {
  readonly openings: number;
  readonly passages: number;
  readonly against: number;
}

function pointValue(barrier: Barrier, lifetime: Lifetime, point: string): PointValue {
  switch (point) {
    case "state":
      return {
        open_limit: barrier.arm === "open",
        closed_limit: barrier.arm === "closed",
        loop_approach: barrier.loops.approach,
        loop_under: barrier.loops.under,
        motor: (barrier.arm === "opening" || barrier.arm === "closing") && !barrier.halted,
        fire_input: barrier.ails.fire,
        fault: false,
      };
    case "open_count":
      return lifetime.openings + barrier.openings;
    case "passage_count":
      return lifetime.passages + barrier.passages;
    case "against_count":
      return lifetime.against + barrier.against;
    case "travel_ms":
      return barrier.travel_ms;
    default:
      throw new Error(`nothing behind the barrier point ${point}`);
  }
}

export function boardMemory(board: { barrier: Barrier; lifetime: Lifetime; profile: Profile }, now: number): Memory {
  const { barrier, lifetime, profile } = board;
  advanceBarrier(barrier, now);
  const image = registerImage(profile, (point) => pointValue(barrier, lifetime, point));
  const pulses = Object.entries(profile.pulses ?? {}) as [Pulse, Place][];
  const coils = new Map(pulses.flatMap(([name, place]) => (typeof place === "number" ? [[place, name] as const] : [])));
  const orders = pulses.flatMap(([name, place]) => (typeof place === "number" ? [] : [{ ...place, name }]));
  const byRegister: Pick<Memory, "holdsRegister" | "writeRegister"> = {
    holdsRegister: (address) => orders.some(({ register }) => register === address),
    writeRegister: (address, value) => {
      const which = orders.find((one) => one.register === address && one.value === value);
      if (which === undefined) return "value";
      pulse(barrier, which.name, now);
      return "done";
    },
  };
  return {
    word: (address) => image[address],
    // A pulse is over before anybody could read it.
    coil: (address) => (coils.has(address) ? false : undefined),
    holdsCoil: (address) => coils.has(address),
    writeCoil: (address, value) => {
      if (value !== 0 && value !== 0xff00) return "value";
      const which = coils.get(address);
      if (value === 0xff00 && which !== undefined) pulse(barrier, which, now);
      return "done";
    },
    ...(orders.length === 0 ? {} : byRegister),
  };
}
