// One simulated socket: a charge from plugging in to full, its meter, and its faults.
import { describe, expect, it } from "vitest";
import { chance } from "../chance.ts";
import { type Acting, advanceSocket, newSocket, plugIn, type Socket, wanted_mW } from "./socket.ts";

const load = { plateau_mW: 240_000, float_mW: 7_000, full_ms: 180_000 };
const on: Acting = { closed: true };
const off: Acting = { closed: false };

function charging(seed = 1): Socket {
  const socket = newSocket(chance(seed), 0);
  plugIn(socket, load);
  return socket;
}

describe("a charge", () => {
  it.each([
    // after s    at least W   at most W
    [0, 239, 241],
    [120, 239, 241],
    [135, 140, 160],
    [180, 15, 21],
    [400, 6, 8],
  ])("after %d s under current wants %d–%d W", (after_s, least, most) => {
    const watts = wanted_mW(load, after_s * 1_000) / 1_000;
    expect(watts).toBeGreaterThanOrEqual(least);
    expect(watts).toBeLessThanOrEqual(most);
  });

  it("keeps its plateau within ±2 % and its voltage between 215 and 238 V", () => {
    const socket = charging();
    for (let now = 0; now <= 120_000; now += 250) {
      advanceSocket(socket, on, now);
      expect(Math.abs(socket.truth.power_mW / load.plateau_mW - 1)).toBeLessThanOrEqual(0.02);
      expect(socket.truth.voltage_mV).toBeGreaterThanOrEqual(215_000);
      expect(socket.truth.voltage_mV).toBeLessThanOrEqual(238_000);
    }
  });

  it("takes nothing and does not progress while the relay is open", () => {
    const socket = charging();
    advanceSocket(socket, off, 60_000);
    expect([socket.truth.current_mA, socket.truth.power_mW, socket.charged_ms]).toEqual([0, 0, 0]);
  });

  it("counts energy as power × time, and keeps the counter over relay changes", () => {
    const socket = charging();
    const before = socket.energy_mWh;
    advanceSocket(socket, on, 60_000);
    const grown = socket.energy_mWh - before;
    expect(grown).toBeGreaterThan(240_000 / 60 / 1.02);
    expect(grown).toBeLessThan((240_000 / 60) * 1.02);
    advanceSocket(socket, off, 90_000);
    expect(socket.energy_mWh - before).toBeCloseTo(grown, 6);
  });
});

describe("the meter", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => [seed]))(
    "seed %d: a new load shows within 1.5 s, and what is shown is what flowed in the last second, ±2 % unrest and ±0.5 % error",
    (seed) => {
      const socket = charging(seed);
      advanceSocket(socket, on, 1_500);
      expect(socket.shown.power_mW).toBeGreaterThan(load.plateau_mW / 2);
      advanceSocket(socket, on, 6_000);
      expect(Math.abs(socket.shown.power_mW / load.plateau_mW - 1)).toBeLessThanOrEqual(0.026);
    },
  );

  it.each(Array.from({ length: 20 }, (_, seed) => [seed]))(
    "seed %d: 10 A are below 50 mA and 5 W two seconds after the relay opened",
    (seed) => {
      const socket = charging(seed);
      advanceSocket(socket, { closed: true, overCurrent_mA: 10_000 }, 10_000);
      expect(socket.shown.current_mA).toBeGreaterThan(9_700);
      advanceSocket(socket, off, 10_200);
      advanceSocket(socket, off, 12_000);
      expect(socket.shown.current_mA).toBeLessThan(50);
      expect(socket.shown.power_mW).toBeLessThan(5_000);
    },
  );
});

describe("faults", () => {
  it("over-current draws what it was told, only through a closed contact", () => {
    const socket = charging();
    advanceSocket(socket, { closed: true, overCurrent_mA: 10_000 }, 5_000);
    expect(Math.abs(socket.truth.current_mA / 10_000 - 1)).toBeLessThanOrEqual(0.01);
    advanceSocket(socket, { closed: false, overCurrent_mA: 10_000 }, 6_000);
    expect(socket.truth.current_mA).toBe(0);
  });

  it("over-temperature ramps to its mark and stays there", () => {
    const socket = charging();
    advanceSocket(socket, { closed: true, overTemperature_mC: 85_000 }, 5_000);
    expect(socket.truth.temperature_mC).toBeGreaterThan(45_000);
    expect(socket.truth.temperature_mC).toBeLessThan(60_000);
    advanceSocket(socket, { closed: true, overTemperature_mC: 85_000 }, 30_000);
    expect(socket.truth.temperature_mC).toBe(85_000);
  });

  it("temperature follows current", () => {
    const socket = charging();
    advanceSocket(socket, { closed: true, overCurrent_mA: 4_000 }, 1_500_000);
    expect(socket.truth.temperature_mC).toBeGreaterThan(49_000);
    expect(socket.truth.temperature_mC).toBeLessThan(53_000);
  });
});
