// From marks to messages: after a commit the marked things are read once, however often they were touched meanwhile, and go into the ring.
import type { Logger } from "pino";
import { type Mark, Marks } from "#cloud/store/marks.ts";
import type { Store } from "#cloud/store/store.ts";
import type { Telemetry } from "#cloud/telemetry/port.ts";
import { readMarked } from "#cloud/views/marked.ts";
import { Ring } from "./ring.ts";

export interface Live {
  readonly ring: Ring;
  show(marks: Marks): void;
  settled(): Promise<void>;
}

interface Surroundings {
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly log: Logger;
}

export function startLive(surroundings: Surroundings): Live {
  const ring = new Ring(surroundings.now());
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
  return {
    ring,
    show(marks) {
      waiting.addAll(marks.take());
      running ??= drain();
    },
    async settled() {
      await running;
    },
  };
}
