// The demonstration's history, told beside the running service: after the first event of a live gateway, so that nobody waits for it.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type Scene, seedDemonstration } from "./seed.ts";

/** Without any event the history is told all the same. */
const longest_ms = 8_000;
const look_ms = 250;
/** Who was waiting for the first event is told of it first. */
const breath_ms = 600;

interface Beside extends Omit<Scene, "now" | "signal"> {
  readonly clock: () => number;
  readonly log: Logger;
  /** What pages show was changed behind the live stream: they read it again. */
  readonly changed: () => void;
}

export function tellHistory({ clock, log, changed, ...scene }: Beside): { stop(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const spoken = async (): Promise<boolean> =>
    (await scene.store.read.selectFrom("event").select("ordinal").limit(1).executeTakeFirst()) !== undefined;
  const tell = async (): Promise<void> => {
    for (let waited = 0; waited < longest_ms && !(await spoken()); waited += look_ms) await sleep(look_ms, undefined, { signal });
    await sleep(breath_ms, undefined, { signal });
    const began = performance.now();
    const seeded = await seedDemonstration({ ...scene, now: clock(), signal });
    if (seeded === undefined) return;
    log.info({ ...seeded, took_ms: Math.round(performance.now() - began) }, "demonstration history told");
    changed();
  };
  const telling = tell().catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, "the demonstration's history could not be told");
  });
  return {
    async stop() {
      ending.abort();
      await telling;
    },
  };
}
