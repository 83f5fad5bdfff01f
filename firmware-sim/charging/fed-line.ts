// The relays and meters of one line as sockets that can be spoken to: "line/2" is the second relay of the line and what its meter measures.
import type { Fault, SimulatorState, Tap } from "#protocols/api/simulator.ts";
import { refusal } from "#protocols/vocabulary/faults.ts";
import type { Controlled } from "../control/api.ts";
import type { Bus } from "../modbus/bus.ts";
import { done, type Outcome } from "../outcome.ts";
import { type Fed, steadyLoad } from "./fed.ts";
import { ratedCurrent_mA } from "./socket.ts";

const usualLoad_W = 200;
const usualOver_permille = 2_500;
const faults = ["over-current", "weld", "dead-slave", "unplug", "clear"] as const;

export interface FedLine {
  readonly fed: readonly Fed[];
  now(): number;
  readonly bus: Pick<Bus, "frames" | "collisions" | "badFrames">;
}

export function fedLine({ fed, now, bus }: FedLine): Controlled {
  const none =
    <Asked>(what: string) =>
    (_: Asked): Outcome =>
      refusal("not-here", `这条线上没有${what}`, `nothing on this line takes it`);
  const find = (name: string | undefined): Fed | undefined => fed.find((_, index) => name === `line/${index + 1}`);
  const unknown = (): Outcome => refusal("unknown-socket", `请用 line/1 … line/${fed.length}`, `give line/1 … line/${fed.length}`);

  function fault({ name, socket, amount }: Fault): Outcome {
    const kind = faults.find((one) => one === name);
    if (kind === undefined) return refusal("not-here", `这里只有 ${faults.join(" ")}`, `here there are ${faults.join(" ")}`);
    const chosen = kind === "clear" && socket === undefined ? fed : [find(socket)].filter((one) => one !== undefined);
    if (chosen.length === 0) return unknown();
    for (const one of chosen) put(one, kind, amount);
    return done();
  }

  function state(frames: number): SimulatorState {
    const at = now();
    for (const one of fed) one.advance(at);
    const counts = { passages: 0, openings: 0, cars_waiting: 0, cars_parked: 0, sessions: 0, taps: 0, cutoffs: 0 };
    return {
      clock_ms: at,
      counts: { ...counts, paid_fen: 0, payments: 0, payments_waiting: 0, offline_records: 0 },
      lanes: [],
      sockets: fed.map((one, index) => {
        const { truth, load, energy_mWh } = one.socket;
        const named = [one.over_mA !== undefined && "over-current", one.contact.welded && "weld", one.silent && "dead-slave"];
        return {
          ...{
            socket: `line/${index + 1}`,
            relay: one.contact.closed(),
            relay_changed_ms: one.changedAt,
            why: one.contact.welded ? "welded" : "commanded",
          },
          ...{ plugged: load !== undefined, current_mA: Math.round(truth.current_mA), power_mW: Math.round(truth.power_mW) },
          ...{ energy_mWh: Math.round(energy_mWh), temperature_mC: Math.round(truth.temperature_mC) },
          faults: named.filter((one) => one !== false),
        };
      }),
      above: null,
      line: { bad_frames: bus.badFrames(), collisions: bus.collisions() },
      frames: frames === 0 ? [] : bus.frames.slice(-frames),
    };
  }

  return {
    state,
    fault,
    tap({ socket, power_W = usualLoad_W }: Tap) {
      const one = find(socket);
      if (one === undefined) return unknown();
      one.plug(steadyLoad(power_W * 1_000));
      return done("没有刷卡器：由人在网关上开始 / no card reader: a person begins it at the gateway");
    },
    car: none("车道"),
    traffic: none("车流"),
    targets: none("相机"),
    obey: () => undefined,
  };
}

function put(fed: Fed, kind: (typeof faults)[number], amount = usualOver_permille): void {
  if (kind === "over-current") fed.over_mA = (ratedCurrent_mA * amount) / 1_000;
  if (kind === "weld") fed.contact.welded = true;
  if (kind === "dead-slave") fed.silent = true;
  if (kind === "unplug") fed.socket.load = undefined;
  if (kind !== "clear") return;
  Object.assign(fed, { over_mA: undefined, silent: false });
  fed.contact.welded = false;
}
