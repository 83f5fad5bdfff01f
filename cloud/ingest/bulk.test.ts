// A bulk batch: its points are in the telemetry store before its number is acknowledged, and nothing late or forged changes what is shown as now.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shedView } from "#cloud/views/sheds.ts";
import { socketSeries, socketView } from "#cloud/views/sockets.ts";
import { countsView } from "#cloud/views/views.ts";
import type { ReadingsGap } from "#protocols/uplink/envelope.ts";
import { acknowledged, home, noon, openTestCloud, point, type TestCloud, Voice } from "./room-for-tests.ts";
import { examples } from "./story-for-tests.ts";

let cloud: TestCloud;
let voice: Voice;
let epoch = 0;
beforeAll(async () => {
  cloud = await openTestCloud();
});
afterAll(() => cloud?.close());
beforeEach(async () => {
  await cloud.reset();
  epoch += 1;
  voice = new Voice({ epoch: epoch.toString(16).padStart(16, "0") });
});

const socketOf = (number: number) => ({ ...home, station: "station-1", number });
const last = async (number: number, field = "current_mA") => (await cloud.telemetry.last(socketSeries(socketOf(number), field)))?.value;
const send = async ({ topic, payload }: { topic: string; payload: string }) => acknowledged(await cloud.take(topic, payload));
const letters = async () =>
  (await cloud.store.read.selectFrom("dead_letter").select(["reason", "event_key"]).execute()).map((row) => ({ ...row }));

test("points are written under their own gateway, whatever their tags say, and their sockets become known", async () => {
  const lying = { ...point("station-1/1", 0, { current_mA: 2_150 }) };
  expect(await send(voice.measured([{ ...lying, tags: { ...lying.tags, site: "elsewhere", gateway: "gw-2" } }]))).toBe("bulk 1");
  expect(await last(1)).toBe(2_150);
  const rows = await cloud.store.read.selectFrom("socket").select(["gateway", "socket", "state"]).execute();
  expect(rows).toEqual([{ gateway: "gw-1", socket: "station-1/1", state: "unknown" }]);
  expect(cloud.marks.map(({ kind }) => kind)).toContain("socket");
});

test("historical points fill the curve and never overwrite a newer last value, nor are they shown as news", async () => {
  await send(voice.measured([point("station-1/2", 60_000, { current_mA: 900 })]));
  cloud.marks.length = 0;
  expect(await send(voice.measured([point("station-1/2", 0, { current_mA: 100 })], { historical: true }))).toBe("bulk 2");
  expect(await last(2)).toBe(900);
  expect(cloud.marks.filter(({ kind }) => kind === "socket")).toEqual([]);
  const span = { series: socketSeries(socketOf(2), "current_mA"), from: noon as never, to: (noon + 120_000) as never, limit: 10 };
  expect((await cloud.telemetry.range(span)).map(({ value }) => value)).toEqual([100, 900]);
});

test("a late batch that forgot to call itself historical does not overwrite either", async () => {
  await send(voice.measured([point("station-1/3", 60_000, { current_mA: 900 })]));
  await send(voice.measured([point("station-1/3", 59_999, { current_mA: 100 })]));
  expect(await last(3)).toBe(900);
});

test("what was last measured is an idle socket's state only while it is fresh", async () => {
  await send(voice.measured([point("station-1/4", 0, { current_mA: 0, relay_closed: 0 })]));
  const row = await cloud.store.read.selectFrom("socket").selectAll().where("socket", "=", "station-1/4").executeTakeFirstOrThrow();
  const shown = async (now: number) => {
    const { state, quality, current_mA } = await socketView(cloud.telemetry, row, noon + now);
    return `${state} ${quality} ${current_mA}`;
  };
  expect([await shown(10_000), await shown(10_001)]).toEqual(["idle good 0", "unknown stale 0"]);
});

test("a shed's supply is shown as long as it is fresh, and only what came with its newest word", async () => {
  await voice.tell(cloud, [
    voice.say("gateway.started", { ...examples["gateway.started"], sheds: [{ id: "shed-1", name: "车棚", stations: ["station-1"] }] }),
  ]);
  const said = (at: number, fields: Readonly<Record<string, number>>) => ({
    ...point("x/1", at, fields),
    measurement: "shed",
    tags: { shed: "shed-1" },
  });
  const row = await cloud.store.read.selectFrom("shed").selectAll().executeTakeFirstOrThrow();
  const shown = (now: number) => shedView(cloud.telemetry, row, noon + now);
  expect((await shown(0)).supply).toEqual({ seen: null, power_mW: null, power_limit_mW: null, residual_mA: null, phases: [] });
  cloud.marks.length = 0;
  const whole = { state: 1, power_mW: 4_000_000, power_limit_mW: 16_000_000, residual_mA: 40, l1_mA: 14_000, l1_limit_mA: 32_000 };
  await send(voice.measured([said(0, whole)]));
  expect(cloud.marks).toContainEqual({ kind: "shed", ...home, id: "shed-1" });
  expect(await shown(10_000)).toMatchObject({
    state: "serving",
    supply: {
      power_mW: 4_000_000,
      power_limit_mW: 16_000_000,
      residual_mA: 40,
      phases: [{ phase: "L1", current_mA: 14_000, limit_mA: 32_000 }],
    },
  });
  expect(await shown(10_001)).toMatchObject({ state: "unknown", supply: { power_mW: null, phases: [] } });
  // The feeder meter is silent: its old numbers do not stand beside the new state.
  await send(voice.measured([said(20_000, { state: 3, power_limit_mW: 16_000_000 })]));
  expect(await shown(20_000)).toMatchObject({
    state: "unknown",
    supply: { power_mW: null, power_limit_mW: 16_000_000, residual_mA: null, phases: [] },
  });
});

