// The compound's lanes together: the cars that come, park and leave, and the guard at the exit.
import type { Car as CarOrder, Fault, SimulatorState } from "#protocols/api/simulator.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { understandReply } from "../cameras/reply.ts";
import type { Memory } from "../modbus/answer.ts";
import { done, type Outcome } from "../outcome.ts";
import { advanceBarrier, type Barrier, setPower } from "./barrier.ts";
import { boardMemory } from "./board-registers.ts";
import { type Gate, type GateOptions, giveOutput, laneRows, openGate } from "./gate.ts";
import { type Guard, startGuard } from "./guard.ts";
import { advanceLane, type Car, waiting } from "./lane.ts";

type GateCounts = Omit<SimulatorState["counts"], "taps" | "sessions" | "cutoffs">;

export interface Gates {
  readonly units: Readonly<Record<string, number>>;
  memory(unit: number, now: number): Memory | undefined;
  advance(now: number): void;
  arrive(car: CarOrder, steady: boolean): Outcome;
  /** Of a lane: its camera, arm, board or fire contact; "clear" mends what hangs at its board. */
  fault(fault: Fault, now: number): Outcome;
  /** What hangs at this lane's board. */
  barrier(lane: string): Barrier;
  /** Carries out a reply as this lane's camera would; `undefined`: no such lane. */
  obey(lane: string, body: string, now: number): readonly number[] | undefined;
  longestQueue(): number;
  /** Of all cars that are here, at a lane or parked. */
  plates(): ReadonlySet<string>;
  /** Cars of the steady traffic stay parked. */
  holdSteadyCars(hold: boolean): void;
  counts(): GateCounts;
  lanes(now: number): SimulatorState["lanes"];
  stop(): void;
}

export interface GatesOptions extends GateOptions {
  readonly profile: Profile;
  readonly newPaymentId: () => string;
}

interface Parked {
  readonly car: Car;
  readonly leavesAt: number;
}

interface Ground {
  readonly gates: readonly Gate[];
  readonly exit: Gate | undefined;
  readonly parked: Parked[];
  readonly mends: { readonly gate: Gate; readonly name: Fault["name"]; readonly at: number }[];
  held: boolean;
}

const guardLooksUpAfterMs = 1_500;

function openGuard(exit: Gate | undefined, { world, targets, newPaymentId }: GatesOptions): Guard {
  return startGuard({
    world,
    lane: exit?.row.id ?? "",
    booth: () => ({ url: targets().booth_url, tokenFile: targets().booth_token_file }),
    carStands: () => {
      const front = exit?.lane.front;
      return front?.phase === "waiting" && front.readAt !== undefined && world.now() - front.since > guardLooksUpAfterMs;
    },
    newPaymentId,
  });
}

function advance(ground: Ground, now: number): void {
  const { gates, parked, exit, mends } = ground;
  for (const one of mends.filter(({ at }) => at <= now)) {
    mends.splice(mends.indexOf(one), 1);
    mend(one.gate, now, one.name);
  }
  for (const gate of gates)
    for (const effect of advanceLane(gate.lane, now)) {
      if (effect.kind === "read") gate.camera?.read(effect.plate);
      else if (effect.kind === "passed" && gate.row.direction === "entry")
        parked.push({ car: effect.car, leavesAt: now + (effect.car.stay_ms ?? Number.POSITIVE_INFINITY) });
    }
  for (const one of parked.filter(({ car, leavesAt }) => leavesAt <= now && !(ground.held && car.steady))) {
    parked.splice(parked.indexOf(one), 1);
    exit?.lane.queue.push(one.car);
  }
}

const find = ({ gates }: Ground, id: string): Gate | undefined => gates.find(({ row }) => row.id === id);

function arrive(ground: Ground, { plate, lane = "east-in", stay_s, manner }: CarOrder, steady: boolean): Outcome {
  const gate = find(ground, lane);
  if (gate === undefined) return unknownLane(lane);
  gate.lane.queue.push({ plate, stay_ms: stay_s === undefined ? undefined : stay_s * 1_000, steady, manner });
  return gate.camera === undefined
    ? done("此车道没有模拟相机：用 cuobian sim lpr 与 curl / no simulated camera at this lane: use cuobian sim lpr and curl")
    : done();
}

