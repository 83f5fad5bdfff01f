// The lines of a site file, opened by a command for the time of a visit: one question after the other, as everywhere.
import type { LineConfig } from "#gateway/config/schema.ts";
import { type Line, type LineSettings, openSettings } from "../device/line.ts";

const answerWithin_ms = 400;

export const settingsOf = (line: LineConfig): LineSettings => ({
  unit: 1,
  pause_ms: 0,
  words: line.id,
  timeout_ms: answerWithin_ms,
  baud: line.kind === "tcp" ? 9600 : line.baud,
  address: { ...line, turnaround_ms: answerWithin_ms },
});

export const openSiteLine = (line: LineConfig): Promise<Line> => openSettings(settingsOf(line));
