// What a device costs its line in one round, from the questions that it is really asked.
import { type Request, writeRegisterRequest } from "./frame.ts";
import { blockRequest, paced, planReads } from "./plan.ts";
import type { Profile } from "./profile.ts";
import { exchangeMs, type Wire } from "./timing.ts";
import { socketRequest } from "./write.ts";

export interface DeviceLoad {
  /** One poll: every planned block. */
  readonly reads: readonly Request[];
  /** What keeps it energised, once a round. */
  readonly keep?: Request;
  /** What opens one of its sockets. */
  readonly off?: Request;
  /** Without `keep` it opens after this. */
  readonly hold_ms?: number;
  /** Silence that it needs behind each of its questions. */
  readonly pause_ms: number;
  /** Modbus TCP: how many reads may wait for their answers at once. */
  readonly in_flight: number;
}

const anyUnit = 1;

/** A charging station; a device without switching is only read. */
export function loadOf(profile: Profile): DeviceLoad {
  const { switching, read } = profile;
  const reads = planReads(profile).map((block) => paced(profile, blockRequest(anyUnit, block)));
  const { pause_ms = 0, in_flight = 1 } = read;
  if (switching === undefined) return { reads, pause_ms, in_flight };
  const { register, value } = switching.rearm;
  return {
    reads,
    keep: paced(profile, writeRegisterRequest(anyUnit, register, value)),
    off: paced(profile, socketRequest(anyUnit, switching, { socket: 1, on: false })),
    hold_ms: switching.hold_ms,
    pause_ms,
    in_flight,
  };
}

/** Reading it once and keeping it energised. */
export function deviceMs({ reads, keep, pause_ms, in_flight }: DeviceLoad, wire: Wire): number {
  const together = wire.baud === undefined ? in_flight : 1;
  const rows = Array.from({ length: Math.ceil(reads.length / together) }, (_, row) => reads.slice(row * together, (row + 1) * together));
  const read = rows.reduce((sum, row) => sum + Math.max(...row.map((one) => exchangeMs(one, wire))) + pause_ms, 0);
  return keep === undefined ? read : read + exchangeMs(keep, wire) + pause_ms;
}

/** Every device read and kept once, and one OFF frame: the oldest that a fresh reading can be when its cut-off is on the wire. */
export function roundMs(loads: readonly DeviceLoad[], wire: Wire): number {
  // Several questions wait at once only where everybody on the line allows it.
  const in_flight = Math.min(...loads.map((one) => one.in_flight));
  const offs = loads.flatMap(({ off }) => (off === undefined ? [] : [exchangeMs(off, wire)]));
  return loads.reduce((sum, one) => sum + deviceMs({ ...one, in_flight }, wire), Math.max(0, ...offs));
}
