// The demonstration's steady traffic, in told time: a car every 6–10 s, a charging tap about every 15 s. Some cars are residents' and come again.
import type { Car, Tap } from "#protocols/api/simulator.ts";
import type { Chance } from "../chance.ts";
import { inventPlate } from "../parking/plates.ts";

export interface Steady {
  readonly chance: Chance;
  readonly residents: readonly string[];
  nextCarAt: number;
  nextTapAt: number;
  card: number;
}

/** What the generator may know of the compound. */
export interface Situation {
  readonly now: number;
  readonly longestQueue: number;
  readonly platesHere: ReadonlySet<string>;
  readonly freeSockets: readonly string[];
}

const everyCarMs = { least: 6_000, most: 10_000 };
const everyTapMs = { least: 12_000, most: 18_000 };
const firstCarMs = 500;
const firstTapMs = 700;
/** The first taps come close together, so that the shed is not empty for long. */
const eagerTaps = 6;
const eagerMs = 1_200;
const residentShare = 0.35;
const mostQueued = 3;
const firstCard = 10_001;

export const newSteady = (chance: Chance, now: number): Steady => ({
  chance,
  residents: Array.from({ length: 12 }, () => inventPlate(chance)),
  nextCarAt: now + firstCarMs,
  nextTapAt: now + firstTapMs,
  card: firstCard,
});

function nextCar({ chance, residents }: Steady, platesHere: ReadonlySet<string>): Car | undefined {
  const plate = chance.unit() < residentShare ? chance.pick(residents) : inventPlate(chance);
  if (platesHere.has(plate)) return undefined;
  return { plate, lane: "east-in", stay_s: chance.whole(20, 90) };
}

function nextTap(steady: Steady, freeSockets: readonly string[]): Tap | undefined {
  if (freeSockets.length === 0) return undefined;
  const { chance } = steady;
  const card = steady.card;
  steady.card += 1;
  return { socket: chance.pick(freeSockets), card, power_W: chance.whole(120, 480), minutes: chance.whole(20, 50) / 10 };
}

/** Lets the time pass up to `now`; who comes. */
export function stepSteady(steady: Steady, { now, longestQueue, platesHere, freeSockets }: Situation): { car?: Car; tap?: Tap } {
  const { chance } = steady;
  const comes: { car?: Car; tap?: Tap } = {};
  if (now >= steady.nextCarAt) {
    steady.nextCarAt = now + chance.whole(everyCarMs.least, everyCarMs.most);
    const car = longestQueue < mostQueued ? nextCar(steady, platesHere) : undefined;
    if (car !== undefined) comes.car = car;
  }
  if (now >= steady.nextTapAt) {
    const eager = steady.card < firstCard + eagerTaps;
    steady.nextTapAt = now + (eager ? eagerMs : chance.whole(everyTapMs.least, everyTapMs.most));
    const tap = nextTap(steady, freeSockets);
    if (tap !== undefined) comes.tap = tap;
  }
  return comes;
}
