// A typing slip finds its word; a foreign word finds none.
import { expect, test } from "vitest";
import { edits, nearest } from "./nearest.ts";

test.each([
  ["demp", "demo"],
  ["gatewya", "gateway"],
  ["clod", "cloud"],
  ["qoute", "quote"],
  ["xyzzy", undefined],
])("%s -> %s", (typed, wanted) => expect(nearest(typed, ["demo", "gateway", "cloud", "quote", "sim"])).toBe(wanted));

test("edits counts a swap once", () => expect([edits("ab", "ba"), edits("", "abc"), edits("same", "same")]).toEqual([1, 3, 0]));
