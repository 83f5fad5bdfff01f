// The profile language against numbers that do not come from our own encoder: IEEE 754 patterns, BCD digits, registers counted by hand.
import { describe, expect, test } from "vitest";
import { profileComplaints } from "./check.ts";
import { decodePoint } from "./decode.ts";
import { encodePoint, imageOf, valueLimits } from "./encode.ts";
import { rtuAnswerLength } from "./frame.ts";
import { planReads, splitBlock } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";
import { sheetUnit, unitOf } from "./units.ts";
import { relayRequest, writeRequest } from "./write.ts";

const point = (over: Partial<Point> = {}): Point => ({ name: "value", per: "device", table: "holding", address: 0, type: "u16", ...over });
const profile = (over: Partial<Profile> = {}): Profile => ({
  id: "meters/test",
  kind: "meter",
  maker: "nobody",
  model: "test",
  provenance: "invented",
  read: { max_registers: 20 },
  points: [point()],
  ...over,
});
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("types and orders", () => {
  test.each<[Point["type"], Point["order"], number[], number]>([
    ["u16", "BA", [0x3412], 0x1234],
    ["i16", "BA", [0xfeff], -2],
    ["f32", "ABCD", [0x4366, 0x3333], 230_200],
    ["f32", "CDAB", [0x3333, 0x4366], 230_200],
    ["f32", "BADC", [0x6643, 0x3333], 230_200],
    ["f32", "DCBA", [0x3333, 0x6643], 230_200],
    ["f32", undefined, [0xc248, 0x0000], -50_000],
    ["f64", undefined, [0x406c, 0xe400, 0, 0], 231_125],
    ["f64", "HGFEDCBA", [0, 0, 0x00e4, 0x6c40], 231_125],
    ["u64", undefined, [0, 0, 1, 2], 65_538_000],
    ["u64", "GHEFCDAB", [2, 1, 0, 0], 65_538_000],
    ["u64", "BADCFEHG", [0, 0, 0x0100, 0x0200], 65_538_000],
    ["u64", "CDABGHEF", [0, 0, 2, 1], 65_538_000],
    ["u64", "EFGHABCD", [1, 2, 0, 0], 65_538_000],
    ["u64", "DCBAHGFE", [0, 0, 0x0200, 0x0100], 65_538_000],
    ["u64", "FEHGBADC", [0x0100, 0x0200, 0, 0], 65_538_000],
    ["i64", undefined, [0xffff, 0xffff, 0xffff, 0xfffe], -2_000],
    ["bcd16", undefined, [0x1234], 1_234_000],
    ["bcd16", "BA", [0x3412], 1_234_000],
    ["bcd32", undefined, [0x0012, 0x3456], 123_456_000],
    ["bcd32", "CDAB", [0x3456, 0x0012], 123_456_000],
    ["bcd64", undefined, [0, 0, 0x0098, 0x7654], 987_654_000],
  ])("%s %s %j is %d thousandths", (type, order, words, expected) => {
    const multiply = type.endsWith("16") && type !== "bcd16" ? {} : { multiply: 1000 };
    const one = point({ name: "value_mV", type, ...multiply, ...(order === undefined ? {} : { order }) });
    expect(decodePoint(one, words)).toMatchObject({ value: expected, quality: "good" });
    expect(encodePoint(one, expected)).toEqual(words);
  });

  test.each<[string, Partial<Point>, number[], number | undefined, "good" | "bad" | undefined]>([
    ["a NaN nobody declared is bad", { type: "f32" }, [0x7fc0, 0], Number.NaN, "bad"],
    ["a signalling NaN too", { type: "f32" }, [0x7f80, 1], Number.NaN, "bad"],
    ["infinity is bad", { type: "f32" }, [0x7f80, 0], Number.NaN, "bad"],
    ["a declared NaN is absent", { type: "f32", absent: ["NaN"] }, [0xffc0, 0], undefined, undefined],
    ["a float's pattern can be absent", { type: "f32", absent: ["0x7F7FFFFF"] }, [0x7f7f, 0xffff], undefined, undefined],
    ["minus zero is zero", { type: "f32" }, [0x8000, 0], 0, "good"],
    ["a letter among digits is bad", { type: "bcd16" }, [0x12a4], Number.NaN, "bad"],
    ["all ones among digits can be absent", { type: "bcd16", absent: ["0xFFFF"] }, [0xffff], undefined, undefined],
    ["an i32's pattern can be absent", { type: "i32", absent: ["0x80000000"] }, [0x8000, 0], undefined, undefined],
    [
      "64 bits of ones can be absent",
      { type: "u64", absent: ["0xFFFFFFFFFFFFFFFF"] },
      [0xffff, 0xffff, 0xffff, 0xffff],
      undefined,
      undefined,
    ],
    ["beyond 2^53 is bad, not nearly right", { type: "u64" }, [0x0020, 0, 0, 1], Number.NaN, "bad"],
    [
      "twelve digits of 0.01 kWh, within what was said to be true",
      { type: "bcd48", order: "EFCDAB", multiply: 10_000, maximum: 1_000_000_000_000_000 },
      [0x5678, 0x1234, 0x0000],
      123_456_780_000,
      "good",
    ],
    ["and beyond it", { type: "bcd48", multiply: 10_000, maximum: 1_000_000_000_000_000 }, [0x9999, 0x9999, 0x9999], Number.NaN, "bad"],
    ["2^53 − 1 is exact", { type: "u64" }, [0x001f, 0xffff, 0xffff, 0xffff], 9_007_199_254_740_991, "good"],
    ["divided beyond 2^53 on the way", { type: "u64", multiply: 5_000, divide: 16_000 }, [0x0020, 0, 0, 0], 2_814_749_767_106_560, "good"],
    ["offset after scaling", { multiply: 100, offset: -40_000 }, [350], -5_000, "good"],
    ["sign-magnitude", { sign: "magnitude" }, [0x8005], -5, "good"],
    ["sign-magnitude of zero", { sign: "magnitude" }, [0x8000], 0, "good"],
    ["sign-magnitude digits", { type: "bcd16", sign: "magnitude" }, [0x9234], -1_234, "good"],
    ["a field", { field: { low: 8, width: 4 } }, [0xf5ff], 5, "good"],
    ["half a float", { type: "f32" }, [0x4366], undefined, undefined],
    ["three quarters of a counter", { type: "u64" }, [0, 0, 1], undefined, undefined],
  ])("%s", (_, over, words, value, quality) => {
    const decoded = decodePoint(point(over), words);
    expect(decoded?.value).toBe(value);
    expect(decoded?.quality).toBe(quality);
  });

  test.each<[string, number | undefined, number | undefined]>([
    ["bit clear", 0b0100, 340],
    ["bit set", 0b1000, -340],
    ["not read", undefined, undefined],
  ])("a sign in another register: %s", (_, signWord, expected) => {
    expect(decodePoint(point({ sign: { address: 9, bit: 3 } }), [340], signWord)?.value).toBe(expected);
  });

  test("a sign's register is shared by many points, and a field's by its neighbours", () => {
    const shared = profile({
      points: [
        point({ name: "a", address: 0, sign: { address: 5, bit: 0 } }),
        point({ name: "b", address: 1, sign: { address: 5, bit: 4 } }),
        point({ name: "low", address: 6, field: { low: 0, width: 8 } }),
        point({ name: "high", address: 6, field: { low: 8, width: 8 } }),
      ],
    });
    const values: Readonly<Record<string, number>> = { a: -3, b: 7, low: 1, high: 2 };
    expect(profileComplaints(shared)).toEqual([]);
    expect(imageOf(shared, (name) => values[name]).get("holding")).toEqual(
      new Map([
        [0, 3],
        [1, 7],
        [5, 1],
        [6, 0x0201],
      ]),
    );
    expect(planReads(shared)).toEqual([{ table: "holding", address: 0, count: 7 }]);
  });

  test("flags of a 32-bit value, and what a number means", () => {
    expect(decodePoint(point({ type: "u32", bits: { first: 0, last: 31 } }), [0x8000, 0])?.bits).toEqual({ first: false, last: true });
    expect(decodePoint(point({ states: { "1": "合 / closed" } }), [1])?.state).toBe("合 / closed");
    expect(decodePoint(point({ states: { "1": "合 / closed" } }), [2])).not.toHaveProperty("state");
  });

  test.each<[Partial<Point>, readonly [number, number]]>([
    [{}, [0, 65_535]],
    [{ type: "i16", multiply: 100, minimum: -50_000, maximum: 200_000 }, [-50_000, 200_000]],
    [{ field: { low: 0, width: 3 } }, [0, 7]],
    [{ sign: { address: 1, bit: 0 } }, [-65_535, 65_535]],
    [{ type: "bcd16", sign: "magnitude" }, [-7_999, 7_999]],
  ])("%j reaches %j", (over, limits) => expect(valueLimits(point(over))).toEqual(limits));
});

