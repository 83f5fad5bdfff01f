// The car at the exit: itself, or the only one it could be.
import { expect, test } from "vitest";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { matchExit, similar } from "./match.ts";

const plate = (text: string) => text as Plate;

test.each<[string, string, boolean]>([
  ["闽C8B123", "闽CBB123", true],
  ["闽C80123", "闽C8D123", true],
  ["闽C80123", "闽C8Q123", true],
  ["闽C52123", "闽CSZ123", false], // two characters
  ["闽C12345", "闽C12346", false], // no camera takes 5 for 6
  ["闽C81234", "闽D81234", false], // another city
  ["闽C81234", "粤C81234", false], // another province
  ["闽C81234", "闽C8123", false], // another length
  ["闽C81234", "闽C81234", false], // itself is not similar, it is the same
])("%s ~ %s: %s", (a, b, expected) => {
  expect(similar(plate(a), plate(b))).toBe(expected);
  expect(similar(plate(b), plate(a))).toBe(expected);
});

test.each<[string, string, readonly [string, string][], object]>([
  [
    "itself",
    "闽C80123",
    [
      ["v1", "闽C99999"],
      ["v2", "闽C80123"],
    ],
    { kind: "exact", visit: "v2" },
  ],
  [
    "the newest of two under one plate",
    "闽C80123",
    [
      ["v2", "闽C80123"],
      ["v1", "闽C80123"],
    ],
    { kind: "exact", visit: "v2" },
  ],
  [
    "itself before a similar one",
    "闽C80123",
    [
      ["v1", "闽C8D123"],
      ["v2", "闽C80123"],
    ],
    { kind: "exact", visit: "v2" },
  ],
  [
    "the only similar one",
    "闽C80123",
    [
      ["v1", "闽C8D123"],
      ["v2", "闽C99999"],
    ],
    { kind: "similar", visit: "v1" },
  ],
  [
    "never a choice between two",
    "闽C80123",
    [
      ["v1", "闽C8D123"],
      ["v2", "闽C8Q123"],
    ],
    { kind: "none", candidates: ["v1", "v2"] },
  ],
  ["nobody", "闽C80123", [["v1", "闽C99999"]], { kind: "none", candidates: [] }],
  ["an empty lot", "闽C80123", [], { kind: "none", candidates: [] }],
])("%s", (_what, seen, inside, expected) => {
  expect(
    matchExit(
      plate(seen),
      inside.map(([visit, text]) => ({ visit, plate: plate(text) })),
    ),
  ).toEqual(expected);
});
