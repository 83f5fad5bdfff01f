// A simulated charging station: its dead-man window, welds, counters, register image, requests, shed and owner.
import { describe, expect, it } from "vitest";
import type { Profile } from "#protocols/modbus/profile.ts";
import tenSocket from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { chance } from "../chance.ts";
import { answerPdu } from "../modbus/answer.ts";
import { leaves, newOwner } from "./people.ts";
import { stationImage, stationMemory } from "./registers.ts";
import { openShed } from "./shed.ts";
import { advanceStation, clearFaults, newStation, putSocketFault, rearm, type Station, switchRelay, tap, unplug } from "./station.ts";

const profile = tenSocket as Profile;
const load = { plateau_mW: 300_000, float_mW: 7_000, full_ms: 60_000 };
const forever = { amount: 2_500, until: Number.POSITIVE_INFINITY };
const station = (): Station => newStation({ id: "station-1", unit: 1, profile }, chance(3), 0);
const bay = (of: Station, index = 0) => of.bays[index]!;
const close = (of: Station, now: number, index = 0) => switchRelay(of, index, { closed: true, now });
const open = (of: Station, now: number, index = 0) => switchRelay(of, index, { closed: false, now });

describe("the dead-man window", () => {
  it.each([
    // re-armed at ms                 asked at   closed?   opened at
    { rearms: [], asked: 3_999, closed: true, changed: 0 },
    { rearms: [], asked: 4_000, closed: false, changed: 4_000 },
    { rearms: [1_000, 2_000], asked: 5_999, closed: true, changed: 0 },
    { rearms: [1_000, 2_000], asked: 6_000, closed: false, changed: 6_000 },
    { rearms: [3_999], asked: 7_998, closed: true, changed: 0 },
    { rearms: [4_001], asked: 4_001, closed: false, changed: 4_000 },
    { rearms: [], asked: 60_000, closed: false, changed: 4_000 },
  ])("re-armed at $rearms, asked at $asked", ({ rearms, asked, closed, changed }) => {
    const one = station();
    close(one, 0);
    for (const at of rearms) rearm(one, at);
    advanceStation(one, asked);
    expect({ closed: bay(one).contact, changed: bay(one).changedAt }).toEqual({ closed, changed });
    expect(bay(one).why).toBe(closed ? "commanded" : "dead-man");
  });

  it("a re-arm closes no relay, neither one that fell off nor one that was never on", () => {
    const one = station();
    close(one, 0);
    advanceStation(one, 5_000);
    rearm(one, 5_001);
    advanceStation(one, 5_002);
    expect(one.bays.filter(({ contact }) => contact)).toHaveLength(0);
  });

  it("opens every relay of the station at its own deadline", () => {
    const one = station();
    for (const i of one.bays.keys()) close(one, i * 100, i);
    advanceStation(one, 10_000);
    expect(one.bays.map(({ contact, changedAt }) => [contact, changedAt])).toEqual(one.bays.map((_, i) => [false, 4_000 + i * 100]));
  });
});

describe("a welded relay", () => {
  it.each([
    ["commanded open", (one: Station) => open(one, 1_000)],
    ["left alone", (one: Station) => advanceStation(one, 9_000)],
  ])("stays closed and its current flows when %s", (_how, letGo) => {
    const one = station();
    tap(one, bay(one), { load, card: 7 });
    close(one, 0);
    putSocketFault(bay(one), "weld", forever);
    letGo(one);
    advanceStation(one, 20_000);
    expect({ contact: bay(one).contact, why: bay(one).why }).toEqual({ contact: true, why: "welded" });
    expect(bay(one).socket.truth.current_mA).toBeGreaterThan(1_000);
    clearFaults(one, [bay(one)], 21_000);
    expect({ contact: bay(one).contact, why: bay(one).why }).toEqual({ contact: false, why: "commanded" });
  });
});

