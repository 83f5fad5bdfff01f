// Everything on the other side of the wire, put together: the shed on its serial line and on TCP, the lanes, and the traffic. Its clock ticks here.
import type { Car, Fault, SimulatorState, Tap, Targets, Traffic } from "#protocols/api/simulator.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import { chance } from "./chance.ts";
import { openShed } from "./charging/shed.ts";
import { plugIn, testLoad } from "./charging/socket.ts";
import type { Wires } from "./charging/wires.ts";
import { pumpHouse, pumpsUnit } from "./facilities/pump-house.ts";
import { openPseudoTerminal } from "./modbus/pseudo-terminal.ts";
import { serveRtuTcp } from "./modbus/rtu-face.ts";
import { serveSerialLine } from "./modbus/serial-line.ts";
import { serveTcp } from "./modbus/tcp-face.ts";
import { done, type Outcome } from "./outcome.ts";
import { openGates } from "./parking/gates.ts";
import type { World } from "./ports.ts";
import { type DayOptions, startDay } from "./traffic/day.ts";
import { type FloodStep, floodPlan, usualFlood } from "./traffic/flood.ts";

export interface TownOptions {
  readonly world: World;
  readonly seed: number;
  readonly profiles: { readonly [Name in "station" | "barrier" | "board" | "meter"]: Profile } & {
    /** A pump house beside the stations, on their Modbus/TCP side alone. */
    readonly pumps?: Profile;
  };
  /** A contactor stands above the stations: without pulses to its board they have no power. */
  readonly contactor: boolean;
  /** Whoever comes to charge brings a battery with its own physics. */
  readonly batteries?: boolean;
  readonly traffic: DayOptions["traffic"];
  readonly habitsFrom_s?: number | undefined;
  readonly targets: Targets;
  readonly newPaymentId: () => string;
  /** How the first station is wired; right if not given. */
  readonly wires?: Wires | undefined;
  /** A test load of so many watts stands in every socket of the first station. */
  readonly loads_W?: number | undefined;
  readonly ports: { readonly stations: number; readonly barriers: number };
  /** The serial line is gone: nothing works any more. */
  readonly onLineClosed: (why: string) => void;
  readonly onScenario: DayOptions["onScenario"];
}

export interface Town {
  readonly serial: string;
  readonly stationsTcp: { readonly host: string; readonly port: number };
  /** The same stations behind a serial device server: RTU frames over TCP. */
  readonly stationsRtu: { readonly host: string; readonly port: number };
  readonly barriers: { readonly host: string; readonly port: number; readonly units: Readonly<Record<string, number>> };
  state(frames: number): SimulatorState;
  fault(fault: Fault): Outcome;
  car(car: Car): Outcome;
  tap(tap: Tap): Outcome;
  traffic(traffic: Traffic): Outcome;
  targets(targets: Targets): Outcome;
  obey(lane: string, body: string): readonly number[] | undefined;
  close(): Promise<void>;
}

const laneFaults: ReadonlySet<Fault["name"]> = new Set(["camera-replay", "arm-stuck", "arm-jammed", "board-power", "fire-contact"]);
const tickMs = 50;
const mostFlood = 1_000;
const baud = 19_200;
const host = "127.0.0.1";

