// An hour of points: one a minute, gaps where a device was not read, a device that comes later begins with gaps, and no more than an hour.
import { expect, test } from "vitest";
import type { SiteOverview } from "#protocols/api/installer.ts";
import { toldClock } from "#test/told-clock.ts";
import { keepHistory, mostPoints, pointsOf } from "./history.ts";

type Socket = SiteOverview["stations"][number]["sockets"][number];
const socket = (power_mW: number | null, quality = "good"): Socket => ({
  ...{ socket: "station-1/1", state: "charging", quality, age_ms: 100, current_mA: 1, power_mW, temperature_mC: null },
});
const site = (more: Partial<SiteOverview> = {}): SiteOverview => ({
  ...{ site: "测试", gateway: "gw-1", now: "", clock_true: true, well: true, checks: [], sheds: [] },
  uplink: { connected: true, waiting: 0, certificate_left_s: null, replay: null },
  proofs: [],
  lines: [],
  stations: [{ station: "station-1", name: "1号", sockets: [socket(468_400), socket(31_900)] }],
  lanes: [{ lane: "in", name: "入口", direction: "entry", mode: "normal", board: true, camera: true, silent_s: 1 }],
  ...more,
});

test("a sum with a part that was not read is a gap, and so is a lane without its camera", () => {
  expect(pointsOf(site()).get("station station-1")?.value).toBe(500);
  const stations = [{ station: "station-1", name: "1号", sockets: [socket(468_400), socket(31_900, "stale")] }];
  expect(pointsOf(site({ stations })).get("station station-1")?.value).toBeNull();
  expect(pointsOf(site({ stations: [{ station: "station-1", name: "1号", sockets: [] }] })).get("station station-1")?.value).toBeNull();
  const [lane] = site().lanes;
  if (lane !== undefined) expect(pointsOf(site({ lanes: [{ ...lane, camera: false }] })).get("lane in")?.value).toBeNull();
});

test("a point a minute, an hour of them; a device that comes later begins with gaps, one that goes ends with them", async () => {
  const clock = toldClock();
  let now = site();
  const history = keepHistory({ clock }, () => now);
  const of = (id: string) => history.series().series.find((one) => one.id === id)?.values;
  expect(history.series()).toEqual({ every_s: 60, series: [] });
  clock.advance(180_000);
  expect(of("station-1")).toEqual([500, 500, 500]);
  now = site({ stations: [...site().stations, { station: "station-2", name: "2号", sockets: [socket(1_000)] }] });
  clock.advance(60_000);
  expect([of("station-1"), of("station-2")]).toEqual([
    [500, 500, 500, 500],
    [null, null, null, 1],
  ]);
  now = site({ stations: [] });
  clock.advance(120_000);
  expect(of("station-2")).toEqual([null, null, null, 1, null, null]);
  clock.advance(70 * 60_000);
  expect(of("in")).toHaveLength(mostPoints);
  expect(of("station-1")).toBeUndefined();
  await history.stop();
});