describe("quirks, each by its name", () => {
  test("four-byte-registers: a count of n asks for 4n bytes, one address a value", () => {
    const enron = profile({
      quirks: ["four-byte-registers"],
      points: [point({ name: "a", type: "u32", address: 5 }), point({ name: "b", type: "f32", address: 6 })],
    });
    const [block, ...others] = planReads(enron);
    expect(others).toEqual([]);
    expect(block).toEqual({ table: "holding", address: 5, count: 2, wide: true });
    expect(rtuAnswerLength(Uint8Array.of(3, 0, 5, 0, 2), 4)).toBe(5 + 8);
    expect(imageOf(enron, (name) => (name === "a" ? 0x1234_5678 : 50)).get("holding")).toEqual(
      new Map([
        [5, 0x1234_5678],
        [6, 0x4248_0000],
      ]),
    );
  });
  test("coils-from-zero: the question begins at 0", () => {
    const quirk = profile({
      quirks: ["coils-from-zero"],
      points: [point({ table: "coil", address: 5 }), point({ name: "b", table: "coil", address: 7 }), point({ name: "c", address: 9 })],
    });
    expect(planReads(quirk)).toEqual([
      { table: "coil", address: 0, count: 8 },
      { table: "holding", address: 9, count: 1 },
    ]);
    expect(profileComplaints(profile({ ...quirk, points: [point({ table: "coil", address: 20 })] })).join()).toMatch(
      /cannot be reached from 0/,
    );
  });
  test("bits-by-eight: whole bytes, and only of bits", () => {
    const quirk = profile({
      quirks: ["bits-by-eight"],
      points: [
        point({ table: "discrete", address: 9 }),
        point({ name: "b", table: "discrete", address: 3 }),
        point({ name: "c", address: 9 }),
      ],
    });
    expect(planReads(quirk)).toEqual([
      { table: "discrete", address: 0, count: 16 },
      { table: "holding", address: 9, count: 1 },
    ]);
  });
  test("one-point-a-question: not even neighbours together", () => {
    const quirk = profile({
      quirks: ["one-point-a-question"],
      points: [point(), point({ name: "b", address: 1, type: "u32" }), point({ name: "c", address: 3 })],
    });
    expect(planReads(quirk).map(({ address, count }) => [address, count])).toEqual([
      [0, 1],
      [1, 2],
      [3, 1],
    ]);
  });
});

