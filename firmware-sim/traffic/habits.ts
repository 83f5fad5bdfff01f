// When the people of a compound come to charge: at six in the evening, give or take an hour and a half; each day most of them, in told time.
import type { Tap } from "#protocols/api/simulator.ts";
import type { Chance } from "../chance.ts";
import { arrivalSecond } from "../charging/compound.ts";

const day_ms = 86_400_000;
/** Of the forty of the shed (riders.ts), so many charge on a day. */
const [people, share] = [40, 0.6];
const firstCard = 20_001;

export interface Habits {
  readonly chance: Chance;
  /** Where the day's midnight lies by the simulator's clock. */
  midnight: number;
  /** Of this day, soonest first. */
  coming: number[];
  card: number;
}

/** `second`: of the civil day, now. Who came before that today has come and gone. */
export function newHabits(chance: Chance, now: number, second: number): Habits {
  const habits: Habits = { chance, midnight: now - second * 1_000, coming: [], card: firstCard };
  habits.coming = today(habits).filter((at) => at >= now);
  return habits;
}

const today = ({ chance, midnight }: Pick<Habits, "chance" | "midnight">): number[] =>
  Array.from({ length: people }, () => (chance.unit() < share ? [midnight + arrivalSecond(chance) * 1_000] : []))
    .flat()
    .sort((a, b) => a - b);

/** Who comes up to `now`; who finds every socket taken goes home again. */
export function stepHabits(habits: Habits, now: number, freeSockets: readonly string[]): Tap[] {
  const taps: Tap[] = [];
  const free = [...freeSockets];
  for (;;) {
    while (habits.coming.length === 0) {
      if (now < habits.midnight + day_ms) return taps;
      habits.midnight += day_ms;
      habits.coming = today(habits);
    }
    if ((habits.coming[0] ?? 0) > now) return taps;
    habits.coming.shift();
    if (free.length === 0) continue;
    const [socket = ""] = free.splice(habits.chance.whole(0, free.length - 1), 1);
    taps.push({ socket, card: habits.card });
    habits.card += 1;
  }
}
