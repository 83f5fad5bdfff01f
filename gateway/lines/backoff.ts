// What a member that does not answer may cost its neighbours. A question without an answer takes the line's time: the whole time-out, and the quiet behind it.
//   any failure               before anybody is asked again who failed last time, the others are served for twice as long as it took: when many fall silent at
//                             once, the living are still read and re-armed
//   now and then              the next turn is as ever
//   often, while others do well (a share of 0.3 above twice the usual one)     it rests for as many of its own failures as there are members: it pays with its own turns
//   `patience` times in a row (once, if it was never heard)     it is probed: after 250, 500, 1000 ms …, and when the line has no time to give away any more,
//                             so rarely that all who rest take one part in 25 of the line together
// On a line that has nothing else to do a member at rest is asked sooner.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";

/** Failures in a row before a member rests. */
export const patience = 3;
const restFirst_ms = 250;
const restMostUrgent_ms = 1_000;
const restMostIdle_ms = 5_000;
/** One part in so many of the line's time for all that rest together. */
const parts = 25;
/** Time that the line gives away for quick probes before it becomes strict, and how fast it has that again. */
const given_ms = 1_500;
const againShare = 0.01;
const shareWeight = 1 / 8;
const shareLimit = 0.3;

export interface Standing {
  failures: number;
  /** It has answered since the line was begun. */
  heard: boolean;
  /** How many of its last questions failed, the newest weighing most. */
  share: number;
  /** It is not asked before this, unless the line has nothing else to do; then not before `leastUntil`. */
  restUntil: Monotonic;
  leastUntil: Monotonic;
  /** What its last failure took of the line's time. */
  wasted_ms: number;
}

export const newStanding = (now: Monotonic): Standing => ({
  failures: 0,
  heard: false,
  share: 0,
  restUntil: now,
  leastUntil: now,
  wasted_ms: 0,
});

/** At rest: only probed. */
export const rests = ({ failures, heard }: Standing): boolean => failures >= (heard ? patience : 1);

export function answered(one: Standing, now: Monotonic): void {
  one.failures = 0;
  one.heard = true;
  one.share *= 1 - shareWeight;
  one.restUntil = now;
  one.leastUntil = now;
}

export function failed(one: Standing): void {
  one.failures += 1;
  one.share += (1 - one.share) * shareWeight;
}

/** The others come first for so many times what a failure took. */
const yields = 2;

export interface Backoff {
  /** Whoever failed last time waits until then, if anybody else is due. */
  yieldsUntil(): Monotonic;
  /** How long it rests, once it is known what its failure took. */
  charge(one: Standing, wasted_ms: number, at: { readonly now: Monotonic; readonly urgent: boolean }): void;
}

export function newBackoff(members: readonly Standing[], begun: Monotonic): Backoff {
  let left_ms = given_ms;
  let since = begun;
  let yieldsUntil = begun;

  function usualShare(): number {
    const shares = members.map(({ share }) => share).sort((a, b) => a - b);
    return shares[Math.floor((shares.length - 1) / 2)] ?? 0;
  }

  return {
    yieldsUntil: () => yieldsUntil,
    charge(one, wasted_ms, { now, urgent }) {
      one.wasted_ms = wasted_ms;
      yieldsUntil = after(now, yields * wasted_ms);
      left_ms = Math.min(given_ms, left_ms + againShare * (now - since));
      since = now;
      if (!rests(one)) {
        const unusual = one.share > shareLimit + 2 * usualShare();
        one.leastUntil = now;
        one.restUntil = unusual ? after(now, members.length * wasted_ms) : now;
        return;
      }
      const step = Math.min(one.failures - (one.heard ? patience : 1), 10);
      const least = Math.min(restFirst_ms * 2 ** step, urgent ? restMostUrgent_ms : restMostIdle_ms);
      const strict = parts * wasted_ms * members.filter(rests).length;
      one.leastUntil = after(now, least);
      one.restUntil = left_ms >= 0 ? one.leastUntil : after(now, Math.max(least, strict));
      left_ms -= wasted_ms;
    },
  };
}
