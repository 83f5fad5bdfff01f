// From marks to messages: after a commit the marked things are read once, however often they were touched meanwhile, and go into the ring.
import { randomInt } from "node:crypto";
import type { Logger } from "pino";
import { type Mark, Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import { readMarked } from "#cloud/views/marked.ts";
import { Ring } from "./ring.ts";

export interface Live {
  readonly ring: Ring;
  show(marks: Marks): void;
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
  const show = (marks: readonly Mark[]): void => {
    waiting.addAll(marks);
    running ??= drain();
  };
  return {
    ring,
    show: (marks) => show(marks.take()),
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
