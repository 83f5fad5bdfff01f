// The demonstration's clock: what is a number of milliseconds moves it ahead, nothing moves it back.
import { expect, test } from "vitest";
import { aheadBy } from "./clock.ts";

test.each([
  ["0", 0],
  ["1860000\n", 1_860_000],
  ["604800000", 604_800_000],
  ["", undefined],
  ["-1", undefined],
  ["1.5", undefined],
  ["soon", undefined],
  ["999999999999999", undefined],
])("the file says %o", (text, ahead) => {
  expect(aheadBy(text)).toBe(ahead);
});
