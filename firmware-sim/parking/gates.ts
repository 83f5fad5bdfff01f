// The compound's lanes: barriers, cameras, the cars that come, park and leave, and the guard at the exit.
import type { Car as CarOrder, Fault, SimulatorState, Targets } from "#protocols/api/simulator.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { type Camera, startCamera } from "../cameras/camera.ts";
import { understandReply } from "../cameras/reply.ts";
import type { Chance } from "../chance.ts";
import type { Memory } from "../modbus/answer.ts";
import { done, type Outcome } from "../outcome.ts";
import type { World } from "../ports.ts";
import { advanceBarrier, newBarrier, pulse } from "./barrier.ts";
import { boardMemory, type Lifetime } from "./board-registers.ts";
import { startGuard } from "./guard.ts";
import { advanceLane, type Car, type Lane, newLane, waiting } from "./lane.ts";

export interface Gates {
  readonly units: Readonly<Record<string, number>>;
  memory(unit: number, now: number): Memory | undefined;
  advance(now: number): void;
  arrive(car: CarOrder, steady: boolean): Outcome;
  cameraFault(fault: Fault): Outcome;
  /** Carries out a reply as this lane's camera would; `undefined`: no such lane. */
  obey(lane: string, body: string, now: number): readonly number[] | undefined;
  /** No more than so many wait at any lane. */
  longestQueue(): number;
  plates(): ReadonlySet<string>;
  holdSteadyCars(hold: boolean): void;
  counts(): Pick<
    SimulatorState["counts"],
    "passages" | "openings" | "cars_waiting" | "cars_parked" | "paid_fen" | "payments" | "payments_waiting" | "offline_records"
  >;
  lanes(now: number): SimulatorState["lanes"];
  stop(): void;
}

export interface GatesOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly profile: Profile;
  readonly targets: () => Targets;
  readonly newPaymentId: () => string;
}

interface LaneRow {
  readonly id: string;
  readonly direction: "entry" | "exit";
  readonly unit: number;
  /** No camera of ours stands at west-in: there the vendor document's camera is played by a person with curl. */
  readonly camera?: { readonly serialno: string; readonly ipaddr: string };
}

export const laneRows: readonly LaneRow[] = [
  { id: "east-in", direction: "entry", unit: 1, camera: { serialno: "7c1f04aa-00000001", ipaddr: "192.168.55.131" } },
  { id: "east-out", direction: "exit", unit: 2, camera: { serialno: "7c1f04aa-00000002", ipaddr: "192.168.55.132" } },
  { id: "west-in", direction: "entry", unit: 3 },
];
const travelMs = 1_000;
const guardLooksUpAfterMs = 1_500;

interface Gate {
  readonly row: LaneRow;
  readonly lane: Lane;
  readonly lifetime: Lifetime;
  readonly camera: Camera | undefined;
}

interface Parked {
  readonly car: Car;
  readonly leavesAt: number;
}

function openGate(row: LaneRow, options: GatesOptions): Gate {
  const { world, chance, targets } = options;
  const random = chance.for(row.id);
  const barrier = newBarrier(travelMs, world.now());
  const turns = random.whole(1_000, 60_000);
  const base = row.direction === "entry" ? () => targets().entry_url : () => targets().exit_url;
  const camera =
    row.camera === undefined
      ? undefined
      : startCamera({
          world,
          chance: random.for("camera"),
          identity: { ...row.camera, deviceName: "R5-V1.0" },
          base,
          output: (io) => giveOutput(barrier, io, world.now()),
        });
  return {
    row,
    lane: newLane({ id: row.id, direction: row.direction, barrier }),
    lifetime: { openings: turns, passages: turns + 17 },
    camera,
  };
}

function giveOutput(barrier: Lane["barrier"], io: number, now: number): void {
  if (io === 0 || io === 1) pulse(barrier, io === 0 ? "open" : "close", now);
}

