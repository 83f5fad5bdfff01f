// A reading is a value, how far it may be trusted, and when its first byte came. It is never zero for absent, and never an old value under a new time.
import type { Monotonic } from "./time.ts";

export type Quality = "good" | "stale" | "bad";

export interface Reading<Value extends number = number> {
  readonly value: Value;
  readonly quality: Quality;
  readonly seen: Monotonic;
}

/** Absent is said with `undefined`: the point was asked for and the device has no such value. */
export type MaybeReading<Value extends number = number> = Reading<Value> | undefined;
