// The ledger at a glance, as the cloud counts it and the pages and the wall show it.
import type { HazardState } from "./hazard-tables.ts";

export interface LedgerFigures {
  readonly total: number;
  readonly closed: number;
  readonly overdue: number;
  /** As many as were overdue seven days ago. */
  readonly overdue_before: number;
  readonly near: number;
  readonly to_inspect: number;
  readonly listed: number;
  readonly compounds: readonly {
    readonly site: string;
    readonly compound: string;
    readonly states: Readonly<Record<HazardState, number>>;
    readonly overdue: number;
  }[];
  /** Up to the end of each of the last thirteen weeks: found and closed by then. */
  readonly weeks: readonly { readonly to: string; readonly found: number; readonly closed: number }[];
  /** Of the overdue: 1–3, 4–7, 8–15, more than 15 days. */
  readonly ageing: readonly [number, number, number, number];
}
