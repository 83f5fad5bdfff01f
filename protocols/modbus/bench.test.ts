// Addresses under all their names, and which of many readings of the same words is marked.
import { describe, expect, test } from "vitest";
import { addressFrom, bench, hasTwins, offsetVerdicts, placeOf } from "./bench.ts";
import { matches } from "./bench-matches.ts";

describe("addresses", () => {
  test("one place under its names", () => {
    expect(placeOf("holding", 10)).toEqual({ zero: 10, hex: "0x000A", five: "40011", six: "400011" });
    expect(placeOf("input", 9_998)).toMatchObject({ five: "39999", six: "309999" });
    expect(placeOf("input", 9_999)).not.toHaveProperty("five");
    expect(placeOf("coil", 0)).toMatchObject({ five: "00001", six: "000001" });
    expect(placeOf("holding", 65_535).six).toBe("465536");
  });
  test.each<[string, Parameters<typeof addressFrom>[1], unknown]>([
    ["10", "auto", { address: 10 }],
    ["0x000A", "auto", { address: 10 }],
    ["40011", "auto", { table: "holding", address: 10 }],
    ["400011", "auto", { table: "holding", address: 10 }],
    ["30001", "auto", { table: "input", address: 0 }],
    ["10001", "auto", { table: "discrete", address: 0 }],
    ["00017", "auto", { table: "coil", address: 16 }],
    ["465536", "auto", { table: "holding", address: 65_535 }],
    ["40011", "zero", { address: 40_011 }],
    ["20000", "auto", { address: 20_000 }],
    ["000AH", "auto", { address: 10 }],
    ["3110", "one", { address: 3_109 }],
    ["40011", "one", { address: 40_010 }],
    ["0", "one", { kind: "refusal" }],
    ["65536", "one", { address: 65_535 }],
    ["65537", "one", { kind: "refusal" }],
    ["400011", "five", { kind: "refusal" }],
    ["40011", "six", { kind: "refusal" }],
    ["40000", "auto", { kind: "refusal" }],
    ["465537", "auto", { kind: "refusal" }],
    ["70000", "auto", { kind: "refusal" }],
    ["-1", "auto", { kind: "refusal" }],
    ["ten", "auto", { kind: "refusal" }],
    ["", "auto", { kind: "refusal" }],
  ])("%s as %s", (text, notation, expected) => expect(addressFrom(text, notation)).toMatchObject(expected as object));
});

describe("readings side by side", () => {
  const reading = (words: readonly number[], type: string, order?: string, expected?: number) =>
    bench("holding", 10, words, expected)[0]?.readings.find((one) => one.type === type && one.order === order);
  test.each<[readonly number[], string, string | undefined, number]>([
    [[0x41c8, 0x0000], "f32", "ABCD", 25],
    [[0x0000, 0x41c8], "f32", "CDAB", 25],
    [[0xc841, 0x0000], "f32", "BADC", 25],
    [[0x0000, 0xc841], "f32", "DCBA", 25],
    [[0x0001, 0x0002], "u32", "ABCD", 65_538],
    [[0x0001, 0x0002], "u32", "CDAB", 131_073],
    [[0xfffe], "i16", undefined, -2],
    [[0xffff, 0xfffe], "i32", "ABCD", -2],
  ])("%j as %s %s is %d", (words, type, order, value) => expect(reading(words, type, order)?.value).toBeCloseTo(value, 9));

  test.each<[string, readonly number[], number | undefined, { type: string; order?: string; en: string } | undefined]>([
    ["a voltage as float", [0x4366, 0x3333], undefined, { type: "f32", order: "ABCD", en: "voltage V" }],
    ["the same with words swapped", [0x3333, 0x4366], undefined, { type: "f32", order: "CDAB", en: "voltage V" }],
    ["a voltage in tenths", [2257], undefined, { type: "u16", en: "voltage V ÷10" }],
    ["50 Hz in hundredths", [5000], undefined, { type: "u16", en: "frequency Hz ÷100" }],
    ["what the display says wins", [0x0000, 0x04d2], 12.34, { type: "u32", order: "ABCD", en: "as displayed ÷100" }],
    ["nothing likely", [0x0001], undefined, undefined],
  ])("%s", (_, words, expected, best) => {
    const found = bench("holding", 0, words, expected)[0]?.best;
    if (best === undefined) expect(found).toBeUndefined();
    else {
      expect(found).toMatchObject({ type: best.type, guess: { en: best.en } });
      expect(found?.order).toBe(best.order);
    }
  });

  // 230.2, 231.0, 0.85 A and 195.5 W as floats from register 1 on, read from 0.
  const shifted = [0x0102, 0x4366, 0x3333, 0x4367, 0x0000, 0x3f59, 0x999a, 0x4343, 0x8000, 0x0000];
  test("a sheet counted from one is found out, together with its twin of swapped words", () => {
    const verdicts = offsetVerdicts(bench("input", 0, shifted), 0, 8);
    const full = verdicts.filter(({ likely, of }) => likely === of).map(({ offset, order, type }) => `${offset} ${order} ${type}`);
    expect(full).toEqual(["0 CDAB f32", "-1 ABCD f32", "1 ABCD f32"]);
    expect(hasTwins(verdicts)).toBe(true);
    expect(hasTwins(offsetVerdicts(bench("input", 0, [0x4366, 0x3333, 0x42c8, 0x0001]), 0, 4))).toBe(false);
  });
  test("what the display says tells the twins apart", () => {
    const best = bench("input", 0, shifted, 230.2).flatMap(({ place, best: one }) =>
      one === undefined ? [] : [{ at: place.zero, ...one }],
    );
    expect(best.sort((a, b) => b.guess.score - a.guess.score)[0]).toMatchObject({ at: 1, type: "f32", order: "ABCD" });
  });
});

describe("readings that are what the display shows", () => {
  const found = (words: readonly number[], expected: number, from = 100) =>
    matches("holding", from, { words, expected }).map(
      ({ place, type, order, power }) => `${place.zero} ${type} ${order ?? "plain"} ${power}`,
    );
  test.each<[string, readonly number[], number, string]>([
    ["a 64-bit counter in hundredths", [7, 0, 0, 0x0012, 0xd687, 9], 12345.67, "101 u64 plain -2"],
    ["the same, low word first", [0xd687, 0x0012, 0, 0], 12345.67, "100 u64 GHEFCDAB -2"],
    ["digits", [0x0123, 0x4567], 12345.67, "100 bcd32 plain -2"],
    ["a double", [0x40c8, 0x1cd5, 0xc28f, 0x5c29], 12345.67, "100 f64 plain 0"],
    ["a negative integer, low word first", [0xfb2e, 0xffff], -1.234, "100 i32 CDAB -3"],
    ["a float in kilowatts", [0x4366, 0x3333], 230_200, "100 f32 plain 3"],
    ["one register", [2257], 225.7, "100 u16 plain -1"],
    ["six bytes", [0, 0x0012, 0xd687], 12345.67, "100 u48 plain -2"],
  ])("%s", (_, words, expected, wanted) => expect(found(words, expected)).toContain(wanted));
  test("nothing is made up, and nearest comes first", () => {
    expect(found([1, 2, 3], 987.6)).toEqual([]);
    expect(found([2257, 2259], 225.9)[0]).toBe("101 u16 plain -1");
  });
});
