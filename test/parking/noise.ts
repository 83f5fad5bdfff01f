// What wires, disks and clocks do to a day: a plan of deaths and of set clocks, and what becomes of each message on its way.
import type { Seen } from "#protocols/cameras/sources-for-tests.ts";
import { type LaneScript, type Random, type Script, whole } from "./script.ts";

export interface Noise {
  readonly random: Random;
  /** What this day's machine suffers besides deaths of the process: a clock that is set, power that fails, or a link that is down. */
  readonly kind: "clock-steps" | "reboots" | "restarts";
}

export interface Delivery {
  at: number;
  readonly lane: LaneScript;
  readonly bytes: Uint8Array;
  /** The camera does not hear the answer. */
  readonly deaf?: true;
}

export interface Plan {
  /** When the process dies, and when the wall clock is set; oldest first. */
  readonly deaths: number[];
  readonly clocks: number[];
}

export function planOf(script: Script, noise: Noise | undefined): Plan {
  if (noise === undefined) return { deaths: [], clocks: [] };
  const { random, kind } = noise;
  const moments = script.trips.flatMap(({ arrives, leaves }) => [arrives, leaves]);
  const end = Math.max(...moments);
  const plan = (anywhere: number): number[] =>
    [
      ...Array.from({ length: anywhere }, () => Math.floor(random() * end)),
      // Where it hurts: a car stands at a lane.
      ...moments.filter(() => random() < 0.2).map((at) => at + whole(random, -500, 8_000)),
    ].sort((x, y) => x - y);
  return { deaths: plan(2), clocks: kind === "clock-steps" ? plan(3) : [] };
}

const counts = (random: Random, chances: readonly number[]): number => chances.filter((chance) => random() < chance).length;

/** Everything that one recognition puts on the wire. `again`: the camera reads the same car once more, with another number. */
export function wireOf(
  noise: Noise | undefined,
  { lane, seen, now, stored, again }: { lane: LaneScript; seen: Seen; now: number; stored: boolean; again: () => Seen },
): { deliveries: Delivery[]; done: string[] } {
  const { source } = lane;
  const made = (what: Seen): Uint8Array => source.make(what);
  const first = made(stored ? { ...seen, offline: true } : seen);
  const begins = now + (stored ? 60_000 : 0);
  if (noise === undefined) return { deliveries: [{ at: begins, lane, bytes: first }], done: [] };
  const { random } = noise;
  const deliveries: Delivery[] = [];
  const done: string[] = [];
  const send = (what: string, from: number, until: number, more: Partial<Delivery> = {}): void => {
    deliveries.push({ at: begins + whole(random, from, until), lane, bytes: first, ...more });
    done.push(what);
  };
  if (random() < 0.25) {
    send("answers that were lost", 0, 500, { deaf: true });
    send("resends", 700, 2_500);
  } else send("delayed", 0, 3_000);
  for (let i = counts(random, [0.5, 0.3, 0.2]); i > 0; i -= 1) send("duplicates", 100, 28_000);
  if (random() < 0.3) send("duplicates of hours ago", 60_000, 7_200_000);
  if (!stored && source.neverOffline === undefined && random() < 0.4)
    send("offline replays", 1_000, 3_600_000, { bytes: made({ ...seen, offline: true }) });
  if (!stored && random() < 0.25) send("second looks", 1_000, 4_000, { bytes: made(again()) });
  return { deliveries, done };
}
