// Is the line as fast as was promised? Measured on energised stations: the time from one decision to the next, and how old the reading was that it was made on.
// Late after `lateAfter_ms` above the promise without a break; in time again only after `timelyAfter_ms` well below it: an alarm that comes and goes is no alarm.
import type { Monotonic } from "#protocols/vocabulary/time.ts";

export const lateAfter_ms = 10_000;
export const timelyAfter_ms = 60_000;
/** In time again: at most nine tenths of the promise. */
const wellBelow = 0.9;

export interface Verdict {
  readonly kind: "line-late" | "line-in-time";
  readonly of: "round" | "age";
  readonly measured_ms: number;
  readonly promised_ms: number;
}

export interface Lateness {
  /** A decision on a whole reading of an energised station, whose first byte came at `seen`. */
  decided(station: string, at: { readonly now: Monotonic; readonly seen: Monotonic }): void;
  /** It is not energised any more, or silent, which is said elsewhere: nothing is waited for. */
  gone(station: string): void;
  /** Called about once a second; says only what has changed. After a start it says once that all is in time. */
  look(now: Monotonic): Verdict | undefined;
  late(): boolean;
  /** The oldest reading that a decision was made on since the look before the last. */
  age_ms(): number | null;
}

interface Worst {
  readonly of: "round" | "age";
  readonly ms: number;
}

/** `promised_ms` undefined: nothing was promised, so nothing is late; the age is measured all the same. */
export function newLateness(promised_ms: number | undefined): Lateness {
  /** When each was last decided on, and how long its last round took. */
  const rounds = new Map<string, { readonly at: Monotonic; readonly took_ms: number }>();
  let longest_ms = 0;
  let age_ms: number | undefined;
  let shownAge_ms: number | null = null;
  let state: "unknown" | "late" | "timely" = "unknown";
  /** Since when without a break. */
  let overSince: Monotonic | undefined;
  let belowSince: Monotonic | undefined;

  /** The last round of each station, those that have ended since the last look, and those that are longer already though they have not ended. */
  function worst(now: Monotonic): Worst {
    const each = [...rounds.values()].map(({ at, took_ms }) => Math.max(took_ms, now - at));
    const round = Math.max(longest_ms, ...each);
    return (age_ms ?? 0) > round ? { of: "age", ms: age_ms ?? 0 } : { of: "round", ms: round };
  }

  return {
    decided(station, { now, seen }) {
      const before = rounds.get(station);
      const took_ms = before === undefined ? 0 : now - before.at;
      longest_ms = Math.max(longest_ms, took_ms);
      rounds.set(station, { at: now, took_ms });
      age_ms = Math.max(age_ms ?? 0, now - seen);
    },
    gone: (station) => void rounds.delete(station),
    look(now) {
      const { of, ms } = worst(now);
      const measured = age_ms !== undefined || rounds.size > 0;
      shownAge_ms = age_ms ?? null;
      longest_ms = 0;
      age_ms = undefined;
      if (promised_ms === undefined) return undefined;
      overSince = ms > promised_ms ? (overSince ?? now) : undefined;
      // Where nothing is energised nothing is late: that ends an alarm too, but proves nothing after a start.
      const below = ms <= promised_ms * wellBelow && (measured || state === "late");
      belowSince = below ? (belowSince ?? now) : undefined;
      const say = (kind: Verdict["kind"]): Verdict => ({ kind, of, measured_ms: Math.round(ms), promised_ms });
      if (state !== "late" && overSince !== undefined && now - overSince >= lateAfter_ms) {
        state = "late";
        return say("line-late");
      }
      if (state !== "timely" && belowSince !== undefined && now - belowSince >= timelyAfter_ms) {
        state = "timely";
        return say("line-in-time");
      }
      return undefined;
    },
    late: () => state === "late",
    age_ms: () => shownAge_ms,
  };
}
