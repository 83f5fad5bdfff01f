// The riders of one shed with their batteries: each plugs in what he has ridden, and has the habits of a compound (compound.ts). The same seed gives the same people.
import type { Chance } from "../chance.ts";
import { type Battery, batteryFaults, ride } from "./battery.ts";
import { riders } from "./compound.ts";

export interface Arrival {
  readonly battery: Battery;
  readonly patience_ms: number;
  readonly pulled_ms: number;
}

export interface Riders {
  /** One who is not plugged in now; undefined: all are. */
  arrive(): Arrival | undefined;
  left(battery: Battery): void;
}

/** Of a shed with twenty sockets. */
const count = 40;

export function openRiders(chance: Chance): Riders {
  const here = riders(chance.for("riders"), count).map(({ battery }) => battery);
  const habits = chance.for("habits");
  const plugged = new Set<Battery>();
  return {
    arrive() {
      const free = here.filter((battery) => !plugged.has(battery));
      if (free.length === 0) return undefined;
      const battery = habits.pick(free);
      plugged.add(battery);
      ride(battery, habits.between(0.2, 0.7));
      battery.fault = habits.unit() < 0.03 ? habits.pick([...batteryFaults]) : undefined;
      const keeps_s = habits.unit() < 0.5 ? habits.whole(60, 1_800) : habits.whole(1_800, 36_000);
      const pulled_s = habits.unit() < 0.15 ? habits.whole(300, 9_000) : Number.POSITIVE_INFINITY;
      return { battery, patience_ms: keeps_s * 1_000, pulled_ms: pulled_s * 1_000 };
    },
    left: (battery) => void plugged.delete(battery),
  };
}
