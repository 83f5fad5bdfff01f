// Values that repeat per socket, in every arrangement that data sheets have: whole blocks, arrays by quantity, odd places, bits in shared registers. Words counted by hand.
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { describe, expect, test } from "vitest";
import { checkProfile, profileComplaints, profileHints } from "./check.ts";
import { decode } from "./decode.ts";
import { imageOf } from "./encode.ts";
import { planReads } from "./plan.ts";
import { type Point, Profile } from "./profile.ts";
import { type Shape, schemaComplaints } from "./schema-words.ts";
import { relayRequest, switchRequest } from "./write.ts";

const profile = (over: Partial<Profile>): Profile => ({
  id: "meters/test",
  kind: "meter",
  maker: "nobody",
  model: "test",
  provenance: "invented",
  read: { max_registers: 100 },
  points: [],
  ...over,
});
const own = (over: Partial<Point> & Pick<Point, "name">): Point => ({ per: "socket", table: "holding", address: 0, type: "u16", ...over });
/** Register 100 holds 0x0100 and so on, so that a value says where it came from. */
const words = (values: Readonly<Record<number, number>>) => (_table: string, address: number) => values[address];
const read = (model: Profile, values: Readonly<Record<number, number>>, name: string) =>
  decode(model, words(values)).sockets.map((socket) => socket[name]?.value);

describe("where the values of socket n stand", () => {
  test("arrays by quantity: each point has its own stride", () => {
    const model = profile({
      sockets: { count: 3 },
      points: [
        own({ name: "voltage_mV", address: 0, stride: 1, multiply: 100 }),
        own({ name: "energy_mWh", address: 3, stride: 2, type: "u32", order: "CDAB" }),
      ],
    });
    expect(profileComplaints(model)).toEqual([]);
    const values = { 0: 2301, 1: 2302, 2: 2303, 3: 1, 4: 0, 5: 2, 6: 0, 7: 3, 8: 1 };
    expect(read(model, values, "voltage_mV")).toEqual([230_100, 230_200, 230_300]);
    expect(read(model, values, "energy_mWh")).toEqual([1, 2, 65_539]);
    expect(planReads(model)).toEqual([{ table: "holding", address: 0, count: 9 }]);
  });
  test("odd places: starts of the device, and of one point", () => {
    const model = profile({
      sockets: { count: 3, starts: [0, 16, 48] },
      points: [own({ name: "current_mA", address: 256 }), own({ name: "closed", table: "coil", starts: [0, 1, 8] })],
    });
    expect(profileComplaints(model)).toEqual([]);
    expect(read(model, { 256: 1, 272: 2, 304: 3, 0: 1, 1: 0, 8: 1 }, "current_mA")).toEqual([1, 2, 3]);
    expect(read(model, { 256: 1, 272: 2, 304: 3, 0: 1, 1: 0, 8: 1 }, "closed")).toEqual([1, 0, 1]);
  });
  test("one bit a socket in shared registers, beyond the sixteenth too", () => {
    const model = profile({
      sockets: { count: 20, stride: 10 },
      points: [own({ name: "state", address: 4, field: { low: 0, width: 1, stride: 1 }, bits: { relay_closed: 0 } })],
    });
    expect(profileComplaints(model)).toEqual([]);
    const closed = decode(model, words({ 4: 0b1000_0000_0000_0101, 5: 0b0010 })).sockets.map(({ state }) => state?.bits.relay_closed);
    expect(closed.flatMap((is, at) => (is ? [at + 1] : []))).toEqual([1, 3, 16, 18]);
    expect(planReads(model)).toEqual([{ table: "holding", address: 4, count: 2 }]);
  });
  test("two bytes a register, one each socket, signed", () => {
    const model = profile({
      sockets: { count: 3 },
      points: [own({ name: "temperature_mC", address: 7, type: "i16", field: { low: 0, width: 8, stride: 8 }, multiply: 1000 })],
    });
    expect(read(model, { 7: 0x1fec, 8: 0x0080 }, "temperature_mC")).toEqual([-20_000, 31_000, -128_000]);
  });
  test("one register holds the directions of all sockets; elsewhere a set bit means forwards", () => {
    const model = profile({
      sockets: { count: 3 },
      points: [
        own({ name: "power_mW", address: 10, stride: 1, sign: { address: 20, bit: 0, stride: 1 } }),
        own({ name: "reactive_mvar", address: 13, stride: 1, sign: { address: 21, bit: 14, stride: 1, negative: 0 } }),
      ],
    });
    const values = { 10: 5, 11: 6, 12: 7, 13: 1, 14: 2, 15: 3, 20: 0b010, 21: 0x4000, 22: 0x0001 };
    expect(read(model, values, "power_mW")).toEqual([5, -6, 7]);
    expect(read(model, values, "reactive_mvar")).toEqual([1, -2, 3]);
    expect(planReads(model)).toEqual([{ table: "holding", address: 10, count: 13 }]);
  });
  test("what is laid out is read back, in every arrangement", () => {
    const model = profile({
      sockets: { count: 5, stride: 4 },
      points: [
        own({ name: "a", address: 100, type: "u32", order: "CDAB" }),
        own({ name: "b", address: 200, stride: 1, type: "bcd16" }),
        own({ name: "c", address: 300, starts: [0, 3, 9, 27, 81] }),
        own({ name: "d", address: 400, type: "i16", field: { low: 4, width: 4, stride: 4 } }),
        own({ name: "e", address: 500, sign: { address: 600, bit: 13, stride: 1, negative: 0 } }),
        own({ name: "f", address: 700, type: "u48", order: "EFCDAB" }),
      ],
    });
    expect(profileComplaints(model)).toEqual([]);
    const value = (name: string, socket: number): number =>
      name === "d" ? socket - 3 : name === "e" ? socket * (socket % 2 === 0 ? -1 : 1) : socket * 7 + 1;
    const image = imageOf(model, (name, socket) => value(name, socket ?? 0));
    const found = decode(model, (table, address) => image.get(table)?.get(address));
    let compared = 0;
    for (const [socket, values] of found.sockets.entries())
      for (const [name, decoded] of Object.entries(values)) {
        expect(decoded?.value, `${name}@${socket + 1}`).toBe(value(name, socket) + 0);
        compared += 1;
      }
    expect(compared).toBe(30);
  });
});

