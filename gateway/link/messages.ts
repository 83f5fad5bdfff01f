// What the safety process and the site process say to each other: one JSON object a line over a Unix socket. The safety process listens; it never waits for an answer.
import type { MilliAmpere, MilliCelsius, MilliVolt, MilliWatt, MilliWattHour } from "#protocols/vocabulary/electricity.ts";
import type { Quality } from "#protocols/vocabulary/quality.ts";
import type { Stamp } from "#protocols/vocabulary/time.ts";
import type { LoadFact, ShedFact } from "../core/charging/shed/facts.ts";

/** "station-1/3": sockets count from 1, as printed on the pile. */
export type SocketName = string;

/** Leave to energise one socket. The site process has committed it to the journal before it asks. */
export interface Authority {
  readonly id: string;
  readonly socket: SocketName;
  readonly session: string;
  /** How long from receipt; the safety process turns it into its own monotonic deadline. */
  readonly duration_ms: number;
}

export type SiteToSafety =
  | { readonly type: "energise"; readonly authority: Authority }
  | { readonly type: "release"; readonly authority: string; readonly socket: SocketName }
  | { readonly type: "reset-latch"; readonly socket: SocketName; readonly trip: string; readonly person: string; readonly reason: string }
  /** From the console on site alone. */
  | { readonly type: "reset-shed"; readonly shed: string; readonly trip: string; readonly person: string; readonly reason: string }
  /** What a fire device that is not wired to us says of a shed: it burns, or no longer. Said again whenever the link comes up. */
  | {
      readonly type: "fire";
      readonly shed: string;
      readonly source: string;
      readonly of: "panel" | "smoke" | "heat";
      readonly active: boolean;
    }
  /** A lower limit beside the socket's own, for at most ten minutes; committed to the journal before it is asked. */
  | {
      readonly type: "test-limit";
      readonly socket: SocketName;
      readonly test: string;
      readonly limit_mA: number;
      readonly duration_ms: number;
      readonly person: string;
    }
  | { readonly type: "end-test"; readonly socket: SocketName; readonly test: string }
  /** Facts up to and including this id are in the journal; the spool may forget them. */
  | { readonly type: "spool-taken"; readonly upTo: number }
  /** Lines of the safety process's log beyond this number of that run; answered when it has some, and not more often than it likes. */
  | { readonly type: "log-wanted"; readonly run: string; readonly after: number }
  /** Other documents are in their place: end in order, with every socket OFF; whoever started the process begins it anew. */
  | { readonly type: "restart"; readonly why: string };

