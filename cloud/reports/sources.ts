// What each group of a report counts: which events, by which of their members, and which money and energy. A number and the rows behind it come from the same line here.
import type { ReportSource } from "#protocols/api/reports.ts";
import type { EventType } from "#protocols/uplink/events.ts";

export type Said = Readonly<Record<string, unknown>>;

export interface EventSource {
  readonly types: readonly EventType[];
  /** The member of the event that is the key; null: its subject. */
  readonly key: string | null;
  /** Only those that have this value there. */
  readonly only?: { readonly member: string; readonly is: readonly string[] };
  readonly amount_fen?: (said: Said) => number;
  readonly energy_mWh?: (said: Said) => number;
}

const number = (said: Said, name: string): number => {
  const value = said[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
};

/** Of events. Payments, stays and alarms have tables of their own. */
export const eventSources = {
  "charging-money": {
    types: ["session.billed"],
    key: "price",
    amount_fen: (said) => number(said, "total_fen") - number(said, "due_fen"),
    energy_mWh: (said) => number(said, "energy_mWh"),
  },
  passes: { types: ["pass.sold"], key: "method", amount_fen: (said) => number(said, "amount_fen") },
  "given-back": {
    types: ["pass.refunded", "money.entered"],
    key: "kind",
    only: { member: "kind", is: ["refund", "void", "pass.refunded"] },
    amount_fen: (said) => -number(said, "amount_fen"),
  },
  // No money moved: it is said, and counted nowhere.
  "let-off": {
    types: ["money.entered"],
    key: "kind",
    only: { member: "kind", is: ["waiver"] },
    amount_fen: (said) => number(said, "amount_fen"),
  },
  /** By the boards' own counters, beside the stays that were written down. */
  passed: { types: ["lane.passed"], key: null },
  openings: { types: ["gate.opened"], key: "cause" },
  exceptions: { types: ["lane.exception"], key: "reason" },
  operators: { types: ["gate.ordered"], key: "person" },
  sessions: { types: ["session.ended"], key: "cause", energy_mWh: (said) => number(said, "energy_mWh") },
  cuts: { types: ["charging.cut"], key: "cause" },
} as const satisfies Partial<Record<ReportSource, EventSource>>;
export type EventSourceName = keyof typeof eventSources;
export const isOfEvents = (of: ReportSource): of is EventSourceName => of in eventSources;

/** A refund of a pass says no kind: its type is it. */
export function keyOf(source: EventSource, event: { readonly type: string; readonly subject: string | null; readonly said: Said }): string {
  if (source.key === null) return event.subject ?? "";
  const value = event.said[source.key];
  return typeof value === "string" ? value : event.type;
}

export function isCounted(source: EventSource, event: { readonly type: string; readonly said: Said }): boolean {
  // A trip test is no cut-off of anybody's.
  if (event.type === "charging.cut" && typeof event.said.test === "string") return false;
  if (source.only === undefined) return true;
  const { member, is } = source.only;
  const value = event.said[member];
  return is.includes(typeof value === "string" ? value : event.type);
}
