// A way of steps as somebody stands before it: which were taken, which lie ahead on the road it has chosen, and which of them are his. And a compound's stars period by period. Pure.
import type { Role } from "#protocols/api/views.ts";
import type { Award, Course, StepRule, TakenStep } from "../data/awards-api.ts";

/** What is open to anybody now: not taken, and something that must come before it was. */
export function openSteps({ state, steps }: Pick<Course, "state" | "steps">, rules: readonly StepRule[]): StepRule[] {
  const taken = steps.map(({ step }) => step);
  return state === "open" ? rules.filter(({ id, after }) => !taken.includes(id) && after.some((one) => taken.includes(one))) : [];
}

export const stepsOf = (role: Role | undefined, open: readonly StepRule[]): StepRule[] =>
  open.filter(({ roles }) => role !== undefined && roles.includes(role));

export interface RoadStep {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly taken: TakenStep | null;
}

/** What was taken, then what the longest way still asks for; ends that were not taken lie beside the road. */
export function roadOf({ state, steps }: Pick<Course, "state" | "steps">, rules: readonly StepRule[]): RoadStep[] {
  const road: RoadStep[] = steps.map((taken) => ({ id: taken.step, zh: taken.zh, en: taken.en, taken }));
  if (state !== "open") return road;
  for (let at = road.at(-1)?.id; at !== undefined; ) {
    const last = at;
    const next = rules.filter(({ id, after }) => after.includes(last) && !road.some((one) => one.id === id));
    const on = next.find(({ id }) => rules.some(({ after }) => after.includes(id))) ?? (next.length === 1 ? next[0] : undefined);
    if (on !== undefined) road.push({ id: on.id, zh: on.zh, en: on.en, taken: null });
    at = on?.id;
  }
  return road;
}

export interface Past {
  readonly period: string;
  /** null: nothing was frozen for it then. */
  readonly stars: number | null;
  readonly failed: boolean;
}

/** So many periods up to one, the oldest first; what was not assessed stays a gap. */
export function historyOf(
  awards: readonly Pick<Award, "period" | "site" | "stars" | "failed">[],
  site: string,
  until: string,
  many = 8,
): Past[] {
  const [year = 0, quarter = 1] = until.split("-Q").map(Number);
  const last = year * 4 + quarter - 1;
  const past = Array.from({ length: many }, (_, back): Past => {
    const n = last - (many - 1 - back);
    const period = `${Math.floor(n / 4)}-Q${(n % 4) + 1}`;
    const found = awards.find((one) => one.site === site && one.period === period);
    return { period, stars: found?.stars ?? null, failed: found?.failed ?? false };
  });
  const first = past.findIndex(({ stars }) => stars !== null);
  return first < 0 ? [] : past.slice(first);
}
