// A lane in told time: one car at a time, in order. It stops on the loop before the arm, is read, waits for the arm, passes, and the arm closes behind it.
import { advanceBarrier, type Barrier, setLoop } from "./barrier.ts";

export interface Car {
  readonly plate: string;
  /** How long it parks; `undefined`: it stays. */
  readonly stay_ms: number | undefined;
  /** Belongs to the steady traffic: when that stops it stays parked. */
  readonly steady: boolean;
}

interface Front {
  readonly car: Car;
  phase: "waiting" | "rolling";
  since: number;
  /** When the camera read it last; `undefined`: not yet. */
  readAt: number | undefined;
}

export interface Lane {
  readonly id: string;
  readonly direction: "entry" | "exit";
  readonly barrier: Barrier;
  readonly queue: Car[];
  front: Front | undefined;
}

export type LaneEffect = { readonly kind: "read"; readonly plate: string } | { readonly kind: "passed"; readonly car: Car };

const stopsForReadMs = 300;
const readAgainMs = 8_000;
// From the arm's "open" on: front wheels reach the loop under the arm, the tail leaves the loop before it, the tail leaves the loop under it.
const rolling = { underOn: 700, approachOff: 1_300, underOff: 2_200 };

export const newLane = (is: { id: string; direction: "entry" | "exit"; barrier: Barrier }): Lane => ({
  ...is,
  queue: [],
  front: undefined,
});

/** Cars that have come to the lane and not crossed it. */
export const waiting = (lane: Lane): number => lane.queue.length + (lane.front === undefined ? 0 : 1);

function rollOn(lane: Lane, front: Front, now: number): LaneEffect[] {
  const { barrier } = lane;
  const moment = (ms: number): number => front.since + ms;
  if (now >= moment(rolling.underOn) && now < moment(rolling.underOff)) setLoop(barrier, "under", { occupied: true, now });
  if (now >= moment(rolling.approachOff)) setLoop(barrier, "approach", { occupied: false, now });
  if (now < moment(rolling.underOff) || !barrier.loops.under) return [];
  setLoop(barrier, "under", { occupied: false, now });
  lane.front = undefined;
  return [{ kind: "passed", car: front.car }];
}

/** Lets the time pass up to `now`, in steps of at most 100 ms. */
export function advanceLane(lane: Lane, now: number): LaneEffect[] {
  const { barrier, front } = lane;
  advanceBarrier(barrier, now);
  if (front === undefined) {
    // Drivers keep their distance: the next one comes when the arm is down.
    const next = barrier.arm === "closed" ? lane.queue.shift() : undefined;
    if (next === undefined) return [];
    lane.front = { car: next, phase: "waiting", since: now, readAt: undefined };
    setLoop(barrier, "approach", { occupied: true, now });
    return [];
  }
  if (front.phase === "rolling") return rollOn(lane, front, now);
  if (barrier.arm === "open") {
    front.phase = "rolling";
    front.since = now;
    return [];
  }
  const due = front.readAt === undefined ? front.since + stopsForReadMs : front.readAt + readAgainMs;
  if (now < due || barrier.arm === "opening") return [];
  front.readAt = now;
  return [{ kind: "read", plate: front.car.plate }];
}
