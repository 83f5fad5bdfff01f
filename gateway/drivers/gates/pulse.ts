// A dry contact that opens a gate is a level that must fall again: on, a while, off. On some boards a contact that stays closed holds the arm up, so an "off" that failed is
// tried again until it is answered; an "on" is never sent late, and never twice.
import { type DeviceFault, deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { Cancel, Clock } from "../../ports.ts";

/** A contact of one gate. Resolves when it has obeyed, as far as it can say so; never rejects. */
export interface Contact {
  set(closed: boolean): Promise<"done" | DeviceFault>;
  stop(): void;
}

/** What opens a gate where it is not the board that is looked at. */
export interface Opener {
  open(notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): void;
  /** The contact was told to fall, and has not answered: the arm may be held up. */
  stuck(): boolean;
  stop(): void;
}

export interface PulseOptions {
  readonly clock: Clock;
  readonly contact: Contact;
  readonly pulse_ms: number;
  /** Told once, when an "off" has failed so often that somebody should look. */
  readonly onStuck?: (fault: DeviceFault) => void;
}

export const usualPulse_ms = 500;
const offAgainFirst_ms = 100;
const offAgainMost_ms = 2_000;
const tellAfter = 3;

export function pulseContact({ clock, contact, pulse_ms, onStuck }: PulseOptions): Opener {
  let busy = false;
  let failures = 0;
  let stopped = false;
  let cancel: Cancel = () => undefined;
  const later = (ms: number, run: () => void): void => {
    cancel = clock.wake(after(clock.monotonic(), ms), run);
  };

  async function off(): Promise<void> {
    const outcome = await contact.set(false);
    if (outcome === "done") {
      busy = false;
      failures = 0;
      return;
    }
    failures += 1;
    if (failures === tellAfter) onStuck?.(outcome);
    if (!stopped) later(Math.min(offAgainMost_ms, offAgainFirst_ms * 2 ** Math.min(failures - 1, 10)), () => void off());
  }

  async function on(notAfter: Monotonic, done: (outcome: "done" | DeviceFault) => void): Promise<void> {
    busy = true;
    const outcome = await contact.set(true);
    // Also a contact that did not answer may have closed.
    later(outcome === "done" ? pulse_ms : 0, () => void off());
    done(outcome === "done" && clock.monotonic() > notAfter ? deviceFault("timeout", "the contact closed too late") : outcome);
  }

  return {
    open(notAfter, done) {
      if (stopped) return done(deviceFault("closed", "stopped"));
      if (busy) return done(deviceFault("impossible-value", "the contact is still closed from before"));
      if (clock.monotonic() > notAfter) return done(deviceFault("timeout", "too late; nothing was sent"));
      void on(notAfter, done);
    },
    stuck: () => failures > 0,
    stop() {
      stopped = true;
      cancel();
      // Nobody is here to let it fall later.
      if (busy) void contact.set(false).finally(() => contact.stop());
      else contact.stop();
    },
  };
}
