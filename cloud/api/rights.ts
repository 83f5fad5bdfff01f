// Who may read what, once for the routes, the first screen and the live stream. What a role is not named for does not exist for it.
import type { Role, StreamMessage } from "#protocols/api/views.ts";

const officers: readonly Role[] = ["community-officer", "street-officer", "bureau-officer"];
const onSite: readonly Role[] = ["booth", "property-manager", "operating-company"];
const overseers: readonly Role[] = ["auditor", "administrator"];

const watch: readonly Role[] = [...onSite, "installer", ...officers, "grid-worker", "fire-maintenance", ...overseers];

export const readers = {
  /** Gateways, lanes, sockets, sheds, curves, events, commands: what goes on in a compound. */
  operations: watch,
  alarms: watch,
  /** The property's own list. */
  entries: [...onSite, ...officers, "grid-worker", "fire-maintenance", ...overseers],
  /** The rectification ledger. */
  hazards: [
    ...onSite,
    ...officers,
    ...(["grid-worker", "fire-maintenance", "assessment-team", "owners-committee", "community-committee", "alliance"] as const),
    ...overseers,
  ],
  /** Stays, bills and payments. */
  money: [...onSite, "finance", "owners-committee", "community-committee", "auditor"],
  audit: overseers,
  letters: ["property-manager", "bureau-officer", "administrator"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Readable = keyof typeof readers;

export const mayRead = (role: Role, what: Readable): boolean => (readers[what] as readonly Role[]).includes(role);

/** What a message of the live stream belongs to; undefined: everybody's. */
export const streamRights: Readonly<Record<StreamMessage["kind"], Readable | undefined>> = {
  gateway: "operations",
  lane: "operations",
  socket: "operations",
  shed: "operations",
  alarm: "alarms",
  entry: "entries",
  hazard: "hazards",
  export: "hazards",
  event: "operations",
  counts: undefined,
  reset: undefined,
};
