// When to connect again, with time and chance told.
import { expect, test } from "vitest";
import { monotonic } from "#protocols/vocabulary/time.ts";
import { toldChance } from "#test/told-clock.ts";
import { type Retries, retries } from "./back-off.ts";

const least = { ...toldChance(), unit: () => 0 };
const most = { ...toldChance(), unit: () => 0.999_999 };
const usual = { first_ms: 500, longest_ms: 30_000 };

/** Minutes of a link's life: "r" refused, "t" it stood for 3 s and fell silent, "c" it stood for 3 s and was closed, "g" it stood for two minutes and fell silent. */
function waits(again: Retries, story: string): number[] {
  let now = 0;
  return [...story].map((what) => {
    if (what !== "r") {
      again.connected(monotonic(now));
      now += what === "g" ? 120_000 : 3_000;
    }
    const wait = again.ended(monotonic(now), what === "c");
    now += wait;
    return wait;
  });
}

test.each([
  //  what happened     at least, in ms                                              why
  ["rrrrrrrrr", [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]], //     twice as long each time, up to the longest
  ["rrrgrr", [250, 500, 1000, 250, 500, 1000]], //                                  a good link begins anew
  ["rrrtt", [250, 500, 1000, 2000, 4000]], //                                       a link that does not stand is none
  ["cccc", [250, 500, 15_000, 15_000]], //                                          thrown out three times: another box
  ["ccrcc", [250, 500, 1000, 2000, 4000]], //                                       a broker that goes down cannot be reached in between
  ["cccgc", [250, 500, 15_000, 250, 500]], //                                       it is over once a link stands
])("%s: at least %j", (story, wanted) => {
  expect(waits(retries(least, usual), story)).toEqual(wanted);
  expect(waits(retries(most, usual), story)).toEqual(wanted.map((ms) => ms * 2));
});

test("chance spreads those that fell together over half of the wait", () => {
  const chance = toldChance(7);
  const spread = Array.from({ length: 1000 }, () => retries(chance, usual).ended(monotonic(0), false));
  expect([Math.min(...spread) >= 250, Math.max(...spread) <= 500, new Set(spread).size > 150]).toEqual([true, true, true]);
});

test("whoever is thrown out again and again says so, until a link stands", () => {
  const again = retries(least, usual);
  expect(again.displaced(monotonic(0))).toBe(false);
  waits(again, "ccc");
  expect(again.displaced(monotonic(20_000))).toBe(true);
  again.connected(monotonic(20_000));
  expect([again.displaced(monotonic(79_999)), again.displaced(monotonic(80_000))]).toEqual([true, false]);
});