export async function openTown(options: TownOptions): Promise<Town> {
  const { world, profiles, ports } = options;
  const luck = chance(options.seed);
  let targets: Targets = options.targets;
  const { board, meter } = profiles;
  const above = { board, meter, contactor: options.contactor };
  const shed = openShed(profiles.station, luck.for("shed"), {
    now: world.now(),
    wires: options.wires,
    above,
    batteries: options.batteries,
  });
  if (options.loads_W !== undefined) for (const { socket } of shed.stations[0]?.bays ?? []) plugIn(socket, testLoad(options.loads_W));
  const gates = openGates({
    world,
    chance: luck.for("gates"),
    profile: profiles.barrier,
    targets: () => targets,
    newPaymentId: options.newPaymentId,
  });
  const terminal = await openPseudoTerminal();
  terminal.onClose(options.onLineClosed);
  const line = serveSerialLine(terminal, { world, chance: luck.for("line"), baud, memory: shed.memory, spoils: shed.spoils });
  const pumps = profiles.pumps === undefined ? undefined : pumpHouse(profiles.pumps);
  const besides = (unit: number) => (unit === pumpsUnit ? pumps?.(world.now()) : shed.memory(unit, world.now()));
  const stationsTcp = await serveTcp({ host, port: ports.stations, memory: besides });
  const stationsRtu = await serveRtuTcp({ host, port: 0, baud, memory: (unit) => shed.memory(unit, world.now()), spoils: shed.spoils });
  const barriersTcp = await serveTcp({ host, port: ports.barriers, memory: (unit) => gates.memory(unit, world.now()) });

  /** What is still to come of floods, by this clock. */
  let coming: (FloodStep & { readonly at: number })[] = [];
  const flood = ({ amount: n = usualFlood.faults, seconds = usualFlood.seconds }: Fault, now: number): Outcome => {
    if (n < 1 || n > mostFlood) return refusal("too-many", `--n 应为 1–${mostFlood}`, `--n is 1–${mostFlood}`);
    const sockets = shed.sockets(now).map(({ socket }) => socket);
    coming = [...coming, ...floodPlan({ n, seconds, sockets }).map((step) => ({ ...step, at: now + step.at_ms }))];
    return done(`${seconds} 秒内 ${n} 处故障 / ${n} faults within ${seconds} s; cuobian sim fault clear 停止 / ends it`);
  };
  /** A step that finds its socket taken or its fault there already changes nothing. */
  const goOn = (now: number): void => {
    const due = coming.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    coming = coming.filter(({ at }) => at > now);
    for (const { tap, fault: one } of due) {
      if (tap !== undefined) shed.tap(tap, { now, owned: false });
      if (one !== undefined) shed.fault(one, now);
    }
  };
  const fault = (one: Fault): Outcome => {
    const now = world.now();
    if (one.name === "flood") return flood(one, now);
    if (one.name === "clear" && one.socket === undefined && one.station === undefined && one.shed === undefined) coming = [];
    if (laneFaults.has(one.name) || one.lane !== undefined) return gates.fault(one, now);
    if (one.name === "clear" && one.socket === undefined && one.station === undefined && one.shed === undefined) gates.fault(one, now);
    return shed.fault(one, now);
  };
  const day = startDay({ ...options, chance: luck.for("traffic"), shed, gates, fault, targets: () => targets });
  const stopTicking = world.every(tickMs, () => {
    const now = world.now();
    shed.advance(now);
    gates.advance(now);
    day.advance(now);
    goOn(now);
  });

  return {
    serial: terminal.path,
    stationsTcp: { host, port: stationsTcp.port },
    stationsRtu: { host, port: stationsRtu.port },
    barriers: { host, port: barriersTcp.port, units: gates.units },
    state: (frames) => {
      const now = world.now();
      const sockets = shed.sockets(now);
      const { taps, sessions, cutoffs } = countsOf(shed.stations);
      return {
        clock_ms: now,
        counts: { ...gates.counts(), taps, sessions, cutoffs },
        lanes: gates.lanes(now),
        sockets,
        above: shed.above(now),
        line: {
          bad_frames: line.badFrames() + stationsRtu.line.badFrames(),
          collisions: line.collisions() + stationsRtu.line.collisions(),
        },
        frames: frames === 0 ? [] : [...line.frames, ...stationsRtu.line.frames].sort((a, b) => a.ms - b.ms).slice(-frames),
      };
    },
    fault,
    car: (car) => gates.arrive(car, false),
    tap: (tap) => shed.tap(tap, { now: world.now(), owned: false }),
    traffic: day.traffic,
    targets: (more) => {
      targets = { ...targets, ...more };
      return done();
    },
    obey: (lane, body) => gates.obey(lane, body, world.now()),
    close: async () => {
      stopTicking();
      gates.stop();
      terminal.close();
      await Promise.all([stationsTcp.close(), stationsRtu.close(), barriersTcp.close()]);
    },
  };
}

type Counted = { readonly counts: { taps: number; sessions: number; cutoffs: number } };

function countsOf(stations: readonly Counted[]): { taps: number; sessions: number; cutoffs: number } {
  const sum = (name: "taps" | "sessions" | "cutoffs"): number => stations.reduce((total, { counts }) => total + counts[name], 0);
  return { taps: sum("taps"), sessions: sum("sessions"), cutoffs: sum("cutoffs") };
}
