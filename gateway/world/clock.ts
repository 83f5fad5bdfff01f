// The machine's own clocks and chance, behind the ports. Monotonic counts from the machine's boot, so both processes of a gateway share it.
import { randomBytes, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { type Monotonic, monotonic, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Chance, Clock } from "../ports.ts";

/** Before this moment no gateway with this code existed: a wall clock that says so is not set (no battery, no network time yet). */
const earliest = Date.UTC(2026, 0, 1);

/** The kernel's boot id; where there is none, one for this process: then Monotonic is not compared across processes. */
function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return randomUUID();
  }
}

/** systemd-timesyncd says in a file whether it has heard a time server since boot. Where it does not run, a plausible year is all we can ask. */
function synchronised(now: number): boolean {
  if (now < earliest) return false;
  if (process.env.CUOBIAN_CLOCK === "synchronised") return true; // whoever starts us vouches for the clock: the demonstration, a container whose host keeps time
  return !existsSync("/run/systemd/timesync") || existsSync("/run/systemd/timesync/synchronized");
}

/** A timer for the whole milliseconds, then a look at the clock on each turn of the loop, which goes on hearing: at most 1.5 ms of looking. */
function pause(ms: number, run: () => void): () => void {
  const until = process.hrtime.bigint() + BigInt(Math.ceil(ms * 1e6));
  let again: NodeJS.Immediate | undefined;
  const look = (): void => {
    if (process.hrtime.bigint() >= until) run();
    else again = setImmediate(look);
  };
  const timer = setTimeout(look, Math.floor(ms - 0.5));
  return () => {
    clearTimeout(timer);
    clearImmediate(again);
  };
}

export function machineClock(): Clock {
  const boot = bootId();
  const now = (): Monotonic => {
    const [seconds, nanoseconds] = process.hrtime();
    return monotonic(seconds * 1_000 + Math.floor(nanoseconds / 1e6));
  };
  const day = (): Wall => wall(Date.now());
  return {
    monotonic: now,
    wall: day,
    stamp: () => {
      const at = day();
      return { wall: at, mono: now(), boot, synchronised: synchronised(at) };
    },
    wake: (at, run) => {
      const timer = setTimeout(run, Math.max(0, at - now()));
      return () => clearTimeout(timer);
    },
    pause,
  };
}

export const machineChance = (): Chance => ({
  id: () => randomUUID(),
  unit: () => randomBytes(6).readUIntBE(0, 6) / 2 ** 48,
});
