// Everybody on one line in the schedule's words: how to ask each, and whom to tell what it said. Coils come first: one frame of theirs opens a whole shed.
import type { Request } from "#protocols/modbus/frame.ts";
import { type DeviceLoad, loadOf } from "#protocols/modbus/load.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { drivers } from "../drivers/table.ts";
import type { Job } from "../lines/schedule.ts";
import type { LineParts } from "./line.ts";
import type { BoardOnLine, CoilOnLine, StationWiring } from "./wiring.ts";

export interface Speaker {
  readonly id: string;
  /** Questions of one poll; a device that refuses a range is asked others from then on. */
  blocks(): number;
  readonly refused: (block: number) => boolean;
  readonly anew: () => boolean;
  /** What it costs its line in every round. */
  readonly load: DeviceLoad;
  readonly urgent: boolean;
  readonly background: boolean;
  readonly sockets: number;
  /** Opens all of them in one frame. */
  readonly together: boolean;
  /** A job that the schedule never gives to such a one is a bug, and throws. */
  request(job: Job): Request;
  /** From all blocks of a poll: what to tell the decisions, once the schedule has noted the answer. */
  understood(pdus: readonly Uint8Array[], seen: Monotonic): (() => void) | Undecodable;
}

export const speakers = ({
  stations,
  boards = [],
  coils = [],
  events,
}: Pick<LineParts, "stations" | "boards" | "coils" | "events">): Speaker[] => [
  ...coils.map(coil),
  ...boards.map((one) => board(one, events)),
  ...stations.map((one) => station(one, events)),
];

const pace = ({ read: { pause_ms = 0, in_flight = 1 } }: Profile) => ({ pause_ms, in_flight });

function station(wiring: StationWiring, events: LineParts["events"]): Speaker {
  const driver = drivers.station(wiring);
  return {
    id: wiring.id,
    blocks: () => driver.blocks.length,
    refused: driver.refused,
    anew: driver.anew,
    load: loadOf(wiring.profile),
    urgent: false,
    background: false,
    sockets: driver.sockets,
    together: driver.offAll !== undefined,
    request(job) {
      if (job.kind === "poll") return driver.poll(job.block);
      if (job.kind === "rearm") return driver.rearm();
      if (job.kind !== "off-all") return driver[job.kind](job.socket);
      return driver.offAll === undefined ? never(wiring.id, job) : driver.offAll();
    },
    understood(pdus, seen) {
      const said = driver.understand(pdus);
      return "kind" in said ? said : () => events.onSample(wiring.id, { ...said, seen });
    },
  };
}

function board(wiring: BoardOnLine, events: LineParts["events"]): Speaker {
  const driver = drivers.board(wiring);
  return {
    id: wiring.id,
    blocks: () => driver.blocks.length,
    refused: driver.refused,
    anew: driver.anew,
    load: { reads: driver.blocks.map((_, block) => driver.poll(block)), ...pace(wiring.profile) },
    urgent: wiring.urgent,
    background: !wiring.urgent,
    sockets: 0,
    together: false,
    request: (job) => (job.kind === "poll" ? driver.poll(job.block) : never(wiring.id, job)),
    understood(pdus, seen) {
      const values = driver.understand(pdus);
      return "kind" in values ? values : () => events.onBoard(wiring.id, values, seen);
    },
  };
}

function coil(wiring: CoilOnLine): Speaker {
  const driver = drivers.contactor(wiring);
  return {
    id: wiring.id,
    blocks: () => 0,
    refused: () => false,
    anew: () => false,
    load: { reads: [], keep: driver.hold(), off: driver.off(), hold_ms: wiring.hold_ms, ...pace(wiring.profile) },
    urgent: false,
    background: false,
    sockets: 1,
    together: false,
    request(job) {
      if (job.kind === "off") return driver.off();
      return job.kind === "on" || job.kind === "rearm" ? driver.hold() : never(wiring.id, job);
    },
    understood: () => () => undefined,
  };
}

function never(id: string, job: Job): never {
  throw new RangeError(`${id} is never told to ${job.kind}`);
}
