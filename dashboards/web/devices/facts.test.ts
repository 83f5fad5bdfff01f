// A gateway's word, judged: full disks, hot processors, wrong clocks, late lines, things that wait; and that an old word says nothing.
import { expect, test } from "vitest";
import type { GatewayHealthView } from "#protocols/api/health.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { amissIn, healthOf } from "./facts.ts";

const now = Date.UTC(2026, 10, 25, 4);
const well: GatewayHealthView = {
  ...{ site: "jinxiu", gateway: "gw-1", seen: toRfc3339(wall(now - 60_000)), delayed_ms: 0, stale: false },
  disk: { free_bytes: 10e9, total_bytes: 32e9 },
  cpu_mC: 52_000,
  clock: { synchronised: true, ahead_ms: 12 },
  commissioned: null,
  lines: [{ line: "line-1", open: true, late: false, round_ms: 620, promised_ms: 1_000, age_ms: 40 }],
  waiting: [{ stream: "state", count: 3, oldest_ms: 900 }],
};

test.each<readonly [string, Partial<GatewayHealthView>, number]>([
  ["all is well", {}, 0],
  ["a twentieth of the disk", { disk: { free_bytes: 1.5e9, total_bytes: 32e9 } }, 1],
  ["a small disk with little left", { disk: { free_bytes: 4e8, total_bytes: 2e9 } }, 1],
  ["a hot processor", { cpu_mC: 81_000 }, 1],
  ["no sensor is no fault", { cpu_mC: null }, 0],
  ["a clock that nobody set", { clock: { synchronised: false, ahead_ms: null } }, 1],
  ["four seconds behind", { clock: { synchronised: true, ahead_ms: -4_000 } }, 1],
  ["a line that is late", { lines: [{ line: "line-1", open: true, late: true, round_ms: 2_300, promised_ms: 1_000, age_ms: 1 }] }, 1],
  [
    "a line that is not open",
    { lines: [{ line: "line-1", open: false, late: false, round_ms: null, promised_ms: 1_000, age_ms: null }] },
    1,
  ],
  ["something waits for ten minutes", { waiting: [{ stream: "money", count: 1, oldest_ms: 600_000 }] }, 1],
  ["all at once", { cpu_mC: 90_000, clock: { synchronised: false, ahead_ms: null }, disk: { free_bytes: 0, total_bytes: 1 } }, 3],
])("%s", (_, given, amiss) => {
  expect(amissIn(healthOf({ ...well, ...given }, wall(now)))).toBe(amiss);
});

test("an old word, one that took long, and none at all are stale, and say nothing about now", () => {
  const late = healthOf({ ...well, cpu_mC: 90_000 }, wall(now + 15 * 60_000));
  expect([late.stale, amissIn(late)]).toEqual([true, 0]);
  expect(healthOf({ ...well, delayed_ms: 15 * 60_000 }, wall(now)).stale).toBe(true);
  const never = healthOf({ ...well, seen: null, disk: null, lines: null, waiting: null, clock: null, cpu_mC: null }, wall(now));
  expect(never).toEqual({ age_ms: null, stale: true, disk: null, cpu: null, clock: null, waiting: null, lines: null });
});

test("the oldest of all that waits counts, and what waits for an unknown time is no age", () => {
  const waiting = [
    { stream: "bulk" as const, count: 5, oldest_ms: null },
    { stream: "money" as const, count: 2, oldest_ms: 7_000 },
  ];
  expect(healthOf({ ...well, waiting }, wall(now)).waiting).toEqual({ tone: "well", count: 7, oldest_ms: 7_000 });
});
