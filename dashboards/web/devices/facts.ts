// A gateway's word about itself as facts to read, each with whether it is as it should be. Pure. What it did not say is unknown, and an old word says nothing about now.
import type { GatewayHealthView } from "#protocols/api/health.ts";
import { healthHolds_ms } from "#protocols/api/health-holds.ts";
import type { Wall } from "#protocols/vocabulary/time.ts";
import { parseMoment } from "../format/moments.ts";

export type Tone = "well" | "amiss" | "unknown";

/** A disk with less than a tenth, or less than half a gigabyte, left. */
const leastFree = 0.1;
const leastFree_bytes = 500e6;
/** A processor that is hotter slows itself down. */
const hottest_mC = 80_000;
const mostAhead_ms = 2_000;
/** What waits longer than this has not come through for some reason. */
const longestWait_ms = 5 * 60_000;

export interface Health {
  /** How long ago the cloud heard it; null: never. */
  readonly age_ms: number | null;
  readonly stale: boolean;
  readonly disk: { readonly tone: Tone; readonly free: number; readonly total: number } | null;
  readonly cpu: { readonly tone: Tone; readonly mC: number } | null;
  readonly clock: { readonly tone: Tone; readonly synchronised: boolean; readonly ahead_ms: number | null } | null;
  readonly waiting: { readonly tone: Tone; readonly count: number; readonly oldest_ms: number | null } | null;
  readonly lines:
    | readonly {
        readonly line: string;
        readonly tone: Tone;
        readonly open: boolean;
        readonly late: boolean;
        readonly round_ms: number | null;
        readonly promised_ms: number | null;
      }[]
    | null;
}

const toned = (amiss: boolean): Tone => (amiss ? "amiss" : "well");

export function healthOf(view: GatewayHealthView, now: Wall): Health {
  const seen = parseMoment(view.seen);
  const age_ms = seen === undefined ? null : Math.max(0, now - seen);
  // The page may be older than its answer.
  const stale = view.stale || age_ms === null || age_ms + (view.delayed_ms ?? 0) > healthHolds_ms;
  const { disk, cpu_mC, clock, lines, waiting } = view;
  const count = (waiting ?? []).reduce((sum, one) => sum + one.count, 0);
  const ages = (waiting ?? []).flatMap(({ oldest_ms }) => (oldest_ms === null ? [] : [oldest_ms]));
  const oldest_ms = ages.length === 0 ? null : Math.max(...ages);
  return {
    ...{ age_ms, stale },
    disk:
      disk === null
        ? null
        : {
            tone: toned(disk.free_bytes < leastFree_bytes || disk.free_bytes < disk.total_bytes * leastFree),
            ...{ free: disk.free_bytes, total: disk.total_bytes },
          },
    cpu: cpu_mC === null ? null : { tone: toned(cpu_mC > hottest_mC), mC: cpu_mC },
    clock: clock === null ? null : { tone: toned(!clock.synchronised || Math.abs(clock.ahead_ms ?? 0) > mostAhead_ms), ...clock },
    waiting: waiting === null ? null : { tone: toned((oldest_ms ?? 0) > longestWait_ms), count, oldest_ms },
    lines:
      lines?.map(({ line, open, late, round_ms, promised_ms }) => ({
        ...{ line, open, late, round_ms, promised_ms },
        tone: toned(!open || late),
      })) ?? null,
  };
}

/** How many of its facts are not as they should be; a stale word counts as none: it is no word about now. */
export function amissIn(health: Health): number {
  if (health.stale) return 0;
  const facts: (Tone | undefined)[] = [health.disk?.tone, health.cpu?.tone, health.clock?.tone, health.waiting?.tone];
  return [...facts, ...(health.lines ?? []).map(({ tone }) => tone)].filter((tone) => tone === "amiss").length;
}
