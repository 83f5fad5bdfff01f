// What the ingest needs around it, and how it changes the store: everything of one gateway stands in line.
import type { Logger } from "pino";
import type { Compound } from "#cloud/ledger/hazards.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Effect } from "#cloud/store/happening.ts";
import type { Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import type { GatewayAddress } from "#protocols/uplink/topics.ts";
import type { Stream } from "#protocols/vocabulary/ids.ts";

export interface Rooms {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly log: Logger;
  /** The site that this gateway may speak for; undefined: not one of ours. */
  readonly compoundOf: (address: GatewayAddress) => Compound | undefined;
  readonly now: () => number;
  /** After the commit: what to show. */
  readonly committed: (marks: Marks) => void;
}

/** Everything of one gateway stands in line, whichever ingest process it came to: order, cursors and newest facts depend on it. An alarm goes before what waits. */
export const changingOf = <Result>(
  rooms: Rooms,
  { site, gateway, stream }: GatewayAddress & { readonly stream?: Stream },
  work: (effect: Effect) => Promise<Result>,
): Promise<Result> => changing(rooms, work, { alone: `${site}/${gateway}`, first: stream === "urgent" });
