// When to connect again: longer after each failure, with chance in it, so that a thousand gateways do not come back in one moment. A link has to stand for a while before
// the next failure is the first again. Two boxes with one identity would throw each other out for ever: whoever is thrown out again and again waits the longest.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { Chance } from "../ports.ts";

export interface BackOff {
  readonly first_ms: number;
  readonly longest_ms: number;
}

export const usualBackOff: BackOff = { first_ms: 500, longest_ms: 30_000 };

/** A link that stood for so long was a good one. */
const goodAfter_ms = 60_000;
/** Closed by the other side so often within this time, while it could be reached each time: somebody else takes our place. */
const suspicious = { times: 3, within_ms: 180_000 };

export interface Retries {
  connected(now: Monotonic): void;
  /** How long to wait now. `closed`: the other side closed a link that worked. */
  ended(now: Monotonic, closed: boolean): number;
  /** Another box seems to use our identity. */
  displaced(now: Monotonic): boolean;
}

export function retries(chance: Chance, { first_ms, longest_ms }: BackOff): Retries {
  let attempt = 0;
  let since: Monotonic | undefined;
  let closings: Monotonic[] = [];
  const good = (now: Monotonic): boolean => since !== undefined && now - since >= goodAfter_ms;
  const displaced = (): boolean => closings.length >= suspicious.times;
  return {
    connected: (now) => {
      since = now;
    },
    ended: (now, closed) => {
      if (good(now)) attempt = 0;
      // A broker that goes down closes too, but then it cannot be reached for a while; whoever was thrown out is let in at once.
      if (good(now) || since === undefined) closings = [];
      else if (closed) closings = [...closings.filter((at) => now - at < suspicious.within_ms), now];
      since = undefined;
      const longest = displaced() ? longest_ms : Math.min(longest_ms, first_ms * 2 ** attempt);
      attempt = Math.min(attempt + 1, 16);
      return Math.ceil(longest / 2 + (chance.unit() * longest) / 2);
    },
    displaced: (now) => displaced() && !good(now),
  };
}
