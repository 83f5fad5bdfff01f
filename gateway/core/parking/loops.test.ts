// How a car moved, from what the loops showed: a for the one before the arm, u for the one under it, look by look.
import { expect, test } from "vitest";
import { follow, type Moved, nobody } from "./loops.ts";

test.each<[string, string, (Moved | null)[]]>([
  ["through", ". a a au u u .", [null]],
  ["a short car, free of both loops in between", ". a . u .", [null]],
  ["through, and the next one close behind", ". a au u ua a au u .", [null]],
  ["bumper to bumper: the first loop is never free", ". a au u au a au u .", [null]],
  ["it stood before the arm and drove off", ". a a a .", [null]],
  ["it came under the arm and backed out", ". a au au a a .", ["reversed-out"]],
  ["it backed out, and then came through", ". a au a . a au u .", ["reversed-out", null]],
  ["out by the way in", ". u ua a .", ["wrong-way"]],
  ["out by the way in, a long one", ". u u au au a a .", ["wrong-way"]],
  ["the loop before the arm is broken", ". u u . u .", [null]],
  ["the loop under the arm is broken", ". a a . a .", [null]],
])("%s", (_what, looks, expected) => {
  let story = nobody;
  const found: Moved[] = [];
  for (const look of looks.split(" ")) {
    const next = follow(story, { approach: look.includes("a"), under: look.includes("u") });
    story = next.story;
    if (next.moved !== null) found.push(next.moved);
  }
  expect(found).toEqual(expected.filter((one) => one !== null));
});