describe("planning", () => {
  const at = (address: number, over: Partial<Point> = {}): Point => point({ name: `p${address}`, address, ...over });
  test.each<[string, Partial<Profile>, readonly (readonly [number, number])[]]>([
    ["a hole as large as allowed is read along", { read: { max_registers: 20, hole: 3 }, points: [at(0), at(4)] }, [[0, 5]]],
    [
      "one larger is not",
      { read: { max_registers: 20, hole: 2 }, points: [at(0), at(4)] },
      [
        [0, 1],
        [4, 1],
      ],
    ],
    [
      "hole 0: only neighbours",
      { read: { max_registers: 20, hole: 0 }, points: [at(0), at(1), at(3)] },
      [
        [0, 2],
        [3, 1],
      ],
    ],
    [
      "a double float is never cut",
      { read: { max_registers: 5 }, points: [at(0, { type: "f64" }), at(4, { type: "f64" })] },
      [
        [0, 4],
        [4, 4],
      ],
    ],
    ["what is not polled is not read", { points: [at(0), at(1, { polled: false })] }, [[0, 1]]],
    [
      "bits have their own limit",
      { read: { max_registers: 4, max_bits: 16 }, points: [at(0, { table: "coil" }), at(15, { table: "coil" })] },
      [[0, 16]],
    ],
  ])("%s", (_, over, blocks) => {
    expect(planReads(profile(over)).map(({ address, count }) => [address, count])).toEqual(blocks);
  });
  test("asked for all, the settings come too", () => {
    expect(planReads(profile({ points: [at(0), at(1, { polled: false })] }), { asked: true })).toEqual([
      { table: "holding", address: 0, count: 2 },
    ]);
  });
  test("after “illegal address”: first around the holes, then in halves, then the point itself is given up", () => {
    const model = profile({ points: [at(0), at(1, { type: "u32" }), at(5), at(6)] });
    const [block = { table: "holding" as const, address: 0, count: 0 }] = planReads(model);
    const [first = block, second = block] = splitBlock(model, block);
    expect([first, second].map(({ address, count }) => [address, count])).toEqual([
      [0, 3],
      [5, 2],
    ]);
    expect(splitBlock(model, first).map(({ address, count }) => [address, count])).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(splitBlock(model, { table: "holding", address: 1, count: 2 })).toEqual([]);
  });
});

