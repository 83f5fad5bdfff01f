// The demonstration's pump house over a whole cycle: within its bounds at every moment, moving, and quiet.
import { expect, test } from "vitest";
import { decodePoint } from "#protocols/modbus/decode.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import supply from "#protocols/profiles/pumps/secondary-supply.json" with { type: "json" };
import { pumpHouse } from "./pump-house.ts";

test("twenty minutes: the level between 1.4 and 2.2 m, the pressure near its set point, one pump running, no alarm", () => {
  const profile = supply as unknown as Profile;
  const house = pumpHouse(profile);
  const pointOf = (name: string) => profile.points.find((one) => one.name === name) ?? expect.fail(name);
  const levels: number[] = [];
  for (let second = 0; second <= 1_200; second += 5) {
    const memory = house(second * 1_000);
    const read = (name: string): number => {
      const point = pointOf(name);
      return decodePoint(point, [memory.word(point.address, "holding") ?? Number.NaN])?.value ?? Number.NaN;
    };
    levels.push(read("tank_level_mm"));
    expect(Math.abs(read("outlet_pressure_Pa") - 420_000)).toBeLessThanOrEqual(10_000);
    expect([memory.word(4, "holding"), memory.word(20, "holding"), memory.word(30, "holding")]).toEqual([0, 1, 0]);
  }
  expect([Math.min(...levels), Math.max(...levels)]).toEqual([1_400, 2_200]);
  expect(new Set(levels).size).toBeGreaterThan(100);
});
