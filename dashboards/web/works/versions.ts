// A compound's facts as versions: which holds today, and what each changed of the one before it. Pure.
import type { CompoundBody, Version } from "../data/compounds-api.ts";

export const fields = [
  ...(["company", "contract_until", "manager", "town", "community", "grid", "kind", "households", "area_m2", "e_bikes", "sheds"] as const),
  ...(["planned", "started", "finished", "in_use", "fire_facilities", "fire_maintenance", "control_room", "spaces", "aliases"] as const),
] as const;
export type Field = (typeof fields)[number];
const portFields = ["planned", "started", "finished", "in_use"] as const;

/** As it is shown: a list is joined, what was not said is null. */
export function heldOf(body: CompoundBody, field: Field): string | number | boolean | null {
  const port = portFields.find((one) => one === field);
  if (port !== undefined) return body.ports[port];
  const value = body[field as Exclude<Field, (typeof portFields)[number]>];
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join("、") || null : (value as string | number | boolean);
}

export interface Changed {
  readonly field: Field;
  readonly from: string | number | boolean | null;
  readonly to: string | number | boolean | null;
}

export type Standing = "now" | "before" | "to-come" | "replaced";
export interface Told {
  readonly version: Version;
  readonly standing: Standing;
  /** null: the first that was written. */
  readonly changed: readonly Changed[] | null;
}

/** The newest day first. Of two versions for one day the later holds, and the earlier one never did. */
export function historyOf(versions: readonly Version[], today: string): Told[] {
  const inTime = [...versions].sort((a, b) => (a.valid_from < b.valid_from ? -1 : a.valid_from > b.valid_from ? 1 : a.version - b.version));
  const replaced = (at: number): boolean => inTime[at + 1]?.valid_from === inTime[at]?.valid_from;
  const now = inTime.filter(({ valid_from }) => valid_from <= today).length - 1;
  const told = inTime.map((version, at): Told => {
    const [before] = inTime.filter((_, n) => n < at && !replaced(n)).reverse();
    const standing: Standing = replaced(at) ? "replaced" : at === now ? "now" : at < now ? "before" : "to-come";
    return { version, standing, changed: before === undefined ? null : changesOf(before.body, version.body) };
  });
  return told.reverse();
}

function changesOf(before: CompoundBody, after: CompoundBody): Changed[] {
  return fields.flatMap((field): Changed[] => {
    const [from, to] = [heldOf(before, field), heldOf(after, field)];
    return from === to ? [] : [{ field, from, to }];
  });
}

/** The number of the newest that was written, whatever its day: what the next one is written over. */
export const newestOf = (versions: readonly Version[]): number => versions.reduce((most, { version }) => Math.max(most, version), 0);

/** Whole days from one day to another; negative when it is past. */
export const daysUntil = (day: string, today: string): number => Math.round((Date.parse(day) - Date.parse(today)) / 86_400_000);
