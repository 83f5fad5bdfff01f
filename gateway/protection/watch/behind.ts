// Is the work of a line being done? Not "does a timer run": is what is energised being read, and does the line turn. Pure; the watchdogs are fed only while every line says yes.
import type { Monotonic } from "#protocols/vocabulary/time.ts";

/** What a line has done last, by its own moments. */
export interface LineTurn {
  readonly line: string;
  readonly open: boolean;
  /** Nothing is asked, and the line's silence is over. */
  readonly free: boolean;
  /** When the first of its stations that are energised now became so; `undefined`: none is. */
  readonly energisedSince: Monotonic | undefined;
  /** When a reading of an energised station last came to a decision, or a relay was last switched. */
  readonly readAt: Monotonic | undefined;
  /** When a question was last asked or settled, or the line opened. */
  readonly turnedAt: Monotonic;
  /** When a free line has something to ask. */
  readonly dueAt: Monotonic | undefined;
}

/** The longest question at 1200 baud with its answer, lumps and the quiet after it stays below this. */
export const longestTurn_ms = 10_000;

/**
 * Why this line is behind, in words; `undefined`: its work is done.
 * While anything is energised only readings count, and the switching that comes before them. A station that does not answer is known dead once its sockets were cut as blind: then nothing of it is
 * energised, its OFF was handed over with every probe, and restarting us would help nobody. A line that is not open, with nothing energised on it, is being
 * opened again by its supervisor, and its boards have opened by themselves.
 */
export function behind(turn: LineTurn, at: { now: Monotonic; grace_ms: number }): string | undefined {
  const { now, grace_ms } = at;
  if (turn.energisedSince !== undefined) {
    const unread_ms = now - Math.max(turn.energisedSince, turn.readAt ?? turn.energisedSince);
    return unread_ms > grace_ms ? `${turn.line}: energised, and nothing was read for ${Math.round(unread_ms)} ms` : undefined;
  }
  if (!turn.open) return undefined;
  if (!turn.free) {
    const open_ms = now - turn.turnedAt;
    return open_ms > longestTurn_ms + grace_ms ? `${turn.line}: one question has been open for ${Math.round(open_ms)} ms` : undefined;
  }
  const late_ms = turn.dueAt === undefined ? 0 : now - turn.dueAt;
  return late_ms > grace_ms ? `${turn.line}: free, and what is due was not asked for ${Math.round(late_ms)} ms` : undefined;
}
