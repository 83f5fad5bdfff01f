// After every OFF: was the relay seen open and the current gone, or is it welded? Meters need 1.2–1.5 s to show zero, so judgement waits 2 s.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { fixed, type Limits } from "./limits.ts";
import { good, isTrue, type SocketSample } from "./sample.ts";
import { sighted } from "./sight.ts";

export interface Check {
  /** The cut that it follows; an ordinary end has none. */
  readonly trip: string | undefined;
  readonly offAt: Monotonic;
  /** When the device first answered OFF; before that nothing is judged. */
  readonly answeredAt: Monotonic | undefined;
  readonly askedAt: Monotonic;
  /** Consecutive whole samples after settling that still show a closed relay or current. */
  readonly closed: number;
  readonly welded: boolean;
}

export const newCheck = (trip: string | undefined, now: Monotonic): Check => ({
  trip,
  offAt: now,
  answeredAt: undefined,
  askedAt: now,
  closed: 0,
  welded: false,
});

export const offAnswered = (check: Check, now: Monotonic): Check => ({ ...check, answeredAt: check.answeredAt ?? now });

/** A socket that should be dead and is not: a closed relay, or current or power that no open relay lets through. */
export const live = (sample: SocketSample): boolean =>
  isTrue(sample.relay_closed) || (good(sample.current_mA) ?? 0) > fixed.weld_mA || (good(sample.power_mW) ?? 0) > fixed.weld_mW;

export type CheckOutcome =
  | { readonly kind: "waiting"; readonly check: Check }
  | { readonly kind: "off-again"; readonly check: Check }
  | { readonly kind: "welded"; readonly check: Check }
  | { readonly kind: "open" };

/** What one sample says. Only a whole sample whose first byte came after the device answered OFF counts. */
export function checkAfter(check: Check, sample: SocketSample, at: { seen: Monotonic; now: Monotonic; limits: Limits }): CheckOutcome {
  const { seen, now } = at;
  if (check.answeredAt === undefined || seen < check.answeredAt || !sighted(sample, at.limits)) return { kind: "waiting", check };
  if (!live(sample)) return { kind: "open" };
  const closed = seen >= check.answeredAt + fixed.settle_ms ? check.closed + 1 : 0;
  if (!check.welded && closed >= fixed.weldSamples) return { kind: "welded", check: { ...check, closed, welded: true } };
  // The relay that reads back closed hears OFF again: perhaps the board lost it.
  const again = check.welded ? fixed.offAgainWelded_ms : fixed.offAgain_ms;
  if (isTrue(sample.relay_closed) && now - check.askedAt >= again) return { kind: "off-again", check: { ...check, closed, askedAt: now } };
  return { kind: "waiting", check: { ...check, closed } };
}
