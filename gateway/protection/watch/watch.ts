// Feeds every watchdog that somebody has asked for, from the work and from nothing else: the work says after each of its turns whether anything is behind.
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";

/** Somebody who takes our silence for our death. */
export interface Feed {
  readonly name: string;
  /** Silence of so long means death. */
  readonly window_ms: number;
  /** false: it was not taken. Never waits. */
  feed(): boolean;
  /** `inOrder`: we end because we were told to, and everything is OFF. */
  close(inOrder: boolean): void;
}

export interface Watch {
  /** How long work may be behind before the feeds stop: a quarter of the shortest window, so that the last feed comes within half of it. */
  readonly grace_ms: number;
  /** After a turn of the work. `behind`: what is not done, in words. */
  worked(now: Monotonic, behind: string | undefined): void;
  close(inOrder: boolean): void;
}

export interface WatchEvents {
  readonly onBehind: (what: string) => void;
  readonly onCaughtUp: (after_ms: number) => void;
  readonly onRefused: (feed: string) => void;
}

/** Without any feed work is still looked at, and said. */
const usualWindow_ms = 30_000;

export function watchOver(feeds: readonly Feed[], events: WatchEvents): Watch {
  const shortest = Math.min(usualWindow_ms, ...feeds.map((feed) => feed.window_ms));
  const grace_ms = shortest / 4;
  const turns = feeds.map((feed) => ({ feed, due: 0, refused: false }));
  let behindSince: Monotonic | undefined;

  function fed(turn: (typeof turns)[number], now: Monotonic): void {
    if (now < turn.due) return;
    const taken = turn.feed.feed();
    if (!taken && !turn.refused) events.onRefused(turn.feed.name);
    turn.refused = !taken;
    if (taken) turn.due = after(now, turn.feed.window_ms / 4);
  }

  return {
    grace_ms,
    worked(now, behind) {
      if (behind !== undefined) {
        if (behindSince === undefined) events.onBehind(behind);
        behindSince ??= now;
        return;
      }
      if (behindSince !== undefined) events.onCaughtUp(now - behindSince);
      behindSince = undefined;
      for (const turn of turns) fed(turn, now);
    },
    close: (inOrder) => {
      for (const { feed } of turns) feed.close(inOrder);
    },
  };
}
