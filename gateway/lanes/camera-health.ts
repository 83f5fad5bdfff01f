// Whether a camera that lives also sees, and whether its clock is right: heartbeats prove neither.
import { claimedTime } from "#gateway/core/parking/freshness.ts";
import { elapsed } from "#gateway/core/parking/visit.ts";
import type { PlateRead } from "#protocols/cameras/plate-read.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { LaneConfig } from "../config/schema.ts";

/** So many cars passed and so long nobody was read: the camera lives and sees nothing. In a quiet night nobody passes, and nothing is said. */
export const blindAfter = { cars: 3, ms: 15 * minuteMs };
const skewTold_ms = 5_000;
const skewGone_ms = 3_000;
const samples = 5;

export interface CameraHealth {
  read(read: PlateRead, now: Stamp): "camera-clock" | null;
  passed(cars: number): void;
  /** Asked while the camera's heartbeats are heard. */
  blind(now: Stamp): boolean;
  /** How far its clock is ahead of ours: the median of the last few live reads; null before the third. */
  skew_ms(): number | null;
}

export function cameraHealth(config: LaneConfig, begun: Stamp): CameraHealth {
  let lastRead = begun;
  let cars = 0;
  let blindTold = false;
  let skewTold = false;
  const skews: number[] = [];
  const median = (): number | null => (skews.length < 3 ? null : ([...skews].sort((a, b) => a - b)[Math.floor(skews.length / 2)] ?? null));

  return {
    read({ seen, offline }, now) {
      lastRead = now;
      cars = 0;
      blindTold = false;
      const claimed = offline ? null : claimedTime(seen, config.camera.clock);
      if (claimed === null) return null;
      skews.push(claimed - now.wall);
      if (skews.length > samples) skews.shift();
      const off = Math.abs(median() ?? 0);
      if (off < skewGone_ms) skewTold = false;
      if (skewTold || off <= skewTold_ms) return null;
      skewTold = true;
      return "camera-clock";
    },
    passed: (more) => {
      cars += more;
    },
    blind(now) {
      if (blindTold || cars < blindAfter.cars || elapsed(lastRead, now) < blindAfter.ms) return false;
      blindTold = true;
      return true;
    },
    skew_ms: median,
  };
}
