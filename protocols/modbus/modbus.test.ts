// Frames, plans and values against the numbers of the vendors' documents and hand-computed tables.
import { describe, expect, test } from "vitest";
import barrier from "#protocols/profiles/barriers/loop-board.json" with { type: "json" };
import station from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { profileComplaints } from "./check.ts";
import { answerWords, decode, decodePoint, rawInteger, registersOf } from "./decode.ts";
import { readRequest, rtuFrame, rtuIntact, writeCoilRequest } from "./frame.ts";
import { blockRequest, planReads } from "./plan.ts";
import type { Point, Profile } from "./profile.ts";

const tenSocket = station as Profile;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const point = (over: Partial<Point>): Point => ({ name: "current_mA", per: "device", table: "input", address: 0, type: "u16", ...over });
const profile = (over: Partial<Profile>): Profile => ({
  id: "meters/test",
  kind: "meter",
  maker: "test",
  model: "test",
  provenance: "test",
  read: { max_registers: 10 },
  points: [point({})],
  ...over,
});

describe("frames", () => {
  // Published frames of meters and relay boards.
  test.each([
    ["SDM voltage", readRequest(1, 4, 0, 2), "01040000000271cb"],
    ["SDM total energy", readRequest(1, 4, 0x156, 2), "0104015600029027"],
    ["PZEM all", readRequest(1, 4, 0, 10), "01040000000a700d"],
    ["relay board: relay 0 on for 700 ms", writeCoilRequest(1, 0x200, 7), "0105020000078db0"],
  ])("%s", (_, request, expected) => {
    const frame = rtuFrame(request);
    expect(rtuIntact(frame)).toBe(true);
    expect(hex(frame)).toBe(expected);
  });
});

describe("plans", () => {
  test("the ten-socket station is one FC04 read of 108 registers", () => {
    const blocks = planReads(tenSocket);
    expect(blocks).toEqual([{ table: "input", address: 0, count: 108 }]);
    expect(hex(blockRequest(1, blocks[0]!).pdu)).toBe("040000006c");
  });
  test("the barrier board is one read of 6", () => {
    expect(planReads(barrier as Profile)).toEqual([{ table: "input", address: 0, count: 6 }]);
  });
  const at = (address: number, type: Point["type"] = "u16", table: Point["table"] = "input"): Point =>
    point({ name: `p${address}_${table}`, address, type, table });
  test.each<[string, Point[], { table: string; address: number; count: number }[]]>([
    ["near ones together", [at(0), at(5)], [{ table: "input", address: 0, count: 6 }]],
    ["order does not matter", [at(5), at(0)], [{ table: "input", address: 0, count: 6 }]],
    ["far ones apart", [at(0), at(40)], [at(0), at(40)].map(({ address }) => ({ table: "input", address, count: 1 }))],
    [
      "no more than allowed",
      [at(0), at(9, "u32")],
      [
        { table: "input", address: 0, count: 1 },
        { table: "input", address: 9, count: 2 },
      ],
    ],
    ["exactly what is allowed", [at(0), at(8, "u32")], [{ table: "input", address: 0, count: 10 }]],
    [
      "tables apart",
      [at(0), at(1, "u16", "holding")],
      [
        { table: "holding", address: 1, count: 1 },
        { table: "input", address: 0, count: 1 },
      ],
    ],
  ])("%s", (_, points, expected) => {
    expect(planReads(profile({ points }))).toEqual(expected);
  });
});