export function openGates(options: GatesOptions): Gates {
  const { world, profile, targets } = options;
  const gates = laneRows.map((row) => openGate(row, options));
  const exit = gates.find(({ row }) => row.direction === "exit");
  const parked: Parked[] = [];
  let held = false;

  const carStands = (): boolean => {
    const front = exit?.lane.front;
    return front?.phase === "waiting" && front.readAt !== undefined && world.now() - front.since > guardLooksUpAfterMs;
  };
  const guard = startGuard({
    world,
    lane: exit?.row.id ?? "",
    booth: () => ({ url: targets().booth_url, tokenFile: targets().booth_token_file }),
    carStands,
    newPaymentId: options.newPaymentId,
  });

  function park(gate: Gate, car: Car, now: number): void {
    if (gate.row.direction === "entry") parked.push({ car, leavesAt: now + (car.stay_ms ?? Number.POSITIVE_INFINITY) });
  }
  function advanceGate(gate: Gate, now: number): void {
    for (const effect of advanceLane(gate.lane, now)) {
      if (effect.kind === "passed") park(gate, effect.car, now);
      else gate.camera?.read(effect.plate);
    }
  }
  function leave(now: number): void {
    for (const one of parked.filter(({ car, leavesAt }) => leavesAt <= now && !(held && car.steady))) {
      parked.splice(parked.indexOf(one), 1);
      exit?.lane.queue.push(one.car);
    }
  }
  const sum = (of: (gate: Gate) => number): number => gates.reduce((total, gate) => total + of(gate), 0);
  const byLane = (id: string | undefined): Gate | undefined => gates.find(({ row }) => row.id === id);

  return {
    units: Object.fromEntries(laneRows.map(({ id, unit }) => [id, unit])),
    memory: (unit, now) => {
      const gate = gates.find(({ row }) => row.unit === unit);
      return gate === undefined ? undefined : boardMemory({ barrier: gate.lane.barrier, lifetime: gate.lifetime, profile }, now);
    },
    advance: (now) => {
      for (const gate of gates) advanceGate(gate, now);
      leave(now);
    },
    arrive: ({ plate, lane = "east-in", stay_s }, steady) => {
      const gate = byLane(lane);
      if (gate === undefined) return unknownLane(lane);
      gate.lane.queue.push({ plate, stay_ms: stay_s === undefined ? undefined : stay_s * 1_000, steady });
      return gate.camera === undefined
        ? done("此车道没有模拟相机：用 cuobian sim lpr 与 curl / no simulated camera at this lane: use cuobian sim lpr and curl")
        : done();
    },
    cameraFault: ({ lane = "east-in" }) => {
      const camera = byLane(lane)?.camera;
      if (camera === undefined) return unknownLane(lane);
      return camera.replayLast()
        ? done()
        : refusal("nothing-read", `${lane} 的相机还没有识别过车辆`, `the camera at ${lane} has read nothing yet`);
    },
    obey: (lane, body, now) => {
      const gate = byLane(lane);
      if (gate === undefined) return undefined;
      const { outputs } = understandReply(body);
      for (const io of outputs) giveOutput(gate.lane.barrier, io, now);
      return outputs;
    },
    longestQueue: () => Math.max(...gates.map(({ lane }) => waiting(lane))),
    plates: () =>
      new Set([
        ...parked.map(({ car }) => car.plate),
        ...gates.flatMap(({ lane }) => [...lane.queue, ...(lane.front === undefined ? [] : [lane.front.car])].map(({ plate }) => plate)),
      ]),
    holdSteadyCars: (hold) => {
      held = hold;
    },
    counts: () => ({
      passages: sum(({ lane }) => lane.barrier.passages),
      openings: sum(({ lane }) => lane.barrier.openings),
      cars_waiting: sum(({ lane }) => waiting(lane)),
      cars_parked: parked.length,
      paid_fen: guard.counts.paid_fen,
      payments: guard.counts.payments,
      payments_waiting: guard.counts.waiting,
      offline_records: sum(({ camera }) => camera?.stored() ?? 0),
    }),
    lanes: (now) =>
      gates.map(({ lane }) => {
        advanceBarrier(lane.barrier, now);
        const { arm, openings, passages } = lane.barrier;
        return { lane: lane.id, arm, openings, passages, queue: waiting(lane) };
      }),
    stop: () => {
      guard.stop();
      for (const { camera } of gates) camera?.stop();
    },
  };
}

const unknownLane = (lane: string): Outcome =>
  refusal(
    "unknown-lane",
    `没有车道或相机 ${lane}：${laneRows.map(({ id }) => id).join("、")}`,
    `no lane or camera ${lane}: ${laneRows.map(({ id }) => id).join(", ")}`,
  );