describe("writing", () => {
  const device = (over: Partial<Profile>) => ({ unit: 1, profile: profile(over) });
  test.each<[string, Partial<Profile>, number, string]>([
    ["one register by FC06", { points: [point({ writable: true })] }, 300, "060000012c"],
    ["by FC16 where the device knows no other", { functions: [3, 16], points: [point({ writable: true })] }, 300, "10000000010 2012c"],
    ["scaled backwards", { points: [point({ name: "value_mW", multiply: 1000, writable: true })] }, 2_300_000, "06000008fc"],
    ["two registers by FC16", { points: [point({ type: "f32", writable: true })] }, 2, "10000000020440000000"],
    ["a coil by FC05", { points: [point({ table: "coil", writable: true })] }, 1, "050000ff00"],
    [
      "a coil by FC15 where the device knows no other",
      { functions: [1, 15], points: [point({ table: "coil", writable: true })] },
      1,
      "0f000000010101",
    ],
  ])("%s", (_, over, value, pdu) => {
    const request = writeRequest(device(over), { point: over.points?.[0]?.name ?? "", value });
    expect("pdu" in request && hex(request.pdu)).toBe(pdu.replace(" ", ""));
  });
  test.each<[string, Partial<Profile>, string, number]>([
    ["no-point", {}, "other", 1],
    ["read-only", {}, "value", 1],
    ["out-of-range", { points: [point({ writable: true, maximum: 5 })] }, "value", 6],
    ["out-of-range", { points: [point({ writable: true })] }, "value", Number.NaN],
    ["shares-register", { points: [point({ writable: true, field: { low: 0, width: 8 } })] }, "value", 1],
  ])("refused: %s", (code, over, name, value) => {
    expect(writeRequest(device(over), { point: name, value })).toMatchObject({ kind: "refusal", code });
  });
  const relays = { count: 8, coil: 0, on: 0xff00, off: 0, flash: { coil: 512, step_ms: 100, most: 100 } };
  test.each<[string, Parameters<typeof relayRequest>[1]]>([
    ["no-relay", { relay: 9, order: "on" }],
    ["no-relay", { relay: 0, order: "on" }],
    ["not-offered", { relay: 1, order: "toggle" }],
    ["not-offered", { relay: "all", order: "off" }],
    ["out-of-range", { relay: 1, order: "flash-on", for_ms: 40 }],
    ["out-of-range", { relay: 1, order: "flash-on", for_ms: 10_100 }],
  ])("relay refused: %s", (code, order) => {
    expect(relayRequest({ unit: 1, profile: profile({ relays }) }, order)).toMatchObject({ kind: "refusal", code });
  });
});

