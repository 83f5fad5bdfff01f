// How long a stay was when a clock is set in its middle, and how long a price stands.
import { expect, test } from "vitest";
import { fen } from "#protocols/vocabulary/money.ts";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { billStands, elapsed, stayTimes, usualGrace_ms } from "./visit.ts";

const day = 1_764_043_200_000;
const hour = 3_600_000;
const stamp = (wallMs: number, mono: number, rest: Partial<Stamp> = {}): Stamp => ({
  wall: wall(wallMs),
  mono: monotonic(mono),
  boot: "b1",
  synchronised: true,
  ...rest,
});

test.each<[string, Stamp, Stamp, number, number]>([
  // what                                        entered                              left                                  entered_at  left_at
  ["an hour", stamp(day, 0), stamp(day + hour, hour), day, day + hour],
  ["the clock went forward a day", stamp(day, 0), stamp(day + 25 * hour, hour), day, day + hour],
  ["the clock went back an hour", stamp(day, 0), stamp(day, hour), day, day + hour],
  ["it was 1970 at the entry", stamp(0, 0, { synchronised: false }), stamp(day + hour, hour), day, day + hour],
  ["no time was heard at all", stamp(0, 0, { synchronised: false }), stamp(hour, hour, { synchronised: false }), 0, hour],
  ["a restart between", stamp(day, 5 * hour), stamp(day + hour, 0, { boot: "b2" }), day, day + hour],
  ["a restart, and the clock went back", stamp(day, 0), stamp(day - hour, 0, { boot: "b2" }), day, day],
])("stay: %s", (_what, entered, left, from, until) => {
  expect(stayTimes(entered, left)).toEqual({ entered: from, left: until });
});

test.each<[string, number, number | null, boolean]>([
  // what                     asked after      paid after   stands
  ["at once", 0, null, true],
  ["to the last moment", usualGrace_ms, null, true],
  ["then no more", usualGrace_ms + 1, null, false],
  ["a payment begins the grace anew", usualGrace_ms + 1, 60_000, true],
  ["which ends too", usualGrace_ms + 60_001, 60_000, false],
])("a price stands %s", (_what, asked, paid, stands) => {
  const made = stamp(day, 0);
  const pinned = { made, due: fen(500), grace_ms: usualGrace_ms, paid: paid === null ? null : stamp(day + paid, paid) };
  expect(billStands(pinned, stamp(day, asked))).toBe(stands);
});

test("time never runs backwards", () => {
  expect(elapsed(stamp(day, 10), stamp(day, 5))).toBe(0);
});
