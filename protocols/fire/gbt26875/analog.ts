// Analog values of GB/T 26875.3-2011 table 6: a type, and a signed number whose step the type says.
import type { Words } from "#protocols/frames/layout.ts";

export interface AnalogType extends Words {
  /** The unit in which the value is kept here, so that it is a whole number. */
  readonly unit: string;
  /** How much one step of the raw number is worth in that unit. */
  readonly each: number;
  /** The unit that people read, and how many of ours make one of it. */
  readonly shown: readonly [unit: string, per: number];
  /** The valid raw range of the table, inclusive. */
  readonly range: readonly [least: number, most: number];
}

const type = (text: string, { unit, each, shown, range }: Omit<AnalogType, "zh" | "en">): AnalogType => {
  const [zh = "", en = ""] = text.split(" / ");
  return { zh, en, unit, each, shown, range };
};

export const analogTypes: Readonly<Record<number, AnalogType>> = {
  1: type("事件计数 / events", { unit: "count", each: 1, shown: ["件", 1], range: [0, 32_000] }),
  2: type("高度 / height", { unit: "mm", each: 10, shown: ["m", 1000], range: [0, 32_000] }),
  3: type("温度 / temperature", { unit: "m°C", each: 100, shown: ["°C", 1000], range: [-2730, 32_000] }),
  4: type("压力 / pressure", { unit: "kPa", each: 100, shown: ["MPa", 1000], range: [0, 32_000] }),
  5: type("压力 / pressure", { unit: "Pa", each: 100, shown: ["kPa", 1000], range: [0, 32_000] }),
  6: type("气体浓度 / gas concentration", { unit: "‰LEL", each: 1, shown: ["%LEL", 10], range: [0, 1000] }),
  7: type("时间 / time", { unit: "s", each: 1, shown: ["s", 1], range: [0, 32_000] }),
  8: type("电压 / voltage", { unit: "mV", each: 100, shown: ["V", 1000], range: [0, 32_000] }),
  9: type("电流 / current", { unit: "mA", each: 100, shown: ["A", 1000], range: [0, 32_000] }),
  10: type("流量 / flow", { unit: "mL/s", each: 100, shown: ["L/s", 1000], range: [0, 32_000] }),
  11: type("风量 / air flow", { unit: "L/min", each: 100, shown: ["m³/min", 1000], range: [0, 32_000] }),
  12: type("风速 / wind speed", { unit: "mm/s", each: 1000, shown: ["m/s", 1000], range: [0, 20] }),
};

export interface AnalogValue {
  readonly value: number;
  readonly unit: string;
  /** False: outside the range of the standard; the value is what was sent. */
  readonly inRange: boolean;
}

/** undefined for a type that the standard reserves or leaves to the user. */
export function analogValue(analogType: number, raw: number): AnalogValue | undefined {
  const of = analogTypes[analogType];
  return of && { value: raw * of.each, unit: of.unit, inRange: raw >= of.range[0] && raw <= of.range[1] };
}

/** For the raw number of an analog object: "温度 85.5 °C". */
export function analogMeaning(raw: unknown, seen: Readonly<Record<string, unknown>>): Words | undefined {
  const of = analogTypes[Number(seen.analog_type)];
  if (of === undefined || typeof raw !== "number") return undefined;
  const [unit, per] = of.shown;
  const shown = `${(raw * of.each) / per} ${unit}`;
  const outside = raw < of.range[0] || raw > of.range[1];
  return { zh: `${of.zh} ${shown}${outside ? "（超出有效范围）" : ""}`, en: `${of.en} ${shown}${outside ? " (out of range)" : ""}` };
}
