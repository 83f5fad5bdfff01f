// The picture of a trip from what the journal keeps: the real tables, the very readings, and words for what there is no curve of.
import { expect, test } from "vitest";
import type { Fact } from "#gateway/link/messages.ts";
import type { TripCurve } from "#protocols/api/trip.ts";
import { readyLimits } from "#test/limits.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import { openJournal } from "../journal/journal.ts";
import { tables } from "./tables.ts";
import { tripCurveOf } from "./trip-curve.ts";

const limits = readyLimits("e-bike-4a", { over_power: { active: false, reason: "test" } });
const socket = "station-1/3";
const at = Date.UTC(2026, 10, 25, 14);

type Cut = Extract<Fact, { kind: "cut" }>;
const cutOf = (more: Partial<Cut> = {}): Cut => ({
  ...{
    kind: "cut",
    trip: "run-1-station-1-3-1",
    socket,
    authority: null,
    session: null,
    cause: "over-current",
    value: 6_100,
    limit: 4_400,
  },
  ...{ unit: "mA", decided_after_ms: 4, off_after_ms: 20, latched: true, energy_mWh: null, seconds: 100 },
  ...more,
});

function journalWith(facts: readonly (readonly [ms: number, fact: object])[], amperes: (second: number) => number | null | undefined) {
  const journal = openJournal({ path: ":memory:", clock: toldClock(), chance: toldChance(), tables });
  journal.commit((tx) => {
    for (const [n, [ms, fact]] of facts.entries())
      tx.run("INSERT INTO socket_fact (socket, at, n, fact) VALUES (?, ?, ?, ?)", socket, at + ms, n, JSON.stringify(fact));
    for (let second = -600; second <= 60; second += 1) {
      const flows = amperes(second);
      if (flows === undefined) continue;
      const mA = flows === null ? null : flows * 1_000;
      tx.run(
        "INSERT INTO socket_moment (socket, at, power_mW, current_mA, temperature_mC, voltage_mV) VALUES (?, ?, ?, ?, ?, ?)",
        ...[socket, at + second * 1_000 - 20, mA === null ? null : Math.round(mA * 230), mA, 25_000, 230_000],
      );
    }
  });
  return journal;
}
const drawn = (journal: ReturnType<typeof journalWith>, trip = "run-1-station-1-3-1") =>
  tripCurveOf(journal, { limits, sample_ms: 400 }, { socket, trip }) as TripCurve;

test("forty-four seconds of 6.1 A: held, cut where the curve says, and nothing of what came after", () => {
  const told = drawn(journalWith([[0, cutOf()]], (second) => (second < -44 ? 1.1 : second < 0 ? 6.1 : 0)));
  expect(told).toMatchObject({
    ...{ trip: "run-1-station-1-3-1", socket, cause: "over-current", at: "2026-11-25T21:59:59.980+08:00", test: false },
    ...{
      limits: { id: "e-bike-4a", rated_mA: 4_000, same: true },
      sample_ms: 400,
      reading_ms: 1_000,
      voltage_mV: 230_000,
      readings: 601,
      holes: 0,
    },
    cut: { rule: "inverse", current_mA: 6_100, above_ms: 45_000, heat_permille: 1_000 },
  });
  expect(told.held).toMatchObject([
    { current_mA: 1_100, held_ms: 600_000, at_least: true, lets_ms: null },
    { current_mA: 6_100, held_ms: 45_000, at_least: false },
  ]);
  expect(told.held[1]?.lets_ms).toBe(told.cut.lets_ms);
});

test("a gap in the middle ends the run, and what was not known is no zero", () => {
  const gap = drawn(journalWith([[0, cutOf()]], (second) => (second < -44 ? 1.1 : second > -30 && second < -10 ? undefined : 6.1)));
  expect(gap).toMatchObject({ holes: 1, cut: { above_ms: 10_000, at_least: true } });
  const unread = drawn(journalWith([[0, cutOf()]], (second) => (second < -44 ? 1.1 : second === -20 ? null : 6.1)));
  expect(unread.cut).toMatchObject({ above_ms: 19_000, at_least: true });
});

test("a trip test is drawn by its own lower rated current; without its beginning no limits are known", () => {
  const test1 = {
    kind: "test-begun",
    test: "test-0001",
    socket,
    person: "installer",
    limit_mA: 1_000,
    rated_mA: 4_000,
    duration_ms: 60_000,
  };
  const cut = cutOf({ value: 1_500, limit: 1_100, test: "test-0001" });
  const flows = (second: number) => (second < -40 ? 0.2 : 1.5);
  expect(
    drawn(
      journalWith(
        [
          [-60_000, test1],
          [0, cut],
        ],
        flows,
      ),
    ),
  ).toMatchObject({ test: true, limits: { rated_mA: 1_000, same: true } });
  expect(drawn(journalWith([[0, cut]], flows))).toMatchObject({ test: true, limits: null, curves: [] });
});

test.each([
  ["smoke", "not-by-current"],
  ["over-temperature", "not-by-current"],
  ["leakage", "not-by-current"],
  ["blind", "not-by-current"],
])("a cut by %s has no curve of time and current, and says so", (cause, code) => {
  const journal = journalWith([[0, cutOf({ cause })]], () => 1);
  expect(drawn(journal)).toMatchObject({ kind: "refusal", code });
});

test("a trip that is not there, of another socket, or no cut: no such trip", () => {
  const journal = journalWith([[0, { kind: "opened", trip: "run-1-station-1-3-1", socket, confirmed_after_ms: 5 }]], () => 1);
  for (const trip of ["run-1-station-1-3-1", "run-1-station-1-3-9"]) expect(drawn(journal, trip)).toMatchObject({ code: "no-such-trip" });
  const other = tripCurveOf(
    journalWith([[0, cutOf()]], () => 1),
    { limits, sample_ms: undefined },
    { socket: "station-1/4", trip: "run-1-station-1-3-1" },
  );
  expect(other).toMatchObject({ code: "no-such-trip" });
});
