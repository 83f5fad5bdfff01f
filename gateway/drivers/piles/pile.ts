// What the sessions need of a pile that charges by its own firmware, whatever it speaks: started and stopped by request, told of what it does when it says so.
import type { CutCause, EndCause } from "#protocols/vocabulary/charging-causes.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";

export interface PileStart {
  readonly pile: string;
  /** From 1, as printed. */
  readonly port: number;
  /** Decimal digits that the pile keeps and sends back with its settlement: as many as its protocol takes are used. */
  readonly order: string;
  readonly until:
    | { readonly kind: "full" }
    | { readonly kind: "time"; readonly time_s: number }
    | { readonly kind: "energy"; readonly energy_mWh: number };
  readonly balance_fen: number;
  readonly time_most_s: number;
  readonly overload_mW: number;
}
export type PileStop = Pick<PileStart, "pile" | "port" | "order">;

/** "unknown": no answer came; it may charge, and may not. `charges`: refused, and energised all the same. */
export type StartOutcome =
  | { readonly kind: "started" }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly zh: string;
      readonly en: string;
      readonly charges: boolean;
      readonly welded?: true;
    }
  | { readonly kind: "unknown"; readonly why: string };
/** "idle": this order is not charging there. */
export type StopOutcome = { readonly kind: "stopped" | "idle" | "unknown" };

export interface PortFault {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly welded: boolean;
}
export interface PortSeen {
  readonly state: "idle" | "plugged" | "charging" | "fault";
  readonly fault?: PortFault;
}

export interface PowerSaid {
  readonly pile: string;
  readonly port: number;
  /** null: its protocol does not say whose charge it is. */
  readonly order: string | null;
  readonly charged_s: number;
  readonly energy_mWh: number;
  readonly power_mW: number;
  /** Of the time since it last said so. */
  readonly mean_mW: number;
  readonly voltage_mV: number | null;
  readonly current_mA: number | null;
  readonly temperature_mC: number | null;
}

export type SettledCause = EndCause | "time" | "energy" | CutCause;
export interface Settled {
  readonly pile: string;
  readonly port: number;
  readonly order: string;
  readonly charged_s: number;
  readonly energy_mWh: number;
  readonly cause: SettledCause;
  /** The pile's own words for its end. */
  readonly zh: string;
  readonly en: string;
}

export interface PileAlarm {
  readonly pile: string;
  /** null: of the whole pile. */
  readonly port: number | null;
  readonly of: "power-lost" | "water" | "hot-melt" | "smoke" | "heat" | "water-level" | "door";
  readonly zh: string;
  readonly en: string;
}

export type CardAnswer =
  | { readonly kind: "good"; readonly balance_fen: number }
  | { readonly kind: "no"; readonly code: string; readonly balance_fen: number };

export interface PileListener {
  /** Registered, or a heartbeat: every port as it stands. */
  alive(seen: {
    readonly pile: string;
    readonly at: Monotonic;
    readonly voltage_mV: number | null;
    readonly ports: readonly PortSeen[];
  }): void;
  power(said: PowerSaid): void;
  /** Writes it down; false: not now, and the pile says it again. */
  settle(settled: Settled): boolean;
  alarm(alarm: PileAlarm): void;
  /** `port` null: only the balance is asked. */
  card(asked: { readonly pile: string; readonly port: number | null; readonly card: string }): CardAnswer;
  odd(what: { readonly pile: string | undefined; readonly why: string }): void;
}

export interface PileDriver {
  /** Where it listens. */
  readonly port: number;
  start(asked: PileStart, answer: (outcome: StartOutcome) => void): void;
  stop(asked: PileStop, answer: (outcome: StopOutcome) => void): void;
  close(): Promise<void>;
}

export interface PileDriverParts {
  readonly host: string;
  readonly port: number;
  readonly piles: readonly { readonly id: string; readonly number: string; readonly ports: number }[];
  readonly listener: PileListener;
}
