// The live stream's memory: what a browser missed, or that it must read everything again.
import { expect, test } from "vitest";
import { type LiveMessage, Ring } from "./ring.ts";

const message = { kind: "reset", view: {} } as const satisfies LiveMessage;
const limits = { keep_ms: 1_000, keep_messages: 3, most_messages: 6 };

function filled(times: readonly number[]): Ring {
  const ring = new Ring(1_000, limits);
  for (const at of times) ring.push([message], at);
  return ring;
}
/** How many messages the ring still gives to someone who has heard none of them. */
const kept = (ring: Ring): number => {
  let length = 0;
  while (ring.after(ring.position - length - 1) !== undefined) length += 1;
  return length;
};

test.each([
  ["fewer than are kept anyway, however old", [0, 0, 9_000], 3],
  ["more, all of them young", [0, 100, 200, 300, 400], 5],
  ["more, the first ones old", [0, 0, 0, 5_000, 5_000, 5_000], 3],
  ["old ones go only down to the number that is kept", [0, 0, 0, 0, 9_000], 3],
  ["never more than the most, however young", Array.from({ length: 20 }, () => 5), 6],
])("%s", (_, times, length) => expect(kept(filled(times))).toBe(length));

test("numbers rise by one, and say where to go on", () => {
  const ring = filled([0, 0, 0]);
  expect(ring.position).toBe(1_003);
  const after = (id: number) => ring.after(id)?.map((one) => one.id);
  expect([after(1_000), after(1_001), after(1_003)]).toEqual([[1_001, 1_002, 1_003], [1_002, 1_003], []]);
  // Before the oldest, after the newest, and never given.
  expect([after(999), after(1_004), after(0)]).toEqual([undefined, undefined, undefined]);
});

test("an empty ring knows its own position and no other", () => {
  const ring = new Ring(5_000, limits);
  expect([ring.after(5_000), ring.after(4_999), ring.after(5_001)]).toEqual([[], undefined, undefined]);
});

test("a later process never takes an earlier one's number for its own", () => {
  const earlier = filled([0, 0]);
  const later = new Ring(2_000, limits);
  later.push([message, message, message], 0);
  expect(later.after(earlier.position)).toBeUndefined();
});

test("what was forgotten in strides is forgotten for good", () => {
  const ring = new Ring(0, limits);
  for (let n = 0; n < 5_000; n += 1) ring.push([message], n);
  expect(kept(ring)).toBe(6);
  expect(ring.after(ring.position - 6)?.map(({ id }) => id)).toEqual([4_995, 4_996, 4_997, 4_998, 4_999, 5_000]);
});

test("listeners hear each message once, until they stop", () => {
  const ring = new Ring(0, limits);
  const heard: number[] = [];
  const stop = ring.listen((messages) => heard.push(...messages.map(({ id }) => id)));
  ring.push([message, message], 0);
  stop();
  ring.push([message], 0);
  expect([heard, ring.listeners]).toEqual([[1, 2], 0]);
});

test("after a reset nobody goes on: who listens hears it, who comes back is told to read everything again", () => {
  const ring = filled([0, 0, 0]);
  const heard: string[] = [];
  ring.listen((messages) => heard.push(...messages.map(({ message: { kind } }) => kind)));
  const before = ring.position;
  ring.reset(0);
  expect([heard, ring.after(before), ring.after(before - 1)]).toEqual([["reset"], undefined, undefined]);
  const position = ring.position;
  ring.push([message], 0);
  expect(ring.after(position)?.length).toBe(1);
});