test("a repeat is acknowledged again, also when it calls itself historical the second time", async () => {
  const points = [point("station-1/5", 0, { current_mA: 5 })];
  expect(await send(voice.measured(points))).toBe("bulk 1");
  expect(await send(voice.measured(points, { historical: true, seq: 1 }))).toBe("bulk 1");
  expect(await countsView(cloud.store.read)).toMatchObject({ duplicates: 1, dead_letters: 0 });
});

test("other points under the same number: a dead letter, no acknowledgement, and nothing of them is measured", async () => {
  await send(voice.measured([point("station-1/6", 0, { current_mA: 6 })]));
  expect(await send(voice.measured([point("station-1/6", 9_000, { current_mA: 666 })], { seq: 1 }))).toBe("nothing");
  expect(await last(6)).toBe(6);
  expect(await letters()).toMatchObject([{ event_key: `gw-1/${voice.epoch}/bulk/1` }]);
});

test("what a gateway says it lost is written down once, with its times; thinned readings raise nothing", async () => {
  const gap = (id: string, reason: ReadingsGap["reason"], points: number | null = 40): ReadingsGap => ({
    id,
    reason,
    from: noon,
    to: noon + 60_000,
    points,
  });
  const gaps = [gap("gap-0001", "limit"), gap("gap-0002", "thinned"), { ...gap("gap-0003", "damaged", null), from: null }];
  expect(await send(voice.measured([], { gaps }))).toBe("bulk 1");
  expect(await send(voice.measured([], { gaps: gaps.slice(0, 1) }))).toBe("bulk 2"); // told again under another number
  const rows = await cloud.store.read.selectFrom("gap").selectAll().orderBy("id").execute();
  expect(rows.map(({ id, reason, lost, from_at }) => [id, reason, lost, from_at])).toEqual([
    ["gw-1/gap-0001", "limit", 40, noon],
    ["gw-1/gap-0002", "thinned", 40, noon],
    ["gw-1/gap-0003", "damaged", null, null],
  ]);
  const alarms = await cloud.store.read.selectFrom("alarm").select(["rule", "count"]).execute();
  expect(alarms).toEqual([{ rule: "uplink.lost", count: 2 }]);
});

test("past a gap nothing is acknowledged", async () => {
  expect(await send(voice.measured([], { seq: 2 }))).toBe("nothing");
  expect(await send(voice.measured([]))).toBe("bulk 1");
  expect(await countsView(cloud.store.read)).toMatchObject({ missing: 1 });
});

test.each([
  ["a fraction", "socket,quality=good,socket=1,station=s current_mA=1.5 1795579200000000000", /current_mA/],
  ["no point at all", "what is this", /line 3/],
  ["a time that fits no database", "socket,quality=good,socket=1,station=s current_mA=1i 9999999999999999999", /time does not fit/],
  ["a value that is not exact", "socket,quality=good,socket=1,station=s current_mA=9999999999999999i 1", /current_mA.*exact/],
  ["an unknown quality", "socket,quality=fine,socket=1,station=s current_mA=1i 1", /quality/],
])("poison, %s: a dead letter with its reason, its number is acknowledged, and the stream goes on", async (_, line, reason) => {
  const { topic, payload } = voice.measured([]);
  expect(await send({ topic, payload: `${payload}${line}\n` })).toBe("bulk 1");
  expect(await letters()).toEqual([{ reason: expect.stringMatching(reason), event_key: `gw-1/${voice.epoch}/bulk/1` }]);
  expect(await send(voice.measured([point("station-1/7", 0, { current_mA: 7 })]))).toBe("bulk 2");
  expect(await last(7)).toBe(7);
});

test.each([
  ["no header", "socket,quality=good current_mA=1i 1\n", /first line/],
  ["a header that is not JSON", "# cuobian {\n", /not JSON/],
  ["a header without a number", '# cuobian {"v":1,"gateway":"gw-1"}\n', /^header: /],
  ["another gateway's header", undefined, /not the topic's gateway/],
])("a message with %s: a dead letter, no acknowledgement", async (_, payload, reason) => {
  const other = new Voice({ gateway: "gw-2" }).measured([]).payload;
  expect(await send({ topic: voice.measured([]).topic, payload: payload ?? other })).toBe("nothing");
  expect(await letters()).toEqual([{ reason: expect.stringMatching(reason), event_key: null }]);
});

test("a telemetry store in trouble: nothing is acknowledged and nothing is counted", async () => {
  const { takeMessage } = await import("./take-message.ts");
  const write = () => Promise.reject(Object.assign(new Error("disk full"), { code: "SQLITE_FULL" }));
  const failing = { ...cloud.rooms, telemetry: { ...cloud.telemetry, write } };
  const { topic, payload } = voice.measured([point("station-1/8", 0, { current_mA: 8 })]);
  await expect(takeMessage(failing, topic, Buffer.from(payload))).rejects.toThrow("disk full");
  expect(await cloud.store.read.selectFrom("inbox").selectAll().execute()).toEqual([]);
  expect(await send({ topic, payload })).toBe("bulk 1");
});
