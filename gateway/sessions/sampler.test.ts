// Telemetry says what was read, when it was read, and no more often than it is worth.
import { expect, test } from "vitest";
import type { SocketReading } from "#gateway/link/messages.ts";
import { decodePoint } from "#protocols/uplink/telemetry.ts";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { createSampler, pointRules, type SamplingChoices } from "./sampler.ts";

const base = {
  socket: "station-1/3",
  quality: "good",
  age_ms: 100,
  relay: "closed",
  plugged: true,
  state: "charging",
  trip: null,
  authority: null,
  request_seq: 1,
  request_card: 3_141_592,
  voltage_mV: 220_000,
  current_mA: 2000,
  power_mW: 440_000,
  temperature_mC: 30_000,
  energy_mWh: 5000,
} as unknown as SocketReading;
const start = 1_000_000;
const sampler = (choices: SamplingChoices = {}) => createSampler(pointRules(choices));
const at = (ms: number) => ({ mono: monotonic(start + ms) });
const points = (lines: string | undefined) =>
  (lines ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decodePoint(line));

test("a point carries its reading's age, leaves out what is absent, and names no card", () => {
  const made = sampler().sample({ at: at(0), sockets: [{ ...base, temperature_mC: null, plugged: null }], lines: [] });
  expect(made).not.toContain("3141592");
  expect(points(made)).toEqual([
    {
      measurement: "socket",
      tags: { station: "station-1", socket: "3" },
      quality: "good",
      fields: { voltage_mV: 220_000, current_mA: 2000, power_mW: 440_000, energy_mWh: 5000, relay_closed: 1 },
      time_ns: 100n, // milliseconds of age: the time is given when it is sent
    },
  ]);
  const absent = { voltage_mV: null, current_mA: null, power_mW: null, temperature_mC: null, energy_mWh: null };
  const nothing = { ...base, socket: "station-1/4", relay: "unknown", plugged: null, ...absent };
  expect(sampler().sample({ at: at(0), sockets: [nothing as SocketReading], lines: [] })).toBeUndefined();
});

const all = ["current_mA", "energy_mWh", "plugged", "power_mW", "relay_closed", "temperature_mC", "voltage_mV"];
test.each([
  //  after ms  what changed                    said
  [1000, { current_mA: 3000 }, []], //            too soon
  [2000, { current_mA: 3000 }, ["current_mA"]], // and nothing else
  [2000, { current_mA: 2019 }, []], //            noise
  [2000, { relay: "open" }, ["relay_closed"]],
  [2000, { temperature_mC: null }, all.filter((field) => field !== "temperature_mC")], // a value that vanishes is a change
  [5000, {}, all], //                             still there
  [4900, {}, []],
  [0, { quality: "stale", age_ms: 100 }, all], //  trust lost is said at once
  [3000, { age_ms: 3100 }, []], //                the old reading again is no new one
] as const)("%i ms later with %o: %o", (later, change, expected) => {
  const one = sampler();
  one.sample({ at: at(0), sockets: [base], lines: [] });
  const made = one.sample({ at: at(later), sockets: [{ ...base, ...change } as unknown as SocketReading], lines: [] });
  expect(
    points(made).flatMap((point) => ("fields" in point ? Object.keys(point.fields).sort() : [])),
    made,
  ).toEqual(expected);
});

test("each value has its own deadband, interval and quiet time", () => {
  const choices = {
    interval_ms: 1000,
    points: { current_mA: { deadband: 500, quiet_ms: 60_000 }, energy_mWh: { interval_ms: 10_000, quiet_ms: 30_000 } },
  };
  const one = sampler(choices);
  const said: Record<string, number> = {};
  for (let second = 0; second <= 60; second += 1) {
    // Current and energy creep, nothing else moves.
    const reading = { ...base, age_ms: 0, current_mA: 2000 + second * 10, energy_mWh: 5000 + second } as unknown as SocketReading;
    for (const point of points(one.sample({ at: at(second * 1000), sockets: [reading], lines: [] })))
      if ("fields" in point) for (const field of Object.keys(point.fields)) said[field] = (said[field] ?? 0) + 1;
  }
  // Current: at the start, at + 500 mA, and no quiet minute between; energy: every 10 s; what does not move: every 5 s.
  expect(said).toEqual({ current_mA: 2, energy_mWh: 7, plugged: 13, power_mW: 13, relay_closed: 13, temperature_mC: 13, voltage_mV: 13 });
});

test("a line says how it does every ten seconds", () => {
  const one = sampler();
  const line = {
    line: "line-1",
    open: true,
    rotation_ms: 377.4,
    promised_ms: 1000,
    age_ms: 110,
    late: false,
    frames: 100,
    timeouts: 2,
    bad_frames: 1,
  };
  const made = [0, 5000, 10_000].map((later) => one.sample({ at: at(later), sockets: [], lines: [line] }));
  expect(points(made[0])).toMatchObject([
    { measurement: "line", tags: { line: "line-1" }, fields: { rotation_ms: 377, timeouts: 2, open: 1 } },
  ]);
  expect(made[1]).toBeUndefined();
  expect(made[2]).toBeDefined();
});
