// A queue of waiting readings with a test's own choices; time is told, ids count.
import { openTelemetryQueue, type TelemetryQueue, type TelemetrySettings } from "#gateway/journal/telemetry.ts";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";

export const stampAt = (mono: number, more: Partial<Stamp> = {}): Stamp => ({
  ...{ mono: monotonic(mono), wall: wall(1_800_000_000_000 + mono), boot: "boot-told", synchronised: true },
  ...more,
});

export function testQueue(choices: Partial<TelemetrySettings> = {}): TelemetryQueue {
  let ids = 0;
  return openTelemetryQueue({
    ...{ path: ":memory:", limitBytes: 1e7, thinTo_ms: 60_000, thinAfter_ms: 600_000, numbered: { from: 0, to: 0, last: 0 } },
    newId: () => `gap-${String(++ids).padStart(4, "0")}`,
    now: () => stampAt(0),
    ...choices,
  });
}