describe("complaints", () => {
  test.each<[string, Partial<Profile>, RegExp]>([
    ["order of another width", { points: [point({ type: "u64", order: "CDAB" })] }, /order of 8 bytes is one of ABCDEFGH/],
    ["bits of a float", { points: [point({ type: "f32", bits: { a: 0 } })] }, /bits are for integers/],
    ["a bit too high", { points: [point({ bits: { a: 16 } })] }, /bit 16 lies beyond its 16 bits/],
    ["a bit beyond its field", { points: [point({ field: { low: 0, width: 4 }, bits: { a: 4 } })] }, /bit 4 lies beyond its 4 bits/],
    ["a field too long", { points: [point({ field: { low: 10, width: 8 } })] }, /longer than its register/],
    [
      "fields on each other",
      { points: [point({ name: "a", field: { low: 0, width: 8 } }), point({ name: "b", field: { low: 7, width: 2 } })] },
      /b: lies on a/,
    ],
    ["a second sign", { points: [point({ type: "i16", sign: "magnitude" })] }, /sign: i16 has its own/],
    ["NaN of an integer", { points: [point({ absent: ["NaN"] })] }, /only a float can be NaN/],
    ["an absent word of another width", { points: [point({ absent: ["0x7FFFF"] })] }, /0x7FFFF lies beyond the 16 bits/],
    ["an absent number that its type cannot be", { points: [point({ type: "i16", absent: [65_535] })] }, /65535 lies beyond .*0x7FFF/],
    ["scaled without a unit", { points: [point({ multiply: 100 })] }, /its name says no unit/],
    ["a read the device does not know", { functions: [4], points: [point()] }, /read by function 3, which the device does not know/],
    ["a write the device does not know", { functions: [3], points: [point({ writable: true })] }, /knows neither function 6 nor 16/],
    ["relays without function 5", { functions: [3], relays: { count: 1, coil: 0, on: 1, off: 0 } }, /relays are switched by function 5/],
    ["a writable input", { points: [point({ table: "input", writable: true })] }, /nobody can write a input/],
    ["too long for one read", { read: { max_registers: 3 }, points: [point({ type: "f64" })] }, /longer than one read/],
  ])("%s", (_, over, words) => expect(profileComplaints(profile(over)).join("\n")).toMatch(words));
});

test.each([
  ["kWh", "mWh", 1_000_000],
  ["V", "mV", 1_000],
  ["MW", undefined, 0],
  ["mW", "mW", 1],
  ["°C", "mC", 1_000],
  ["kpa", "Pa", 1_000],
  ["%", "permille", 10],
])("the unit %s of a data sheet", (text, unit, factor) => {
  expect(sheetUnit(text)).toEqual(unit === undefined ? undefined : { unit, factor });
});
test.each([
  ["power_mW", "mW"],
  ["state", undefined],
  ["s", undefined],
  ["open_count", undefined],
])("%s is counted in %s", (name, unit) => expect(unitOf(name)).toBe(unit));
