// Stations that are put together, in the schedule's words: each board is read by itself, and each socket's meter; a sample is made of the two.
// Each socket is polled, re-armed and rested alone: a dead meter blinds its own socket and no other. A dead board blinds all of its own.
import { boardLoad, socketLoad } from "#protocols/modbus/built-socket.ts";
import type { DeviceValues } from "#protocols/modbus/decode.ts";
import type { DeviceLoad } from "#protocols/modbus/load.ts";
import { type Monotonic, monotonic } from "#protocols/vocabulary/time.ts";
import type { SocketSample } from "../core/charging/sample.ts";
import { drivers } from "../drivers/table.ts";
import type { LineParts } from "./line.ts";
import { never, type Speaker } from "./speaker.ts";
import type { BuiltStation } from "./wiring.ts";

/** What a board showed last, and when: told together with what each meter says. An older one tells nothing. */
interface Shown {
  readonly values: DeviceValues;
  readonly seen: Monotonic;
}
const shownFor_ms = 3_000;

type Driver = ReturnType<typeof drivers.builtSocket>;

export function builtSpeakers(stations: readonly BuiltStation[], events: LineParts["events"]): Speaker[] {
  const boards = new Map<string, Shown | undefined>();
  const speakers: Speaker[] = [];
  for (const { id, sockets } of stations)
    for (const [index, sides] of sockets.entries()) {
      const driver = drivers.builtSocket(sides);
      const board = `relays@${sides.relay.unit}`;
      if (!boards.has(board)) {
        boards.set(board, undefined);
        speakers.push(relays(board, { driver, load: boardLoad(sides), keep: (shown) => boards.set(board, shown) }));
      }
      speakers.push(socket({ id, index, driver, load: socketLoad(sides), shown: () => boards.get(board), events }));
    }
  return speakers;
}

interface BoardParts {
  readonly driver: Driver;
  readonly load: DeviceLoad;
  readonly keep: (shown: Shown) => void;
}

function relays(id: string, { driver: { board }, load, keep }: BoardParts): Speaker {
  return {
    id,
    blocks: () => board.blocks.length,
    refused: board.refused,
    anew: board.anew,
    load,
    urgent: true,
    background: false,
    sockets: 0,
    together: false,
    serves: { station: id, first: 0 },
    request: (job) => (job.kind === "poll" ? board.poll(job.block) : never(id, job)),
    understood(pdus, seen) {
      const values = board.understand(pdus);
      return "kind" in values ? values : () => keep({ values, seen });
    },
  };
}

interface SocketParts {
  readonly id: string;
  readonly index: number;
  readonly driver: Driver;
  readonly load: DeviceLoad;
  readonly shown: () => Shown | undefined;
  readonly events: LineParts["events"];
}

function socket({ id, index, driver, load, shown, events }: SocketParts): Speaker {
  const name = `${id}/${index + 1}`;
  const { meter } = driver;
  return {
    id: name,
    blocks: () => meter.blocks.length,
    refused: meter.refused,
    anew: meter.anew,
    load,
    urgent: false,
    background: false,
    sockets: 1,
    together: false,
    serves: { station: id, first: index },
    request(job) {
      if (job.kind === "poll") return meter.poll(job.block);
      if (job.kind === "off") return driver.off();
      return job.kind === "on" || job.kind === "rearm" ? driver.hold() : never(name, job);
    },
    understood(pdus, seen) {
      const values = meter.understand(pdus);
      if ("kind" in values) return values;
      return () => {
        const relay = shown();
        if (relay === undefined || seen - relay.seen > shownFor_ms) return;
        // The others were not asked: their places stay empty. It is as old as the older of the two.
        const own: SocketSample[] = [];
        own[index] = driver.said(relay.values, values);
        const at = monotonic(Math.min(seen, relay.seen));
        events.onSample(id, { seen: at, smoke: "not-offered", leakage_mA: "not-offered", sockets: own });
      };
    },
  };
}
