// Overdue hazards sorted onto the ladder: a lane a rung. Pure; the ladder is data of the bureau's own rulebook.
import type { HazardView } from "#protocols/api/views.ts";

export interface Rung {
  readonly level: number;
  readonly zh: string;
  readonly en: string;
}

export interface Planned {
  readonly hazard: string;
  readonly zh: string;
  readonly en: string;
  readonly at: string;
  readonly tells: readonly string[];
}

export interface Card {
  readonly hazard: HazardView;
  readonly next: Planned | null;
}

export interface Lane {
  readonly level: number;
  /** null: nobody has been told of its delay yet. */
  readonly rung: Rung | null;
  readonly cards: readonly Card[];
}

/** Every rung that raises supervision has its lane, empty or not, in the order of the ladder; a level that no rung has any more keeps one too. */
export function lanesOf(ladder: readonly Rung[], hazards: readonly HazardView[], planned: readonly Planned[]): readonly Lane[] {
  const late = hazards.filter(({ overdue_days }) => overdue_days > 0);
  const levels = new Set([...ladder.map(({ level }) => level), ...late.map(({ level }) => level)]);
  return [...levels]
    .sort((a, b) => a - b)
    .map(
      (level): Lane => ({
        level,
        rung: level === 0 ? null : (ladder.find((one) => one.level === level) ?? null),
        cards: late
          .filter((one) => one.level === level)
          .sort((a, b) => b.overdue_days - a.overdue_days || (a.id < b.id ? -1 : 1))
          .map((hazard) => ({ hazard, next: planned.find((one) => one.hazard === hazard.id) ?? null })),
      }),
    )
    .filter(({ level, cards }) => level > 0 || cards.length > 0);
}
