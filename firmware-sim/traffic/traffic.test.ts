// The town's traffic: scenarios that are told, and a steady one that is the same for the same seed.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chance } from "../chance.ts";
import { dueEvents, readScenario, type Scenario } from "./scenario.ts";
import { newSteady, stepSteady } from "./steady.ts";

describe("a scenario", () => {
  const read = (text: string): Scenario => {
    const scenario = readScenario(text);
    if (Array.isArray(scenario)) throw new Error(scenario.join("\n"));
    return scenario as Scenario;
  };

  it("the day that comes with the simulators is one", () => {
    expect(read(readFileSync(new URL("../scenarios/day.yaml", import.meta.url), "utf8")).events.length).toBeGreaterThan(8);
  });

  it.each([
    ["no YAML", "events: [", /./],
    ["no events", "name: x", /events/],
    ["an unknown key", "events: [{ at_s: 1, bus: {} }]", /^\/events\/0/],
    ["an unknown fault", "events: [{ at_s: 1, fault: { name: deluge } }]", /^\/events\/0\/fault\/name/],
    ["two things at once", "events: [{ at_s: 1, car: { plate: 闽CD12345 }, fault: { name: smoke } }]", /exactly one/],
    ["nothing", "events: [{ at_s: 1 }]", /exactly one/],
  ])("refuses %s and says where", (_what, text, where) => {
    const complaints = readScenario(text);
    expect(Array.isArray(complaints)).toBe(true);
    expect((complaints as string[]).some((line) => where.test(line))).toBe(true);
  });

  it("gives every event once, in order, whatever the steps", () => {
    const day = read(
      "events: [{ at_s: 3, traffic: { state: stop } }, { at_s: 0, traffic: { state: run } }, { at_s: 1.5, fault: { name: clear } }]",
    );
    for (const step of [1, 50, 333, 10_000]) {
      const got: number[] = [];
      for (let to = 0, from = -1; to <= 10_000; from = to, to += step) got.push(...dueEvents(day, from, to).map(({ at_s }) => at_s));
      expect(got).toEqual([0, 1.5, 3]);
    }
  });

  it("can repeat", () => {
    const day = read("{ repeat_s: 10, events: [{ at_s: 1, fault: { name: clear } }, { at_s: 9, traffic: { state: run } }] }");
    expect(dueEvents(day, -1, 25_000).map(({ at_s }) => at_s)).toEqual([1, 9, 1, 9, 1]);
    expect(dueEvents(day, 11_000, 19_000).map(({ at_s }) => at_s)).toEqual([9]);
  });
});

describe("the steady traffic", () => {
  const hour = (seed: number, situation: { longestQueue: number; freeSockets: readonly string[] }) => {
    const steady = newSteady(chance(seed), 0);
    const cars: string[] = [];
    const taps: { socket: string; power_W?: number | undefined }[] = [];
    for (let now = 0; now <= 3_600_000; now += 50) {
      const { car, tap } = stepSteady(steady, { now, platesHere: new Set(), ...situation });
      if (car !== undefined) cars.push(car.plate);
      if (tap !== undefined) taps.push(tap);
    }
    return { cars, taps };
  };
  const quiet = { longestQueue: 0, freeSockets: ["station-1/1", "station-2/2"] };

  it("brings a car every 6–10 s and a tap about every 15 s, some of the cars again and again", () => {
    const { cars, taps } = hour(7, quiet);
    expect(cars.length).toBeGreaterThan(360);
    expect(cars.length).toBeLessThan(600);
    expect(taps.length).toBeGreaterThan(200);
    expect(taps.every(({ socket, power_W = 0 }) => quiet.freeSockets.includes(socket) && power_W >= 120 && power_W <= 480)).toBe(true);
    expect(new Set(cars).size).toBeLessThan(cars.length * 0.8);
  });

  it("is the same for the same seed", () => {
    expect(hour(7, quiet)).toEqual(hour(7, quiet));
    expect(hour(8, quiet).cars).not.toEqual(hour(7, quiet).cars);
  });

  it("adds no car to a long queue and no tap to a full shed", () => {
    expect(hour(7, { longestQueue: 3, freeSockets: [] })).toEqual({ cars: [], taps: [] });
  });
});
