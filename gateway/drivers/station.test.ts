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
  test("an answer of another length, or none, is undecodable", () => {
    expect(driver.understand([pdu().slice(0, -2)])).toMatchObject({ kind: "undecodable" });
    expect(driver.understand([])).toMatchObject({ kind: "undecodable" });
  });
  test("a profile that is no station is a bug", () => {
    const { switching: _, ...rest } = station;
    expect(() => stationDriver({ profile: rest, unit: 1 })).toThrow(/no station/);
  });
});
