// The lines of a site file, opened by a command for the time of a visit: one question after the other, as everywhere.
import type { LineConfig } from "#gateway/config/schema.ts";
import { type Line, type LineSettings, openSettings } from "../device/line.ts";

const answerWithin_ms = 400;

export function settingsOf(line: LineConfig): LineSettings {
  const shared = { unit: 1, timeout_ms: answerWithin_ms, pause_ms: 0, words: line.id };
  if (line.kind === "serial")
    return {
      ...shared,
      baud: line.baud,
      place: { kind: "serial", path: line.path, parity: line.parity, stopBits: line.stop_bits },
    };
  return { ...shared, baud: 115_200, place: { kind: "tcp", host: line.host, port: line.port, rtu: false } };
}

export const openSiteLine = (line: LineConfig): Promise<Line> => openSettings(settingsOf(line));