describe("fields of wider values", () => {
  const one = (over: Partial<Point>, values: Readonly<Record<number, number>>) =>
    decode(profile({ points: [own({ name: "x", per: "device", ...over })] }), words(values)).device.x?.value;
  test.each<[string, Partial<Point>, Readonly<Record<number, number>>, number]>([
    ["24 of 32 bits", { type: "u32", field: { low: 0, width: 24 } }, { 0: 0x7f12, 1: 0x3456 }, 0x12_3456],
    ["their exponent", { type: "i32", field: { low: 24, width: 8 } }, { 0: 0xfe12, 1: 0x3456 }, -2],
    ["low word first", { type: "u32", order: "CDAB", field: { low: 16, width: 16 } }, { 0: 0x3456, 1: 0x7f12 }, 0x7f12],
    ["two digits of BCD", { type: "bcd16", field: { low: 8, width: 8 } }, { 0: 0x2359 }, 23],
    ["swapped bytes", { order: "BA", field: { low: 0, width: 4 } }, { 0: 0x0500 }, 5],
    ["48 bits", { type: "u48" }, { 0: 1, 1: 2, 2: 3 }, 0x1_0002_0003],
    ["48 bits, low word first", { type: "u48", order: "EFCDAB" }, { 0: 3, 1: 2, 2: 1 }, 0x1_0002_0003],
    ["48 bits, bytes swapped", { type: "u48", order: "BADCFE" }, { 0: 0x0100, 1: 0x0200, 2: 0x0300 }, 0x1_0002_0003],
    ["48 bits, little-endian", { type: "u48", order: "FEDCBA" }, { 0: 0x0300, 1: 0x0200, 2: 0x0100 }, 0x1_0002_0003],
    ["48 bits, signed", { type: "i48" }, { 0: 0xffff, 1: 0xffff, 2: 0xfffd }, -3],
    ["a meter's number, six bytes of BCD", { type: "bcd48" }, { 0: 0x1234, 1: 0x5678, 2: 0x9012 }, 123_456_789_012],
  ])("%s", (_, over, values, expected) => expect(one(over, values)).toBe(expected));
});

