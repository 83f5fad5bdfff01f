// One stream's window: one batch in flight, moved on only by the cloud's own acknowledgement. What the broker says (PUBACK) proves no storage:
// it only proves that the link is alive.
import type { Stream } from "#protocols/vocabulary/ids.ts";
import { after } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import { type Batch, largestBytes } from "./batches.ts";

export interface Deadlines {
  /** From publish to the broker's PUBACK; later the link is taken for dead. */
  readonly publish_ms: number;
  /** From publish to the cloud's acknowledgement; later the batch is sent again, each time with twice the patience. */
  readonly acknowledgement_ms: number;
  readonly longestAcknowledgement_ms: number;
}

export const usualDeadlines: Deadlines = { publish_ms: 5000, acknowledgement_ms: 10_000, longestAcknowledgement_ms: 60_000 };

/** A batch should come and go in about this time, so that no stream keeps the link from another: on a slow link batches shrink, on a fast one they grow. */
const wantedRoundTripMs = 500;
const smallestBytes = 1024;
const firstBytes = 8192;

export interface SenderSettings {
  readonly stream: Stream;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly next: (limitBytes: number) => Batch | undefined;
  /** Moves the outbox, durably; false when it stands there already, undefined when the disk refused. */
  readonly acknowledge: (upTo: number) => boolean | undefined;
  /** Resolves on PUBACK. */
  readonly publish: (payload: string) => Promise<void>;
  /** The broker did not answer in time. */
  readonly onDeafLink: () => void;
}

export interface Sender {
  /** There may be something to send. */
  wake(): void;
  linkUp(): void;
  linkDown(): void;
  /** The cloud has everything up to `upTo`. False when we never sent that: the caller counts it. */
  acknowledged(upTo: number): boolean;
  counts(): { readonly sent: number; readonly repeats: number; readonly limitBytes: number };
}

interface InFlight {
  readonly upTo: number;
  readonly since: number;
  readonly cancels: readonly Cancel[];
}

export function createSender(settings: SenderSettings): Sender {
  const { clock, deadlines } = settings;
  let up = false;
  let flight: InFlight | undefined;
  let highest = 0;
  let limitBytes = firstBytes;
  let patience = deadlines.acknowledgement_ms;
  let sent = 0;
  let repeats = 0;

  const land = (): void => {
    for (const cancel of flight?.cancels ?? []) cancel();
    flight = undefined;
  };
  const shrink = (): void => {
    limitBytes = Math.max(smallestBytes, Math.floor(limitBytes / 2));
  };

  const wake = (): void => {
    if (!up || flight !== undefined) return;
    const batch = settings.next(limitBytes);
    if (batch !== undefined) launch(batch);
  };

  const launch = (batch: Batch): void => {
    const since = clock.monotonic();
    const cancelPublish = clock.wake(after(since, deadlines.publish_ms), () => {
      shrink();
      settings.onDeafLink();
    });
    const cancelAcknowledgement = clock.wake(after(since, patience), () => {
      patience = Math.min(deadlines.longestAcknowledgement_ms, patience * 2);
      shrink();
      land();
      wake();
    });
    if (batch.upTo <= highest) repeats += 1;
    sent += 1;
    highest = Math.max(highest, batch.upTo);
    flight = { upTo: batch.upTo, since, cancels: [cancelPublish, cancelAcknowledgement] };
    // A rejection means that the link fell: whoever holds the link tells us so. Nothing is lost, for nothing was taken out.
    settings.publish(batch.payload).then(cancelPublish, cancelPublish);
  };

  const acknowledged = (upTo: number): boolean => {
    if (upTo > highest) return false;
    const moved = settings.acknowledge(upTo);
    if (moved === undefined) return true; // still in flight for us: the deadline asks again
    if (flight === undefined || upTo < flight.upTo) return true;
    const roundTrip = clock.monotonic() - flight.since;
    if (roundTrip > wantedRoundTripMs) shrink();
    else if (roundTrip * 2 < wantedRoundTripMs) limitBytes = Math.min(largestBytes, limitBytes * 2);
    patience = deadlines.acknowledgement_ms;
    land();
    wake();
    return true;
  };

  return {
    wake,
    acknowledged,
    linkUp: () => {
      up = true;
      patience = deadlines.acknowledgement_ms;
      wake();
    },
    linkDown: () => {
      up = false;
      land();
    },
    counts: () => ({ sent, repeats, limitBytes }),
  };
}
