// Every fault that a socket or a station can be told to have shows on its wires as it does in the field, and is gone when it is cleared; and people come when a compound comes home.
import { expect, test } from "vitest";
import { freshStream, step } from "#protocols/frames/stream.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { dny } from "#protocols/piles/dny/frame.ts";
import tenSocket from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { counted } from "#test/promise.ts";
import { chance } from "../chance.ts";
import { DnyPile } from "../piles/dny-pile.ts";
import { spoiledWire, type WireFault, wireFaults } from "../piles/wire-faults.ts";
import { newHabits, stepHabits } from "../traffic/habits.ts";
import { nearlyRound, stationMemory } from "./registers.ts";
import { openShed, type Shed } from "./shed.ts";
import { type Bay, meterOf, type Station, switchRelay } from "./station.ts";

const profile = tenSocket as Profile;

interface Scene {
  readonly shed: Shed;
  readonly station: Station;
  readonly bay: Bay;
  at: number;
  on(seconds: number): void;
}

function charging(): Scene {
  const shed = openShed(profile, chance(3), { now: 0 });
  const [station] = shed.stations;
  const bay = station?.bays[2];
  if (station === undefined || bay === undefined) throw new Error("no station");
  const scene: Scene = {
    ...{ shed, station, bay, at: 0 },
    on(seconds) {
      for (let n = 0; n < seconds; n += 1) {
        this.at += 1_000;
        // Its dead-man window is held open as a gateway does.
        station.rearmedAt = this.at;
        shed.advance(this.at);
      }
    },
  };
  shed.tap({ socket: "station-1/3", card: 1, power_W: 200, minutes: 600 }, { now: 0, owned: false });
  switchRelay(station, 2, { closed: true, now: 0 });
  scene.on(60);
  return scene;
}

const powers = (scene: Scene, seconds: number): number[] =>
  Array.from({ length: seconds }, () => {
    scene.on(1);
    return scene.bay.socket.truth.power_mW / 1_000;
  });
const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

test.each<[string, (powers: readonly number[], scene: Scene) => void]>([
  // +1 % a minute: after half an hour nearly a third more
  ["creep", (seen) => expect(mean(seen.slice(-30)) / mean(seen.slice(0, 30))).toBeCloseTo(1.295, 1)],
  [
    "intermittent",
    (seen) => {
      const high = seen.filter((one) => one > 350).length;
      expect(high / seen.length).toBeGreaterThan(0.4);
      expect(high / seen.length).toBeLessThan(0.6);
    },
  ],
  [
    "bad-contact",
    (seen, { bay }) => {
      expect(seen.filter((one) => one < 150).length).toBeGreaterThan(seen.length / 10);
      // 5 K a minute for half an hour
      expect(bay.socket.truth.temperature_mC).toBeGreaterThan(150_000);
    },
  ],
])("%s", (name, holds) => {
  const scene = charging();
  expect(scene.shed.fault({ name: name as "creep", socket: "station-1/3" }, scene.at)).toMatchObject({ kind: "done" });
  holds(powers(scene, 1_800), scene);
  expect(scene.shed.sockets(scene.at)[2]?.faults).toEqual([name]);
  scene.shed.fault({ name: "clear", socket: "station-1/3" }, scene.at);
  expect(mean(powers(scene, 30))).toBeGreaterThan(180);
  expect(mean(powers(scene, 30))).toBeLessThan(220);
});

test("second-rise: after the plateau the power has fallen, and rises again to nearly the plateau", () => {
  const scene = charging();
  if (scene.bay.socket.load !== undefined) scene.bay.socket.charged_ms = 600 * 60_000;
  expect(mean(powers(scene, 30))).toBeLessThan(60);
  scene.shed.fault({ name: "second-rise", socket: "station-1/3" }, scene.at);
  const seen = powers(scene, 900);
  expect(mean(seen.slice(-30))).toBeGreaterThan(mean(seen.slice(0, 30)) * 1.5);
  expect(mean(seen.slice(-30))).toBeGreaterThan(170);
});

