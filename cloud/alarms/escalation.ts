// Who is told when nobody acknowledges: roles and minutes, a row a level. Data, so that a city can write its own (cloud file, `escalation`). Pure.
import type { Role } from "#protocols/api/views.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";

export interface Level {
  /** Minutes unacknowledged. */
  readonly after_min: number;
  readonly roles: readonly Role[];
}
export type Escalation = Readonly<Record<1 | 2 | 3 | 4, readonly Level[]>>;

/** Rises to nobody: what is no danger waits for the people on site, and for the list of stale ones. */
export const usualEscalation: Escalation = {
  1: [
    { after_min: 0, roles: ["booth", "property-manager", "fire-maintenance"] },
    { after_min: 2, roles: ["operating-company", "community-officer"] },
    { after_min: 5, roles: ["street-officer"] },
    { after_min: 10, roles: ["bureau-officer"] },
  ],
  2: [
    { after_min: 0, roles: ["booth", "property-manager"] },
    { after_min: 15, roles: ["operating-company", "fire-maintenance"] },
    { after_min: 60, roles: ["community-officer"] },
  ],
  3: [
    { after_min: 0, roles: ["property-manager"] },
    { after_min: 24 * 60, roles: ["operating-company"] },
  ],
  4: [{ after_min: 0, roles: ["property-manager"] }],
};

/** A level as the cloud's file writes it. */
export interface WrittenLevel extends Level {
  readonly priority: 1 | 2 | 3 | 4;
}

/** A priority that the file names has exactly the levels that it writes, in the order of their minutes; the others have the usual ones. */
export function escalationOf(written: readonly WrittenLevel[]): Escalation {
  const own = (priority: 1 | 2 | 3 | 4): readonly Level[] => {
    const rows = written.filter((one) => one.priority === priority).sort((a, b) => a.after_min - b.after_min);
    return rows.length === 0 ? usualEscalation[priority] : rows.map(({ after_min, roles }) => ({ after_min, roles }));
  };
  return { 1: own(1), 2: own(2), 3: own(3), 4: own(4) };
}

const of = (table: Escalation, priority: number): readonly Level[] => table[priority as 1 | 2 | 3 | 4] ?? table[1];

/** How many levels above the first have been reached. */
export function levelAt(table: Escalation, priority: number, waited_ms: number): number {
  const reached = of(table, priority).filter(({ after_min }) => waited_ms >= after_min * minuteMs).length;
  return Math.max(0, reached - 1);
}

export const levelsOf = (table: Escalation, priority: number): number => of(table, priority).length;

export const rolesAt = (table: Escalation, priority: number, level: number): readonly Role[] => of(table, priority)[level]?.roles ?? [];

/** Everybody who has been told by then. */
export const rolesUpTo = (table: Escalation, priority: number, level: number): readonly Role[] => [
  ...new Set(
    of(table, priority)
      .slice(0, level + 1)
      .flatMap(({ roles }) => roles),
  ),
];
