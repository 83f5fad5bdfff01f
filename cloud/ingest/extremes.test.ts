// What a broken or hostile gateway says in sound form: times that have not come, numbers without bound, megabytes, the same moment again and again.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { socketSeries, socketView } from "#cloud/views/sockets.ts";
import { countsView, eventView } from "#cloud/views/views.ts";
import { acknowledged, home, noon, openTestCloud, point, type Spoken, type TestCloud, Voice } from "./room-for-tests.ts";

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
const day = 86_400_000;
const send = async ({ topic, payload }: { topic: string; payload: string | Buffer }) => acknowledged(await cloud.take(topic, payload));
const letters = async () => cloud.store.read.selectFrom("dead_letter").select(["reason", "kind", "payload"]).execute();
const under = (lines: string) => {
  const { topic, payload } = voice.measured([]);
  return { topic, payload: `${payload.split("\n", 1)[0]}\n${lines}` };
};
const wrongly = ({ stream, event }: Spoken, wall: number): Spoken => ({ stream, event: { ...event, at: { ...event.at, wall } } });
const passed = (count: number, boot = "boot-1") => {
  const said = voice.say("lane.passed", { lane: "east-in", direction: "entry", visit: null, count, known_late: false }, count * 1_000);
  return { ...said, event: { ...said.event, at: { ...said.event.at, boot } } };
};

test.each([
  ["the largest number there is", Number.MAX_SAFE_INTEGER],
  ["the year 287396", 9e15],
  ["a year ahead", noon + 365 * day],
  ["before time was counted", -9e15],
])("a clock that was set wrongly, %s: the event is shown by when it was heard, and what comes after it is newer", async (_, wall) => {
  expect(await send(voice.message([wrongly(passed(1, "boot-0"), wall)]))).toBe("state 1");
  const [kept] = await cloud.store.read.selectFrom("event").selectAll().execute();
  expect([kept?.at, kept?.clock]).toEqual([noon, "received"]);
  expect(JSON.parse(kept?.stamp ?? "{}")).toMatchObject({ wall });
  expect(Date.parse(eventView(kept!).at)).toBe(noon);
  cloud.clock.now = noon + 60_000;
  expect(await send(voice.message([passed(2)]))).toBe("state 2");
  const lane = await cloud.store.read.selectFrom("lane").selectAll().executeTakeFirstOrThrow();
  expect([lane.last_at, lane.passages]).toEqual([noon + 2_000, 2]);
});

test("a reading from next year is kept where it says, and hides none that are true", async () => {
  const row = { ...home, station: "station-1", number: 1 };
  const series = socketSeries(row, "current_mA");
  expect(await send(voice.measured([point("station-1/1", 365 * day, { current_mA: 9_000, relay_closed: 1 })]))).toBe("bulk 1");
  expect(await cloud.telemetry.last(series)).toBeUndefined();
  for (let n = 0; n < 40; n += 1) await send(voice.measured([point("station-1/1", n * 1_000, { current_mA: n, relay_closed: 0 })]));
  expect((await cloud.telemetry.last(series))?.value).toBe(39);
  const curve = { series, from: (noon + 364 * day) as never, to: (noon + 366 * day) as never, limit: 10 };
  expect((await cloud.telemetry.range(curve)).map(({ value }) => value)).toEqual([9_000]);
});

test("a reading whose time has not come yet is not good now", async () => {
  await send(voice.measured([point("station-1/2", 3_600_000, { current_mA: 0, relay_closed: 0 })]));
  const row = await cloud.store.read.selectFrom("socket").selectAll().where("socket", "=", "station-1/2").executeTakeFirstOrThrow();
  const shown = async (now: number) => {
    const { state, quality } = await socketView(cloud.telemetry, row, now);
    return `${state} ${quality}`;
  };
  expect(await shown(noon)).toBe("unknown stale");
  expect(await shown(noon + 3_600_000)).toBe("idle good");
});

