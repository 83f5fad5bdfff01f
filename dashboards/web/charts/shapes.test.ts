// Where pictures stand: nothing across a gap, nothing known from nothing, nothing outside its box.
import { expect, test } from "vitest";
import { type Box, burnUpOf, fallen, fitted, shadesOf, stepPaths } from "./shapes.ts";

const box: Box = { width: 120, height: 60, left: 10, right: 10, top: 5, bottom: 5 };
const window = { from: 0, to: 100, most: 10 };

test("steps: level, then straight; a gap ends the line and is a place of its own", () => {
  const drawn = stepPaths(
    [
      { at: 0, value: 2 },
      { at: 20, value: 4 },
      { at: 40, value: null },
      { at: 60, value: 10 },
    ],
    window,
    box,
  );
  expect(drawn.lines).toEqual(["M10 45H30V35H50", "M70 5H110"]);
  expect(drawn.areas).toEqual(["M10 45H30V35H50V55H10Z", "M70 5H110V55H70Z"]);
  expect(drawn.gaps).toEqual([{ from: 50, to: 70 }]);
  for (const line of drawn.lines) expect(line.match(/M/g)).toHaveLength(1);
  expect(stepPaths([], window, box)).toEqual({ lines: [], areas: [], gaps: [{ from: 10, to: 110 }] });
  expect(stepPaths([{ at: 50, value: 1 }], window, box).gaps).toEqual([{ from: 10, to: 60 }]);
  expect(stepPaths([{ at: 0, value: null }], window, box)).toEqual({ lines: [], areas: [], gaps: [{ from: 10, to: 110 }] });
});

test("burn-up: both lines within the box, the words at their ends apart, and nothing drawn from nothing", () => {
  const shape = burnUpOf(
    [
      { to: "2026-11-16", found: 10, closed: 0 },
      { to: "2026-11-23", found: 20, closed: 19 },
    ],
    box,
  );
  expect([shape.found, shape.closed]).toEqual(["M10 30L110 5", "M10 55L110 7.5"]);
  expect(shape.between).toBe("M10 30L110 5L110 7.5L10 55Z");
  const [found, closed] = shape.ends;
  expect((closed?.y ?? 0) - (found?.y ?? 0)).toBeGreaterThanOrEqual(18);
  expect(burnUpOf([], box)).toMatchObject({ found: "", closed: "", between: "", ends: [] });
});

test("shades: five of them, up to the fullest hour; an unknown hour has none", () => {
  expect(shadesOf([[0, 19, 20, 99, 100, null]])).toEqual([[0, 0, 1, 4, 4, null]]);
  expect(shadesOf([[5, 10, null]])).toEqual([[2, 4, null]]);
  expect(shadesOf([[null]])).toEqual([[null]]);
});

test("a waterfall of a fund that is overdrawn has room below nothing", () => {
  expect(fallen([{ amount_fen: 100, sum: true }, { amount_fen: 50 }, { amount_fen: -200 }, { amount_fen: -50, sum: true }])).toEqual([
    { from: 0.25, length: 0.5, end: 0.75 },
    { from: 0.75, length: 0.25, end: 1 },
    { from: 0, length: 1, end: 1 },
    { from: 0, length: 0.25, end: 0.25 },
  ]);
  expect(fallen([{ amount_fen: 0, sum: true }])).toEqual([{ from: 0, length: 0, end: 0 }]);
});

test("what a reviewer tries: one week alone, nothing at all, less than nothing, more than there is, and very long names", () => {
  const one = burnUpOf([{ to: "2026-11-23", found: 0, closed: 0 }], box);
  expect([one.found, one.closed, one.between]).toEqual(["M10 55h8", "M10 55h8", ""]);
  const odd = stepPaths(
    [
      { at: 0, value: -3 },
      { at: 50, value: 99 },
    ],
    window,
    box,
  );
  expect(odd.lines).toEqual(["M10 55H60V5H110"]);
  const names = [
    "锦绣花园",
    "锦绣花园二期高层住宅小区南区地下车库",
    "Jinxiu Gardens",
    "The Second Extension of the Jinxiu Gardens Estate",
    "",
  ];
  expect(names.map((name) => fitted(name, 13))).toEqual([
    "锦绣花园",
    "锦绣花园二期高层住宅小区…",
    "Jinxiu Gardens",
    "The Second Extension …",
    "",
  ]);
});
