// Which reads may be believed to be of now; each row is one camera clock.
import { expect, test } from "vitest";
import { wall } from "#protocols/vocabulary/time.ts";
import { staleness } from "./freshness.ts";

const now = wall(1_764_043_200_000);
const at = (seconds: number | null) => (seconds === null ? null : wall(now + seconds * 1000));

test.each<[string, "both" | "sec" | "dec", number | null, number | null, string | undefined]>([
  // what                                clock    sec        dec        verdict
  ["now", "both", 0, 0, undefined],
  ["exactly as old as it may be", "both", -30, -30, undefined],
  ["a millisecond older", "both", -30.001, -30.001, "stale-read"],
  ["exactly as far ahead as it may be", "both", 5, 5, undefined],
  ["a millisecond further", "both", 5.001, 5.001, "future-read"],
  ["years ago, both agree", "both", -1e8, -1e8, "stale-read"],
  ["six hours ahead, both agree", "both", 21_600, 21_600, "future-read"],
  ["sec is now, dec was years ago", "both", 0, -1e8, "doubtful-clock"],
  ["dec is now, sec is in UTC-as-local", "both", -28_800, 0, "doubtful-clock"],
  ["both old, and not of one time", "both", -1e8, -2e8, "doubtful-clock"],
  ["both ahead, and not of one time", "both", 1e8, 2e8, "doubtful-clock"],
  ["only sec is sent", "both", -3, null, undefined],
  ["only dec is sent", "both", null, -3, undefined],
  ["only dec is sent, and old", "both", null, -300, "stale-read"],
  ["neither is sent", "both", null, null, "doubtful-clock"],
  ["only sec counts", "sec", 0, -1e8, undefined],
  ["only sec counts, and is old", "sec", -1e8, 0, "stale-read"],
  ["only sec counts, and is not sent", "sec", null, 0, "doubtful-clock"],
  ["only dec counts", "dec", -1e8, 0, undefined],
  ["only dec counts, and is ahead", "dec", 0, 3600, "future-read"],
])("%s", (_what, clock, sec, dec, verdict) => {
  const seen = { sec: at(sec), dec: at(dec), offline: false };
  expect(staleness(seen, { clock, maxAge_ms: 30_000 }, now)).toBe(verdict);
  expect(staleness({ ...seen, offline: true }, { clock, maxAge_ms: 30_000 }, now)).toBe("offline-read");
});
