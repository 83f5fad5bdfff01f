// What comes by itself, looked at every minute: rungs of the ladder that are due, and on Monday at 08:00 the week that is over, frozen, and towns that owe a report, reminded; whether anybody looks or not.

import type { Logger } from "pino";
import { freezeWeek, unitsOf } from "#cloud/assessment/snapshots.ts";
import { lastWeek } from "#cloud/assessment/weeks.ts";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import type { Live } from "#cloud/live/live.ts";
import { changing } from "#cloud/store/changing.ts";
import type { Store } from "#cloud/store/store.ts";
import { minuteMs } from "#protocols/vocabulary/time.ts";
import { escalate, planEscalation, settledDeadlines } from "./escalate.ts";
import type { Compound } from "./hazards.ts";
import { plannedReminders, remind } from "./papers/remind.ts";
import { compoundsWithTowns } from "./places.ts";
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
  const due = (await planEscalation(store.read, policy, now())).length + (await settledDeadlines(store.read, policy)).length;
  if (due === 0) return 0;
  return changing({ store, committed: live.show }, (effect) => escalate(effect, policy, now()), { alone: "escalate" });
}

interface Freezing extends Surroundings {
  readonly tree: Tree;
  readonly compounds: readonly Compound[];
}

/** true: a week was frozen now. */
export async function freezeOnce({ store, live, now, tree, compounds }: Freezing): Promise<boolean> {
  const week = lastWeek(now());
  const known = await store.read.selectFrom("snapshot").select("week").where("week", ">=", week.name).executeTakeFirst();
  if (known !== undefined) return false;
  const day = dayText(dayOf(now()));
  const frozen = await changing(
    { store, committed: live.show },
    async ({ change }) => {
      const units = await unitsOf(change, await compoundsWithTowns(change, { tree, compounds }, day), week);
      return freezeWeek(change, { week, units, now: now() });
    },
    { alone: "freeze" },
  );
  return !("code" in frozen);
}

/** The number of towns that were reminded of a report. */
export async function remindOnce({ store, live, now, tree, compounds }: Freezing): Promise<number> {
  const at = now();
  if ((await plannedReminders(store.read, { tree, compounds }, { now: at, until: at })).length === 0) return 0;
  return changing({ store, committed: live.show }, ({ change }) => remind(change, { tree, compounds }, at), { alone: "remind" });
}

export function startWalks(surroundings: Freezing): { stop(): Promise<void> } {
  let walking: Promise<unknown> = Promise.resolve();
  const walk = (): void => {
    walking = walking.then(() =>
      walkOnce(surroundings)
        .then(() => freezeOnce(surroundings))
        .then(() => remindOnce(surroundings))
        .catch((error: unknown) =>
          surroundings.log.error({ err: error }, "the ladder was not walked, the week not frozen, or no town reminded"),
        ),
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
