// Frames on their way to the duty desk: one after another, one part at a time, each as large as the link carries in a quarter of a second. What cannot be sent now is tried for as long as a car may
// still stand there; the booth has the picture all the same.
import { createHash } from "node:crypto";
import { encodeFramePart, mostParts } from "#protocols/uplink/frame.ts";
import { after, type Monotonic, minuteMs } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../ports.ts";
import type { Log } from "../site-context.ts";

export interface FrameSource {
  bytes(frame: string): Uint8Array | undefined;
}

export interface FrameSender {
  /** Kept, or kept anew in a larger picture. */
  offer(frame: string): void;
  waiting(): number;
  stop(): void;
}

export interface FrameSending {
  readonly gateway: string;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  readonly source: FrameSource;
  /** Resolves when the broker has it; rejects when it cannot be said now. */
  readonly publish: (payload: Uint8Array) => Promise<void>;
  /** Bytes that the lower classes may have on their way. */
  readonly window: () => number;
}

const mostWaiting = 50;
/** Nobody waits at a gate for longer. */
const wanted_ms = 15 * minuteMs;
const again_ms = 20_000;
const [smallest, largest] = [2_048, 32_768];

export function sendFrames({ gateway, clock, log, source, publish, window }: FrameSending): FrameSender {
  const waiting = new Map<string, Monotonic>();
  let busy = false;
  let stopped = false;
  let cancel: Cancel = () => undefined;

  async function send(frame: string, picture: Uint8Array): Promise<void> {
    const sha256 = createHash("sha256").update(picture).digest("hex");
    const size = Math.max(smallest, Math.min(largest, Math.floor(window() / 2)), Math.ceil(picture.length / mostParts));
    const parts = Math.ceil(picture.length / size);
    for (let part = 1; part <= parts && !stopped; part += 1) {
      const head = { v: 1, gateway, frame, part, parts, bytes: picture.length, sha256 } as const;
      await publish(encodeFramePart(head, picture.subarray((part - 1) * size, part * size)));
    }
  }

  async function work(): Promise<void> {
    if (busy || stopped) return;
    busy = true;
    cancel();
    try {
      for (let [next] = waiting; next !== undefined; [next] = waiting) {
        const [frame, since] = next;
        const picture = clock.monotonic() - since > wanted_ms ? undefined : source.bytes(frame);
        if (picture !== undefined) await send(frame, picture);
        // Kept anew meanwhile, it goes once more.
        if (waiting.get(frame) === since) waiting.delete(frame);
      }
    } catch (error) {
      if (!stopped) {
        log.warn(
          { waiting: waiting.size, error: error instanceof Error ? error.message : String(error) },
          "a frame did not reach the cloud; it is tried again",
        );
        cancel = clock.wake(after(clock.monotonic(), again_ms), () => void work());
      }
    } finally {
      busy = false;
    }
  }

  return {
    offer(frame) {
      waiting.delete(frame);
      waiting.set(frame, clock.monotonic());
      for (const oldest of [...waiting.keys()].slice(0, Math.max(0, waiting.size - mostWaiting))) waiting.delete(oldest);
      void work();
    },
    waiting: () => waiting.size,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
