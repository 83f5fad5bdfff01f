// What a socket is held to, as lines beside a curve over time: each a plain number; null where no rule of the document says one.
import { active, type Limits, pickup_mA, rated_mA } from "./limits.ts";

export interface LimitLines {
  readonly power_mW: number | null;
  readonly current_mA: number | null;
  readonly temperature_mC: number | null;
  readonly warn_mC: number | null;
  readonly high_mV: number | null;
  readonly low_mV: number | null;
}

export function limitLines(limits: Limits): LimitLines {
  const { over_power, over_current, over_temperature, over_voltage, under_voltage } = limits;
  return {
    power_mW: active(over_power)?.limit_mW ?? null,
    current_mA: Math.round(over_current.active ? pickup_mA(limits, over_current) : rated_mA(limits)),
    temperature_mC: active(over_temperature)?.limit_mC ?? null,
    warn_mC: active(over_temperature)?.warn_mC ?? null,
    high_mV: active(over_voltage)?.limit_mV ?? null,
    low_mV: active(under_voltage)?.limit_mV ?? null,
  };
}