function cameraFault({ camera, row }: Gate): Outcome {
  if (camera === undefined) return unknownLane(row.id);
  return camera.replayLast()
    ? done()
    : refusal("nothing-read", `${row.id} 的相机还没有识别过车辆`, `the camera at ${row.id} has read nothing yet`);
}

/** What ends by itself, and when. */
function faultAt(ground: Ground, fault: Fault, now: number): Outcome {
  const { name, lane = "east-in", seconds } = fault;
  if (name === "clear") {
    for (const gate of ground.gates) if (fault.lane === undefined || gate.row.id === lane) mend(gate, now);
    return done();
  }
  const gate = find(ground, lane);
  if (gate === undefined) return unknownLane(lane);
  if (name === "camera-replay") return cameraFault(gate);
  const { barrier } = gate.lane;
  if (name === "board-power") setPower(barrier, false, now);
  else if (name === "arm-stuck") barrier.ails.stuck = true;
  else if (name === "arm-jammed") barrier.ails.jammed = true;
  else barrier.ails.fire = true;
  if (seconds !== undefined) ground.mends.push({ gate, name, at: now + seconds * 1_000 });
  return done();
}

function mend({ lane: { barrier } }: Gate, now: number, name?: Fault["name"]): void {
  if (name === undefined || name === "board-power") setPower(barrier, true, now);
  if (name === undefined || name === "arm-stuck") barrier.ails.stuck = false;
  if (name === undefined || name === "arm-jammed") barrier.ails.jammed = false;
  if (name === undefined || name === "fire-contact") barrier.ails.fire = false;
  if (barrier.arm === "open") barrier.quietSince = now;
}

function platesOf({ gates, parked }: Ground): ReadonlySet<string> {
  const atLanes = gates.flatMap(({ lane }) => [...lane.queue, ...(lane.front === undefined ? [] : [lane.front.car])]);
  return new Set([...parked.map(({ car }) => car), ...atLanes].map(({ plate }) => plate));
}

function countsOf({ gates, parked }: Ground, guard: Guard): GateCounts {
  const sum = (of: (gate: Gate) => number): number => gates.reduce((total, gate) => total + of(gate), 0);
  return {
    passages: sum(({ lane }) => lane.barrier.passages),
    openings: sum(({ lane }) => lane.barrier.openings),
    cars_waiting: sum(({ lane }) => waiting(lane)),
    cars_parked: parked.length,
    paid_fen: guard.counts.paid_fen,
    payments: guard.counts.payments,
    payments_waiting: guard.counts.waiting,
    offline_records: sum(({ camera }) => camera?.stored() ?? 0),
  };
}

function laneState({ lane }: Gate, now: number): SimulatorState["lanes"][number] {
  advanceBarrier(lane.barrier, now);
  const { arm, openings, passages } = lane.barrier;
  return { lane: lane.id, arm, openings, passages, queue: waiting(lane) };
}

export function openGates(options: GatesOptions): Gates {
  const gates = laneRows.map((row) => openGate(row, options));
  const ground: Ground = { gates, exit: gates.find(({ row }) => row.direction === "exit"), parked: [], mends: [], held: false };
  const guard = openGuard(ground.exit, options);
  return {
    units: Object.fromEntries(laneRows.map(({ id, unit }) => [id, unit])),
    memory: (unit, now) => {
      const gate = gates.find(({ row }) => row.unit === unit);
      // Without power a board says nothing.
      if (gate === undefined || gate.lane.barrier.ails.dark) return undefined;
      return boardMemory({ barrier: gate.lane.barrier, lifetime: gate.lifetime, profile: options.profile }, now);
    },
    advance: (now) => advance(ground, now),
    arrive: (car, steady) => arrive(ground, car, steady),
    fault: (one, now) => faultAt(ground, one, now),
    barrier: (lane) => {
      const gate = find(ground, lane);
      if (gate === undefined) throw new Error(`no lane ${lane}`);
      return gate.lane.barrier;
    },
    obey: (lane, body, now) => {
      const gate = find(ground, lane);
      if (gate === undefined) return undefined;
      const { outputs } = understandReply(body);
      for (const io of outputs) giveOutput(gate.lane.barrier, io, now);
      return outputs;
    },
    longestQueue: () => Math.max(...gates.map(({ lane }) => waiting(lane))),
    plates: () => platesOf(ground),
    holdSteadyCars: (hold) => {
      ground.held = hold;
    },
    counts: () => countsOf(ground, guard),
    lanes: (now) => gates.map((gate) => laneState(gate, now)),
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
