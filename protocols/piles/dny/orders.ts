// Start and stop as this product sends them: 0x82 with every field, and always with "stop when full".
// Without that flag a bought time or energy switches the pile's own stop when full off, and a bought time its longest charge too (vendor's guide V8.6 §4.2).
import { type DownMessage, type Envelope, encodeDown } from "./codec.ts";

export interface Start {
  /** From 0. */
  readonly port: number;
  /** 32 hex digits, which the pile keeps and sends back with its settlement. */
  readonly order: string;
  /** What was bought. Until full: the pile stops by itself. */
  readonly until:
    | { readonly kind: "full" }
    | { readonly kind: "time"; readonly time_s: number }
    | { readonly kind: "energy"; readonly energy_mWh: number };
  /** Only spoken by the pile. */
  readonly balance_fen: number;
  readonly time_most_s: number;
  readonly overload_mW: number;
}

type Charge = Extract<DownMessage, { kind: "charge" }>;
const unused = {
  lamp_off: 0,
  stay_on_after_float: 0,
  extra_float_s: 0,
  short_check: 2,
  ignore_unplug: 0,
  force_auto_stop: 1,
  full_power_mW: 0,
  full_power_min: 0,
} as const;

export function start({ until, order, ...asked }: Start): Charge {
  const amount = until.kind === "time" ? until.time_s : until.kind === "energy" ? until.energy_mWh / 10_000 : 0;
  return {
    kind: "charge",
    rate_mode: until.kind === "energy" ? 2 : 0,
    balance_or_expiry: asked.balance_fen,
    port: asked.port,
    command: 1,
    amount,
    order,
    time_most_s: asked.time_most_s,
    overload_mW: asked.overload_mW,
    ...unused,
  };
}

/** The pile obeys only with the order that is charging. */
export const stop = ({ port, order }: Pick<Start, "port" | "order">): Charge => ({
  kind: "charge",
  rate_mode: 0,
  balance_or_expiry: 0,
  port,
  command: 0,
  amount: 0,
  order,
  time_most_s: 0,
  overload_mW: 0,
  ...unused,
});

export const encodeStart = (envelope: Envelope, asked: Start): Uint8Array => encodeDown(envelope, start(asked));
export const encodeStop = (envelope: Envelope, asked: Pick<Start, "port" | "order">): Uint8Array => encodeDown(envelope, stop(asked));
