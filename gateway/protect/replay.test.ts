// Samples with a known end, through the same decisions as the safety process: the times that the standards' formulas give, deadlines between samples, several sockets.
import { describe, expect, test } from "vitest";
import { readyLimits } from "#test/limits.ts";
import { counted } from "#test/promise.ts";
import type { CurveName, Limits } from "../core/charging/limits.ts";
import { readRecording } from "./recording.ts";
import { type ReplayWishes, replayStation, type StationReplay } from "./replay.ts";

const off = { active: false, reason: "not what this test looks at" } as const;
const limits = readyLimits("e-bike-4a");
/** One rule alone; the others are off or out of reach. */
const alone = (over: Parameters<typeof readyLimits>[1]): Limits =>
  readyLimits("e-bike-10a", {
    socket: { rated_mA: 1_000 },
    over_current: off,
    thermal: off,
    instantaneous: { times_permille: 25_000 },
    max_time: { end_s: 86_400 },
    no_load: off,
    never_charging: off,
    full: off,
    over_power: off,
    frozen: off,
    second_rise: off,
    ...over,
  });

function replay(csv: string, own: Limits = limits, over: Partial<ReplayWishes> = {}): StationReplay {
  const recording = readRecording(csv);
  if (recording.kind === "no-recording") throw new Error(JSON.stringify(recording.complaints));
  const [station] = recording.stations;
  if (station === undefined) throw new Error("no station");
  const relay = recording.relayRecorded ? "recorded" : "follow";
  return replayStation(station, {
    limits: own,
    relay,
    authority: recording.eventsRecorded ? "recorded" : "by itself",
    after_ms: 0,
    ...over,
  });
}
const csv = (head: string, rows: readonly (readonly unknown[])[]): string => [head, ...rows.map((row) => row.join(","))].join("\n");
/** A constant current from 0 on, every so many seconds. */
const steady = (current_A: number, every_s: number, until_s: number): string =>
  csv(
    "time,current_A",
    Array.from({ length: Math.ceil(until_s / every_s) + 1 }, (_, index) => [(index * every_s).toFixed(3), current_A]),
  );
const facts = ({ changes }: StationReplay): string[] =>
  changes.flatMap(({ ms, facts: own }) =>
    own.map((fact) => `${ms / 1000} ${"socket" in fact ? (fact.socket ?? "") : ""} ${fact.kind}${"cause" in fact ? ` ${fact.cause}` : ""}`),
  );
const tripOf = (one: StationReplay, socket = 0) => one.sockets[socket]?.trips[0];

// Times to trip at TMS (TD) 1, as protection manuals print them, by multiple of pickup.
const operate: readonly (readonly [CurveName, Readonly<Record<number, number>>])[] = [
  ["iec-standard-inverse", { 1.2: 38.3237, 1.5: 17.1942, 2: 10.029, 3: 6.3019, 5: 4.2797, 10: 2.9706, 20: 2.2674 }],
  ["iec-very-inverse", { 1.2: 67.5, 1.5: 27, 2: 13.5, 3: 6.75, 5: 3.375, 10: 1.5 }],
  ["iec-extremely-inverse", { 1.13: 288.913, 1.45: 72.5624, 2: 26.6667, 2.55: 14.5388, 3: 10, 5: 3.3333 }],
  ["iec-long-time-inverse", { 2: 120, 3: 60, 5: 30, 10: 13.3333 }],
  ["ieee-moderately-inverse", { 1.5: 6.439, 2: 3.8032, 3: 2.4322, 5: 1.6883 }],
  ["ieee-very-inverse", { 1.5: 16.179, 2: 7.0277, 3: 2.9423, 5: 1.3081 }],
  ["ieee-extremely-inverse", { 1.5: 22.6817, 2: 9.5217, 3: 3.6467, 5: 1.2967 }],
];
// IEC 60255-149 with τ = 60 s and k·I_B = 1: from cold, half warm, and nine tenths.
const thermal: Readonly<Record<number, readonly [number, number, number]>> = {
  1.05: [142.528, 127.099, 62.916],
  1.13: [91.712, 78.639, 31.348],
  1.2: [71.137, 59.696, 21.537],
  1.45: [38.733, 31.137, 9.54],
  2: [17.261, 13.389, 3.685],
  2.55: [10.019, 7.667, 2.037],
  3: [7.067, 5.377, 1.408],
  5: [2.449, 1.846, 0.473],
};
const every_s = 0.1;