describe("relays switched by registers", () => {
  // The eight-channel boards that take 0x0100 open, 0x0200 close, 0x0300 toggle, 0x0600 + seconds at register 1 … 8, 0x0700/0x0800 at 0 for all.
  const board = profile({
    kind: "relay",
    functions: [3, 6],
    sockets: { count: 8, stride: 1 },
    points: [own({ name: "closed", address: 1 })],
    relays: {
      count: 8,
      register: 1,
      on: 0x0100,
      off: 0x0200,
      toggle: 0x0300,
      flash: { register: 1, add: 0x0600, step_ms: 1000, most: 255 },
    },
  });
  const hex = (pdu: Uint8Array): string => Buffer.from(pdu).toString("hex");
  test.each<[string, Parameters<typeof relayRequest>[1], string]>([
    ["close 3", { relay: 3, order: "on" }, "0600030100"],
    ["open 8", { relay: 8, order: "off" }, "0600080200"],
    ["toggle 1", { relay: 1, order: "toggle" }, "0600010300"],
    ["for ten seconds", { relay: 2, order: "flash-on", for_ms: 10_000 }, "060002060a"],
  ])("%s", (_, order, pdu) => {
    const request = relayRequest({ profile: board, unit: 1 }, order);
    expect("pdu" in request && hex(request.pdu)).toBe(pdu);
  });
  test("a station switched by registers, two apart", () => {
    const station = profile({
      sockets: { count: 4, stride: 1 },
      switching: { register: 0x200, stride: 2, on: 1, off: 0, rearm: { register: 0x300, value: 7 }, hold_ms: 3000 },
    });
    const off = switchRequest({ profile: station, unit: 1 }, { socket: 4, on: false });
    const rearm = switchRequest({ profile: station, unit: 1 }, "rearm");
    expect(["pdu" in off && hex(off.pdu), "pdu" in rearm && hex(rearm.pdu)]).toEqual(["0602060000", "0603000007"]);
  });
  test("half a relay number is no relay", () => {
    expect(relayRequest({ profile: board, unit: 1 }, { relay: 1.5, order: "on" })).toMatchObject({ code: "no-relay" });
    expect(relayRequest({ profile: board, unit: 1 }, { relay: 1, order: "flash-on", for_ms: Number.NaN })).toMatchObject({
      code: "out-of-range",
    });
  });
});

describe("what is said of a repetition that cannot be meant", () => {
  test.each<[string, Partial<Profile>, RegExp]>([
    [
      "no distance",
      { sockets: { count: 2 }, points: [own({ name: "a" })] },
      /points\[0\] \(a\)\.stride: 每路一个.*how far apart；例 e\.g\. "stride": 2/,
    ],
    ["too few starts", { sockets: { count: 3, stride: 1 }, points: [own({ name: "a", starts: [0, 5] })] }, /there are 3 sockets, not 2/],
    ["both", { sockets: { count: 2, stride: 1, starts: [0, 1] }, points: [own({ name: "a" })] }, /stride or starts, not both/],
    ["a stride of the device", { points: [own({ name: "a", per: "device", stride: 2 })] }, /stride: 只用于每路的点/],
    [
      "bits across registers",
      { sockets: { count: 6, stride: 1 }, points: [own({ name: "a", field: { low: 0, width: 3, stride: 3 } })] },
      /across two registers/,
    ],
    [
      "bits on each other",
      { sockets: { count: 2, stride: 1 }, points: [own({ name: "a", field: { low: 0, width: 2, stride: 1 } })] },
      /a: lies on a at holding 0/,
    ],
    [
      "half a digit",
      { points: [own({ name: "a", per: "device", type: "bcd16", field: { low: 0, width: 6 } })] },
      /a BCD digit has four bits/,
    ],
    ["a field of a float", { points: [own({ name: "a", per: "device", type: "f32", field: { low: 0, width: 8 } })] }, /no part of a float/],
    ["neither coil nor register", { relays: { count: 2, on: 1, off: 0 } }, /relays: coil（FC05）与 register/],
    ["both of them", { relays: { count: 2, coil: 0, register: 0, on: 1, off: 0 } }, /exactly one/],
    [
      "a register without function 6",
      { functions: [3, 5], relays: { count: 2, register: 0, on: 1, off: 0 } },
      /relays are switched by function 6/,
    ],
    ["a pulse without function 6", { functions: [3, 5], pulses: { open: { register: 1, value: 1 } } }, /the pulse open needs function 6/],
    ["48 bits too large", { points: [own({ name: "a_mWh", per: "device", type: "u48", multiply: 1_000_000 })] }, /whole numbers/],
  ])("%s", (_, over, words_) => {
    const points = over.points ?? [own({ name: "z", per: "device", address: 9 })];
    expect(profileComplaints(profile({ ...over, points })).join("\n")).toMatch(words_);
  });
  test("a sheet's notation taken for an address is asked about", () => {
    const hints = profileHints(
      profile({ points: [own({ name: "a", per: "device", address: 40_011 }), own({ name: "b", per: "device", address: 9_000 })] }),
    );
    expect(hints).toEqual([
      expect.stringMatching(/points\[0\] \(a\)\.address: 40011 是资料的写法吗？.*it is 10 on the wire；例 e\.g\. "address": 10/),
    ]);
  });
});

