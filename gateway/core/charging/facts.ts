// What protection says happened. The link carries these as they are; names are past facts.
import { type CutCause, cutCauses, type EndCause, endCauses, type WarnCause, warnCauses } from "#protocols/vocabulary/charging-causes.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";

/** "station-1/3": sockets count from 1, as printed on the pile. */
export type SocketName = string;

export type { CutCause, EndCause, WarnCause };
export { cutCauses, endCauses, warnCauses };

/** What a limits file may let be tried again by itself. Short circuit, leakage, smoke, a second rise, fast warming and a weld never are. */
export const rearmable = [
  "over-current",
  "over-power",
  "over-temperature",
  "over-voltage",
  "under-voltage",
  "blind",
] as const satisfies readonly CutCause[];
export type RearmableCause = (typeof rearmable)[number];

/** These leave the socket locked until a person has looked at it. A bad supply or a lost meter does not: the socket may serve again once it is seen well. */
export const latching: Readonly<Record<CutCause, boolean>> = {
  "over-current": true,
  instantaneous: true,
  "over-power": true,
  "over-temperature": true,
  "temperature-rise": true,
  "over-voltage": false,
  "under-voltage": false,
  leakage: true,
  "feeder-leakage": true,
  "second-rise": true,
  smoke: true,
  blind: false,
  shed: false, // it is the shed that is latched
};

/** Why a rule opens a relay, with the number that did it. */
export interface Trip {
  readonly cause: CutCause;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string;
}

export interface Latch {
  readonly socket: SocketName;
  readonly trip: string;
  readonly cause: CutCause | "welded";
}

/** How a trip test ends. "dropped": the process that held it stood still or began anew. */
export const testEnds = ["tripped", "expired", "cancelled", "dropped"] as const;
export type TestEnd = (typeof testEnds)[number];

export interface Authority {
  readonly id: string;
  readonly socket: SocketName;
  readonly session: string;
  readonly duration_ms: number;
}

export type ChargingFact =
  | {
      readonly kind: "closed";
      readonly authority: string;
      readonly session: string;
      readonly socket: SocketName;
      readonly energy_mWh: number | null;
    }
  | {
      readonly kind: "ended";
      readonly authority: string;
      readonly session: string;
      readonly socket: SocketName;
      readonly cause: EndCause;
      readonly energy_mWh: number | null;
      readonly seconds: number;
    }
  | {
      readonly kind: "cut";
      readonly trip: string;
      readonly socket: SocketName;
      readonly authority: string | null;
      readonly session: string | null;
      readonly cause: CutCause;
      readonly value: number | null;
      readonly limit: number | null;
      readonly unit: string;
      readonly decided_after_ms: number;
      /** Written by whoever hands the OFF frame to the line; here still 0. */
      readonly off_after_ms: number;
      readonly latched: boolean;
      /** It may be tried again by itself, if the session is still wanted. */
      readonly rearm?: true;
      readonly energy_mWh: number | null;
      readonly seconds: number;
      /** It was a trip test that was completed, at its own lower limit. */
      readonly test?: string;
    }
  | { readonly kind: "opened"; readonly trip: string; readonly socket: SocketName; readonly confirmed_after_ms: number }
  | {
      readonly kind: "welded";
      readonly trip: string;
      readonly socket: SocketName;
      readonly current_mA: number | null;
      readonly power_mW: number | null;
      readonly waited_ms: number;
    }
  /** A cut that was waiting is over: ready for a fresh authority, its count on the disk; or nobody waits any more. */
  | {
      readonly kind: "rearm";
      readonly trip: string;
      readonly socket: SocketName;
      readonly session: string;
      readonly ready: boolean;
      /** This is the session's so manieth, of so many. */
      readonly n: number;
      readonly of: number;
    }
  | { readonly kind: "latch-reset"; readonly trip: string; readonly socket: SocketName; readonly person: string; readonly reason: string }
  | {
      readonly kind: "refused";
      readonly authority: string;
      readonly session: string;
      readonly socket: SocketName;
      readonly code: string;
      readonly zh: string;
      readonly en: string;
    }
  /** Of a socket, or of a whole station: the other is null. */
  | {
      readonly kind: "warned";
      readonly station: string | null;
      readonly socket: SocketName | null;
      readonly cause: WarnCause;
      readonly value: number;
      readonly limit: number;
      readonly unit: string;
    }
  | { readonly kind: "eased"; readonly station: string | null; readonly socket: SocketName | null; readonly cause: WarnCause }
  | {
      readonly kind: "test-begun";
      readonly test: string;
      readonly socket: SocketName;
      readonly person: string;
      readonly limit_mA: number;
      /** The socket's own, which goes on holding beside it. */
      readonly rated_mA: number;
      readonly duration_ms: number;
    }
  | {
      readonly kind: "test-refused";
      readonly test: string;
      readonly socket: SocketName;
      readonly code: string;
      readonly zh: string;
      readonly en: string;
    }
  | { readonly kind: "test-ended"; readonly test: string; readonly socket: SocketName; readonly cause: TestEnd }
  | { readonly kind: "station-silent"; readonly station: string; readonly silent_ms: number }
  | { readonly kind: "station-answers"; readonly station: string };

/** `seen` of a cut: when the first byte came of the reading that completed the decision (for a decision by the clock: its deadline). */
export type Effect =
  | { readonly type: "off"; readonly socket: number }
  | { readonly type: "on"; readonly socket: number }
  | { readonly type: "fact"; readonly fact: ChargingFact; readonly seen?: Monotonic }
  | { readonly type: "latch"; readonly latch: Latch }
  | { readonly type: "unlatch"; readonly socket: SocketName }
  /** To be kept; once it is, "rearm-kept" is to be said. */
  | { readonly type: "rearm"; readonly socket: number; readonly name: SocketName; readonly session: string };
