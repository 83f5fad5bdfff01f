// The power that a charge has held: smoothed over a minute behind a median of three samples, so that neither inrush nor a wild sample is taken for it.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { fixed } from "./limits.ts";

export interface Plateau {
  readonly seen: Monotonic | undefined;
  /** The two samples before the newest. */
  readonly last: readonly number[];
  /** The median of the newest three. */
  readonly now_mW: number;
  readonly smooth_mW: number;
  readonly most_mW: number;
}

export const beginPlateau: Plateau = { seen: undefined, last: [], now_mW: 0, smooth_mW: 0, most_mW: 0 };

/** The middle of three; of fewer the least. */
export function middle([a = 0, b, c]: readonly number[]): number {
  if (b === undefined) return a;
  if (c === undefined) return Math.min(a, b);
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

export function plateauAfter(plateau: Plateau, power_mW: number | undefined, seen: Monotonic): Plateau {
  if (power_mW === undefined) return plateau;
  const heard = [...plateau.last, power_mW].slice(-3);
  const elapsed = plateau.seen === undefined ? 0 : Math.max(0, seen - plateau.seen);
  const share = 1 - Math.exp(-elapsed / fixed.plateauSmoothing_ms);
  const now_mW = middle(heard);
  const smooth_mW = plateau.smooth_mW + (now_mW - plateau.smooth_mW) * share;
  return { seen, last: heard.slice(-2), now_mW, smooth_mW, most_mW: Math.max(plateau.most_mW, smooth_mW) };
}
