// What happens to a shed as a whole. Like the facts of a socket they are past facts, and the link carries them as they are.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { BudgetKind } from "./budget.ts";

/** Contacts that a shed may have: each is somebody else's detector, wired to an input of a board. */
export const inputKinds = ["smoke", "heat", "panel"] as const;
export type InputKind = (typeof inputKinds)[number];

/** "welded": a relay below did not open. "blind": an input cannot be read. */
export const shedCauses = [...inputKinds, "welded", "blind"] as const;
export type ShedCause = (typeof shedCauses)[number];

/** Fire and welds stay until a person on site has looked. A lost input does not: the shed serves again once it is seen well. */
export const shedLatches = (cause: ShedCause): boolean => cause !== "blind";

export interface ShedLatch {
  readonly shed: string;
  readonly trip: string;
  readonly cause: ShedCause;
  /** The input, the station or the socket that it came from. */
  readonly source: string;
}

export type ShedFact =
  | {
      readonly kind: "shed-tripped";
      readonly trip: string;
      readonly shed: string;
      readonly cause: ShedCause;
      readonly source: string;
      /** "none": the shed has no contactor, so that nothing upstream could be opened. */
      readonly contactor: "opening" | "none";
      /** For a lost input: how long nothing good had come of it. */
      readonly silent_ms: number | null;
      readonly decided_after_ms: number;
      /** Until the last OFF of the shed was handed to its line; written by whoever hands it over, here still 0. */
      readonly off_after_ms: number;
      readonly latched: boolean;
    }
  /** Every socket, and the contactor where there is one, has been seen open since. */
  | {
      readonly kind: "shed-opened";
      readonly trip: string;
      readonly shed: string;
      readonly confirmed_after_ms: number;
      readonly sockets: number;
    }
  | { readonly kind: "shed-sighted"; readonly trip: string; readonly shed: string }
  | { readonly kind: "shed-reset"; readonly trip: string; readonly shed: string; readonly person: string; readonly reason: string }
  | {
      readonly kind: "shed-reset-refused";
      readonly trip: string;
      readonly shed: string;
      readonly person: string;
      readonly code: string;
      readonly zh: string;
      readonly en: string;
    }
  | { readonly kind: "shed-input"; readonly shed: string; readonly input: string; readonly of: InputKind; readonly active: boolean }
  | {
      readonly kind: "shed-input-silent";
      readonly shed: string;
      readonly input: string;
      readonly of: InputKind | "meter";
      readonly silent_ms: number;
    }
  /** `active`: what a contact says now that it is read again; false of a meter. */
  | {
      readonly kind: "shed-input-answers";
      readonly shed: string;
      readonly input: string;
      readonly of: InputKind | "meter";
      readonly active: boolean;
    }
  | { readonly kind: "shed-leaking"; readonly shed: string; readonly value: number; readonly limit: number; readonly unit: "mA" }
  | { readonly kind: "shed-leakage-over"; readonly shed: string; readonly value: number; readonly limit: number; readonly unit: "mA" }
  /** It was commanded open, and this says that it is not. */
  | {
      readonly kind: "contactor-stuck";
      readonly shed: string;
      readonly trip: string | null;
      readonly evidence: "relay" | "feedback" | "current";
      readonly waited_ms: number;
    }
  /** It should be closed and is not seen closed: the shed has no power, or its board is silent. */
  | { readonly kind: "contactor-lost"; readonly shed: string; readonly waited_ms: number }
  | { readonly kind: "contactor-closed"; readonly shed: string };

export type LoadFact =
  /** A charge was ended because a budget above it was exceeded; `zh` and `en` say which, by how much, and why this one. */
  | {
      readonly kind: "load-shed";
      readonly budget: string;
      readonly of: BudgetKind;
      readonly socket: string;
      readonly session: string;
      readonly authority: string;
      readonly value: number;
      readonly limit: number;
      readonly unit: "mA" | "mW";
      /** The part of the value that nobody measured. */
      readonly reserved: number;
      /** What this socket took of it. */
      readonly share: number;
      readonly priority: number;
      readonly seconds: number;
      readonly zh: string;
      readonly en: string;
    }
  /** Over its limit, and nothing of ours is left that could be shed. */
  | {
      readonly kind: "load-over";
      readonly budget: string;
      readonly of: BudgetKind;
      readonly value: number;
      readonly limit: number;
      readonly unit: "mA" | "mW";
      readonly zh: string;
      readonly en: string;
    };

/** `seen` of a trip: when the first byte came of what completed the decision; of one by the clock: its deadline. */
export type ShedEffect =
  | { readonly type: "cut"; readonly trip: string; readonly seen: Monotonic; readonly latched: boolean }
  | { readonly type: "contactor"; readonly order: "open" | "close" }
  | { readonly type: "fact"; readonly fact: ShedFact; readonly seen?: Monotonic }
  | { readonly type: "latch"; readonly latch: ShedLatch }
  | { readonly type: "unlatch"; readonly shed: string };
