// What a detector's word begins and what it ends, the same wherever it is heard. A report says one thing and no whole state: a word ends only what it proves ended. Pure.
import { minuteMs } from "#protocols/vocabulary/time.ts";
import type { DetectorWord } from "./report.ts";

export const detectorCauses = ["fire", "fault", "removed", "low-battery"] as const;
export type DetectorCause = (typeof detectorCauses)[number];

export const raisedBy: Partial<Readonly<Record<DetectorWord, DetectorCause>>> = {
  alarm: "fire",
  fault: "fault",
  dirty: "fault",
  removed: "removed",
  "low-battery": "low-battery",
};
/** "reset" and a self-test after a new battery end what they prove. */
export const endedBy: Readonly<Record<DetectorWord, readonly string[]>> = {
  ...{ alarm: [], fault: [], dirty: [], removed: [], "low-battery": [], alive: [] },
  restored: ["fire"],
  reset: ["fire", "fault", "removed", "low-battery"],
  "battery-ok": ["low-battery"],
  ...{ mended: ["fault"], clean: ["fault"], mounted: ["removed"] },
  test: ["low-battery"],
};
export const wordTexts: Partial<Readonly<Record<DetectorWord, string>>> = { dirty: "探测器污染，需清洗 / dirty: clean it" };
/** The one thing of a detector that alarms are about: "smoke-3-1/detector". */
export const detectorPoint = "detector";
/** A label further ahead than this is no time. */
export const labelAhead_ms = 5 * minuteMs;
