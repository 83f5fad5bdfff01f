// Whoever is asked on a line, in the schedule's words.
import type { Request } from "#protocols/modbus/frame.ts";
import type { DeviceLoad } from "#protocols/modbus/load.ts";
import type { Undecodable } from "#protocols/vocabulary/faults.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Job } from "../lines/schedule.ts";

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
  /** Which sockets of which station it is: of a built station each socket speaks for itself. */
  readonly serves: { readonly station: string; readonly first: number };
  /** A job that the schedule never gives to such a one is a bug, and throws. */
  request(job: Job): Request;
  /** From all blocks of a poll: what to tell the decisions, once the schedule has noted the answer. */
  understood(pdus: readonly Uint8Array[], seen: Monotonic): (() => void) | Undecodable;
}

export function never(id: string, job: Job): never {
  throw new RangeError(`${id} is never told to ${job.kind}`);
}
