// One stream's batch on its way: at most one, moved on only by the cloud's own acknowledgement. What the broker says (PUBACK) proves no storage:
// it only proves that the link is alive.
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import type { Batch } from "./batches.ts";
import type { Pace } from "./pace.ts";

export interface Deadlines {
  /** From publish to the broker's PUBACK; later the link is taken for dead (connection.ts). */
  readonly publish_ms: number;
  /** From publish to the cloud's acknowledgement; later the batch is sent again, each time with twice the patience. */
  readonly acknowledgement_ms: number;
  readonly longestAcknowledgement_ms: number;
}

export const usualDeadlines: Deadlines = { publish_ms: 5000, acknowledgement_ms: 10_000, longestAcknowledgement_ms: 60_000 };

export interface SenderSettings {
  readonly stream: Stream;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly pace: Pace;
  readonly next: (limitBytes: number) => Batch | undefined;
  /** Moves the outbox, durably; false when it stands there already, undefined when the disk refused. */
  readonly acknowledge: (upTo: number) => boolean | undefined;
  /** Resolves on PUBACK; whoever holds the link holds it to its deadline. */
  readonly publish: (payload: string) => Promise<void>;
  /** Something has landed, or will never land: there may be room for others. */
  readonly onRoom: () => void;
}

export interface Sender {
  /** Sends what waits, if nothing of this stream is on its way and the pace has room. */
  wake(): void;
  linkUp(): void;
  linkDown(): void;
  /** The cloud has everything up to `upTo`, and took `tookMs` over it. False when we never sent that: the caller counts it. */
  acknowledged(upTo: number, tookMs?: number): boolean;
  counts(): { readonly sent: number; readonly repeats: number };
}

interface InFlight {
  readonly upTo: number;
  readonly since: number;
  readonly cancel: Cancel;
}

export function createSender(settings: SenderSettings): Sender {
  const { clock, deadlines, pace, stream } = settings;
  let up = false;
  let flight: InFlight | undefined;
  let highest = 0;
  let patience = deadlines.acknowledgement_ms;
  let sent = 0;
  let repeats = 0;

  const land = (): void => {
    flight?.cancel();
    flight = undefined;
  };

  const wake = (): void => {
    if (!up || flight !== undefined) return;
    const room = pace.room(stream);
    if (room === 0) return;
    const batch = settings.next(room);
    if (batch !== undefined) launch(batch);
  };

  const launch = (batch: Batch): void => {
    const since = clock.monotonic();
    const cancel = clock.wake(after(since, patience), () => {
      patience = Math.min(deadlines.longestAcknowledgement_ms, patience * 2);
      land();
      pace.lost(stream);
      settings.onRoom();
    });
    if (batch.upTo <= highest) repeats += 1;
    sent += 1;
    highest = Math.max(highest, batch.upTo);
    flight = { upTo: batch.upTo, since, cancel };
    pace.sent(stream, Buffer.byteLength(batch.payload));
    // A rejection means that the link fell: whoever holds the link tells us so. Nothing is lost, for nothing was taken out.
    settings.publish(batch.payload).catch(() => undefined);
  };

  const acknowledged = (upTo: number, tookMs = 0): boolean => {
    if (upTo > highest) return false;
    const moved = settings.acknowledge(upTo);
    if (moved === undefined) return true; // still in flight for us: the deadline asks again
    if (flight === undefined || upTo < flight.upTo) return true;
    pace.landed(stream, Math.max(0, clock.monotonic() - flight.since - tookMs));
    patience = deadlines.acknowledgement_ms;
    land();
    settings.onRoom();
    return true;
  };

  return {
    wake,
    acknowledged,
    linkUp: () => {
      up = true;
      patience = deadlines.acknowledgement_ms;
    },
    linkDown: () => {
      up = false;
      land();
    },
    counts: () => ({ sent, repeats }),
  };
}