describe("what is counted", () => {
  it("a session is a tap that a closed relay answered, once", () => {
    const one = station();
    close(one, 0); // nobody tapped
    open(one, 10);
    tap(one, bay(one), { load, card: 7 });
    close(one, 100);
    close(one, 200);
    open(one, 300);
    close(one, 400); // re-energised under the same tap
    expect(one.counts).toEqual({ taps: 1, sessions: 1, cutoffs: 0 });
    unplug(bay(one));
    tap(one, bay(one), { load, card: 8 });
    close(one, 500);
    expect([one.counts.sessions, bay(one).requestSeq, bay(one).requestCard]).toEqual([2, 2, 8]);
  });

  it.each([
    ["over-current", 1, (one: Station) => putSocketFault(bay(one), "over-current", forever)],
    ["over-temperature", 1, (one: Station) => putSocketFault(bay(one), "over-temperature", { ...forever, amount: 85_000 })],
    ["smoke", 1, (one: Station) => one.faults.set("smoke", forever)],
    ["weld", 0, (one: Station) => putSocketFault(bay(one), "weld", forever)],
    ["no fault", 0, () => undefined],
  ] as const)("%s: %d cut-off for one closing, however often OFF is said", (_name, cutoffs, put) => {
    const one = station();
    close(one, 0);
    put(one);
    for (const at of [100, 200, 300]) open(one, at);
    expect(one.counts.cutoffs).toBe(cutoffs);
  });

  it("the dead-man is no cut-off", () => {
    const one = station();
    close(one, 0);
    putSocketFault(bay(one), "over-current", forever);
    advanceStation(one, 10_000);
    open(one, 10_001);
    expect(one.counts.cutoffs).toBe(0);
  });
});

it("a fault with seconds ends by itself", () => {
  const one = station();
  putSocketFault(bay(one), "over-current", { amount: 2_500, until: 1_000 });
  one.faults.set("dead-slave", { amount: 0, until: 2_000 });
  advanceStation(one, 1_000);
  expect([bay(one).faults.size, one.faults.size]).toEqual([0, 1]);
  advanceStation(one, 2_000);
  expect(one.faults.size).toBe(0);
});

describe("the register image", () => {
  it("says the profile's points at the profile's places, in its scales", () => {
    const one = station();
    tap(one, bay(one, 2), { load, card: 0x0001_e241 });
    close(one, 0, 2);
    one.faults.set("smoke", forever);
    rearm(one, 3_000);
    advanceStation(one, 6_500);
    const image = stationImage(one, 6_500);
    const { shown, energy_mWh } = bay(one, 2).socket;
    const at = 8 + 2 * 10;
    expect([...image.slice(0, 7)]).toEqual([10, 0x0102, 40, 1, one.leakage_mA, 0, 6]);
    expect([...image.slice(at, at + 8)]).toEqual([
      0b11,
      1,
      0x0001,
      0xe241,
      Math.round(shown.voltage_mV / 100),
      Math.round(shown.current_mA),
      Math.round(shown.power_mW / 100),
      Math.round(shown.temperature_mC / 100),
    ]);
    expect(image[at + 8]! * 65_536 + image[at + 9]!).toBe(Math.round(energy_mWh / 1_000));
    expect(image).toHaveLength(108);
    expect(shown.power_mW).toBeGreaterThan(250_000);
  });
});