describe("what is said of a file that is no profile", () => {
  const whole = profile({
    serial: { baud: 9600, parity: "none", stop_bits: 1 },
    functions: [3],
    points: [own({ name: "a", per: "device" })],
  });
  test.each<[string, unknown, RegExp]>([
    ["a word misspelt", { ...whole, kind: "metre" }, /^kind: 文字 "metre" 不在可用值之中.*did you mean "meter"\?/],
    [
      "a key misspelt",
      { ...whole, points: [{ ...whole.points[0], tabel: "input", table: undefined }] },
      /points\[0\] \(a\)\.tabel: 没有这个键；是否想写 "table"/,
    ],
    ["a key missing", { ...whole, provenance: undefined }, /^provenance: 缺少此键（依据.*；例 e\.g\. "provenance": "XY-100/],
    [
      "text for a number",
      { ...whole, points: [{ ...whole.points[0], address: "40001" }] },
      /address: 应为整数，不带引号，却是文字 "40001"/,
    ],
    ["out of range", { ...whole, read: { max_registers: 500 } }, /^read\.max_registers: 500 超出 1 … 125.*例 e\.g\. "max_registers": 60/],
    [
      "no such stop bits",
      { ...whole, serial: { ...whole.serial, stop_bits: 3 } },
      /^serial\.stop_bits: 3 不在可用值之中 \/ 3 is none of 1 \| 2/,
    ],
    ["a name", { ...whole, points: [{ ...whole.points[0], name: "Voltage" }] }, /"Voltage" 写法不对：点名/],
    ["an absent word", { ...whole, points: [{ ...whole.points[0], absent: ["FFFF"] }] }, /absent\[0\]: "FFFF" 写法不对/],
    ["a sign", { ...whole, points: [{ ...whole.points[0], sign: { bit: 1 } }] }, /points\[0\] \(a\)\.sign\.address: 缺少此键/],
    ["no points", { ...whole, points: [] }, /^points: 是空的/],
    ["no object", 7, /^文件 \/ the file: 应为一组键值/],
  ])("%s", (_, value, words_) => {
    const checked = checkProfile(JSON.parse(JSON.stringify(value)));
    expect("complaints" in checked && checked.complaints.join("\n")).toMatch(words_);
  });

  test("our words and the schema library agree on every file: something is said exactly when it is refused", () => {
    const validator = Compile(Profile);
    const odd = fc.oneof(
      fc.constantFrom<unknown>(null, true, 7, -1, 1.5, "", "x", "NaN", "0xFF", [], {}, [1], ["a"], { a: 1 }),
      fc.jsonValue(),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(
          ...Object.keys(whole),
          "points.0.name",
          "points.0.sign",
          "points.0.absent",
          "points.0.bits",
          "points.0.field",
          "read.hole",
          "pulses",
          "relays",
          "sockets",
        ),
        odd,
        (path, value) => {
          const file = JSON.parse(JSON.stringify(whole)) as Record<string, unknown>;
          const steps = path.split(".");
          const last = steps.pop() ?? "";
          const at = steps.reduce<Record<string, unknown>>((one, step) => one[step] as Record<string, unknown>, file);
          at[last] = value;
          const said = schemaComplaints(file, Profile as unknown as Shape);
          expect(said.length === 0, `${path} = ${JSON.stringify(value)}: ${JSON.stringify(said)}`).toBe(validator.Check(file));
          refused += said.length > 0 ? 1 : 0;
        },
      ),
      { numRuns: 2_000 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});
