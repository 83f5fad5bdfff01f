// One gate: a lane with its barrier board and, where we play one, its camera whose outputs are wired to the board.
import type { Targets } from "#protocols/api/simulator.ts";
import { type Camera, type CameraOptions, startCamera } from "../cameras/camera.ts";
import type { Chance } from "../chance.ts";
import type { World } from "../ports.ts";
import { newBarrier, pulse } from "./barrier.ts";
import type { Lifetime } from "./board-registers.ts";
import { type Lane, newLane } from "./lane.ts";

export interface LaneRow {
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

export interface Gate {
  readonly row: LaneRow;
  readonly lane: Lane;
  readonly lifetime: Lifetime;
  readonly camera: Camera | undefined;
}

export interface GateOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly targets: () => Targets;
  /** How a camera tells its reads; over HTTP if not given. */
  readonly camera?: (options: CameraOptions) => Camera;
}

export function openGate(row: LaneRow, options: GateOptions): Gate {
  const { world, chance, targets } = options;
  const random = chance.for(row.id);
  const barrier = newBarrier(travelMs, world.now());
  const turns = random.whole(1_000, 60_000);
  const base = row.direction === "entry" ? () => targets().entry_url : () => targets().exit_url;
  const camera =
    row.camera === undefined
      ? undefined
      : (options.camera ?? startCamera)({
          world,
          chance: random.for("camera"),
          identity: { ...row.camera, deviceName: "R5-V1.0" },
          base,
          output: (io) => giveOutput(barrier, io, world.now()),
        });
  return {
    row,
    lane: newLane({ id: row.id, direction: row.direction, barrier }),
    lifetime: { openings: turns, passages: turns + 17, against: 3 },
    camera,
  };
}

/** Output 0 is wired to OPEN, 1 to CLOSE, others to nothing. */
export function giveOutput(barrier: Lane["barrier"], io: number, now: number): void {
  if (io === 0 || io === 1) pulse(barrier, io === 0 ? "open" : "close", now);
}
