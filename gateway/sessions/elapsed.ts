// Time between two stamps, and how much can have flowed in it at the most.
import type { Stamp } from "#protocols/vocabulary/time.ts";
import { hardBounds } from "../core/charging/bounds.ts";

/** Since another boot only the wall clocks can tell; undefined where they cannot be believed. */
export function elapsedMs(opened: Stamp, now: Stamp): number | undefined {
  if (opened.boot === now.boot) return now.mono - opened.mono;
  return opened.synchronised && now.synchronised ? now.wall - opened.wall : undefined;
}

/** More than the largest socket that any configuration allows can take: another meter's number. */
export const most_mW = (hardBounds["socket.rated_mA"][1] * hardBounds["over_voltage.limit_mV"][1]) / 1000;
/** Time charged is told by protection; between its last word and an open relay lies the dead-man window, and a meter shows later than that. */
export const slack_s = 60;