test.each([
  ["not a number", "socket,quality=good,socket=1,station=s current_mA=NaNi 1"],
  ["infinite", "socket,quality=good,socket=1,station=s current_mA=Infinityi 1"],
  ["infinite by its digits", `socket,quality=good,socket=1,station=s current_mA=${"9".repeat(400)}i 1`],
  ["broken", "socket,quality=good,socket=1,station=s current_mA=1.5 1"],
  ["with an exponent", "socket,quality=good,socket=1,station=s current_mA=1e3i 1"],
  ["signed twice", "socket,quality=good,socket=1,station=s current_mA=--1i 1"],
  ["empty", "socket,quality=good,socket=1,station=s current_mA=i 1"],
  ["a text", 'socket,quality=good,socket=1,station=s current_mA="1" 1'],
  ["of sixteen digits", "socket,quality=good,socket=1,station=s current_mA=9999999999999999i 1"],
  ["with a name that is none", "socket,quality=good,socket=1,station=s __proto__=1i 1"],
  ["of a quality that is none", "socket,quality=perfect,socket=1,station=s current_mA=1i 1"],
  ["of a time beyond nanoseconds in 64 bits", "socket,quality=good,socket=1,station=s current_mA=1i 9999999999999999999"],
  ["of no time", "socket,quality=good,socket=1,station=s current_mA=1i"],
  ["with more behind its time", "socket,quality=good,socket=1,station=s current_mA=1i 1 2"],
  ["of nothing", "socket,quality=good,socket=1,station=s  1"],
])("a value that is %s: the batch is a dead letter with its reason, nothing of it is believed, and the stream goes on", async (_, line) => {
  // Telemetry stays from case to case: each has a station of its own.
  const station = `s-${epoch}`;
  const good = `socket,quality=good,socket=2,station=${station} current_mA=5i ${noon}000000`;
  expect(await send(under(`${good}\n${line}\n`))).toBe("bulk 1");
  expect((await letters()).map(({ kind }) => kind)).toEqual(["batch"]);
  expect(await cloud.telemetry.last(socketSeries({ ...home, station, number: 2 }, "current_mA"))).toBeUndefined();
  expect(await send(under(`${good}\n`))).toBe("bulk 2");
  expect((await cloud.telemetry.last(socketSeries({ ...home, station, number: 2 }, "current_mA")))?.value).toBe(5);
});

test("values at the edges are kept as they are: fifteen digits, sixteen, negative, -0, the first and last moment there is", async () => {
  const lines = [
    ["1", "999999999999999", "1795579200000000001"],
    ["2", "9007199254740991", "1795579200000000002"],
    ["3", "-9007199254740991", "-9223372036854775808"],
    ["4", "-0", "1795579200000000003"],
  ] as const;
  const text = lines
    .map(([socket, value, time]) => `socket,quality=good,socket=${socket},station=edge current_mA=${value}i ${time}\n`)
    .join("");
  expect(await send(under(text))).toBe("bulk 1");
  for (const [socket, value, time] of lines) {
    const sample = await cloud.telemetry.last(socketSeries({ ...home, station: "edge", number: Number(socket) }, "current_mA"));
    expect([String(sample?.value), sample?.time_ns]).toEqual([value === "-0" ? "0" : value, BigInt(time)]);
  }
});

test("a hundred readings of one millisecond with their own nanoseconds are a hundred; of the same nanosecond the last said is right", async () => {
  const at = (ns: number, value: number) =>
    `socket,quality=good,socket=9,station=s current_mA=${value}i ${BigInt(noon) * 1_000_000n + BigInt(ns)}\n`;
  expect(await send(under(Array.from({ length: 100 }, (_, n) => at(n, n)).join("") + at(50, 7_777)))).toBe("bulk 1");
  const series = socketSeries({ ...home, station: "s", number: 9 }, "current_mA");
  const got = await cloud.telemetry.range({ series, from: noon as never, to: (noon + 1) as never, limit: 1_000 });
  expect([got.length, got[50]?.value, new Set(got.map(({ time_ns }) => time_ns)).size]).toEqual([100, 7_777, 100]);
});

test("ten megabytes: not acknowledged, its beginning is kept once, and everybody else is served", async () => {
  const { topic } = voice.measured([]);
  const huge = Buffer.alloc(10 * 1024 * 1024, "socket,quality=good,socket=1,station=s current_mA=1i 1\n");
  for (let n = 0; n < 3; n += 1) expect(await send({ topic, payload: huge })).toBe("nothing");
  const [letter, ...more] = await letters();
  expect([more.length, letter?.reason, letter?.payload.length]).toEqual([0, "more than 1048576 bytes", 256_000]);
  expect(await send(voice.message([passed(1)]))).toBe("state 1");
  expect((await countsView(cloud.store.read)).events).toBe(1);
});
