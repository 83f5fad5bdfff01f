// The ten-socket station in bytes: what it is asked, and what its registers mean to protection.
import { describe, expect, test } from "vitest";
import type { Profile } from "#protocols/modbus/profile.ts";
import profile from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { stationDriver } from "./station.ts";
import { drivers } from "./table.ts";

const station = profile as Profile;
const driver = stationDriver({ profile: station, unit: 2 });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** 108 registers as the station would send them; `over` sets single ones. */
function pdu(over: Readonly<Record<number, number>> = {}): Uint8Array {
  const words = Array.from({ length: 108 }, (_, at) => over[at] ?? (at >= 8 && (at - 8) % 10 === 7 ? 270 : at === 2 ? 40 : 0));
  return Uint8Array.of(4, 216, ...words.flatMap((word) => [word >> 8, word & 0xff]));
}
const understood = (over: Readonly<Record<number, number>> = {}) => {
  const answer = driver.understand([pdu(over)]);
  if ("kind" in answer) throw new Error(answer.reason);
  return answer;
};

describe("asked", () => {
  test.each([
    ["poll", driver.poll(0), "040000006c"],
    ["OFF of socket 1", driver.off(0), "0500000000"],
    ["OFF of socket 10", driver.off(9), "0500090000"],
    ["ON of socket 10", driver.on(9), "050009ff00"],
    ["re-arm", driver.rearm(), "0601000001"],
  ])("%s", (_, request, expected) => {
    expect([request.unit, hex(request.pdu)]).toEqual([2, expected]);
  });
  test("every relay OFF in one frame, unless the model does not know function 15, or opens by another value", () => {
    expect(driver.offAll && hex(driver.offAll().pdu)).toBe("0f0000000a020000");
    const without = { ...station, functions: [4, 5, 6] } as Profile;
    expect(stationDriver({ profile: without, unit: 1 }).offAll).toBeUndefined();
    const { switching } = station;
    if (switching === undefined) throw new Error("no switching");
    expect(stationDriver({ profile: { ...station, switching: { ...switching, off: 0x5500 } }, unit: 1 }).offAll).toBeUndefined();
  });
  test("ten sockets, one block, 4 s", () => expect([driver.sockets, driver.blocks.length, driver.hold_ms]).toEqual([10, 1, 4000]));
  test("the table knows it by its kind", () => expect(drivers.station).toBe(stationDriver));
});

describe("understood", () => {
  test("a socket that charges", () => {
    const third = understood({ 28: 0b11, 29: 7, 30: 0, 31: 88, 32: 2257, 33: 2150, 34: 4852, 35: 315, 36: 0, 37: 1234 }).sockets[2];
    expect(third).toEqual({
      relay_closed: true,
      plugged: true,
      request_seq: 7,
      residual_mA: "not-offered",
      request_card: 88,
      voltage_mV: 225_700,
      current_mA: 2150,
      power_mW: 485_200,
      temperature_mC: 31_500,
      energy_mWh: 1_234_000,
    });
  });
  test.each([
    ["voltage_mV", 12, 65_535, "absent"],
    ["current_mA", 13, 65_535, "absent"],
    ["current_mA", 13, 60_001, "bad"],
    ["power_mW", 14, 65_535, "absent"],
    ["temperature_mC", 15, 0x8000, "absent"],
    ["temperature_mC", 15, 0xf000, "bad"],
  ] as const)("%s of word %d = %d is %s", (name, at, word, expected) => {
    expect(understood({ [at]: word }).sockets[0]?.[name]).toBe(expected);
  });
  test.each([
    [0, false],
    [1, true],
    [2, false],
    [3, true],
  ])("inputs %d: smoke %s", (word, smoke) => expect(understood({ 3: word }).smoke).toBe(smoke));
  test("leakage", () => expect([understood({ 4: 12 }).leakage_mA, understood({ 4: 65_535 }).leakage_mA]).toEqual([12, "absent"]));
  test("what the profile does not offer is said so", () => {
    const bare = { ...station, points: station.points.filter(({ name }) => name !== "temperature_mC" && name !== "inputs") };
    const answer = stationDriver({ profile: bare, unit: 1 }).understand([pdu()]);
    expect(answer).toMatchObject({ smoke: "not-offered" });
    expect("sockets" in answer && answer.sockets[0]?.temperature_mC).toBe("not-offered");
  });
  test("a box that measures its voltage once, keeps currents apart by quantity, states as bits of one register, and is switched by registers", () => {
    const points: Profile["points"] = [
      { name: "voltage_mV", per: "device", table: "input", address: 0, type: "u16", multiply: 100 },
      { name: "current_mA", per: "socket", table: "input", address: 10, stride: 1, type: "u16", multiply: 10, absent: [65_535] },
      {
        name: "relay",
        per: "socket",
        table: "input",
        address: 16,
        type: "u16",
        field: { low: 0, width: 1, stride: 1 },
        bits: { relay_closed: 0 },
      },
      {
        name: "plug",
        per: "socket",
        table: "input",
        address: 16,
        type: "u16",
        field: { low: 8, width: 1, stride: 1 },
        bits: { plugged: 0 },
      },
    ];
    const switching = { register: 100, on: 1, off: 0, rearm: { register: 120, value: 0xa55a }, hold_ms: 5_000 };
    const box = stationDriver({ profile: { ...station, points, switching, sockets: { count: 6 } }, unit: 9 });
    const words = Array.from({ length: 17 }, (_, at) => ({ 0: 2301, 12: 215, 15: 65_535, 16: 0b0010_0100_0000_0100 })[at] ?? 0);
    const answer = box.understand([Uint8Array.of(4, 34, ...words.flatMap((word) => [word >> 8, word & 0xff]))]);
    expect(answer).toMatchObject({ sockets: { length: 6 } });
    if ("kind" in answer) throw new Error(answer.reason);
    expect(answer.sockets.map((socket) => socket.voltage_mV)).toEqual(new Array(6).fill(230_100));
    expect(answer.sockets.map((socket) => socket.current_mA)).toEqual([0, 0, 2150, 0, 0, "absent"]);
    expect(answer.sockets.map((socket) => [socket.relay_closed, socket.plugged])).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [false, false],
      [false, false],
      [false, true],
    ]);
    expect([box.off(2), box.on(5), box.rearm()].map(({ pdu: sent }) => hex(sent))).toEqual(["0600660000", "0600690001", "060078a55a"]);
  });
  test("an answer of another length, or none, is undecodable", () => {
    expect(driver.understand([pdu().slice(0, -2)])).toMatchObject({ kind: "undecodable" });
    expect(driver.understand([])).toMatchObject({ kind: "undecodable" });
  });
  test("a profile that is no station is a bug", () => {
    const { switching: _, ...rest } = station;
    expect(() => stationDriver({ profile: rest, unit: 1 })).toThrow(/no station/);
  });
});