describe("values", () => {
  test.each<[Point["type"], Point["order"], number[], number]>([
    ["u16", undefined, [0xffff], 65_535],
    ["i16", undefined, [0xffff], -1],
    ["i16", undefined, [0x8000], -32_768],
    ["u32", undefined, [0x0001, 0x0002], 65_538],
    ["u32", "ABCD", [0xffff, 0xfffe], 4_294_967_294],
    ["u32", "CDAB", [0x006c, 0x0000], 108], // PZEM current 0.108 A, low word first
    ["u32", "BADC", [0x0100, 0x0200], 65_538],
    ["u32", "DCBA", [0x0200, 0x0100], 65_538],
    ["i32", "ABCD", [0xffff, 0xffff], -1],
    ["i32", "CDAB", [0xfffe, 0xffff], -2],
  ])("%s %s %j is %d", (type, order, [first = 0, second = 0], expected) => {
    expect(rawInteger(order === undefined ? { type } : { type, order }, first, second)).toBe(expected);
  });

  test.each<[string, Partial<Point>, number[], number | undefined, string?]>([
    ["plain", {}, [2150], 2150],
    ["multiplied", { multiply: 100 }, [2257], 225_700],
    ["divided, rounded", { divide: 32 }, [100], 3],
    ["both", { multiply: 10, divide: 32 }, [16], 5],
    ["absent word", { absent: [65_535] }, [65_535], undefined],
    ["absent is raw, before scaling", { absent: [100], multiply: 2 }, [50], 100],
    ["absent i16", { type: "i16", absent: [-32_768] }, [0x8000], undefined],
    ["not read", {}, [], undefined],
    ["half a u32", { type: "u32" }, [1], undefined],
    ["at maximum", { maximum: 60_000 }, [60_000], 60_000, "good"],
    ["above maximum", { maximum: 60_000 }, [60_001], 60_001, "bad"],
    ["below minimum", { type: "i16", minimum: -5 }, [0xfffa], -6, "bad"],
    ["minimum is scaled", { multiply: 100, minimum: 3000 }, [30], 3000, "good"],
  ])("%s", (_, over, words, value, quality) => {
    const decoded = decodePoint(point(over), words);
    expect(decoded?.value).toBe(value);
    if (quality !== undefined) expect(decoded?.quality).toBe(quality);
  });

  test("bits by name", () => {
    expect(decodePoint(point({ bits: { relay_closed: 0, plugged: 1, fault: 15 } }), [0x8001])?.bits).toEqual({
      relay_closed: true,
      plugged: false,
      fault: true,
    });
  });

  test("socket 10 of the station stands at its stride", () => {
    const words = Array.from({ length: 108 }, (_, address) => address);
    const values = decode(tenSocket, registersOf([{ block: planReads(tenSocket)[0]!, words }]));
    expect(values.sockets).toHaveLength(10);
    expect(values.sockets[9]?.current_mA?.value).toBe(103);
    expect(values.sockets[9]?.energy_mWh?.value).toBe((106 * 65_536 + 107) * 1000);
    expect(values.sockets[0]?.voltage_mV?.value).toBe(1200);
    expect(values.device.leakage_mA?.value).toBe(4);
    expect(values.device.hold_ms?.quality).toBe("bad"); // 2 × 100 ms
  });

  test("an answer of another length is refused", () => {
    const block = { table: "input", address: 0, count: 2 } as const;
    expect(answerWords(block, Uint8Array.of(4, 4, 0, 1, 2, 3))).toEqual([1, 0x0203]);
    for (const pdu of [Uint8Array.of(4, 2, 0, 1), Uint8Array.of(4, 4, 0, 1, 2), Uint8Array.of(4, 4, 0, 1, 2, 3, 4), Uint8Array.of(4)])
      expect(answerWords(block, pdu)).toMatchObject({ kind: "undecodable" });
    expect(answerWords({ table: "coil", address: 0, count: 10 }, Uint8Array.of(1, 2, 0b101, 0b10))).toEqual([1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  });
});

describe("profiles", () => {
  test("those we ship are sound", () => {
    expect([tenSocket, barrier as Profile].map(profileComplaints)).toEqual([[], []]);
  });
  test.each<[string, Partial<Profile>, RegExp]>([
    ["order of a 16-bit value", { points: [point({ order: "CDAB" })] }, /order/],
    ["upside-down bounds", { points: [point({ minimum: 2, maximum: 1 })] }, /minimum is above/],
    [
      "beyond whole numbers, and not said where true values end",
      { points: [point({ type: "bcd48", multiply: 10_000 })] },
      /say where true values end/,
    ],
    ["beyond whole numbers", { points: [point({ type: "u32", multiply: 10_000_000 })] }, /whole numbers/],
    ["two on one register", { points: [point({}), point({ name: "power_mW" })] }, /power_mW: lies on current_mA/],
    ["a name twice", { points: [point({}), point({ address: 1 })] }, /named twice/],
    ["a stride too short", { sockets: { count: 2, stride: 1 }, points: [point({ per: "socket", type: "u32" })] }, /lies on/],
    ["sockets without a count", { points: [point({ per: "socket" })] }, /no sockets/],
    [
      "past the last register",
      { sockets: { count: 2, stride: 1 }, points: [point({ per: "socket", address: 65_535 })] },
      /beyond register/,
    ],
    ["a station that is not switched", { kind: "station", sockets: { count: 1, stride: 1 } }, /switching/],
    ["a station without current", { kind: "station", points: [point({ name: "power_mW" })] }, /current_mA: protection/],
    ["a station whose relay is not read back", { kind: "station" }, /relay_closed/],
  ])("%s is complained of", (_, over, words) => {
    expect(profileComplaints(profile(over)).join("\n")).toMatch(words);
  });
});