test("a meter that stands still, has no number, or goes round; mains that sag: each on the wire, and gone when cleared", () => {
  const scene = charging();
  const { shed, station, bay } = scene;
  const shown = () => meterOf(station, 2);
  shed.fault({ name: "frozen-meter", socket: "station-1/3" }, scene.at);
  const first = shown();
  scene.on(30);
  expect(shown()).toEqual(first);
  shed.fault({ name: "clear", socket: "station-1/3" }, scene.at);
  scene.on(3);
  expect(shown()).not.toEqual(first);
  shed.fault({ name: "no-number", socket: "station-1/3" }, scene.at);
  expect([shown(), stationMemory(station, scene.at).word(12, "input") !== undefined]).toEqual([undefined, true]);
  shed.fault({ name: "clear" }, scene.at);
  shed.fault({ name: "brown-out", station: "station-1" }, scene.at);
  expect(shown()?.voltage_mV).toBe(160_000);
  shed.fault({ name: "clear" }, scene.at);
  expect(shown()?.voltage_mV).toBeGreaterThan(210_000);
  nearlyRound(station, bay);
  const before = bay.socket.energy_mWh;
  scene.on(120);
  // It has counted on; what its register shows began anew, and can be shown.
  expect(bay.socket.energy_mWh).toBeGreaterThan(before + 2_000);
  expect(() => stationMemory(station, scene.at)).not.toThrow();
  shed.fault({ name: "crc-burst", station: "station-1" }, scene.at);
  expect([shed.spoils(1), shed.spoils(2)]).toEqual([true, false]);
});

test("split, merged, with noise between, said twice: a host hears the same frames of a pile", (context) => {
  const clean = heardOf([]);
  let cases = 0;
  for (const faults of [
    ...wireFaults.map((one) => [one]),
    ["noise", "split"],
    ["noise", "merged"],
    ["duplicate", "merged", "noise", "split"],
  ]) {
    const heard = heardOf(faults as WireFault[]);
    const once = heard.filter((frame, at) => heard.indexOf(frame) === at);
    expect(once, faults.join("+")).toEqual(clean.slice(0, once.length));
    // What runs together waits for the next frame: the last may still be on its way.
    expect(clean.length - once.length, faults.join("+")).toBeLessThan(3);
    cases += 1;
  }
  counted(context, { "ways to spoil a wire": cases, frames: clean.length });
});

function heardOf(faults: readonly WireFault[]): string[] {
  let stream = freshStream;
  const heard: string[] = [];
  const wire = spoiledWire(chance(9), (bytes) => {
    const stepped = step(dny, stream, bytes);
    stream = stepped.state;
    for (const { frame } of stepped.frames) if (frame.kind === "frame") heard.push(`${frame.command}/${frame.message}`);
  });
  for (const one of faults) wire.faults.add(one);
  const pile = new DnyPile({ device: 0x04ce_aa40, ports: 2, write: wire.write });
  pile.connect("89860463112070319417");
  for (let n = 0; n < 40; n += 1) pile.advance(60_000);
  return heard;
}

test("habits: most people come around six in the evening, and nobody twice on one socket at once", (context) => {
  const day = 86_400_000;
  const habits = newHabits(chance(5), 0, 0);
  const seconds: number[] = [];
  for (let at = 0; at < 30 * day; at += 60_000)
    for (const { socket } of stepHabits(habits, at, ["station-1/1", "station-1/2", "station-1/3"])) {
      expect(socket).toMatch(/^station-1\/[123]$/);
      seconds.push((at % day) / 1_000);
    }
  const average = mean(seconds);
  const spread = Math.sqrt(mean(seconds.map((one) => (one - average) ** 2)));
  expect([Math.abs(average - 64_800) < 600, Math.abs(spread - 5_400) < 500]).toEqual([true, true]);
  expect(seconds.length / 30).toBeGreaterThan(20);
  counted(context, { arrivals: seconds.length, days: 30 });
});
