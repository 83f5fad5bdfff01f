// How long a hold lasts, also where the machine was begun anew and only its wall clock tells: a hold whose age nobody can tell is over.
import { expect, test } from "vitest";
import { minuteMs, monotonic, type Stamp, wall } from "#protocols/vocabulary/time.ts";
import { isOver, type Mode } from "./modes.ts";

const noon = Date.UTC(2026, 10, 25, 4, 0, 0);
const at = (minutes: number, { boot = "one", synchronised = true, mono = minutes } = {}): Stamp => ({
  ...{ wall: wall(noon + minutes * minuteMs), mono: monotonic(1_000_000 + mono * minuteMs), boot, synchronised },
});
const held = (since: Stamp): Mode => ({ mode: "held-open", since, for_ms: 10 * minuteMs, person: "booth", reason: "搬家" });

test.each([
  ["in its first minute", at(0), at(1), false],
  ["a moment before its end", at(0), at(9.999), false],
  ["at its end", at(0), at(10), true],
  ["the wall clock put back an hour, the machine still up", at(0), at(-60, { mono: 5 }), false],
  ["the wall clock put back an hour, and ten minutes gone", at(0), at(-60, { mono: 10 }), true],
  ["the wall clock put forward an hour, the machine still up", at(0), at(60, { mono: 5 }), false],
  ["begun anew, five minutes later", at(0), at(5, { boot: "two", mono: 0 }), false],
  ["begun anew, ten minutes later", at(0), at(10, { boot: "two", mono: 0 }), true],
  ["begun anew, with a clock that nobody vouches for", at(0), at(5, { boot: "two", mono: 0, synchronised: false }), true],
  ["begun anew, held by a clock that nobody vouched for", at(0, { synchronised: false }), at(5, { boot: "two", mono: 0 }), true],
  ["begun anew, an hour before it began", at(0), at(-60, { boot: "two", mono: 0 }), true],
] as const)("%s: over is %s", (_what, since, now, over) => {
  expect(isOver(held(since), now)).toBe(over);
});

test("a fire and a lock have no end of their own", () => {
  for (const mode of ["fire", "closed", "normal"] as const) expect(isOver({ ...held(at(0)), mode }, at(600))).toBe(false);
});
