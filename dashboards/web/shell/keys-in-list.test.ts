// Keys in a list: arrows and ends move, a digit chooses, anything else is nothing.
import { expect, test } from "vitest";
import { afterKey } from "./keys-in-list.ts";

test.each([
  ["ArrowDown", 0, 3, { focus: 1 }],
  ["ArrowDown", 2, 3, { focus: 2 }],
  // Nothing of the list has the focus yet.
  ["ArrowDown", -1, 3, { focus: 0 }],
  ["ArrowUp", 0, 3, { focus: 0 }],
  ["Home", 2, 3, { focus: 0 }],
  ["End", 0, 3, { focus: 2 }],
  ["1", 2, 3, { choose: 0 }],
  ["3", 0, 3, { choose: 2 }],
  ["4", 0, 3, undefined],
  ["0", 0, 3, undefined],
  ["x", 0, 3, undefined],
  ["ArrowDown", -1, 0, undefined],
] as const)("%s at %i of %i", (key, at, many, then) => {
  expect(afterKey(key, at, many)).toEqual(then);
});
