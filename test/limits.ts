// Limits for tests: the ready files, as the gateway reads them, with what a test wants otherwise.
import { readLimitsFile } from "#gateway/config/limits-file.ts";
import type { Limits } from "#gateway/core/charging/limits.ts";

type Deep<T> = { readonly [K in keyof T]?: T[K] extends object ? Deep<T[K]> | { active: false; reason: string } : T[K] };

const merged = (base: unknown, over: unknown): unknown => {
  if (typeof over !== "object" || over === null || Array.isArray(over)) return over;
  const [was, is] = [(base as { active?: boolean } | undefined)?.active, (over as { active?: boolean }).active];
  if (is === false || (is === true && was === false)) return over; // a rule switched is another rule
  const into = { ...(base as Record<string, unknown>) };
  for (const [key, value] of Object.entries(over)) into[key] = merged(into[key], value);
  return into;
};

export function readyLimits(name: string, over: Deep<Limits> = {}): Limits {
  const read = readLimitsFile(name);
  if (read.kind === "complaints") throw new Error(JSON.stringify(read.complaints));
  return withOver(read.limits, over);
}

export const withOver = (limits: Limits, over: object): Limits => merged(limits, over) as Limits;
