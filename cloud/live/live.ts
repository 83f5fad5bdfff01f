// From marks to messages: after a commit the marked things are read once, however often they were touched meanwhile, and go into the ring.
import { randomInt } from "node:crypto";
import type { Logger } from "pino";
import { type Mark, Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import { readMarked } from "#cloud/views/marked.ts";
import { Ring, ringLimits } from "./ring.ts";

export interface Live {
  readonly ring: Ring;
  show(marks: Marks): void;
  /** Somebody has read the overview, and will listen from there. */
  expect(): void;
  /** What other processes on the same database changed is shown from now on too. */
  follow(): Promise<() => Promise<void>>;
  settled(): Promise<void>;
}

interface Surroundings {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Logger;
}

export function startLive(surroundings: Surroundings): Live {
  const ring = new Ring(randomInt(1, 9_000) * 1e11 + randomInt(1, 1e11));
  const waiting = new Marks();
  let running: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    while (waiting.size > 0) {
      const marks: Mark[] = waiting.take();
      try {
        const messages = await readMarked(surroundings, marks);
        ring.push(messages, surroundings.now());
      } catch (error) {
        surroundings.log.error({ err: error }, "live stream: views could not be read");
      }
    }
    running = undefined;
  };
  let watchedAt = Number.NEGATIVE_INFINITY;
  /** Or somebody who watched may still come back and go on. */
  const watched = (): boolean => {
    const now = surroundings.now();
    if (ring.listeners > 0) watchedAt = now;
    return now - watchedAt <= ringLimits.keep_ms;
  };

  const show = (marks: readonly Mark[]): void => {
    // With nobody there, views are not even read: in a fleet of thousands of sockets that would be most of the work.
    if (!watched()) {
      ring.skip();
      return;
    }
    waiting.addAll(marks);
    running ??= drain();
  };
  return {
    ring,
    show: (marks) => show(marks.take()),
    expect: () => {
      watchedAt = surroundings.now();
    },
    async follow() {
      const { announcements } = surroundings.store;
      const missed = (): void => ring.reset(surroundings.now());
      return (await announcements?.hear({ heard: show, missed })) ?? (async () => undefined);
    },
    async settled() {
      await running;
    },
  };
}