test("P 02.replay: recorded samples trip at the times that the formulas give, to 1 % and one sample", (context) => {
  const counts = { curves: 0, thermal: 0, samples: 0, never: 0, late: 0 };
  const held = (own: Limits, current_A: number, expected_s: number, what: string): void => {
    const done = replay(steady(current_A, every_s, expected_s * 1.1 + 2), own);
    const trip = tripOf(done);
    expect(trip?.cause, what).toBe("over-current");
    const off_s = Math.abs((trip?.ms ?? Number.NaN) / 1000 - expected_s);
    expect(off_s, `${what}: ${trip?.ms} ms for ${expected_s} s`).toBeLessThanOrEqual(0.01 * expected_s + 2 * every_s);
    counts.samples += done.sockets[0]?.samples ?? 0;
  };
  for (const [curve, times] of operate) {
    const own = alone({
      over_current: {
        active: true,
        curve,
        time_permille: 1_000,
        pickup_permille: 1_100,
        reset: { kind: "inverse" },
        provenance: "this test",
      } as never,
    });
    for (const [multiple, seconds] of Object.entries(times)) {
      held(own, 1.1 * Number(multiple), seconds, `${curve} at ${multiple}`);
      counts.curves += 1;
    }
    for (const multiple of [0.5, 0.98, 1]) {
      expect(tripOf(replay(steady(1.1 * multiple, 1, 400), own)), `${curve} at ${multiple}`).toBeUndefined();
      counts.never += 1;
    }
  }
  // Before it flowed 0, 0.5 and 0.9 of the greatest lasting current: the state is that squared.
  for (const [multiple, times] of Object.entries(thermal))
    for (const [index, start_permille] of [0, 250, 810].entries()) {
      const rule = {
        active: true,
        tau_s: 60,
        cooling_tau_s: 7_200,
        k_permille: 1_000,
        start_permille,
        reclose_below_permille: 900,
        provenance: "this test",
      };
      held(alone({ thermal: rule as never }), Number(multiple), times[index] ?? 0, `thermal ${start_permille} at ${multiple}`);
      counts.thermal += 1;
    }
  counted(context, counts);
});

describe("between two samples", () => {
  test("a meter that says nothing more: blind at its own deadline, not at the next sample", () => {
    const rows = Array.from({ length: 8 }, (_, index) => [index * 7, index < 3 ? 1 : "NaN"]);
    expect(facts(replay(csv("time,current_A", rows))).filter((one) => one.includes("cut"))).toEqual(["24 station/1 cut blind"]);
  });
  test("silence after the last sample is followed as far as one asks", () => {
    const text = csv(
      "time,current_A",
      [0, 1, 2].map((second) => [second, 1.2]),
    );
    expect(tripOf(replay(text))).toBeUndefined();
    expect(tripOf(replay(text, limits, { after_ms: 9_999 }))).toBeUndefined();
    expect(tripOf(replay(text, limits, { after_ms: 10_000 }))).toEqual({ ms: 12_000, cause: "blind" });
  });
  test("over-power: two samples beyond it, and no more are needed", () => {
    const text = csv("time,current_A,power_W", [
      [0, 1, 200],
      [1, 5.5, 1_200],
      [2, 5.5, 1_200],
    ]);
    expect(
      tripOf(
        replay(text, alone({ over_power: { active: true, limit_mW: 1_000_000, hold_ms: 3_000, provenance: "this test" } as never }), {
          after_ms: 5_000,
        }),
      ),
    ).toEqual({
      ms: 4_000,
      cause: "over-power",
    });
  });
});

