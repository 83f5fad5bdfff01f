// The ledger at a glance: how many, how far, how late. Pure: every figure is a count of rows that a list can show.
import { dayOf, dayText, startOf } from "#cloud/calendar/calendar.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { HazardState } from "#protocols/api/hazards.ts";
import { hazardStates } from "#protocols/api/hazards.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";
import { overdueDays } from "./workflow.ts";

export type Counted = Pick<Row<"hazard">, "site" | "compound" | "state" | "found_at" | "closed_at" | "deadline" | "listed" | "pending">;

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

const weeksShown = 13;
const open = ({ state }: Counted): boolean => state !== "已销号";

export function figuresOf(rows: readonly Counted[], now: number, near_days: number): LedgerFigures {
  const late = (row: Counted): number => overdueDays({ state: row.state as HazardState, deadline: row.deadline }, now);
  const before = now - 7 * dayMs;
  const sites = [...new Set(rows.map(({ site }) => site))].sort();
  const days = rows.map(late).filter((n) => n > 0);
  const between = (from: number, to: number): number => days.filter((n) => n >= from && n <= to).length;
  const last = startOf(dayOf(now) + 1);
  return {
    total: rows.length,
    closed: rows.filter((row) => !open(row)).length,
    overdue: days.length,
    overdue_before: rows.filter(
      ({ found_at, deadline, closed_at }) =>
        found_at < before && deadline !== null && deadline < before && (closed_at === null || closed_at >= before),
    ).length,
    near: rows.filter((row) => open(row) && row.deadline !== null && row.deadline >= now && row.deadline < now + near_days * dayMs).length,
    to_inspect: rows.filter(({ state }) => state === "待复查").length,
    listed: rows.filter(({ listed }) => listed === 1).length,
    compounds: sites.map((site) => {
      const mine = rows.filter((row) => row.site === site);
      const count = (state: HazardState): number => mine.filter((row) => row.state === state).length;
      return {
        ...{ site, compound: mine[0]?.compound ?? site, overdue: mine.filter((row) => late(row) > 0).length },
        states: Object.fromEntries(hazardStates.map((state) => [state, count(state)])) as Record<HazardState, number>,
      };
    }),
    weeks: Array.from({ length: weeksShown }, (_, at) => {
      const to = last - (weeksShown - 1 - at) * 7 * dayMs;
      return {
        to: dayText(dayOf(to - 1)),
        found: rows.filter(({ found_at }) => found_at < to).length,
        closed: rows.filter(({ closed_at }) => closed_at !== null && closed_at < to).length,
      };
    }),
    ageing: [between(1, 3), between(4, 7), between(8, 15), between(16, Number.MAX_SAFE_INTEGER)],
  };
}
