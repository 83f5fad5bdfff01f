// Where alarms turn, to the millisecond: delays, what explains what, what came late into a window, what is stale, chattering and flood, each at its bound and beside it.
import { afterAll, beforeEach, expect, test } from "vitest";
import { everywhere } from "#cloud/identity/scope.ts";
import { home, noon, openTestCloud, type TestCloud, Voice } from "#cloud/ingest/room-for-tests.ts";
import { openWindow } from "#cloud/maintenance/windows.ts";
import { changing } from "#cloud/store/changing.ts";
import { dayMs, hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { raiseOwnAlarm } from "./alarms.ts";
import { tickAlarms } from "./clockwork.ts";
import { usualEscalation } from "./escalation.ts";
import { chattered, floodsOf } from "./figures.ts";
import { summaryOf } from "./report.ts";

let cloud: TestCloud;
let voice: Voice;
beforeEach(async () => {
  cloud ??= await openTestCloud();
  await cloud.reset();
  cloud.clock.now = noon;
  voice = new Voice();
});
afterAll(() => cloud?.close());

const at = (): number => cloud.clock.now - noon;
const tick = () => tickAlarms({ store: cloud.store, committed: () => undefined, escalation: usualEscalation }, cloud.clock.now);
const pass = async (ms: number): Promise<void> => {
  cloud.clock.now += ms;
  await tick();
};
const point = (device: string, n = "1.1.5", zone: string | null = null) => ({ device, point: n, zone });
type Cause = "fire" | "fault" | "link-fault";
const raised = (device: string, cause: Cause, { n = "1.1.5", zone = null as string | null, ago = 0 } = {}) =>
  voice.say("fire.raised", { ...point(device, n, zone), cause, shed: null, text: "", said_at: null, under_test: false }, at() - ago);
const over = (device: string, cause: Cause, n = "1.1.5") => voice.say("fire.over", { ...point(device, n), cause }, at());
const silent = (device: string) => voice.say("fire.device-silent", { device, silent_ms: 120_000 }, at());
const answers = (device: string) => voice.say("fire.device-answers", { device }, at());
const rows = async () =>
  Object.fromEntries(
    (await cloud.store.read.selectFrom("alarm").selectAll().where("open", ">", 0).orderBy("first_at").execute()).map((row) => [
      `${row.rule} ${row.source}`,
      row.hold === "none" ? (row.open === 2 ? "pending" : row.active === 1 ? "active" : "over") : row.hold,
    ]),
  );
const calls = async (rule: string) =>
  (await cloud.store.read.selectFrom("alarm_call").select("cause").where("cause", "like", `${rule} %`).execute()).length;

test("what explains the other hides it from when it stands, not while its delay runs; what comes meanwhile and what was there are hidden then; both call when it is over", async () => {
  await voice.tell(cloud, [raised("panel-1", "link-fault", { n: "device" })]);
  await voice.tell(cloud, [silent("panel-1")]);
  // Pending: nothing is hidden, and nobody is called twice when it was nothing.
  expect(await rows()).toEqual({ "fire.link-fault panel-1/device": "active", "fire.device-lost panel-1": "pending" });
  await pass(10_000);
  await voice.tell(cloud, [answers("panel-1")]);
  expect(await rows()).toEqual({ "fire.link-fault panel-1/device": "active" });
  expect([await calls("fire.link-fault"), await calls("fire.device-lost")]).toEqual([1, 0]);

  cloud.clock.now += 1;
  await voice.tell(cloud, [silent("panel-1")]);
  await pass(29_999);
  expect((await rows())["fire.device-lost panel-1"]).toBe("pending");
  // Another device's is not explained by it.
  await voice.tell(cloud, [raised("panel-2", "link-fault", { n: "device" })]);
  await pass(1);
  expect(await rows()).toEqual({
    "fire.link-fault panel-1/device": "suppressed",
    "fire.device-lost panel-1": "active",
    "fire.link-fault panel-2/device": "active",
  });
  await voice.tell(cloud, [voice.say("fire.sentry-unanswered", { device: "panel-1", check: "check-1", within_min: 5 }, at())]);
  expect((await rows())["fire.sentry-unanswered panel-1"]).toBe("suppressed");
  const before = [await calls("fire.link-fault"), await calls("fire.sentry-unanswered")];
  await pass(1_000);
  await voice.tell(cloud, [answers("panel-1")]);
  expect(await rows()).toMatchObject({ "fire.link-fault panel-1/device": "active", "fire.sentry-unanswered panel-1": "active" });
  expect([await calls("fire.link-fault"), await calls("fire.sentry-unanswered")]).toEqual(before.map((n) => n + 1));
});

test("what is over explains nothing any more, also when one of its raisings comes late", async () => {
  const station = (id: string) => voice.say("station.silent", { station: id, silent_ms: 5_000 }, at());
  await voice.tell(cloud, [station("station-1")]);
  await voice.tell(cloud, [voice.say("protection.silent", { silent_ms: 5_000 }, at())]);
  expect((await rows())["station.silent station-1"]).toBe("suppressed");
  cloud.clock.now += 1_000;
  await voice.tell(cloud, [voice.say("protection.answers", { boot: "boot-2" }, at())]);
  expect((await rows())["station.silent station-1"]).toBe("active");
  // The safety process' silence of before, heard again late: counted, and nothing is hidden by it.
  const late = voice.say("protection.silent", { silent_ms: 4_000 }, at() - 900);
  await voice.tell(cloud, [late]);
  expect((await rows())["station.silent station-1"]).toBe("active");
});

test("an off-delay is whole: what speaks again before its end was never over", async () => {
  await voice.tell(cloud, [raised("panel-3", "link-fault", { n: "device" })]);
  cloud.clock.now += 1_000;
  await voice.tell(cloud, [over("panel-3", "link-fault", "device")]);
  await pass(29_999);
  expect((await rows())["fire.link-fault panel-3/device"]).toBe("active");
  await voice.tell(cloud, [raised("panel-3", "link-fault", { n: "device" })]);
  await pass(60_000);
  expect((await rows())["fire.link-fault panel-3/device"]).toBe("active");
  await voice.tell(cloud, [over("panel-3", "link-fault", "device")]);
  await pass(30_000);
  expect((await rows())["fire.link-fault panel-3/device"]).toBe("over");
  expect(await calls("fire.link-fault")).toBe(1);
});

test("into a window comes late what was before it: real; what began in it is a test, also after the gateway began anew", async () => {
  const open = (zone: string, minutes: number) =>
    changing({ store: cloud.store, committed: () => undefined }, (effect) =>
      openWindow(effect, { site: home.site, zone, minutes, company: "安泰维保", reason: "检测", person: "p", at: cloud.clock.now }),
    );
  await open("building-1", 60);
  cloud.clock.now += 10 * minuteMs;
  // Burned a quarter of an hour ago, while the line was down.
  await voice.tell(cloud, [raised("panel-4", "fire", { n: "1.1.1", zone: "building-1", ago: 15 * minuteMs })]);
  await voice.tell(cloud, [raised("panel-4", "fire", { n: "1.1.2", zone: "building-1", ago: 9 * minuteMs })]);
  await voice.tell(cloud, [raised("panel-4", "fire", { n: "1.1.3", zone: "building-1", ago: 10 * minuteMs + 5_000 })]);
  await voice.tell(cloud, [raised("panel-4", "fire", { n: "1.1.4", zone: "building-1", ago: 10 * minuteMs + 5_001 })]);
  const tests = async () =>
    (await cloud.store.read.selectFrom("alarm").select(["source", "test"]).where("rule", "=", "fire.fire").orderBy("source").execute()).map(
      ({ source, test: window }) => `${source} ${window === null ? "real" : "test"}`,
    );
  expect(await tests()).toEqual(["panel-4/1.1.1 real", "panel-4/1.1.2 test", "panel-4/1.1.3 test", "panel-4/1.1.4 real"]);
  // The same point said again by the gateway that has begun anew: the test that stands stays one.
  await voice.tell(cloud, [raised("panel-4", "fire", { n: "1.1.2", zone: "building-1" })]);
  expect((await tests())[1]).toBe("panel-4/1.1.2 test");
  expect(await calls("fire.fire")).toBe(2);
});

test("stale is what has stood for more than a day without a break: to the millisecond, not while it is held, and anew when it came back", async () => {
  const stale = async () => (await summaryOf(cloud.store.read, { scope: everywhere, now: cloud.clock.now })).stale;
  await voice.tell(cloud, [raised("panel-5", "fault")]);
  cloud.clock.now += dayMs;
  expect(await stale()).toBe(0);
  cloud.clock.now += 1;
  expect(await stale()).toBe(1);
  await voice.tell(cloud, [over("panel-5", "fault")]);
  expect(await stale()).toBe(0);
  cloud.clock.now += hourMs;
  // Not acknowledged, so the row is the same; what it says began now.
  await voice.tell(cloud, [raised("panel-5", "fault")]);
  expect(await stale()).toBe(0);
  cloud.clock.now += dayMs + 1;
  expect(await stale()).toBe(1);
});

test("the list of stale alarms is what the count says: not what is held, and not a date that comes near", async () => {
  const one = { site: home.site, gateway: home.gateway, at: cloud.clock.now };
  for (const [rule, source] of [
    ["dated.soon", "date-1"],
    ["dated.overdue", "date-2"],
  ] as const)
    await changing({ store: cloud.store, committed: () => undefined }, (effect) => raiseOwnAlarm(effect, { ...one, rule, source }));
  cloud.clock.now += 31 * dayMs;
  expect((await summaryOf(cloud.store.read, { scope: everywhere, now: cloud.clock.now })).stale).toBe(1);
});

test("chattering begins with the third raising within a minute, counts on through it, and ends after a minute's quiet", () => {
  const walk = (times: readonly number[]) => {
    let state = { raisings: [] as readonly number[], chattering: false };
    return times.map((time) => {
      state = chattered(state, time);
      return state.chattering;
    });
  };
  expect(walk([0, 30_000, 60_000])).toEqual([false, false, true]);
  expect(walk([0, 30_000, 60_001])).toEqual([false, false, false]);
  expect(walk([0, 1, 2, 60_002, 120_002, 180_003])).toEqual([false, false, true, true, true, false]);
});

test("a flood begins with the eleventh call in ten minutes, and ends below five", () => {
  const times = (n: number, step: number) => Array.from({ length: n }, (_, k) => k * step);
  const ten = 10 * minuteMs;
  expect(floodsOf(times(10, 1_000), ten)).toEqual([]);
  // The eleventh when the first has just left the ten minutes: none.
  expect(floodsOf([...times(10, 1_000), ten], 2 * ten)).toEqual([]);
  expect(floodsOf([...times(10, 1_000), ten - 1], ten).map(({ from, to, calls: n }) => [from, to, n])).toEqual([[ten - 1, undefined, 11]]);
  // Eleven at once, one a second leaving: with the seventh gone four are left.
  expect(floodsOf(times(11, 1_000), 2 * ten).map(({ from, to }) => [from, to])).toEqual([[10_000, ten + 6_000]]);
});
