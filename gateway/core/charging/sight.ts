// Whether a sample lets us say that the socket was seen. What is missing, impossible, or zero because nothing was measured is no sight of it.
import type { Limits } from "./limits.ts";
import { good, isTrue, type SocketSample, whole } from "./sample.ts";

/** Power may read so much more than volts × amperes: registers of one meter are not of one instant. */
const powerTimes = 1.5;
const powerPlus_mW = 15_000;
const reverse_mW = -10_000;
/** No socket that still answers is colder or hotter; a broken sensor is. */
const least_mC = -40_000;
const most_mC = 150_000;

/** Why this sample cannot be true, in the words of the trip table; undefined when it may be. */
export function doubt(sample: SocketSample, limits: Limits): string | undefined {
  const { range_mA, least_mV, range_mV } = limits.meter;
  const closed = isTrue(sample.relay_closed);
  const voltage = good(sample.voltage_mV);
  const current = good(sample.current_mA);
  const power = good(sample.power_mW);
  const temperature = good(sample.temperature_mC);
  const energy = good(sample.energy_mWh);
  if (current !== undefined && (current < 0 || current > range_mA)) return "current out of the meter's range";
  if (voltage !== undefined && (voltage < 0 || voltage > range_mV)) return "voltage out of the meter's range";
  if (closed && voltage !== undefined && voltage < least_mV) return "no voltage behind a closed relay";
  if (temperature !== undefined && (temperature < least_mC || temperature > most_mC)) return "temperature that no sensor shows";
  if (energy !== undefined && energy < 0) return "negative energy";
  if (power !== undefined && power < reverse_mW) return "power flows backwards";
  const apparent_mW = current === undefined ? undefined : ((voltage ?? range_mV) / 1000) * current;
  if (power !== undefined && apparent_mW !== undefined && power > apparent_mW * powerTimes + powerPlus_mW)
    return "more power than volts × amperes";
  const numbers = [voltage, current, power, temperature, energy].filter((value) => value !== undefined);
  if (closed && numbers.length >= 3 && numbers.every((value) => value === 0)) return "zero for absent";
  return undefined;
}

/** Everything that a rule leans on is there and can be true. */
export const sighted = (sample: SocketSample, limits: Limits): boolean => whole(sample) && doubt(sample, limits) === undefined;
