// Who charges in a compound, and when: people come home around six in the evening, plug in what they have ridden, ask for money, time, energy or until it is full, and some leave it plugged in.
import type { Chance } from "../chance.ts";
import { type Battery, type BatteryFault, batteryFaults, newBattery, ride } from "./battery.ts";

export interface Rider {
  readonly name: string;
  readonly battery: Battery;
  readonly group: "resident" | "staff" | "visitor";
  /** A card with a balance, or a phone. */
  readonly card: string | undefined;
}

export type Wish =
  | { readonly kind: "money"; readonly fen: number }
  | { readonly kind: "time"; readonly seconds: number }
  | { readonly kind: "energy"; readonly mWh: number }
  | { readonly kind: "full" };

export interface Visit {
  readonly rider: Rider;
  /** Second of the whole run at which it is plugged in. */
  readonly at_s: number;
  readonly wish: Wish;
  readonly pays_fen: number;
  /** Pulled after so long, whatever it does; else when it is over, and so long after that. */
  readonly pulled_s: number | undefined;
  readonly keeps_s: number;
  readonly fault: BatteryFault | undefined;
}

/** Sum of twelve uniform numbers: normal enough, and bounded. */
export const normal = (chance: Chance, mean: number, deviation: number): number => {
  let sum = -6;
  for (let n = 0; n < 12; n += 1) sum += chance.unit();
  return mean + sum * deviation;
};

/** Second of the day at which one plugs in: N(18:00, 90 min), within the day. */
export const arrivalSecond = (chance: Chance): number => Math.round(Math.min(86_000, Math.max(0, normal(chance, 64_800, 5_400))));

export function riders(chance: Chance, count: number): Rider[] {
  return Array.from({ length: count }, (_, n) => ({
    name: `rider-${n + 1}`,
    battery: newBattery(chance.for(`battery-${n}`)),
    group: chance.unit() < 0.75 ? "resident" : chance.unit() < 0.3 ? "staff" : "visitor",
    card: chance.unit() < 0.35 ? String(4_000_000_000 + n) : undefined,
  }));
}

function wishOf(chance: Chance): Wish {
  const kind = chance.pick(["money", "time", "energy", "full", "full"] as const);
  if (kind === "money") return { kind, fen: chance.whole(5, 60) };
  if (kind === "time") return { kind, seconds: chance.whole(1, 8) * 1_800 };
  if (kind === "energy") return { kind, mWh: chance.whole(1, 8) * 100_000 };
  return { kind };
}

/** A day's visits, begun N(18:00, 90 min); `share` of the riders charge. */
export function dayOfVisits(chance: Chance, all: readonly Rider[], { day, share }: { day: number; share: number }): Visit[] {
  return all
    .filter(() => chance.unit() < share)
    .map((rider) => {
      ride(rider.battery, chance.between(0.2, 0.7));
      const wish = wishOf(chance);
      return {
        rider,
        at_s: day * 86_400 + arrivalSecond(chance),
        wish,
        pays_fen: wish.kind === "money" ? wish.fen : chance.pick([100, 200, 300, 500]),
        pulled_s: chance.unit() < 0.15 ? chance.whole(300, 9_000) : undefined,
        keeps_s: chance.unit() < 0.5 ? chance.whole(60, 1_800) : chance.whole(1_800, 36_000),
        fault: chance.unit() < 0.03 ? chance.pick([...batteryFaults]) : undefined,
      };
    })
    .sort((a, b) => a.at_s - b.at_s);
}
