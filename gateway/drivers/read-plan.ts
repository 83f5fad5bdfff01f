// What one poll of a device asks, as it has turned out: a range that it refuses as "illegal address" is asked in parts from then on, and what it does not have at all is left out.
import { type Block, type Parted, planReads, withoutRefused } from "#protocols/modbus/plan.ts";
import type { Profile } from "#protocols/modbus/profile.ts";

export interface ReadPlan {
  readonly blocks: readonly Block[];
  /** The device has refused this block: whether there is now something else to ask. */
  refused(at: number): boolean;
  /** As the profile has it: the device was away, and may be another, or another firmware. Whether that changes anything. */
  anew(): boolean;
}

export function readPlan(profile: Profile): ReadPlan {
  const planned: Parted = { blocks: planReads(profile), missing: [] };
  let now = planned;
  return {
    get blocks() {
      return now.blocks;
    },
    refused(at) {
      const left = withoutRefused(profile, now, at);
      if (left === undefined) return false;
      now = left;
      return true;
    },
    anew() {
      const changed = now !== planned;
      now = planned;
      return changed;
    },
  };
}
