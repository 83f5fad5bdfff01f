// Did we stand still? A process that was stopped wakes into a world that went on: its authorities are old and what lies in its buffers is older. Every way in passes here first.
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import type { ByteLine, Clock, Devices } from "../ports.ts";

export const gap_ms = 2_000;
export const tick_ms = 250;

export interface GapWatch {
  /** To be called first by whatever runs; true, after `onGap`, when nothing had run for `gap_ms`. */
  enter(): boolean;
}

export function gapWatch(clock: Clock, onGap: (stood_ms: number) => void): GapWatch {
  let last: Monotonic = clock.monotonic();
  return {
    enter() {
      const now = clock.monotonic();
      const stood = now - last;
      last = now;
      if (stood < gap_ms) return false;
      onGap(stood);
      return true;
    },
  };
}

export function watchedClock(clock: Clock, enter: () => unknown): Clock {
  const watched = (run: () => void) => () => {
    enter();
    run();
  };
  return { ...clock, wake: (at, run) => clock.wake(at, watched(run)), pause: (ms, run) => clock.pause(ms, watched(run)) };
}

const watchedLine = (line: ByteLine, enter: () => unknown): ByteLine => ({
  write: (bytes) => line.write(bytes),
  onBytes: (listener) =>
    line.onBytes((bytes) => {
      enter();
      listener(bytes);
    }),
  onClose: (listener) =>
    line.onClose((why) => {
      enter();
      listener(why);
    }),
  close: () => line.close(),
});

export const watchedDevices = (devices: Devices, enter: () => unknown): Devices => ({
  openSerial: async (path, settings) => watchedLine(await devices.openSerial(path, settings), enter),
  openTcp: async (host, port) => watchedLine(await devices.openTcp(host, port), enter),
});
