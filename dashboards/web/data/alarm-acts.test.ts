// Which acts an alarm's state and priority offer.
import { expect, test } from "vitest";
import { actsOf } from "./alarm-acts.ts";

test.each([
  ["active-unacknowledged", 1, []],
  ["active-unacknowledged", 2, ["remove"]],
  ["active-acknowledged", 4, ["remove"]],
  ["cleared-unacknowledged", 3, []],
  ["latched-unacknowledged", 1, []],
  ["latched-acknowledged", 1, ["reset"]],
  ["shelved", 3, ["unshelve"]],
  ["suppressed", 3, []],
  ["out-of-service", 3, ["return"]],
  ["pending", 3, []],
  ["cleared", 3, []],
] as const)("%s of priority %i: %j", (state, priority, acts) => {
  expect(actsOf({ state, priority })).toEqual(acts);
});