describe("what a recording says of the relay", () => {
  const rows = (relay: (second: number) => number, current = (_: number) => 1.5) =>
    csv(
      "time,current_A,relay_closed",
      Array.from({ length: 40 }, (_, second) => [second, relay(second) === 1 ? current(second) : 0, relay(second)]),
    );
  test("it was open and closes: authorised in time, closed, ended when it opens again", () => {
    expect(facts(replay(rows((second) => (second >= 10 && second < 25 ? 1 : 0))))).toEqual([
      "10 station/1 closed",
      "26 station/1 ended interrupted",
    ]);
  });
  test("it opens after our OFF: seen open; it stays closed: welded", () => {
    const high = (second: number): number => (second >= 20 ? 9 : 1.5);
    expect(facts(replay(rows((second) => (second < 22 ? 1 : 0), high)))).toEqual([
      "0 station/1 closed",
      "21 station/1 cut instantaneous",
      "22 station/1 opened",
    ]);
    expect(facts(replay(rows(() => 1, high)))).toEqual(["0 station/1 closed", "21 station/1 cut instantaneous", "25 station/1 welded"]);
  });
  test("--relay follow: behind the relay that we opened nothing flows", () => {
    const high = (second: number): number => (second >= 20 ? 9 : 1.5);
    expect(
      facts(
        replay(
          rows(() => 1, high),
          limits,
          { relay: "follow" },
        ),
      ),
    ).toEqual(["0 station/1 closed", "21 station/1 cut instantaneous", "22 station/1 opened"]);
  });
  test("events: only what the column says; a reset names its trip and lets it serve again", () => {
    const row = (second: number): unknown[] => {
      const event = { 2: "energise", 20: "reset", 22: "energise", 30: "release" }[second] ?? "";
      return [second, second >= 8 && second < 12 ? 9 : 1.5, event];
    };
    expect(
      facts(
        replay(
          csv(
            "time,current_A,event",
            Array.from({ length: 40 }, (_, second) => row(second)),
          ),
        ),
      ),
    ).toEqual([
      "3 station/1 closed",
      "9 station/1 cut instantaneous",
      "10 station/1 opened",
      "20 station/1 latch-reset",
      "23 station/1 closed",
      "30 station/1 ended released",
    ]);
  });
});

describe("several sockets", () => {
  test("each decides for itself; smoke opens all of them", () => {
    const rows = Array.from({ length: 30 }, (_, second) => [second, second >= 10 ? 9 : 1, 1, 1, second >= 20 ? 1 : 0]);
    const done = replay(csv("time,current_A@1,current_A@2,current_A@4,smoke", rows));
    expect(done.sockets.map(({ socket, samples, state }) => `${socket} ${samples} ${state}`)).toEqual([
      "station/1 30 latched",
      "station/2 30 latched",
      "station/3 0 latched",
      "station/4 30 latched",
    ]);
    expect(facts(done).filter((one) => one.includes("cut"))).toEqual([
      "11 station/1 cut instantaneous",
      "20 station/2 cut smoke",
      "20 station/4 cut smoke",
    ]);
  });
  test("a socket that begins later is not blind before its first row", () => {
    const rows = Array.from({ length: 100 }, (_, second) => [[second, 1, 1.2], ...(second >= 60 ? [[second, 2, 1.2]] : [])]).flat();
    expect(facts(replay(csv("time,socket,current_A", rows)))).toEqual(["0 station/1 closed", "60 station/2 closed"]);
  });
});

test("dips do not reset the integral; NaN and spikes of one sample do not trip", () => {
  const dips = csv(
    "time,current_A",
    Array.from({ length: 240 }, (_, second) => [second, second >= 20 && Math.floor(second / 5) % 2 === 0 ? 6.6 : 1.4]),
  );
  expect(tripOf(replay(dips))?.cause).toBe("over-current");
  const spikes = csv(
    "time,current_A",
    Array.from({ length: 240 }, (_, second) => [second, second % 30 === 7 ? 12 : second % 30 === 20 ? "NaN" : 1.4]),
  );
  expect(tripOf(replay(spikes))).toBeUndefined();
});
