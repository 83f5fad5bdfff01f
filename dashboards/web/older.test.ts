// What stands in for a function that an old browser does not have does what the function does.
import { expect, test } from "vitest";

test("without Array.prototype.at and String.prototype.at their places are counted all the same", async () => {
  const kinds = [Array.prototype, String.prototype] as { at?: unknown }[];
  const before = kinds.map((kind) => Object.getOwnPropertyDescriptor(kind, "at") as PropertyDescriptor);
  const wanted = [-3, -2, -1, 0, 1, 2, 1.9, Number.NaN].map((index) => [[7, 8].at(index), "ab".at(index)]);
  for (const kind of kinds) delete kind.at;
  try {
    await import("./older.ts");
    expect([-3, -2, -1, 0, 1, 2, 1.9, Number.NaN].map((index) => [[7, 8].at(index), "ab".at(index)])).toEqual(wanted);
  } finally {
    for (const [index, kind] of kinds.entries()) Object.defineProperty(kind, "at", before[index] as PropertyDescriptor);
  }
});
