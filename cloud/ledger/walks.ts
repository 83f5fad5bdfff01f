// The ladder is walked by itself, every minute: a rung that is due stands in the ledger within that minute, whether anybody looks or not.
import type { Logger } from "pino";
import type { Live } from "#cloud/live/live.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Store } from "#cloud/store/store.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { escalate, planEscalation } from "./escalate.ts";
import { policyOn } from "./policy.ts";

interface Surroundings {
  readonly store: Store;
  readonly live: Pick<Live, "show">;
  readonly now: () => number;
  readonly log: Logger;
}

/** Of several processes on one database one walks at a time; the other then finds nothing to do. */
export async function walkOnce({ store, live, now }: Surroundings): Promise<number> {
  const policy = await policyOn(store.read, now());
  // Most minutes nothing is due: then nobody waits for a writer.
  if ((await planEscalation(store.read, policy, now())).length === 0) return 0;
  return changing({ store, committed: live.show }, (effect) => escalate(effect, policy, now()), { alone: "escalate" });
}

export function startWalks(surroundings: Surroundings): { stop(): Promise<void> } {
  let walking: Promise<unknown> = Promise.resolve();
  const walk = (): void => {
    walking = walking.then(() =>
      walkOnce(surroundings).catch((error: unknown) => surroundings.log.error({ err: error }, "the ladder could not be walked")),
    );
  };
  const timer = setInterval(walk, minuteMs);
  return {
    async stop() {
      clearInterval(timer);
      await walking;
    },
  };
}
