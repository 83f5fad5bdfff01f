// One car's whole stay: it comes, is priced, pays and leaves. The world is plain data, so that it outlives the process that speaks to it; everything that a person or
// a camera says without hearing an answer is said again.

import { cameraProtocol } from "#gateway/drivers/cameras/table.ts";
import { type Seen, sources } from "#protocols/cameras/sources-for-tests.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { newBarrier, pulse } from "#sim/parking/barrier.ts";
import { advanceLane, type Lane as DrivenLane, newLane } from "#sim/parking/lane.ts";
import { type ToldClock, toldChance, toldClock } from "../told-clock.ts";
import { openToldSite, type ToldSite } from "./told-site.ts";

type Id = "in" | "out";
export interface World {
  now: number;
  readonly clock: { wall: number; mono: number };
  readonly lanes: Record<Id, DrivenLane>;
  phase: "outside" | "entering" | "parked" | "leaving" | "away";
  /** What the camera has said and not been answered. */
  unanswered: { lane: Id; seen: Seen } | null;
  recognitions: number;
  readAtExit: number | null;
  /** What the driver was told, and whether the terminal heard what became of the money. */
  payment: { payment: string; bill: string; amount_fen: number; heard: boolean } | null;
  /** Pulses that the boards heard. */
  readonly pulses: Record<Id, number>;
}

const plate = "闽CD82345" as Plate;
const source = sources.find(({ name }) => name === "vzenith http") ?? fail();
const serials: Readonly<Record<Id, string>> = { in: "fe71e106-57263272", out: "fe71e106-57263273" };
const step_ms = 200;
const stays_ms = 150 * 60_000;

export const newWorld = (): World => {
  const lane = (id: Id, direction: "entry" | "exit"): DrivenLane => newLane({ id, direction, barrier: newBarrier(1_000, 0) });
  return {
    now: 0,
    clock: { wall: Date.UTC(2026, 10, 25, 4), mono: 1_000_000 },
    lanes: { in: lane("in", "entry"), out: lane("out", "exit") },
    phase: "outside",
    unanswered: null,
    recognitions: 0,
    readAtExit: null,
    payment: null,
    pulses: { in: 0, out: 0 },
  };
};

/** Every moment at which a process can die so that it matters. */
export type Point = (where: string) => void;

export interface Life {
  readonly world: World;
  readonly folder: string;
  readonly life: number;
  readonly point: Point;
}

interface Living extends Life {
  readonly site: ToldSite;
  readonly clock: ToldClock;
}

/** Until the car is away. */
export async function live(life: Life): Promise<void> {
  const { world, folder, point } = life;
  const clock = toldClock(world.clock);
  const site = await openToldSite({
    folder,
    lanes: (["in", "out"] as const).map((id) => ({
      id,
      direction: world.lanes[id].direction,
      camera: { protocol: "vzenith-http", serialno: serials[id] },
    })),
    clock,
    chance: toldChance(life.life),
    board: (id) => ({
      pulse: () => {
        point("before the board hears the pulse");
        world.pulses[id as Id] += 1;
        pulse(world.lanes[id as Id].barrier, "open", world.now);
        point("after the board heard the pulse");
      },
    }),
    journal: (real) => ({
      ...real,
      commit: (work) => {
        const made = real.commit((tx) => {
          const result = work(tx);
          point("written, not committed");
          return result;
        });
        point("committed, nobody told");
        return made;
      },
    }),
  });
  try {
    for (let steps = 0; world.phase !== "away"; steps += 1) {
      if (steps > 2_000) throw new Error(`it never left: ${world.phase}`);
      await step({ ...life, site, clock });
    }
  } finally {
    site.die();
  }
}

/** Cars and arms do not wait for a gateway that is dead. */
export function goOnAlone(world: World, ms: number): void {
  for (let left = ms; left > 0; left -= step_ms) {
    world.now += step_ms;
    for (const id of ["in", "out"] as const) advanceLane(world.lanes[id], world.now);
  }
  world.clock.wall += ms;
  world.clock.mono += ms;
}

async function step(living: Living): Promise<void> {
  const { world, clock } = living;
  pass(living, step_ms);
  if (world.phase === "outside") come(world, "in", "entering");
  if (world.phase === "parked") {
    world.now += stays_ms;
    clock.leap(stays_ms);
    pass(living, 0);
    come(world, "out", "leaving");
  }
  for (const id of ["in", "out"] as const)
    for (const effect of advanceLane(world.lanes[id], world.now)) {
      if (effect.kind === "passed") continue;
      world.recognitions += 1;
      world.unanswered = { lane: id, seen: { plate, at: clock.wall(), number: world.recognitions } };
      if (id === "out") world.readAtExit ??= world.now;
    }
  look(living);
  // The gateway has counted the car before it is gone from this world.
  const empty = (id: Id): boolean => world.lanes[id].front === undefined && world.lanes[id].barrier.arm === "closed";
  if (world.phase === "entering" && empty("in")) world.phase = "parked";
  if (world.phase === "leaving" && empty("out")) world.phase = "away";
  speak(living);
  await pay(living);
}

function pass({ world, clock }: Living, ms: number): void {
  world.now += ms;
  clock.advance(ms);
  world.clock.wall = clock.wall();
  world.clock.mono = clock.monotonic();
}

function come(world: World, id: Id, phase: World["phase"]): void {
  world.lanes[id].queue.push({ plate, stay_ms: undefined, steady: false });
  world.phase = phase;
}

function look({ world, site, clock }: Living): void {
  for (const id of ["in", "out"] as const) {
    const { arm, loops, openings, passages } = world.lanes[id].barrier;
    const is = { open: arm === "open", closed: arm === "closed", moving: arm === "opening" || arm === "closing", ...loops, fault: false };
    site.listeners.get(id)?.onLook({ asked: clock.monotonic(), ...is, opened: 40_000 + openings, passed: 39_000 + passages });
  }
}

function speak({ world, site, point }: Living): void {
  const { unanswered } = world;
  if (unanswered === null || source.http === undefined) return;
  const { lane, seen } = unanswered;
  const text = new TextDecoder().decode(source.make({ ...seen, at: wall(seen.at) })).replace(serials.in, serials[lane]);
  const post = { path: source.http.path, contentType: source.http.type, peer: "127.0.0.1", secret: undefined };
  const answer = site.lanes.push(cameraProtocol("vzenith-http"), { ...post, bytes: new TextEncoder().encode(text) });
  point("answered, the camera has not heard");
  world.unanswered = null;
  if (answer.kind !== "answer") throw new Error(answer.reason);
  if (answer.body.includes('"info":"ok"')) pulse(world.lanes[lane].barrier, "open", world.now);
}

async function pay({ world, site, point }: Living): Promise<void> {
  const lane = site.lanes.lane("out") ?? fail();
  if (world.phase !== "leaving" || world.readAtExit === null || world.now < world.readAtExit + 1_000) return;
  if (world.payment === null) {
    const due = site.payments.due(lane);
    if (due === null) return;
    if ("kind" in due) throw new Error(due.en);
    point("priced, the driver has not heard");
    world.payment = { payment: "payment-0001", bill: due.bill, amount_fen: due.due_fen, heard: false };
  }
  const { heard, ...paid } = world.payment;
  if (heard) return;
  const taken = await site.payments.pay(lane, { ...paid, method: "cash", collector: "门岗甲" });
  point("paid, the terminal has not heard");
  if ("kind" in taken) throw new Error(taken.en);
  world.payment.heard = true;
}

function fail(): never {
  throw new Error("not there");
}
