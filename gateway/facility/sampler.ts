// Facilities' values on their way to telemetry: each point at most every ten seconds, a contact as soon as it turns. What is not read is left out; it is never a zero, and never an old value with a new time.
import { encodeReading } from "#protocols/uplink/telemetry.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";

/** undefined: not read, or too old to be believed. */
export interface SampledPoint {
  readonly facility: string;
  readonly point: string;
  readonly value: number | boolean | undefined;
  readonly seen: Monotonic;
}

export const facilityEvery_ms = 10_000;

/** As the other samplers: lines with their age in milliseconds for a time, each with its end; empty when nothing is worth a point. */
export function createFacilitySampler(): (points: readonly SampledPoint[], now: Monotonic) => string {
  const last = new Map<string, { readonly seen: number; readonly value: number }>();
  return (points, now) => {
    let text = "";
    for (const { facility, point, value, seen } of points) {
      if (value === undefined) continue;
      const number = typeof value === "boolean" ? Number(value) : Math.round(value);
      if (!Number.isSafeInteger(number)) continue;
      const key = `${facility}/${point}`;
      const before = last.get(key);
      // The same reading is not said twice.
      const passed = before === undefined ? Number.POSITIVE_INFINITY : seen - before.seen;
      const turned = typeof value === "boolean" && before !== undefined && before.value !== number;
      if (passed <= 0 || (passed < facilityEvery_ms && !turned)) continue;
      last.set(key, { seen, value: number });
      text += `${encodeReading({ measurement: "facility", tags: { facility, point }, quality: "good", fields: { value: number } })} ${Math.max(0, now - seen)}\n`;
    }
    return text;
  };
}
