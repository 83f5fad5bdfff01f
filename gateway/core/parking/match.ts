// Which car inside is the one at the exit? The very plate; else the only one that a camera could have confused with it; never a choice between two.
import type { Plate } from "#protocols/vocabulary/plate.ts";

export interface Candidate {
  readonly visit: string;
  readonly plate: Plate;
}

export type Match =
  | { readonly kind: "exact" | "similar"; readonly visit: string }
  /** `candidates`: similar ones among which only a person may choose. */
  | { readonly kind: "none"; readonly candidates: readonly string[] };

/** Characters that plate cameras take for one another. Source: CN114092928A (0/D/Q, B/8, 2/Z, 5/S, 4/A). I and O occur in no serial. */
const confused = ["0DQ", "8B", "2Z", "5S", "4A"];
const serialFrom = 2;

/** One character of the serial differs, and cameras confuse the two. Province and city must agree. */
export function similar(a: Plate, b: Plate): boolean {
  if (a.length !== b.length || a.slice(0, serialFrom) !== b.slice(0, serialFrom)) return false;
  const different = [...a].flatMap((character, at) => (character === b[at] ? [] : [[character, b[at] ?? ""] as const]));
  const [pair] = different;
  return different.length === 1 && pair !== undefined && confused.some((group) => group.includes(pair[0]) && group.includes(pair[1]));
}

/** `inside`: cars that are inside, newest first: of two visits under one plate the newest is meant. The colour is not asked: cameras err in it by night. */
export function matchExit(plate: Plate, inside: readonly Candidate[]): Match {
  const exact = inside.find((candidate) => candidate.plate === plate);
  if (exact !== undefined) return { kind: "exact", visit: exact.visit };
  const near = inside.filter((candidate) => similar(candidate.plate, plate));
  const [only] = near;
  if (only !== undefined && new Set(near.map((candidate) => candidate.plate)).size === 1) return { kind: "similar", visit: only.visit };
  return { kind: "none", candidates: near.map((candidate) => candidate.visit) };
}
