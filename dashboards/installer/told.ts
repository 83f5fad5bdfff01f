// What the gateway tells of its supplies and of one socket's past, as the page reads it.
export interface Loads {
  readonly planned: boolean;
  readonly waits: readonly {
    readonly charge: string;
    readonly socket: string;
    readonly asked: number;
    readonly zh: string;
    readonly en: string;
    readonly latest: number | null;
    readonly ready_by: number | null;
  }[];
  readonly reduced: readonly { readonly at: number; readonly socket: string; readonly zh: string; readonly en: string }[];
  readonly supplies: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly unit: "mA" | "mW";
    readonly limit: number;
    readonly used: number | null;
  }[];
}

export const quantities = ["power_mW", "current_mA", "temperature_mC", "voltage_mV"] as const;
export type Quantity = (typeof quantities)[number];
export type Point = { readonly at: number } & Readonly<Record<Quantity, number | null>>;

export interface Bill {
  readonly total_fen: number;
  readonly refund_fen: number;
  readonly energy_mWh: number;
  readonly lines: readonly { readonly zh: string; readonly en: string; readonly amount_fen: number }[];
}

export interface Story {
  readonly socket: string;
  readonly from: number;
  readonly until: number;
  readonly limits: Readonly<Record<"power_mW" | "current_mA" | "temperature_mC" | "warn_mC" | "high_mV" | "low_mV", number | null>> | null;
  readonly charges: readonly {
    readonly session: string;
    readonly begun: number;
    readonly state: string;
    readonly by: string;
    readonly why: string | null;
    readonly seconds: number;
    readonly bill: Bill | null;
    readonly curve: readonly Point[];
  }[];
  readonly facts: readonly {
    readonly at: number;
    readonly zh: string;
    readonly en: string;
    readonly fact: { readonly kind: string; readonly cause?: string; readonly trip?: string };
  }[];
  readonly moments: readonly Point[];
}
