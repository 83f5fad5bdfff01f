// Everybody on one line in the schedule's words: how to ask each, and whom to tell what it said. Coils come first: one frame of theirs opens a whole shed.
import { loadOf } from "#protocols/modbus/load.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { drivers } from "../drivers/table.ts";
import { builtSpeakers } from "./built.ts";
import type { LineParts } from "./line.ts";
import { never, type Speaker } from "./speaker.ts";
import type { BoardOnLine, BoardStation, CoilOnLine } from "./wiring.ts";

export const speakers = ({
  stations,
  boards = [],
  coils = [],
  events,
}: Pick<LineParts, "stations" | "boards" | "coils" | "events">): Speaker[] => [
  ...coils.map(coil),
  ...boards.map((one) => board(one, events)),
  ...builtSpeakers(
    stations.filter((one) => "sockets" in one),
    events,
  ),
  ...stations.flatMap((one) => ("sockets" in one ? [] : [station(one, events)])),
];

const pace = ({ read: { pause_ms = 0, in_flight = 1 } }: Profile) => ({ pause_ms, in_flight });

function station(wiring: BoardStation, events: LineParts["events"]): Speaker {
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
    serves: { station: wiring.id, first: 0 },
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
    serves: { station: wiring.id, first: 0 },
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
    serves: { station: wiring.id, first: 0 },
    request(job) {
      if (job.kind === "off") return driver.off();
      return job.kind === "on" || job.kind === "rearm" ? driver.hold() : never(wiring.id, job);
    },
    understood: () => () => undefined,
  };
}
