// A lane in told time: one car at a time, in order. It stops on the loop before the arm, is read, waits for the arm, passes, and the arm closes behind it; unless its driver has other manners.
import type { Manner } from "#protocols/api/simulator.ts";
import { advanceBarrier, type Barrier, type Loop, leaveUnderBackwards, setLoop } from "./barrier.ts";

export interface Car {
  readonly plate: string;
  /** How long it parks; `undefined`: it stays. */
  readonly stay_ms: number | undefined;
  /** Belongs to the steady traffic: when that stops it stays parked. */
  readonly steady: boolean;
  readonly manner?: Manner | undefined;
}

interface Front {
  readonly car: Car;
  phase: "waiting" | "rolling";
  since: number;
  readonly came: number;
  /** When the camera read it last; `undefined`: not yet. */
  readAt: number | undefined;
  /** Steps of its way that it has done. */
  steps: number;
  sawDark: boolean;
}

export interface Lane {
  readonly id: string;
  readonly direction: "entry" | "exit";
  readonly barrier: Barrier;
  readonly queue: Car[];
  front: Front | undefined;
}

export type LaneEffect =
  | { readonly kind: "read"; readonly plate: string }
  | { readonly kind: "passed"; readonly car: Car }
  /** It is gone, and not through. */
  | { readonly kind: "left"; readonly car: Car };

const stopsForReadMs = 300;
const readAgainMs = 8_000;
const givesUpMs = 20_000;
const goesOnMs = 900;

type Step = readonly [ms: number, loop: Loop, to: "on" | "off" | "back"];
/** From the moment that it rolls: which loop its wheels reach and leave. A tailgater is on the first loop when the car ahead is through. */
const through: readonly Step[] = [
  [700, "under", "on"],
  [1_300, "approach", "off"],
  [2_200, "under", "off"],
];
const ways: Readonly<Record<Manner | "drives", readonly Step[]>> = {
  drives: through,
  "stops-under": through,
  "gives-up": through,
  tailgates: [
    [0, "approach", "on"],
    [400, "under", "on"],
    [900, "approach", "off"],
    [1_700, "under", "off"],
  ],
  "turns-back": [[500, "approach", "off"]],
  "backs-out": [
    [700, "under", "on"],
    [1_800, "under", "back"],
    [2_600, "approach", "off"],
  ],
  // At a walk, as one drives out where he should not: a board that is asked five times a second also sees it on a machine that is busy.
  "wrong-way": [
    [0, "under", "on"],
    [1_500, "approach", "on"],
    [3_000, "under", "back"],
    [4_000, "approach", "off"],
  ],
};
const isThrough = ({ manner }: Car): boolean => manner !== "turns-back" && manner !== "backs-out" && manner !== "wrong-way";

export const newLane = (is: { id: string; direction: "entry" | "exit"; barrier: Barrier }): Lane => ({
  ...is,
  queue: [],
  front: undefined,
});

/** Cars that have come to the lane and not crossed it. */
export const waiting = (lane: Lane): number => lane.queue.length + (lane.front === undefined ? 0 : 1);

const newFront = (car: Car, phase: Front["phase"], now: number): Front => ({
  car,
  phase,
  since: now,
  came: now,
  readAt: undefined,
  steps: 0,
  sawDark: false,
});

/** It stands under the arm until power had been gone and is back. */
function stands(front: Front, { ails }: Barrier, now: number): boolean {
  if (front.car.manner !== "stops-under" || front.steps < through.length - 1) return false;
  if (ails.dark) front.sawDark = true;
  if (!front.sawDark || ails.dark) {
    front.since = now - (through.at(-1)?.[0] ?? 0) + goesOnMs;
    return true;
  }
  return false;
}

function rollOn(lane: Lane, front: Front, now: number): LaneEffect[] {
  const { barrier } = lane;
  const way = ways[front.car.manner ?? "drives"];
  for (let step = way[front.steps]; step !== undefined; step = way[front.steps]) {
    const [ms, loop, to] = step;
    if (stands(front, barrier, now) || now < front.since + ms) return [];
    if (to === "back") leaveUnderBackwards(barrier, now);
    else setLoop(barrier, loop, { occupied: to === "on", now });
    front.steps += 1;
  }
  const { car } = front;
  const next = lane.queue[0];
  lane.front = next?.manner === "tailgates" && isThrough(car) ? newFront(next, "rolling", now) : undefined;
  if (lane.front !== undefined) lane.queue.shift();
  return [{ kind: isThrough(car) ? "passed" : "left", car }];
}

/** Drivers keep their distance: the next one comes when the arm is down. Against the lane one comes when it is up. */
function comes(lane: Lane, now: number): void {
  const { barrier, queue } = lane;
  const wrongWay = queue[0]?.manner === "wrong-way";
  const next = barrier.arm === (wrongWay ? "open" : "closed") && !barrier.ails.dark ? queue.shift() : undefined;
  if (next === undefined) return;
  lane.front = newFront(next, wrongWay ? "rolling" : "waiting", now);
  if (!wrongWay) setLoop(barrier, "approach", { occupied: true, now });
}

/** Lets the time pass up to `now`, in steps of at most 100 ms. */
export function advanceLane(lane: Lane, now: number): LaneEffect[] {
  const { barrier, front } = lane;
  advanceBarrier(barrier, now);
  if (front === undefined) {
    comes(lane, now);
    return [];
  }
  if (front.phase === "rolling") return rollOn(lane, front, now);
  if (barrier.arm === "open") {
    front.phase = "rolling";
    front.since = now;
    return [];
  }
  if (front.car.manner === "gives-up" && now - front.came >= givesUpMs) {
    setLoop(barrier, "approach", { occupied: false, now });
    lane.front = undefined;
    return [{ kind: "left", car: front.car }];
  }
  const due = front.readAt === undefined ? front.since + stopsForReadMs : front.readAt + readAgainMs;
  if (now < due || barrier.arm === "opening") return [];
  front.readAt = now;
  return [{ kind: "read", plate: front.car.plate }];
}
