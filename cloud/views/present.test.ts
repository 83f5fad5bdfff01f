// Of no event of the catalogue a whole plate or card leaves for those who do not let cars in, wherever in it they stand.
import { expect, test } from "vitest";
import { card, examples, plate } from "#cloud/ingest/story-for-tests.ts";
import type { EventView } from "#protocols/api/views.ts";
import { maskEvent } from "./present.ts";

const whole = /[\u4e00-\u9fa5][A-Z][A-Z0-9]{5,6}/;
const shown = (data: unknown): unknown => maskEvent({ data } as EventView).data;

test("every example of the catalogue", () => {
  const holding = Object.entries(examples).filter(([, data]) => whole.test(JSON.stringify(data)) || JSON.stringify(data).includes(card));
  expect(holding.length).toBeGreaterThan(8);
  for (const [type, data] of Object.entries(examples)) {
    const text = JSON.stringify(shown(data));
    expect(whole.test(text) || text.includes(card), type).toBe(false);
    expect(Object.keys(shown(data) as object), type).toEqual(Object.keys(data));
  }
});

test("plates in lists, and deeper; what is no plate stays as it is", () => {
  const differs = [{ at: 3, read: "B", plate: "D" }];
  expect(shown({ lane: "east-out", read: "闽CB12345", plates: [plate], candidates: [{ visit: "v", plate, differs }] })).toEqual({
    ...{ lane: "east-out", read: "闽C·B**45", plates: ["闽C·D**45"] },
    candidates: [{ visit: "v", plate: "闽C·D**45", differs }],
  });
  const nothing = { plates: 3, plate: null, read_at: 1, name: "闽CD12345" };
  expect(shown(nothing)).toBe(nothing);
});
