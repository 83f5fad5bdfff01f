// How the gateway is, said to the cloud every five minutes and soon after something changed: disk, heat, clock, lines, and what still waits. One word at a time: while
// the cloud has not acknowledged the last one, nothing is added, so that weeks without a link leave one and not thousands.
import type { EventData } from "#protocols/uplink/events.ts";
import { streams } from "#protocols/vocabulary/ids.ts";
import { after, type Monotonic, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Journal } from "../journal/journal.ts";
import type { TelemetryQueue } from "../journal/telemetry.ts";
import type { LineHealth } from "../link/messages.ts";
import type { Clock } from "../ports.ts";
import type { Log, Stop } from "../site-context.ts";
import type { Disk } from "../world/machine-health.ts";

type Said = EventData<"gateway.health">;

export interface HealthSources {
  readonly journal: Journal;
  readonly telemetry: Pick<TelemetryQueue, "counts" | "oldest">;
  readonly clock: Clock;
  readonly log: Log;
  readonly disk: () => Disk | undefined;
  readonly cpu_mC: () => number | undefined;
  /** undefined: protection is not heard, so nobody knows. */
  readonly lines: () => readonly LineHealth[] | undefined;
  /** By how much our clock is ahead of the cloud's; undefined: not heard lately. */
  readonly ahead_ms: () => number | undefined;
}

export const sayEvery_ms = 5 * 60_000;
/** A change is said no sooner than this after the last word. */
export const changeAfter_ms = 60_000;
/** By then protection and the cloud have been heard, where they can be. */
const firstAfter_ms = 60_000;
const lookEvery_ms = 15_000;
const mostLines = 64;

/** How long something waits; null: its clock was not set, and it is of another boot. */
function age(at: Stamp, now: Stamp): number | null {
  if (at.boot === now.boot) return Math.max(0, now.mono - at.mono);
  return at.synchronised && now.synchronised ? Math.max(0, now.wall - at.wall) : null;
}

function waitingOf({ journal, telemetry }: HealthSources, now: Stamp): Said["waiting"] {
  const ofStreams = streams.map((stream) => {
    const { acknowledged, last } = journal.outbox.state(stream);
    const [first] = journal.outbox.pending(stream, 1);
    return { stream, count: last - acknowledged, oldest_ms: first === undefined ? null : age(JSON.parse(first.at) as Stamp, now) };
  });
  const [row] = telemetry.oldest(1);
  return [...ofStreams, { stream: "readings", count: telemetry.counts().rows, oldest_ms: row === undefined ? null : age(row.at, now) }];
}

export function healthNow(sources: HealthSources): Said {
  const now = sources.clock.stamp();
  const [disk, cpu_mC, lines, ahead_ms] = [sources.disk(), sources.cpu_mC(), sources.lines(), sources.ahead_ms()];
  return {
    ...(disk === undefined ? {} : { disk: { free_bytes: disk.free, total_bytes: disk.total } }),
    ...(cpu_mC === undefined ? {} : { cpu_mC }),
    clock: { synchronised: now.synchronised, ...(ahead_ms === undefined ? {} : { ahead_ms }) },
    ...(lines === undefined
      ? {}
      : {
          lines: lines.slice(0, mostLines).map(({ line, open, late, rotation_ms, promised_ms, age_ms }) => ({
            ...{ line, open, late, round_ms: rotation_ms, promised_ms, age_ms },
          })),
        }),
    waiting: waitingOf(sources, now),
  };
}

const hot_mC = 85_000;
const skewed_ms = 2_000;

/** What is worth a word before its time: a threshold that was crossed, not a number that moved. */
export function worth({ disk, cpu_mC, clock, lines }: Said): string {
  return JSON.stringify([
    disk === undefined ? null : disk.free_bytes * 10 < disk.total_bytes,
    cpu_mC === undefined ? null : cpu_mC >= hot_mC,
    clock.synchronised,
    Math.abs(clock.ahead_ms ?? 0) > skewed_ms,
    lines?.filter(({ open, late }) => late || !open).map(({ line }) => line) ?? null,
  ]);
}

export function startHealth(sources: HealthSources): { readonly stop: Stop } {
  const { clock, journal, log } = sources;
  let last: { readonly at: Monotonic; readonly worth: string; readonly seq: number } | undefined;
  let cancel = clock.wake(after(clock.monotonic(), firstAfter_ms), look);

  function look(): void {
    const now = clock.monotonic();
    cancel = clock.wake(after(now, lookEvery_ms), look);
    try {
      if (last !== undefined && (now - last.at < changeAfter_ms || journal.outbox.state("state").acknowledged < last.seq)) return;
      const said = healthNow(sources);
      const news = worth(said);
      if (last !== undefined && news === last.worth && now - last.at < sayEvery_ms) return;
      journal.commit((tx) => tx.event("gateway.health", said));
      last = { at: now, worth: news, seq: journal.outbox.state("state").last };
    } catch (error) {
      // A disk that is full says so in its own way; this is no reason to die.
      log.error({ error: String(error) }, "how the gateway is could not be written");
    }
  }

  return {
    stop: async () => cancel(),
  };
}
