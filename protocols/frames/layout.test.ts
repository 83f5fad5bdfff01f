// A list of fields reads, writes and explains the same bytes; what does not fit is said, and what is newer is kept.
import { expect, test } from "vitest";
import { bytesOf, fromHex, toHex } from "./bytes.ts";
import { unitOf } from "./explain.ts";
import { bcdTime, group, hex, maybe, repeat, u8, u16, whole } from "./fields.ts";
import { body, decodeBody, encodeBody, leastBytes, walkBody } from "./layout.ts";

const sample = body("sample", "样例 / sample", [
  u16("voltage_mV", "电压 / voltage", { each: 100 }),
  u8("temperature_mC", "温度 / temperature", { each: 1000, plus: -65_000, absent: 0 }),
  u8("ports", "端口 / ports"),
  repeat("states", "状态 / states", { of: "ports", field: u8("state", "状态 / state") }),
  maybe(whole("signed", "有符号 / signed", { bytes: 2, signed: true })),
  maybe(bcdTime("time", "时间 / time")),
]);

test.each([
  ["9808 55 02 0001", { voltage_mV: 220_000, temperature_mC: 20_000, ports: 2, states: [0, 1] }],
  ["9808 00 00", { voltage_mV: 220_000, temperature_mC: null, ports: 0, states: [] }],
  ["0000 41 00 FEFF", { voltage_mV: 0, temperature_mC: 0, ports: 0, states: [], signed: -2 }],
  ["0000 41 00 FEFF 240829105322", { voltage_mV: 0, temperature_mC: 0, ports: 0, states: [], signed: -2, time: "2024-08-29 10:53:22" }],
  ["0000 41 00 FEFF 000000000000 CAFE", { voltage_mV: 0, temperature_mC: 0, ports: 0, states: [], signed: -2, time: null, extra: "CAFE" }],
])("%s", (text, values) => {
  const bytes = bytesOf(text);
  const message = decodeBody(sample, bytes);
  expect(message).toEqual({ kind: "sample", ...values });
  expect(toHex(encodeBody(sample, { kind: "sample", ...values }))).toBe(toHex(bytes));
});

test("bytes that end inside a field are undecodable at that place, and the cells before it stand", () => {
  expect(decodeBody(sample, bytesOf("980855020A"))).toEqual({ kind: "undecodable", reason: "ends inside states[1]", at: 5 });
  expect(walkBody(sample, bytesOf("980855")).cells.map((cell) => cell.path)).toEqual(["voltage_mV", "temperature_mC"]);
  expect(leastBytes(sample)).toBe(4);
});

test.each([
  ["a value between two steps", { voltage_mV: 150 }],
  ["a value beyond the field", { voltage_mV: 6_553_600 }],
  ["fewer states than ports", { ports: 3 }],
  ["a field behind one that is missing", { time: "2024-08-29 10:53:22" }],
])("%s is a bug and thrown", (_, change) => {
  const good = { voltage_mV: 0, temperature_mC: null, ports: 1, states: [0] };
  expect(encodeBody(sample, good)).toHaveLength(5);
  expect(() => encodeBody(sample, { ...good, ...change })).toThrow(RangeError);
});

test("groups: a leading count is bounded, and its objects carry their places", () => {
  const counted = body("counted", "组 / groups", [
    group("objects", "对象 / objects", { count: { prefix: 1, most: 2 }, fields: [u8("a", "a"), hex("b", "b", 1)] }),
  ]);
  expect(decodeBody(counted, bytesOf("02 0102 0304"))).toEqual({
    kind: "counted",
    objects: [
      { a: 1, b: "02" },
      { a: 3, b: "04" },
    ],
  });
  expect(decodeBody(counted, bytesOf("03 0102 0304 0506"))).toMatchObject({ kind: "undecodable", at: 0 });
  expect(decodeBody(counted, bytesOf("02 0102 03"))).toEqual({ kind: "undecodable", reason: "ends inside objects[1].b", at: 4 });
  expect(walkBody(counted, bytesOf("01 0102")).cells.map((cell) => [cell.at, cell.path])).toEqual([
    [0, "objects.count"],
    [1, "objects[0].a"],
    [2, "objects[0].b"],
  ]);
});

test("hex as people write it, and the unit that a key carries", () => {
  expect(fromHex("0x44 4e-59:0A,ff\n")).toEqual(Uint8Array.of(0x44, 0x4e, 0x59, 10, 255));
  expect(fromHex("44 4G")).toMatchObject({ kind: "undecodable", reason: '"G" is no hexadecimal digit' });
  expect(fromHex("444")).toMatchObject({ kind: "undecodable" });
  expect(["power_mW", "objects[0].energy_mWh", "power_mW[1]", "port", "temperature_mC"].map(unitOf)).toEqual([
    "mW",
    "mWh",
    "mW",
    undefined,
    "m°C",
  ]);
});
