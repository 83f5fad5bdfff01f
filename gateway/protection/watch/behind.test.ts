// When the work of a line is done, and when it is not: one row a situation.
import { expect, test } from "vitest";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { behind, type LineTurn, longestTurn_ms } from "./behind.ts";

const grace_ms = 1_000;
const at = (ms: number) => monotonic(1_000_000 + ms);
const idle: LineTurn = {
  line: "line-1",
  open: true,
  free: true,
  energisedSince: undefined,
  readAt: undefined,
  turnedAt: at(0),
  dueAt: at(0),
};
const on: Partial<LineTurn> = { energisedSince: at(-60_000), readAt: at(0) };
const slow = longestTurn_ms + grace_ms;

test.each<[string, Partial<LineTurn>, number, RegExp | undefined]>([
  //                                                                                    ms later   behind
  ["idle, what is due is just now", {}, 0, undefined],
  ["idle, due within grace", {}, grace_ms, undefined],
  ["idle and free, and nobody asks", {}, grace_ms + 1, /free, and what is due/],
  ["idle, nothing due for long", { dueAt: at(60_000) }, 50_000, undefined],
  ["idle, no station at all", { dueAt: undefined }, 1e9, undefined],
  ["idle, a question under way", { free: false }, slow, undefined],
  ["idle, a question that never ends", { free: false }, slow + 1, /one question/],
  ["idle, the line not open: its supervisor's work", { open: false, free: false }, 1e9, undefined],
  ["energised and read", on, grace_ms, undefined],
  ["energised and not read", on, grace_ms + 1, /nothing was read for 1001 ms/],
  ["energised, never read, since a moment", { energisedSince: at(0) }, grace_ms, undefined],
  ["energised, never read, for longer", { energisedSince: at(0) }, grace_ms + 1, /nothing was read/],
  [
    "energised anew after a long pause: old readings do not count against it",
    { energisedSince: at(0), readAt: at(-90_000) },
    900,
    undefined,
  ],
  ["energised, the line turns and nobody answers", { ...on, turnedAt: at(5_000) }, 5_000, /nothing was read/],
  ["energised, and the line is gone", { ...on, open: false, free: false }, grace_ms + 1, /nothing was read/],
])("%s", (_what, turn, ms, words) => {
  const said = behind({ ...idle, ...turn }, { now: at(ms), grace_ms });
  if (words === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(words);
});
