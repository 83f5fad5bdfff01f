// Telemetry says what was read, when it was read, and no more often than it is worth.
import { expect, test } from "vitest";
import type { SocketReading } from "#gateway/link/messages.ts";
import { decodePoint } from "#protocols/uplink/telemetry.ts";
import { createSampler } from "./sampler.ts";

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
const start = 1_800_000_000_000;
const points = (lines: string | undefined) =>
  (lines ?? "")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => decodePoint(line));

test("a point carries the reading's own time, leaves out what is absent, and names no card", () => {
  const sampler = createSampler(2000);
  const made = sampler.sample({ wall: start, sockets: [{ ...base, temperature_mC: null, plugged: null }], lines: [] });
  expect(made?.at).toBe(start - 100);
  expect(made?.lines).not.toContain("3141592");
  expect(points(made?.lines)).toEqual([
    {
      measurement: "socket",
      tags: { station: "station-1", socket: "3" },
      quality: "good",
      fields: { voltage_mV: 220_000, current_mA: 2000, power_mW: 440_000, energy_mWh: 5000, relay_closed: 1 },
      time_ns: BigInt(start - 100) * 1_000_000n + 1n,
    },
  ]);
  const nothing = {
    ...base,
    socket: "station-1/4",
    relay: "unknown",
    plugged: null,
    voltage_mV: null,
    current_mA: null,
    power_mW: null,
    temperature_mC: null,
    energy_mWh: null,
  };
  expect(sampler.sample({ wall: start, sockets: [nothing as SocketReading], lines: [] })).toBeUndefined();
});

test.each([
  //  after ms  what changed                     a point
  [1000, { current_mA: 3000 }, false], //          too soon
  [2000, { current_mA: 3000 }, true],
  [2000, { current_mA: 2019 }, false], //          noise
  [2000, { relay: "open" }, true],
  [2000, { temperature_mC: null }, true], //       a value that vanishes is a change
  [5000, {}, true], //                             still there
  [4900, {}, false],
  [0, { quality: "stale", age_ms: 100 }, true], // trust lost is said at once
  [3000, { age_ms: 3100 }, false], //              the old reading again is no new one
] as const)("%i ms later with %o: %s", (later, change, expected) => {
  const sampler = createSampler(2000);
  sampler.sample({ wall: start, sockets: [base], lines: [] });
  const made = sampler.sample({ wall: start + later, sockets: [{ ...base, ...change } as unknown as SocketReading], lines: [] });
  expect(made !== undefined).toBe(expected);
});

test("two samples of one millisecond, or of a clock that stepped back, do not share a time", () => {
  const sampler = createSampler(1000);
  const times = new Set<bigint>();
  for (const wall of [start, start - 5000, start, start - 5000, start]) {
    const made = sampler.sample({ wall, sockets: [{ ...base, current_mA: times.size * 100 } as unknown as SocketReading], lines: [] });
    for (const point of points(made?.lines)) if ("time_ns" in point) times.add(point.time_ns);
  }
  expect(times.size).toBe(5);
});

test("a line says how it does every ten seconds", () => {
  const sampler = createSampler(2000);
  const line = { line: "line-1", open: true, rotation_ms: 377.4, frames: 100, timeouts: 2, bad_frames: 1 };
  const made = [0, 5000, 10_000].map((later) => sampler.sample({ wall: start + later, sockets: [], lines: [line] })?.lines);
  expect(points(made[0])).toMatchObject([
    { measurement: "line", tags: { line: "line-1" }, fields: { rotation_ms: 377, timeouts: 2, open: 1 } },
  ]);
  expect(made[1]).toBeUndefined();
  expect(made[2]).toBeDefined();
});
