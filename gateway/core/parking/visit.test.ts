// How long a price stands, and that time never runs backwards.
import { expect, test } from "vitest";
import { fen } from "#protocols/vocabulary/money.ts";
import { monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { billStands, elapsed, usualGrace_ms } from "./visit.ts";

const day = 1_764_043_200_000;
const stamp = (wallMs: number, mono: number, rest: Partial<Stamp> = {}): Stamp => ({
  wall: wall(wallMs),
  mono: monotonic(mono),
  boot: "b1",
  synchronised: true,
  ...rest,
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
