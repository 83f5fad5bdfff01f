// The trip window of a miniature circuit breaker. Source: IEC 60898-1 (2015) table 7, as makers' catalogues print it: at 1.13 In no trip within the conventional time
// (1 h up to 63 A, else 2 h), at 1.45 In a trip within it, at 2.55 In between 1 s and 60 s (above 32 A: 120 s); types B 3–5, C 5–10, D 10–20 In: at the lower multiple
// no trip before 0.1 s (and one within 45, 15, 4 s; above 32 A 90, 30, 8 s), at the upper one within 0.1 s. Between its test points the window is drawn straight in log-log.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

export type BreakerType = "B" | "C" | "D";
export interface Breaker {
  readonly type: BreakerType;
  readonly rated_A: number;
}
const magnetic: Readonly<Record<BreakerType, readonly [least: number, most: number]>> = { B: [3, 5], C: [5, 10], D: [10, 20] };
const slowAtLeast: Readonly<Record<BreakerType, number>> = { B: 45, C: 15, D: 4 };

/** "C16", "b10". Ratings of the standard: 0.5 to 125 A. */
export function breakerFrom(text: string): Breaker | Refusal {
  const match = text.trim().match(/^([BCD])\s*(\d{1,3}(?:\.\d)?)\s*A?$/i);
  const rated_A = Number(match?.[2]);
  if (match === null || !(rated_A >= 0.5 && rated_A <= 125))
    return refusal(
      "no-breaker",
      `“${text}”不是断路器：写 C16、B10、D20（0.5–125 A）`,
      `"${text}" is no breaker: write C16, B10, D20 (0.5 to 125 A)`,
    );
  return { type: (match[1] ?? "C").toUpperCase() as BreakerType, rated_A };
}

/** Amperes and seconds. */
export interface CurvePoint {
  readonly A: number;
  readonly s: number;
}
export interface BreakerWindow {
  /** Before this it does not trip. */
  readonly fastest: readonly CurvePoint[];
  /** By this it has tripped. */
  readonly slowest: readonly CurvePoint[];
  /** From here on it trips at once. */
  readonly magnetic_A: readonly [least: number, most: number];
}

const atOnce_s = 0.1;
/** The fastest of breakers: one half-wave of 50 Hz. */
const instant_s = 0.01;

export function breakerWindow({ type, rated_A }: Breaker): BreakerWindow {
  const [least, most] = magnetic[type];
  const conventional_s = rated_A <= 63 ? 3_600 : 7_200;
  const double = rated_A <= 32 ? 1 : 2;
  const at = (multiple: number, s: number): CurvePoint => ({ A: multiple * rated_A, s });
  return {
    fastest: [at(1.13, conventional_s), at(2.55, 1), at(least, atOnce_s), at(least, instant_s)],
    slowest: [
      at(1.45, conventional_s),
      at(2.55, 60 * double),
      at(least, slowAtLeast[type] * double),
      at(most, slowAtLeast[type] * double),
      at(most, atOnce_s),
    ],
    magnetic_A: [least * rated_A, most * rated_A],
  };
}

/** Seconds on a line of points, straight in log-log; infinite before its first point, its last time behind its end. */
export function secondsOn(line: readonly CurvePoint[], A: number): number {
  const [first] = line;
  if (first === undefined || A < first.A) return Number.POSITIVE_INFINITY;
  for (const [index, to] of line.entries()) {
    const from = line[index - 1];
    // On a vertical part the lower end counts: from there on it trips.
    if (from === undefined || A > to.A || from.A === to.A || A === to.A) continue;
    const share = Math.log(A / from.A) / Math.log(to.A / from.A);
    return Math.exp(Math.log(from.s) + share * (Math.log(to.s) - Math.log(from.s)));
  }
  return line.findLast((point) => point.A <= A)?.s ?? Number.POSITIVE_INFINITY;
}

/** Who opens first at a current: the socket surely, the breaker surely, or either. */
export type First = "socket" | "either" | "breaker" | "neither";

export function whoOpens(socket_s: number, window: BreakerWindow, A: number): First {
  const fastest = secondsOn(window.fastest, A);
  const slowest = secondsOn(window.slowest, A);
  if (!Number.isFinite(socket_s)) return Number.isFinite(slowest) ? "breaker" : Number.isFinite(fastest) ? "either" : "neither";
  if (socket_s < fastest) return "socket";
  return socket_s > slowest ? "breaker" : "either";
}
