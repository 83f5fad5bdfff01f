// The wall: what stands on it and where, when it is old, dim, or turns its page.
import { expect, test } from "vitest";
import type { AlarmView, HazardView, Overview } from "#protocols/api/views.ts";
import { fromCivil, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { callsOf, canvasOf, fitted, heardOf, isDim, latest, pageOf, shouldRestart, stripOf, tilesOf } from "./model.ts";

const alarm = (id: string, priority: number, state: AlarmView["state"], site = "a"): AlarmView =>
  ({
    id,
    site,
    priority,
    state,
    held: state === "shelved" ? {} : null,
    test: false,
    last: `2026-11-27T08:0${id.length}:00.000+08:00`,
  }) as AlarmView;
const seen = "2026-11-27T08:00:05.000+08:00";
const overview = {
  now: "2026-11-27T08:00:08.000+08:00",
  sites: [
    { id: "a", name: "甲" },
    { id: "b", name: "乙" },
    { id: "c", name: "丙" },
  ],
  gateways: [
    { site: "a", gateway: "gw", state: "online", since: null, last_event: "2026-11-27T08:00:00.000+08:00" },
    { site: "b", gateway: "gw", state: "offline", since: null, last_event: "2026-11-27T07:00:00.000+08:00" },
  ],
  sockets: [
    { site: "a", gateway: "gw", state: "charging", power_mW: 150_000, quality: "good", seen },
    { site: "a", gateway: "gw", state: "charging", power_mW: 999_000, quality: "stale", seen },
    { site: "b", gateway: "gw", state: "charging", power_mW: 999_000, quality: "good", seen },
  ],
  alarms: [
    alarm("x", 2, "active-acknowledged"),
    alarm("xx", 1, "active-acknowledged"),
    alarm("xxx", 2, "latched-unacknowledged", "b"),
    alarm("xxxx", 2, "cleared"),
    alarm("xxxxx", 1, "shelved"),
    alarm("xxxxxx", 3, "active-unacknowledged"),
  ],
} as unknown as Overview;

test("tiles: the compound with the gravest alarm first; what is stale is not counted as power; who is away says so", () => {
  const figures = { compounds: [{ site: "b", compound: "乙", overdue: 4, states: { 待派单: 5, 已销号: 7 } }] } as never;
  expect(tilesOf(overview, figures)).toEqual([
    {
      ...{ site: "a", name: "甲", sockets: 2, charging: 2, power_mW: 150_000, alarms: [1, 1, 1, 0], open: 0, overdue: 0, away: false },
      until: "2026-11-27T08:00:00.000+08:00",
    },
    {
      ...{ site: "b", name: "乙", sockets: 1, charging: 1, power_mW: null, alarms: [0, 1, 0, 0], open: 5, overdue: 4, away: true },
      until: "2026-11-27T07:00:00.000+08:00",
    },
    { site: "c", name: "丙", sockets: 0, charging: 0, power_mW: null, alarms: [0, 0, 0, 0], open: 0, overdue: 0, away: false, until: null },
  ]);
  // Whoever may not read the ledger sees no zeros of it.
  expect(tilesOf(overview, null).map(({ open, overdue }) => [open, overdue])).toEqual(Array(3).fill([null, null]));
});

test("calls: what nobody has acknowledged first, then the graver; what is shelved or over does not stand there", () => {
  expect(callsOf(overview).map(({ id }) => id)).toEqual(["xxx", "xx", "x"]);
  expect(stripOf(overview)).toEqual([1, 2, 1, 0]);
});

test("a list longer than the wall turns its pages by the clock, and the longest overdue stand first", () => {
  const turn = (now: number) => pageOf(["a", "b", "c", "d", "e"], { per: 2, every_ms: 15_000, now });
  expect([0, 14_999, 15_000, 30_000, 45_000].map((now) => turn(now).shown.join(""))).toEqual(["ab", "ab", "cd", "e", "ab"]);
  expect(pageOf([], { per: 2, every_ms: 1, now: 5 })).toEqual({ shown: [], page: 1, pages: 1 });
  const late = (days: number) => ({ id: String(days), overdue_days: days }) as HazardView;
  expect(latest([late(1), late(0), late(9)]).map(({ id }) => id)).toEqual(["9", "1"]);
});

test("old, cut off, dim, begun anew", () => {
  expect([heardOf(null, 0), heardOf(0, 30_000), heardOf(0, 30_001), heardOf(0, 120_001)]).toEqual(["lost", "live", "stale", "lost"]);
  const at = (hour: number, minute = 0) => fromCivil({ year: 2026, month: 11, day: 27, hour, minute });
  const dims = [at(21, 59), at(22), at(5, 59), at(6)].map((now) => isDim(now, [alarm("x", 2, "active-acknowledged")]));
  expect(dims).toEqual([false, true, true, false]);
  expect(isDim(at(23), [alarm("x", 2, "active-unacknowledged")])).toBe(false);
  expect([
    shouldRestart(at(3), at(4)),
    shouldRestart(at(0), at(4, 10)),
    shouldRestart(at(4) - minuteMs, at(4, 59)),
    shouldRestart(at(0), at(5)),
    shouldRestart(at(4) - 24 * hourMs, at(4)),
  ]).toEqual([false, true, false, false, true]);
});

test("any canvas stands whole in any window, in the middle", () => {
  expect(fitted([1920, 1080], [1920, 1080])).toEqual({ scale: 1, left: 0, top: 0 });
  expect(fitted([1920, 1080], [960, 1080])).toEqual({ scale: 0.5, left: 0, top: 270 });
  expect(fitted(canvasOf("6656x1792"), [3328, 1080])).toEqual({ scale: 0.5, left: 0, top: 92 });
  expect([canvasOf(null), canvasOf("9x9"), canvasOf("javascript:")]).toEqual(Array(3).fill([1920, 1080]));
});