/** What happened, in the order in which it happened. Ids rise and survive restarts; by one within a run, while a new run may begin higher. `energy_mWh` is the pile's own meter at that moment. */
export type Fact =
  | { readonly kind: "started"; readonly boot: string; readonly after: "start" | "gap" }
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
      readonly cause: string;
      readonly energy_mWh: number | null;
      readonly seconds: number;
    }
  | {
      readonly kind: "cut";
      readonly trip: string;
      readonly socket: SocketName;
      readonly authority: string | null;
      readonly session: string | null;
      readonly cause: string;
      readonly value: number | null;
      readonly limit: number | null;
      readonly unit: string;
      readonly decided_after_ms: number;
      readonly off_after_ms: number;
      readonly latched: boolean;
      /** It waits, to be tried again: "rearm" follows, or "started" when what held it began anew. */
      readonly rearm?: true;
      readonly energy_mWh: number | null;
      readonly seconds: number;
      /** A trip test was completed by it. */
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
  | {
      readonly kind: "rearm";
      readonly trip: string;
      readonly socket: SocketName;
      readonly session: string;
      readonly ready: boolean;
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
  | {
      readonly kind: "warned";
      readonly station: string | null;
      readonly socket: SocketName | null;
      readonly cause: string;
      readonly value: number;
      readonly limit: number;
      readonly unit: string;
    }
  | { readonly kind: "eased"; readonly station: string | null; readonly socket: SocketName | null; readonly cause: string }
  | {
      readonly kind: "test-begun";
      readonly test: string;
      readonly socket: SocketName;
      readonly person: string;
      readonly limit_mA: number;
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
  | { readonly kind: "test-ended"; readonly test: string; readonly socket: SocketName; readonly cause: string }
  | { readonly kind: "station-silent"; readonly station: string; readonly silent_ms: number }
  | { readonly kind: "station-answers"; readonly station: string }
  /** The rounds of a line, or the readings that decisions are made on, are older than was promised; and in time again. */
  | {
      readonly kind: "line-late" | "line-in-time";
      readonly line: string;
      readonly of: "round" | "age";
      readonly measured_ms: number;
      readonly promised_ms: number;
    }
  | ShedFact
  | LoadFact;

export interface SpooledFact {
  readonly id: number;
  readonly at: Stamp;
  readonly fact: Fact;
}

export interface SocketReading {
  readonly socket: SocketName;
  readonly quality: Quality;
  /** Age of the reading when this message was made. */
  readonly age_ms: number;
  readonly relay: "closed" | "open" | "unknown";
  readonly plugged: boolean | null;
  readonly state: "idle" | "energising" | "charging" | "opening" | "latched" | "blind" | "welded" | "waiting";
  readonly trip: string | null;
  /** Of the latch whose trip this is. */
  readonly cause?: string | null;
  readonly authority: string | null;
  /** A trip test that is running, and how long it still has. */
  readonly test: { readonly test: string; readonly limit_mA: number; readonly left_ms: number } | null;
  /** The pile's own request counter and card; a change is a new request. */
  readonly request_seq: number | null;
  readonly request_card: number | null;
  readonly voltage_mV: MilliVolt | null;
  readonly current_mA: MilliAmpere | null;
  readonly power_mW: MilliWatt | null;
  readonly temperature_mC: MilliCelsius | null;
  readonly energy_mWh: MilliWattHour | null;
}

/** What a shed looks like from the safety process; nothing is said that was not seen. */
export interface ShedReading {
  readonly shed: string;
  /** "waiting": contacts not read yet, or the contactor not seen closed. */
  readonly state: "serving" | "waiting" | "blind" | "latched";
  readonly trip: string | null;
  readonly cause: string | null;
  readonly source: string | null;
  readonly inputs: readonly {
    readonly input: string;
    readonly of: string;
    readonly state: "clear" | "active" | "unread";
    readonly age_ms: number;
  }[];
  readonly contactor: "none" | "closed" | "open" | "unknown" | "stuck";
  readonly residual_mA: MilliAmpere | null;
  readonly leaking: boolean;
  readonly power_mW: MilliWatt | null;
  readonly budgets: readonly {
    readonly budget: string;
    readonly of: string;
    readonly value: number;
    readonly reserved: number;
    readonly limit: number;
    readonly unit: "mA" | "mW";
    readonly by: "meter" | "sum";
  }[];
}

/** One value of a device, as it was read; null: the device says that it has none, or what it said is no number. A contact is 1 or 0. */
export interface WatchedReading {
  readonly device: string;
  readonly point: string;
  readonly channel?: number | undefined;
  readonly bit?: string | undefined;
  readonly value: number | null;
  readonly age_ms: number;
}

export interface LineHealth {
  readonly line: string;
  readonly open: boolean;
  readonly rotation_ms: number | null;
  /** The cut-off time that the site file promises. */
  readonly promised_ms: number | null;
  /** How old the oldest reading was that a decision was made on in the last second. */
  readonly age_ms: number | null;
  readonly late: boolean;
  readonly frames: number;
  readonly timeouts: number;
  readonly bad_frames: number;
}

export type SafetyToSite =
  | {
      readonly type: "hello";
      readonly boot: string;
      /** Authorities that it still holds: everything else was lost, or has ended with a fact up to `last_fact`. */
      readonly authorities: readonly string[];
      /** The spool file's own id, made with the file: fact ids of another file start anew. */
      readonly spool?: string;
      /** The newest fact in the spool when this was said; 0 when there was none. Once the site has it, a missing authority is a lost one. */
      readonly last_fact?: number;
      /** Digest of the site file and the limits that it runs by (config/running.ts). */
      readonly runs?: string;
      /** It answers `log-wanted`; one of another version may not know the word. */
      readonly tells_log?: true;
    }
  /** The answer to `log-wanted`, oldest first; numbers rise within a run. */
  | { readonly type: "log"; readonly run: string; readonly lines: readonly { readonly n: number; readonly line: string }[] }
  /** Repeated until taken. */
  | { readonly type: "facts"; readonly facts: readonly SpooledFact[] }
  /** Lossy, about once a second: the newest wins. */
  | {
      readonly type: "readings";
      readonly at: Stamp;
      readonly sockets: readonly SocketReading[];
      readonly lines: readonly LineHealth[];
      readonly sheds?: readonly ShedReading[];
      /** Values of facilities that nothing is decided on here. */
      readonly points?: readonly WatchedReading[];
    };
