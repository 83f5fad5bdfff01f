// The columns of recorded samples: a quantity with its unit in the name, of one socket or of the whole station. What has no column is "not measured here"; an empty cell is absent.
import type { SocketSample } from "../core/charging/sample.ts";

type Point = Exclude<keyof SocketSample, "request_seq" | "request_card">;

export interface Column {
  readonly name: string;
  /** What it is in a sample; `smoke` and `leakage_mA` belong to the station. */
  readonly point: Point | "smoke" | "leakage_mA";
  /** How many of the sample's own unit one of these is; 0: true or false. */
  readonly factor: number;
  readonly zh: string;
  readonly en: string;
}

const numbers = (point: Column["point"], words: { zh: string; en: string }, units: Readonly<Record<string, number>>): Column[] =>
  Object.entries(units).map(([unit, factor]) => ({ name: `${point.replace(/_m[A-Z]\w*$/, "")}_${unit}`, point, factor, ...words }));

export const columns: readonly Column[] = [
  ...numbers("current_mA", { zh: "电流（必有）", en: "current (needed)" }, { A: 1_000, mA: 1 }),
  ...numbers("voltage_mV", { zh: "电压", en: "voltage" }, { V: 1_000, mV: 1 }),
  ...numbers("power_mW", { zh: "有功功率", en: "active power" }, { W: 1_000, kW: 1_000_000, mW: 1 }),
  ...numbers("temperature_mC", { zh: "插座温度", en: "temperature of the socket" }, { C: 1_000, mC: 1 }),
  ...numbers("energy_mWh", { zh: "电量", en: "energy counter" }, { Wh: 1_000, kWh: 1_000_000, mWh: 1 }),
  ...numbers("residual_mA", { zh: "该路剩余电流", en: "residual current of the socket" }, { mA: 1 }),
  { name: "relay_closed", point: "relay_closed", factor: 0, zh: "继电器读回（1/0）", en: "relay as read back (1/0)" },
  { name: "plugged", point: "plugged", factor: 0, zh: "插头在位（1/0）", en: "a plug is in (1/0)" },
  ...numbers("leakage_mA", { zh: "整站剩余电流", en: "residual current of the station" }, { mA: 1 }),
  { name: "smoke", point: "smoke", factor: 0, zh: "烟感（1/0），整站", en: "smoke input (1/0), of the station" },
];
export const ofStation = ({ point }: Pick<Column, "point">): boolean => point === "smoke" || point === "leakage_mA";

/** Columns that are no quantity. */
export const otherColumns = {
  time: {
    zh: "时间：从 0 起的秒、2026-11-25T08:11:00.250 或 08:11:00.250",
    en: "seconds from any beginning, 2026-11-25T08:11:00.250 or 08:11:00.250",
  },
  time_ms: { zh: "或：毫秒", en: "or: milliseconds" },
  socket: { zh: "第几路，或 station-1/3；没有此列即第 1 路", en: "which socket, or station-1/3; else socket 1" },
  event: {
    zh: "人或平台做了什么：energise 送电、release 停止、reset 解除锁定；没有此列时自动送电",
    en: "what a person or the site did: energise, release, reset; without this column every socket is authorised by itself",
  },
} as const;
export const events = ["energise", "release", "reset"] as const;
export type RecordedEvent = (typeof events)[number];
