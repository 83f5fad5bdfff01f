// Plate scanning against told time: many plates, many questions, many misses, many addresses; a driver who asks for his own car is not kept waiting.
import { expect, test } from "vitest";
import { hourMs, minuteMs, monotonic } from "#protocols/vocabulary/time.ts";
import { mostMisses, mostMissesOfAll, mostPlates, networkOf, scanningOf } from "./scanning.ts";

const at = (ms: number) => monotonic(1_000_000 + ms);

test("a driver asks for his car again and again within reason; then waits, and is told how long", () => {
  const scanning = scanningOf({ asks: 5 });
  for (let again = 0; again < 5; again += 1) expect(scanning.wait("192.0.2.1", "闽C12345", at(again * 1_000))).toBe(0);
  expect(scanning.wait("192.0.2.1", "闽C12345", at(10_000))).toBe(590);
  expect(scanning.wait("192.0.2.2", "闽C12345", at(10_000))).toBe(0);
  expect(scanning.wait("192.0.2.1", "闽C12345", at(600_000))).toBe(0);
});

test("different plates are few in an hour, however slowly they are asked for", () => {
  const scanning = scanningOf({ asks: 100 });
  let now = 0;
  for (let plate = 0; plate < mostPlates; plate += 1, now += 5 * minuteMs) expect(scanning.wait("192.0.2.1", `p${plate}`, at(now))).toBe(0);
  expect(scanning.wait("192.0.2.1", "another", at(now))).toBe((hourMs - now) / 1000);
  expect(scanning.wait("192.0.2.1", "p0", at(now))).toBe(0);
});

test("misses count: of one address, and of all together", () => {
  const scanning = scanningOf({ asks: 1_000 });
  for (let miss = 0; miss < mostMisses; miss += 1) {
    expect(scanning.wait("192.0.2.1", "same", at(miss))).toBe(0);
    scanning.missed("192.0.2.1", at(miss));
  }
  expect(scanning.wait("192.0.2.1", "same", at(100))).toBe(600);
  for (let miss = mostMisses; miss < mostMissesOfAll; miss += 1) scanning.missed(`198.51.100.${miss % 250}`, at(200));
  expect(scanning.wait("203.0.113.1", "first", at(300))).toBeGreaterThan(0);
  expect(scanning.wait("203.0.113.1", "first", at(10 * minuteMs + 300))).toBe(0);
});

test.each([
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
])("%s is of the network %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
