// Numbers as people read them: watts from thousandths, yuan from fen, a plate with its dot. Absent stays absent: "—", never 0.
import { fen, yuanText } from "#protocols/vocabulary/money.ts";

export const absent = "—";

/** Whole watts below 10 kW, then kilowatts with one decimal. */
export function power(mW: number | null): string {
  if (mW === null) return absent;
  const watts = mW / 1000;
  return Math.abs(watts) < 10_000 ? `${Math.round(watts)} W` : `${(watts / 1000).toFixed(1)} kW`;
}

export const current = (mA: number | null): string => (mA === null ? absent : `${(mA / 1000).toFixed(2)} A`);
export const voltage = (mV: number | null): string => (mV === null ? absent : `${(mV / 1000).toFixed(1)} V`);
export const temperature = (mC: number | null): string => (mC === null ? absent : `${(mC / 1000).toFixed(1)} °C`);
export const energy = (mWh: number | null): string => (mWh === null ? absent : `${(mWh / 1_000_000).toFixed(3)} kWh`);

/** 12.3 GB: as disks are sold, in thousands. */
export function size(bytes: number | null): string {
  if (bytes === null) return absent;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** "¥86,420.00", as a statement of account is written. */
export const yuan = (amount: number | null): string =>
  amount === null ? absent : `¥${yuanText(fen(amount)).replace(/\B(?=(\d{3})+(?=\.))/g, ",")}`;

/** 1284 -> "1 284": groups are set apart by a thin no-break space, which no locale reads as a decimal sign. */
export const whole = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** 闽CD12345 -> 闽C·D12345. Anything that is no mainland plate is shown as it came. */
export const plateText = (plate: string): string => plate.replace(/^([\u4e00-\u9fff][A-Z])(?=[A-Z0-9*?挂学警港澳领使]{4,})/, "$1·");

/** A watched value in the unit of its point: amperes and degrees as elsewhere, pressures in megapascals. */
export function pointText(value: number, unit: string): string {
  if (unit === "mA") return current(value);
  if (unit === "mC") return temperature(value);
  return unit === "Pa" ? `${(value / 1e6).toFixed(2)} MPa` : `${value} ${unit}`;
}
/** "≥ 800 mm, ≤ 2500 mm": what is normal. */
export const bounded = (low: number | null, high: number | null, unit: string): string =>
  [low === null ? "" : `≥ ${pointText(low, unit)}`, high === null ? "" : `≤ ${pointText(high, unit)}`]
    .filter((one) => one !== "")
    .join(", ");

/** A field of an event for the evidence list: the unit stands in the field's name. */
export function fieldText(name: string, value: unknown): string {
  if (value === null || value === undefined) return absent;
  if (typeof value === "number") {
    const byUnit: Record<string, (n: number) => string> = {
      _fen: yuan,
      _mA: current,
      _mV: voltage,
      _mW: power,
      _mC: temperature,
      _mWh: energy,
      _ms: (n) => `${n} ms`,
    };
    const unit = Object.keys(byUnit)
      .sort((a, b) => b.length - a.length)
      .find((suffix) => name.endsWith(suffix));
    const show = unit === undefined ? undefined : byUnit[unit];
    return show === undefined ? String(value) : show(value);
  }
  if (name === "plate" && typeof value === "string") return plateText(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
