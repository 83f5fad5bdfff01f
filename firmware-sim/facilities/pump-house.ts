// The demonstration's pump house, in told time: its tank is drawn down and filled again every twenty minutes, the pressure swings about its set point, one pump runs. Its alarms are quiet.
import { imageOf, type PointValue } from "#protocols/modbus/encode.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import type { Memory } from "../modbus/answer.ts";
import { received } from "../modbus/manners.ts";

export const pumpsUnit = 31;
const cycle_ms = 20 * 60_000;
const [full_mm, low_mm] = [2_200, 1_400] as const;
const setpoint_Pa = 420_000;

/** Of a time within the cycle, 0 to 1: two thirds of it people draw, in the last it is filled. */
const levelAt = (part: number): number =>
  part < 2 / 3 ? full_mm - (full_mm - low_mm) * part * 1.5 : low_mm + (full_mm - low_mm) * (part * 3 - 2);

export function pumpHouse(profile: Profile): (now: number) => Memory {
  return (now) => {
    const part = (((now % cycle_ms) + cycle_ms) % cycle_ms) / cycle_ms;
    const swing = Math.sin(now / 9_000);
    const values: Readonly<Record<string, number>> = {
      ...{ tank_level_mm: levelAt(part), inlet_pressure_Pa: 250_000 + 6_000 * swing, outlet_pressure_Pa: setpoint_Pa + 9_000 * swing },
      ...{ setpoint_pressure_Pa: setpoint_Pa, mode: 1, water_temperature_mC: 18_000 },
    };
    // The first pump runs, the others stand by.
    const running: Readonly<Record<string, number>> = {
      frequency_mHz: 38_000 + 2_000 * swing,
      current_mA: 6_400,
      motor_temperature_mC: 47_000,
    };
    const image = imageOf(profile, (name, pump): PointValue => {
      const point = profile.points.find((one) => one.name === name);
      if (point?.bits !== undefined) return name === "state" ? { running: pump === 0 } : {};
      return Math.round((pump === undefined ? values[name] : pump === 0 ? running[name] : undefined) ?? 0);
    });
    return { receive: (pdu) => received(profile, pdu), word: (address, table) => image.get(table)?.get(address) ?? 0 };
  };
}