describe("requests", () => {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const asked = (one: Station, pdu: string, now: number) =>
    hex(answerPdu(stationMemory(one, now), Buffer.from(pdu, "hex")) ?? new Uint8Array());
  it.each([
    // what                                   PDU             answer
    ["FC05 on", "050002ff00", "050002ff00"],
    ["FC05 off", "0500020000", "0500020000"],
    ["FC05 with another value", "0500021234", "8503"],
    ["FC05 on a coil that is not there", "05000aff00", "8502"],
    ["FC06 re-arm", "0601000001", "0601000001"],
    ["FC06 re-arm with another value", "0601000002", "8603"],
    ["FC06 elsewhere", "0600080001", "8602"],
    ["FC15 on two sockets", "0f000000020103", "0f00000002"],
    ["FC15 beyond the last socket", "0f000900020103", "8f02"],
    ["FC15 with a wrong byte count", "0f000000020203", "8f03"],
    ["FC16 re-arm", "10010000010200 01".replace(" ", ""), "1001000001"],
    ["FC01 all", "010000000a", "01020000"],
    ["FC01 beyond", "010000000b", "8102"],
    ["FC02, of which it has none", "0200000001", "8201"],
    ["FC04 of 0 registers", "0400000000", "8403"],
    ["FC04 of 126 registers", "040000007e", "8403"],
    ["FC04 beyond the image", "04006b0002", "8402"],
    ["FC03 shows the same as FC04", "0300020001", "03020028"],
    ["FC04", "0400020001", "04020028"],
    ["FC43", "2b0e0100", "ab01"],
  ])("%s", (_what, pdu, answer) => {
    expect(asked(station(), pdu, 50)).toBe(answer);
  });

  it("FC15 refused switches nothing, not even the sockets that exist", () => {
    const one = station();
    asked(one, "0f000900020103", 50);
    expect(one.bays.some(({ commanded }) => commanded)).toBe(false);
  });

  it("one block read holds the whole station", () => {
    expect(answerPdu(stationMemory(station(), 50), Buffer.from("040000006c", "hex"))).toHaveLength(2 + 216);
  });
});

describe("the shed", () => {
  const shed = () => openShed(profile, chance(5), { now: 0 });
  it("a dead station answers nobody, and its relays fall off", () => {
    const one = shed();
    switchRelay(one.stations[1]!, 0, { closed: true, now: 0 });
    one.fault({ name: "dead-slave", station: "station-2", seconds: 20 }, 100);
    expect([one.memory(1, 200) !== undefined, one.memory(2, 200), one.memory(3, 200)]).toEqual([true, undefined, undefined]);
    one.advance(4_100);
    expect(one.sockets(4_100).find(({ socket }) => socket === "station-2/1")).toMatchObject({
      relay: false,
      why: "dead-man",
      relay_changed_ms: 4_000,
    });
    expect(one.memory(2, 20_100)).toBeDefined();
  });

  it.each([
    [{ name: "over-current", socket: "station-1/11" }, "unknown-socket"],
    [{ name: "over-current", socket: "station-9/1" }, "unknown-socket"],
    [{ name: "weld" }, "unknown-socket"],
    [{ name: "smoke", station: "station-3" }, "unknown-station"],
  ] as const)("refuses %o", (fault, code) => {
    expect(shed().fault(fault, 0)).toMatchObject({ kind: "refusal", code });
  });

  it("refuses a tap where somebody is plugged in", () => {
    const one = shed();
    const order = { socket: "station-1/3", card: 5 };
    expect(one.tap(order, { now: 0, owned: false })).toEqual({ kind: "done" });
    expect(one.tap(order, { now: 1, owned: false })).toMatchObject({ code: "occupied" });
    one.fault({ name: "unplug", socket: "station-1/3" }, 2);
    expect(one.tap(order, { now: 3, owned: false })).toEqual({ kind: "done" });
    expect(one.freeSockets()).toHaveLength(19);
  });
});

describe("an owner", () => {
  it("gives up when nothing happens, comes back when the current went off, and when the bike is full", () => {
    const one = station();
    tap(one, bay(one), { load, card: 7 });
    const owner = newOwner(bay(one), chance(1), 0);
    expect([leaves(owner, 90_000), leaves(owner, 90_001)]).toEqual([false, true]);
    close(one, 90_002);
    expect(leaves(owner, 90_003)).toBe(false);
    open(one, 91_000);
    expect([leaves(owner, 91_001), leaves(owner, 91_001 + 61_000)]).toEqual([false, true]);
    const patient = newOwner(bay(one), chance(1), 0);
    close(one, 92_000);
    bay(one).socket.charged_ms = 66_000 + 61_000;
    expect(leaves(patient, 92_001)).toBe(true);
  });
});
