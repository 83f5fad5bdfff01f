// Batteries in the sockets of the running simulators: constant current, then constant voltage, the meter counts what flowed, and the same seed brings the same people.
import { expect, test } from "vitest";
import { chance } from "../chance.ts";
import { newBattery, plateau_W } from "./battery.ts";
import { leaves, newOwner } from "./people.ts";
import { openRiders } from "./riders.ts";
import { advanceSocket, batteryLoad, newSocket, plugIn } from "./socket.ts";
import type { Bay } from "./station.ts";

const hour = 3_600_000;

test("a battery takes its plateau, then dies away to its trickle; the counter has what flowed, and the battery keeps what it got", () => {
  const battery = newBattery(chance(4), { chemistry: "lithium", nominal_V: 48 });
  battery.charge = 0.3;
  const socket = newSocket(chance(1), 0);
  plugIn(socket, batteryLoad(battery));
  const before = socket.energy_mWh;
  const powers: number[] = [];
  let sum_mWh = 0;
  for (let minute = 1; minute <= 8 * 60; minute += 1) {
    advanceSocket(socket, { closed: true }, minute * 60_000);
    powers.push(socket.truth.power_mW / 1_000);
    sum_mWh += socket.truth.power_mW / 60;
  }
  expect(powers[0]).toBeGreaterThan(plateau_W(battery) * 0.75);
  expect(Math.max(...powers)).toBeLessThanOrEqual(plateau_W(battery) * 1.03);
  expect(powers.at(-1)).toBeLessThan(5);
  const grown = socket.energy_mWh - before;
  expect(Math.abs(grown / sum_mWh - 1)).toBeLessThan(0.02);
  const kept = battery.charge;
  expect(kept).toBeGreaterThan(0.95);
  advanceSocket(socket, { closed: false }, 9 * hour);
  expect([battery.charge, socket.truth.power_mW, socket.energy_mWh - before]).toEqual([kept, 0, grown]);
});

test("a bad contact warms its socket", () => {
  const battery = { ...newBattery(chance(4)), fault: "bad-contact" as const };
  const socket = newSocket(chance(1), 0);
  plugIn(socket, batteryLoad(battery));
  advanceSocket(socket, { closed: true }, hour / 6);
  expect(socket.truth.temperature_mC).toBeGreaterThan(70_000);
});

test("the same seed brings the same people; nobody is in two places, and who has left may come again", () => {
  const twice = [openRiders(chance(7)), openRiders(chance(7))].map((riders) => Array.from({ length: 41 }, () => riders.arrive()));
  expect(twice[0]).toEqual(twice[1]);
  const riders = openRiders(chance(8));
  const all = Array.from({ length: 40 }, () => riders.arrive()?.battery);
  expect(new Set(all).size).toBe(40);
  expect(riders.arrive()).toBeUndefined();
  const [first] = all;
  if (first !== undefined) riders.left(first);
  expect(riders.arrive()?.battery).toBe(first);
});

test("an owner with habits comes back when he meant to, whatever the charge does", () => {
  const bay = { commanded: true, socket: newSocket(chance(1), 0) } as unknown as Bay;
  plugIn(bay.socket, batteryLoad(newBattery(chance(2))));
  const owner = newOwner(bay, chance(3), 0, { pulled_ms: hour, patience_ms: 1 });
  expect([leaves(owner, hour - 1), leaves(owner, hour)]).toEqual([false, true]);
});
